"""From a question to a cited answer, on one screen."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Self

from corpus import Document
from embeddings import Encoder, Generation, SentenceEncoder, current_generation, model_folder
from qa.answers import Answer, Provenance, Status
from qa.composition import compose
from qa.conversation import Turn, likeliest, readings
from qa.evidence import Selection, select_evidence
from qa.help import HelpCard
from qa.hygiene import clean
from qa.languages import language_of
from qa.likeness import Likeness
from qa.reception import Received, Reception
from qa.related import related_questions
from qa.replies import reply
from qa.retrieval import MIN_MAX, NO_FILTERS, Filters, Hit, make_query, retrieve
from qa.routing import STATUSES
from qa.settings import Settings
from qa.short_answers import short_answer


class Assistant:
    """Answers questions from one generation. Holds no state between questions."""

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        *,
        min_confidence: float,
        sure_confidence: float,
        answer_words: int,
        fusion: str = MIN_MAX,
        reception: Reception | None = None,
        likeness: Likeness | None = None,
    ) -> None:
        """Take the index to answer from and the encoder that made it; `fusion` is one of `qa.retrieval.FUSIONS`.

        Without a likeness, the rules alone tell who is at risk; without a reception, the help lines are those that
        come along.
        """
        self._generation = generation
        self._encoder = encoder
        self._min_confidence = min_confidence
        self._sure_confidence = sure_confidence
        self._answer_words = answer_words
        self._fusion = fusion
        self._reception = reception or Reception.from_settings(Settings())
        self._likeness = likeness
        self.provenance = Provenance(generation.manifest.id, encoder.name, "extractive", version("waymark"))

    @classmethod
    def from_settings(cls, settings: Settings, say: Callable[[str], None] = lambda _: None) -> Self:
        """Load the encoder and the current generation. Raises ModelProblem or GenerationProblem with the cure."""
        folder = current_generation(settings.index)
        encoder = SentenceEncoder(model_folder(settings.encoder, settings.models, say), settings.encoder)
        generation = Generation.load(folder, encoder)
        return cls(
            generation,
            encoder,
            min_confidence=settings.min_confidence,
            sure_confidence=settings.sure_confidence,
            answer_words=settings.answer_words,
            reception=Reception.from_settings(settings),
            likeness=Likeness(encoder, settings.cache),
        )

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents that can be cited, by id."""
        return self._generation.documents

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = NO_FILTERS,
        language: str | None = None,
    ) -> Answer:
        """Answer a question from the documents, with a citation for every statement, or say that they don't tell."""
        return self.explain(question, history, filters=filters, language=language)[0]

    def explain(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        filters: Filters = NO_FILTERS,
        language: str | None = None,
    ) -> tuple[Answer, list[Hit], Selection]:
        """Answer as `ask` does; give also what was found, what was chosen and what was turned down."""
        timings: dict[str, float] = {}
        with _timed("total", timings):
            received = self._reception.receive(question, language, is_follow_up=bool(history))
            card = received.help or self._likely_help(received)
            if received.reason:
                standalone, selection = received.question, Selection((), ())
                hits: list[Hit] = []
            else:
                standalone, hits, selection = self._understood(received, history, filters, timings)
            statements, citations = compose(selection.evidence)
            reason = "" if statements else received.reason or "no_evidence"
        status = self._status(reason, selection)
        is_sure = status == Status.ANSWERED  # in doubt, few words would promise too much
        cited = {one.document.id for one in selection.evidence}
        answer = Answer(
            id=self._answer_id(standalone, received.language, filters),
            question=received.question,
            standalone_question=standalone,
            language=received.language,
            status=status,
            confidence=round(selection.confidence, 4),
            provenance=self.provenance,
            message=self._message(reason, selection, received.language),
            reason=reason,
            short_answer=short_answer(standalone, received.language, selection.evidence) if is_sure else None,
            statements=statements,
            citations=citations,
            help=card,
            related_questions=() if card else related_questions(hits, received.language, cited),
            timings_ms=timings,
        )
        return answer, hits, selection

    def _understood(
        self, received: Received, history: Sequence[Turn], filters: Filters, timings: dict[str, float]
    ) -> tuple[str, list[Hit], Selection]:
        """Look for evidence for every reading of the question; return the likeliest with what was found for it."""
        found: dict[str, tuple[list[Hit], Selection]] = {}
        for reading in readings(received.question, history):
            with _timed("retrieve", timings):
                query = make_query(reading, received.language, self._encoder)
                hits = retrieve(query, self._generation, filters=filters, fusion=self._fusion)
            with _timed("select", timings):
                selection = select_evidence(
                    query,
                    hits,
                    self._generation,
                    min_confidence=self._min_confidence,
                    answer_words=self._answer_words,
                )
            found[reading] = hits, selection
        confidences = {reading: selection.confidence for reading, (_, selection) in found.items()}
        best = likeliest(confidences, received.question)
        return best, *found[best]

    def _likely_help(self, received: Received) -> HelpCard | None:
        """Return the help card where only the encoder hears distress; greetings and long texts are not asked about."""
        if not self._likeness or received.reason in {"small_talk", "about", "too_long"}:
            return None
        near = self._likeness.is_near(received.question)
        return self._reception.card(received.question, received.language) if near else None

    def search(self, query: str, limit: int = 10, *, filters: Filters = NO_FILTERS) -> list[Hit]:
        """Return the passages that fit a question best, best first."""
        query = clean(query)
        made = make_query(query, language_of(query), self._encoder)
        return retrieve(made, self._generation, limit=limit, filters=filters, fusion=self._fusion)

    def _status(self, reason: str, selection: Selection) -> Status:
        if reason:
            return STATUSES[reason]
        return Status.ANSWERED if selection.confidence >= self._sure_confidence else Status.PARTIAL

    def _message(self, reason: str, selection: Selection, language: str) -> str:
        if reason:
            return reply(reason, language)
        in_doubt = self._status(reason, selection) == Status.PARTIAL
        told = [reply("partial", language)] if in_doubt else []
        return " ".join(filter(None, [*told, reply("quoted_in_english", language)]))

    def _answer_id(self, question: str, language: str, filters: Filters) -> str:
        """Name an answer by what it was made of, so that the same input gives the same name."""
        made_of = repr((question, language, filters, self.provenance))
        return hashlib.sha256(made_of.encode()).hexdigest()[:16]


@contextmanager
def _timed(step: str, timings: dict[str, float]) -> Iterator[None]:
    """Add to how many milliseconds a step takes."""
    begin = time.perf_counter()
    yield
    timings[step] = round(timings.get(step, 0.0) + (time.perf_counter() - begin) * 1000, 1)
