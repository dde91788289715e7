"""Train the encoder and the scorers on questions with their evidence: all steps of `make train-evidence`.

In: files of questions, of the pages that they ask about, and of questions that no document answers. Out: the tuned
layers, the scorers, and a report with its picture.

The encoder is tuned twice: on the training half of the documents, so that the scorers are fitted and evaluated on
questions about the validation half; then on all documents, for the file that is shipped. The scorers are recalibrated
for the second encoder by its cosines for unanswerable questions, on which neither was tuned.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from corpus import Document
from embeddings import Encoder, Generation, SentenceEncoder, model_folder
from embeddings.models.delta import save_difference
from embeddings.models.finetuning import Tensors, tune
from embeddings.models.pretrained import E5, ModelProblem, source_folder
from qa.evaluation.judging.records import Progress
from qa.evaluation.judging.suites import GOLD, load_suite
from qa.query.overviews import overview_classifier
from qa.reader.scoring import Scorer, Scorers
from qa.settings import Settings
from qa.training.contrastive import contrastive_examples
from qa.training.examples import (
    TRAINING,
    TrainingExample,
    gold_examples,
    omos_examples,
    read_examples,
    require_own_questions,
    squad_questions,
)
from qa.training.fitting import equally_strict, index_documents, passage_cosines, recalibrate, search_questions
from qa.training.labels import LabelledQuestion, is_validation, validation_questions
from qa.training.outputs import Outputs, write_results
from qa.training.reading_examples import standalone_examples
from qa.training.report import REFUSED

HALF, ALL = "half", "all"  # of the documents, on which the two encoders are tuned
STEPS_HALF, STEPS_ALL = 260, 420  # batches of 16 questions: nearly two epochs, and a little more than one

Indexed = tuple[Generation, Encoder]


@dataclass(frozen=True, slots=True)
class Sources:
    """The files to train on.

    `questions` are about the starter collection and the `pages`. `reading` are questions for the reader; those with
    turns before them, and those about documents that are held out from its training, are left out. `omos` are files
    of OMoS-QA, whose pages are about another field; `squad` are files of SQuAD, whose questions no document answers.
    `data` and `gold` are the folders of Waymark's own training and gold questions.
    """

    questions: Sequence[Path] = ()
    reading: Sequence[Path] = ()
    pages: Sequence[Path] = ()
    omos: Sequence[Path] = ()
    squad: Sequence[Path] = ()
    data: Path = TRAINING
    gold: Path = GOLD

    def __post_init__(self) -> None:
        """Raise InvalidDataset, with the cure, for folders that do not exist."""
        require_own_questions(self.data, self.gold)


def train(
    sources: Sources,
    documents: Mapping[str, Document],
    settings: Settings,
    outputs: Outputs,
    progress: Progress,
    *,
    tune_encoder: bool,
) -> str:
    """Tune the encoder, fit the scorers, evaluate them and write all files; return the report.

    Unless `tune_encoder`, the encoders that were last tuned are used; raises ModelProblem where there are none.
    """
    ours = read_examples([sources.data / "questions.jsonl"], [sources.data / "documents.jsonl"], documents)
    supplied = read_examples(sources.questions, sources.pages, documents) if sources.questions else []
    reading = [sources.data / "reading.jsonl", *sources.reading]
    alone = standalone_examples(reading, [sources.data / "documents.jsonl", *sources.pages], documents)
    gold = gold_examples(load_suite(str(sources.gold / "factual.jsonl")), documents)
    omos = [example for file in sources.omos for example in omos_examples(file)]
    if tune_encoder:
        squad = [question for file in sources.squad for question in squad_questions(file)]
        _tune_twice([*ours, *supplied, *alone, *gold, *omos], squad, documents, settings, outputs.weights, progress)
    # Our own training documents are of the same kind, and double the questions that a scorer can be fitted on.
    known = dict(documents) | {example.document.id: example.document for example in ours}
    half, full = (_index(known, _tuned_encoder(name, settings), settings, progress) for name in (HALF, ALL))
    labelled = validation_questions([*ours, *supplied, *gold], omos, known, gold=sources.gold, data=sources.data)
    data = search_questions(
        [label for _, label in labelled],
        *half,
        overviews=overview_classifier(half[1], settings.cache),
        progress=partial(progress, "Asking"),
    )
    scorers, selections = data.fit(), data.validated()
    unanswerable = [label for kind, label in labelled if kind.startswith("unanswerable")]
    scorers = _recalibrated(equally_strict(scorers, labelled, selections, REFUSED), unanswerable, half, full)
    return write_results(scorers, labelled, selections, outputs, refused=REFUSED, with_reader=False)


def _tune_twice(
    examples: Sequence[TrainingExample],
    squad: Sequence[str],
    documents: Mapping[str, Document],
    settings: Settings,
    layers: Path,
    progress: Progress,
) -> None:
    """Tune on the training half and on all; write both models into folders, and the second's layers into `layers`."""
    from safetensors.numpy import load_file, save_file

    base = source_folder(E5, settings.models)
    weights = load_file(base / "model.safetensors")
    exported = model_folder(E5, settings.models)
    base_encoder = SentenceEncoder(exported, E5)

    def tuned_on(part: Sequence[TrainingExample], name: str, steps: int) -> Tensors:
        encoding = partial(progress, f"Encoding for {name}")
        contrastive = contrastive_examples(part, documents.values(), base_encoder, settings.cache, encoding)

        def show(step: int, _: float) -> None:
            progress(f"Tuning on {name}", step, steps)

        tuned = tune(base, exported, contrastive, squad, steps=steps, progress=show)
        folder = _tuned_folder(name, settings)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base, folder)
        save_file(weights | tuned, folder / "model.safetensors", metadata={"format": "pt"})
        return tuned

    tuned_on([example for example in examples if not is_validation(example.document.id)], HALF, STEPS_HALF)
    save_difference(weights, tuned_on(examples, ALL, STEPS_ALL), layers)


def _tuned_folder(name: str, settings: Settings) -> Path:
    return settings.var / "training" / name


def _tuned_encoder(name: str, settings: Settings) -> SentenceEncoder:
    folder = _tuned_folder(name, settings)
    if not folder.is_dir():
        raise ModelProblem(f"no encoder was tuned into {folder} yet; run: waymark train, without --only-scorers")
    return SentenceEncoder(model_folder(str(folder), settings.models), name)


def _index(documents: Mapping[str, Document], encoder: Encoder, settings: Settings, progress: Progress) -> Indexed:
    return index_documents(documents, encoder, settings, progress), encoder


def _recalibrated(
    scorers: Scorers, unanswerable: Sequence[LabelledQuestion], fitted_with: Indexed, shipped: Indexed
) -> Scorers:
    """Return the scorers for the shipped encoder, recalibrated by the cosines of unanswerable questions."""

    def recalibrated(scorer: Scorer, questions: Sequence[LabelledQuestion]) -> Scorer:
        return recalibrate(scorer, passage_cosines(questions, *fitted_with), passage_cosines(questions, *shipped))

    return scorers._replace(
        question=recalibrated(scorers.question, [label for label in unanswerable if label.language == "en"]),
        cross_lingual=recalibrated(scorers.cross_lingual, [label for label in unanswerable if label.language != "en"]),
    )
