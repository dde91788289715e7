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
from typing import NamedTuple

from corpus import Document
from embeddings import Encoder, SentenceEncoder, model_folder
from embeddings.models.cross_encoder import CrossEncoder
from embeddings.models.cross_encoder_export import export_cross_encoder, load_trained, save_trained
from embeddings.models.cross_encoder_training import train_cross_encoder
from embeddings.models.finetuning import Tensors
from embeddings.models.pretrained import DEFAULT_MODEL, read_e5, source_folder
from qa.evaluation.json_lines import InvalidDataset
from qa.evaluation.judging import Progress
from qa.evaluation.suites import GOLD
from qa.query.overviews import overview_classifier
from qa.settings import Settings
from qa.training.examples import TRAINING, page_documents, require_own_questions
from qa.training.fitting import equally_strict, fit_scorers, index_documents
from qa.training.labels import held_out_questions
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

# Proportion of these answerable questions below the threshold: of the gold questions, which are easier, 0.04 are then.
REFUSED = 0.05
# Questions that are drawn for a pass from those of earlier ones, so that what these taught is not lost.
LEARNED_IN_SECOND = 1500
LEARNED_IN_THIRD, FAILING_IN_THIRD, PUBLIC_IN_THIRD = 800, 2400, 800
LEARNED_IN_FOURTH, FAILING_IN_FOURTH, OURS_IN_FOURTH, PUBLIC_IN_FOURTH = 400, 1000, 600, 400


class Rows(NamedTuple):
    """Questions to train on.

    `learned` are those that the encoder has learned from, `failing` the supplied ones; `ours` are of our own, and
    `last` conversations and minimal pairs of our own.
    """

    learned: Sequence[ReadingRow]
    failing: Sequence[ReadingRow]
    ours: Sequence[ReadingRow]
    last: Sequence[ReadingRow]


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
) -> str:
    """Train the reader, fit the scorers, evaluate them and write all files; return the report.

    With `only_scorers`, the reader whose weights are there already is used. Raises InvalidDataset with the cure.
    """
    learned = read_rows([sources.data / "questions.jsonl", *sources.known])
    failing = read_rows(sources.questions)
    ours = [*read_rows([sources.data / "reading.jsonl"]), *survey_rows(sources.data / "surveys.jsonl")]
    last = read_rows([sources.data / "conversations.jsonl", sources.data / "pairs.jsonl"])
    names = names_in([*learned, *failing, *ours, *last])
    known = dict(documents) | page_documents([sources.data / "documents.jsonl"], names)
    encoder = SentenceEncoder(model_folder(DEFAULT_MODEL, settings.models), DEFAULT_MODEL)
    base, e5 = source_folder(DEFAULT_MODEL, settings.models), read_e5().tensors
    if not only_scorers:
        rows = Rows(_kept(learned), _kept(failing), _kept(ours), _kept(last))
        weights = _train(rows, sources, known, encoder, settings, progress)
        save_trained(e5, weights, outputs.weights)
    exported = settings.var / "training" / "reader.onnx"
    export_cross_encoder(base, load_trained(e5, outputs.weights), exported)
    labelled = held_out_questions([*failing, *ours], known, sources.data, sources.gold)
    scorers, selections = fit_scorers(
        [label for _, label in labelled],
        index_documents(known, encoder, settings, progress),
        encoder,
        CrossEncoder(exported),
        overview_classifier(encoder, settings.cache),
        partial(progress, "Asking"),
    )
    scorers = equally_strict(scorers, labelled, selections, REFUSED)
    return write_results(scorers, labelled, selections, outputs, refused=REFUSED, with_reader=True)


def _kept(rows: Sequence[ReadingRow]) -> list[ReadingRow]:
    """Return the questions that are not about held-out documents."""
    return [row for row in rows if not row.is_held_out]


def _train(
    rows: Rows,
    sources: ReadingSources,
    known: Mapping[str, Document],
    encoder: Encoder,
    settings: Settings,
    progress: Progress,
) -> Tensors:
    """Train in four passes, each on more of the questions of the kinds that fail; return the weights.

    Negatives are searched among documents that are not held out.
    """
    names = names_in(chain.from_iterable(rows))
    searched = {id: document for id, document in known.items() if id in names and not is_held_out(id)}
    pages = page_documents(sources.pages, names - known.keys())
    library = Library({**known, **pages}, index_documents(searched, encoder, settings, progress), encoder)
    learned, failing, ours, last = (list(our_groups(part, library)) for part in rows)
    public = [
        *(squad_groups(sources.squad) if sources.squad else ()),
        *(xquad_groups(*sources.xquad) if sources.xquad else ()),
        *(omos_groups(sources.omos, sources.translations) if sources.omos else ()),
    ]
    passes = (
        in_order([*learned, *failing], public),
        in_order([*failing, *drawn(learned, LEARNED_IN_SECOND)], ()),
        in_order(
            [*ours, *drawn(failing, FAILING_IN_THIRD), *drawn(learned, LEARNED_IN_THIRD)],
            drawn(public, PUBLIC_IN_THIRD),
        ),
        in_order(
            [
                *last,
                *drawn(ours, OURS_IN_FOURTH),
                *drawn(failing, FAILING_IN_FOURTH),
                *drawn(learned, LEARNED_IN_FOURTH),
            ],
            drawn(public, PUBLIC_IN_FOURTH),
        ),
    )
    base, tokenizer = source_folder(DEFAULT_MODEL, settings.models), model_folder(DEFAULT_MODEL, settings.models)
    weights: Tensors = {}
    for number, groups in enumerate(passes, start=1):

        def show(step: int, steps: int, _: float, number: int = number) -> None:
            progress(f"Training the reader, pass {number} of {len(passes)}", step, steps)

        weights = train_cross_encoder(base, tokenizer, groups, start=weights, progress=show)
    return weights
