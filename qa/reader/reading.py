"""Read passages with the trained reader, which sees a question and a passage together.

In: a question, and the passages found for it. Out: Scores of each passage, of its sentences and of their phrases.
Left out: the model itself (embeddings.cross_encoder.reading), and deciding by the scores (selection).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

from corpus import Document, Passage, Span
from embeddings import Generation, ModelProblem
from embeddings.cross_encoder.export import cross_encoder_folder
from embeddings.cross_encoder.reading import CrossEncoder, Reading, Scores
from qa.answers.hits import Hit
from qa.reader.scoring import Scorers, Thresholds, shipped_scorers
from qa.settings import Settings
from qa.stopping import check_wanted


class PassageReader(Protocol):
    """Reads a question and a passage together."""

    def read(self, readings: Sequence[Reading]) -> list[Scores]:
        """Return the Scores of each Reading."""


@dataclass(frozen=True, slots=True, eq=False)
class ReaderSettings:
    """How passages are read: the scorers, the passage reader, if any, that they were fitted with, and a limit.

    `answer_words` are the most words that are chosen from a document. An asker may bound the answer: `documents` are
    the most that are cited, `words` the most that are stated, where more than one sentence answers.
    """

    scorers: Scorers
    answer_words: int
    passage_reader: PassageReader | None = None
    documents: int | None = None
    words: int | None = None

    def with_least(self, confidence: float) -> Self:
        """Return settings by which nothing is answered with less than a confidence."""
        thresholds = self.scorers.thresholds
        least = thresholds._replace(min_confidence=max(confidence, thresholds.min_confidence))
        return replace(self, scorers=self.scorers._replace(thresholds=least))


def load_reader(settings: Settings, notify: Callable[[str], None] = lambda _: None) -> ReaderSettings:
    """Return the reader with the thresholds that the operator has set; without the model where it can't be loaded."""
    reader = _passage_reader(settings, notify)
    scorers = shipped_scorers(with_reader=reader is not None)
    chosen = settings.model_dump(include=set(Thresholds._fields), exclude_none=True)
    scorers = scorers._replace(thresholds=scorers.thresholds._replace(**chosen))
    return ReaderSettings(scorers, settings.answer_words, reader)


def _passage_reader(settings: Settings, notify: Callable[[str], None]) -> PassageReader | None:
    if not settings.reader:
        return None
    try:
        return CrossEncoder(cross_encoder_folder(settings.models, notify))
    except ModelProblem as problem:
        notify(f"Answering without the trained reader: {problem}")
        return None


def read_passages(
    question: str, hits: Sequence[Hit], generation: Generation, reader: PassageReader | None
) -> list[Scores]:
    """Return the Scores of each hit's passage for a question with its turns; zeros without a reader."""
    spans = [generation.sentences[hit.row] for hit in hits]
    if not reader:
        return [Scores(0.0, (0.0,) * len(of_passage), (None,) * len(of_passage)) for of_passage in spans]
    scores: list[Scores] = []
    for hit, of_passage in zip(hits, spans, strict=True):
        check_wanted()
        document = generation.documents[hit.passage.document_id]
        scores += reader.read([passage_reading(question, document, hit.passage, of_passage)])
    return scores


def passage_reading(question: str, document: Document, passage: Passage, sentences: Sequence[Span]) -> Reading:
    """Return a Reading of a passage, whose title is that of its document and its headings."""
    title = f"{document.title}. {passage.heading}" if passage.heading else document.title
    return Reading(question, title, tuple(span.of(document.text) for span in sentences))
