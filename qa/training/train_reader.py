"""Train the reader and fit the scorers to it: all steps of `make train-reader`.

In: files of questions with the turns before them, of the pages that they ask about, and public data sets. Out: the
trained weights, the scorers for answers with the reader, and a report with its picture.

A seventh of the documents is held out from the training of the reader. The scorers are fitted to questions about these
that no model learned from, and validated among them by document.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from corpus import Document
from embeddings import Encoder, Generation, SentenceEncoder, build_generation, model_folder
from embeddings.models.cross_encoder import CrossEncoder
from embeddings.models.cross_encoder_export import export_cross_encoder, load_trained, save_trained
from embeddings.models.cross_encoder_training import Group, train_cross_encoder
from embeddings.models.finetuning import Tensors
from embeddings.models.pretrained import DEFAULT_MODEL, source_folder
from qa.evaluation.json_lines import InvalidDataset
from qa.evaluation.judging import Progress
from qa.evaluation.suites import GOLD
from qa.query.overviews import overview_classifier
from qa.settings import Settings
from qa.training.examples import TRAINING
from qa.training.fitting import equally_strict, fit_scorers, write_scorers
from qa.training.labels import held_out_questions
from qa.training.reading_examples import (
    Library,
    drawn,
    in_order,
    is_held_out,
    names_in,
    omos_groups,
    our_groups,
    page_documents,
    read_rows,
    squad_groups,
    xquad_groups,
)
from qa.training.report import calibration_report, draw_calibration, thresholds_for

REFUSED = 0.05  # proportion of the answerable questions below the threshold, as of those of the factual suite
LEARNED_AGAIN = 1500  # of the questions that the encoder has learned from, which the reader is trained on twice


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


@dataclass(frozen=True, slots=True)
class ReaderOutputs:
    """The files to write."""

    weights: Path
    scorers: Path
    report: Path
    picture: Path

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """Return the paths of all four in a folder."""
        return cls(*(folder / name for name in ("reader.safetensors", "scorers.yaml", "reader.md", "reader.png")))


def train_reader(
    sources: ReadingSources,
    documents: Mapping[str, Document],
    settings: Settings,
    outputs: ReaderOutputs,
    progress: Progress,
    *,
    only_scorers: bool,
) -> str:
    """Train the reader, fit the scorers, evaluate them and write all files; return the report.

    With `only_scorers`, the reader whose weights are there already is used. Raises InvalidDataset with the cure.
    """
    if not sources.questions:
        raise InvalidDataset("no questions to train on; give files by --questions")
    asked = [sources.data / "questions.jsonl", *sources.known, *sources.questions]
    known = dict(documents) | page_documents([sources.data / "documents.jsonl"], names_in(read_rows(asked)))
    encoder = SentenceEncoder(model_folder(DEFAULT_MODEL, settings.models), DEFAULT_MODEL)
    base = source_folder(DEFAULT_MODEL, settings.models)
    if not only_scorers:
        save_trained(base, _train_twice(sources, known, encoder, base, settings, progress), outputs.weights)
    exported = settings.var / "training" / "reader.onnx"
    export_cross_encoder(base, load_trained(base, outputs.weights), exported)
    labelled = held_out_questions(read_rows(sources.questions), known, sources.data, sources.gold)
    generation = _index(known, encoder, settings, progress)
    scorers, selections = fit_scorers(
        [label for _, label in labelled],
        generation,
        encoder,
        CrossEncoder(exported),
        overview_classifier(encoder, settings.cache),
        partial(progress, "Asking"),
    )
    scorers = equally_strict(scorers, labelled, selections, REFUSED)
    scorers = scorers._replace(thresholds=thresholds_for(labelled, selections, refused=REFUSED))
    write_scorers(scorers, outputs.scorers, with_reader=True)
    picture = os.path.relpath(outputs.picture, outputs.report.parent)
    report = calibration_report(labelled, selections, picture, REFUSED)
    outputs.report.write_text(report, encoding="utf-8")
    draw_calibration(labelled, selections, outputs.picture)
    return report


def _train_twice(
    sources: ReadingSources,
    known: Mapping[str, Document],
    encoder: Encoder,
    base: Path,
    settings: Settings,
    progress: Progress,
) -> Tensors:
    """Train on everything, then once more on the questions of the kinds that fail, and some others; return the weights.

    Negatives are searched among documents that are not held out.
    """
    rows = {
        name: [row for row in read_rows(files) if not row.is_held_out]
        for name, files in (
            ("learned", [sources.data / "questions.jsonl", *sources.known]),
            ("failing", sources.questions),
        )
    }
    names = names_in([*rows["learned"], *rows["failing"]])
    searched = {id: document for id, document in known.items() if id in names and not is_held_out(id)}
    pages = page_documents(sources.pages, names - known.keys())
    library = Library({**known, **pages}, _index(searched, encoder, settings, progress), encoder)
    learned, failing = (list(our_groups(part, library)) for part in rows.values())
    public = [
        *(squad_groups(sources.squad) if sources.squad else ()),
        *(xquad_groups(*sources.xquad) if sources.xquad else ()),
        *(omos_groups(sources.omos, sources.translations) if sources.omos else ()),
    ]
    tokenizer = model_folder(DEFAULT_MODEL, settings.models)

    def trained(name: str, groups: Sequence[Group], start: Tensors | None) -> Tensors:
        def show(step: int, steps: int, _: float) -> None:
            progress(name, step, steps)

        return train_cross_encoder(base, tokenizer, groups, start=start, progress=show)

    once = trained("Training the reader", in_order([*learned, *failing], public), None)
    return trained("Training it again", in_order([*failing, *drawn(learned, LEARNED_AGAIN)], ()), once)


def _index(documents: Mapping[str, Document], encoder: Encoder, settings: Settings, progress: Progress) -> Generation:
    root = settings.var / "training" / "index"
    encoding = partial(progress, "Encoding documents")
    listed = list(documents.values())
    id = build_generation(listed, encoder, root, settings.cache, created_by="waymark train-reader", progress=encoding)
    return Generation.load(root / id, encoder)
