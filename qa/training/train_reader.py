"""Train the reader and fit the scorers to it: all steps of `make train-reader`.

In: files of questions with the turns before them, of the pages that they ask about, and public data sets. Out: the
trained weights, the scorers for answers with the reader, and a report with its picture.

A seventh of the documents is held out from the training of the reader. The scorers are fitted to questions about these
that no model learned from, and validated among them by document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from corpus import Document
from embeddings import Encoder, SentenceEncoder, model_folder
from embeddings.cross_encoder.export import export_cross_encoder, load_trained, save_trained
from embeddings.cross_encoder.reading import CrossEncoder
from embeddings.cross_encoder.training import train_cross_encoder
from embeddings.models.finetuning import Tensors
from embeddings.models.pretrained import DEFAULT_MODEL, read_e5, source_folder
from qa.evaluation.judging.json_lines import InvalidDataset
from qa.evaluation.judging.records import Progress
from qa.evaluation.judging.suites import GOLD
from qa.query.followups import FollowUpClassifier
from qa.query.overviews import overview_classifier
from qa.reader.features import DocumentFeatures, PhraseFeatures, QuestionFeatures, SentenceFeatures
from qa.reader.selection import Selection
from qa.settings import Settings
from qa.training.examples import TRAINING, page_documents, require_own_questions
from qa.training.fitting import ScorerData, equally_strict, index_documents, search_questions
from qa.training.labels import Labelled, held_out_questions
from qa.training.moved import moved_questions
from qa.training.outputs import Outputs, write_results
from qa.training.reading_examples import (
    Library,
    ReadingRow,
    drawn,
    in_order,
    is_held_out,
    names_in,
    omos_groups,
    our_groups,
    read_rows,
    squad_groups,
    survey_rows,
    xquad_groups,
)
from qa.training.report import ablation_report

# Proportion of these answerable questions below the threshold: of the gold questions, which are easier, 0.04 are then.
REFUSED = 0.05
ALL = 1_000_000
# How many questions each pass draws from each set: all new ones, and of earlier ones enough to keep what they taught.
PASSES: tuple[Mapping[str, int], ...] = (
    {"known": ALL, "supplied": ALL, "public": ALL},
    {"supplied": ALL, "known": 1500},
    {"reading": ALL, "supplied": 2400, "known": 800, "public": 800},
    {"conversations": ALL, "reading": 600, "supplied": 1000, "known": 400, "public": 400},
)
FEATURES = tuple(
    f"{kind.__name__}.{name}"
    for kind in (SentenceFeatures, DocumentFeatures, QuestionFeatures, PhraseFeatures)
    for name in kind._fields
)
# The sets of our own questions, by the files that hold them; those of surveys.jsonl belong to the first.
OWN = {
    "reading": ("reading.jsonl",),
    "conversations": ("conversations.jsonl", "pairs.jsonl"),
    "fitted": ("near_misses.jsonl", "translated.jsonl"),  # no pass reads them (docs/adr/0062, 0071)
}


@dataclass(frozen=True, slots=True)
class ReadingSources:
    """The files to train on.

    `known` are questions that the encoder has learned from, `questions` others, with the turns before them; both are
    about the starter collection, our own training documents and the `pages`. `squad` is a file of SQuAD 2, `xquad` are
    files of XQuAD, the English one first, `omos` is a file of OMoS-QA and `translations` one of its questions in other
    languages. `data` and `gold` are the folders of Waymark's own training and gold questions.
    """

    questions: Sequence[Path]
    known: Sequence[Path] = ()
    pages: Sequence[Path] = ()
    squad: Path | None = None
    xquad: Sequence[Path] = ()
    omos: Path | None = None
    translations: Path | None = None
    data: Path = TRAINING
    gold: Path = GOLD

    def __post_init__(self) -> None:
        """Raise InvalidDataset, with the cure, for folders that do not exist, and without questions."""
        require_own_questions(self.data, self.gold)
        if not self.questions:
            raise InvalidDataset("no questions to train on; give files by --questions")


def train_reader(
    sources: ReadingSources,
    documents: Mapping[str, Document],
    settings: Settings,
    outputs: Outputs,
    progress: Progress,
    *,
    only_scorers: bool,
    ablation: bool,
) -> str:
    """Train the reader, fit the scorers, evaluate them and write all files; return the report.

    With `only_scorers`, the reader whose weights are there already is used. With `ablation`, the scorers are fitted
    without each feature too, to tell what it is worth. Raises InvalidDataset with the cure.
    """
    rows = {name: read_rows([sources.data / file for file in files]) for name, files in OWN.items()}
    rows["reading"] += survey_rows(sources.data / "surveys.jsonl")
    rows["supplied"] = read_rows(sources.questions)
    rows["known"] = read_rows([sources.data / "questions.jsonl", *sources.known])
    names = names_in(chain.from_iterable(rows.values()))
    known = {**documents, **page_documents([sources.data / "documents.jsonl"], names)}
    encoder = SentenceEncoder(model_folder(DEFAULT_MODEL, settings.models), DEFAULT_MODEL)
    base, e5 = source_folder(DEFAULT_MODEL, settings.models), read_e5().tensors
    if not only_scorers:
        weights = _train(rows, sources, known, encoder, settings, progress)
        save_trained(e5, weights, outputs.weights)
    exported = settings.var / "training" / "reader.onnx"
    export_cross_encoder(base, load_trained(e5, outputs.weights), exported)
    asked = [row for name, of_set in rows.items() if name != "known" for row in of_set]
    labelled = held_out_questions(asked, known, sources.data, sources.gold)
    data = search_questions(
        [label for _, label in (*labelled, *moved_questions(labelled, known))],
        index_documents(known, encoder, settings, progress),
        encoder,
        CrossEncoder(exported),
        overview_classifier(encoder, settings.cache),
        FollowUpClassifier(encoder, settings.cache),
        partial(progress, "Asking"),
    )
    selections = data.validated()[: len(labelled)]
    scorers = equally_strict(data.fit(), labelled, selections, REFUSED)
    report = write_results(scorers, labelled, selections, outputs, refused=REFUSED, with_reader=True)
    if not ablation:
        return report
    return f"{report}\n{_ablation(data, labelled, selections, outputs, progress)}"


def _ablation(
    data: ScorerData,
    labelled: Sequence[Labelled],
    selections: Sequence[Selection],
    outputs: Outputs,
    progress: Progress,
) -> str:
    """Fit the scorers without each feature, and return the table of what each is worth, which is written too."""
    without = {}
    for done, feature in enumerate(FEATURES, start=1):
        without[feature] = data.validated(without=feature)[: len(labelled)]
        progress("Fitting without each feature", done, len(FEATURES))
    table = ablation_report(labelled, selections, without)
    outputs.report.with_name("ablation.md").write_text(table, encoding="utf-8")
    return table


def _train(
    rows: Mapping[str, Sequence[ReadingRow]],
    sources: ReadingSources,
    documents: Mapping[str, Document],
    encoder: Encoder,
    settings: Settings,
    progress: Progress,
) -> Tensors:
    """Train in PASSES, each on more of the questions of the kinds that fail; return the weights.

    `rows` are sets of questions by name; those about held-out documents are left out, and negatives are searched among
    the other documents.
    """
    read = set(chain.from_iterable(PASSES))
    kept = {name: [row for row in rows[name] if not row.is_held_out] for name in rows if name in read}
    names = names_in(chain.from_iterable(kept.values()))
    searched = {id: document for id, document in documents.items() if id in names and not is_held_out(id)}
    pages = page_documents(sources.pages, names - documents.keys())
    library = Library({**documents, **pages}, index_documents(searched, encoder, settings, progress), encoder)
    groups = {name: list(our_groups(of_set, library)) for name, of_set in kept.items()}
    groups["public"] = [
        *(squad_groups(sources.squad) if sources.squad else ()),
        *(xquad_groups(*sources.xquad) if sources.xquad else ()),
        *(omos_groups(sources.omos, sources.translations) if sources.omos else ()),
    ]
    base, tokenizer = source_folder(DEFAULT_MODEL, settings.models), model_folder(DEFAULT_MODEL, settings.models)
    weights: Tensors = {}
    for number, numbers in enumerate(PASSES, start=1):

        def show(step: int, steps: int, _: float, number: int = number) -> None:
            progress(f"Training the reader, pass {number} of {len(PASSES)}", step, steps)

        ours = [group for name in numbers if name != "public" for group in drawn(groups[name], numbers[name])]
        ordered = in_order(ours, drawn(groups["public"], numbers.get("public", 0)))
        weights = train_cross_encoder(base, tokenizer, ordered, start=weights, progress=show)
    return weights
