"""From a question to a cited answer, on one screen."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import Self

from corpus import Document
from corpus.languages import language_of
from embeddings import Encoder, Generation, SentenceEncoder, current_generation, model_folder
from qa.answers import STATUSES, Answer, Citation, HelpCard, Provenance, Status
from qa.query.decomposition import parts_of
from qa.query.followups import SURE, Turn, likeliest, own_words, readings
from qa.query.spelling import Spelling
from qa.reader.evidence import Search, Selection, join, select_evidence
from qa.reader.scoring import Scorers, shipped_scorers
from qa.reader.short_answers import short_answer
from qa.replies import reply
from qa.retrieval import MIN_MAX, NO_FILTERS, Filters, Hit, Query, make_query, retrieve
from qa.safety.distress_classifier import Likeness
from qa.safety.intake import Received, Reception
from qa.safety.sanitizer import clean
from qa.settings import Settings
from qa.writer.extractive import compose
from qa.writer.related_questions import related_questions

# Why a text ends without anybody listening for distress by likeness: greetings, keys, and what is too long for that.
UNHEARD = frozenset({"small_talk", "about", "not_understood", "too_long"})
NO_SEARCHES: tuple[Search, ...] = ()


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
        scorers: Scorers | None = None,
        reception: Reception | None = None,
        likeness: Likeness | None = None,
    ) -> None:
        """Take the index to answer from and the encoder that made it; `fusion` is one of `qa.retrieval.FUSIONS`.

        Without a likeness, the rules alone tell who is at risk; without a reception or scorers, the help lines and the
        weights are those that come along.
        """
        self._generation = generation
        self._encoder = encoder
        self._min_confidence = min_confidence
        self._sure_confidence = sure_confidence
        self._answer_words = answer_words
        self._fusion = fusion
        self._scorers = scorers or shipped_scorers()
        self._reception = reception or Reception.from_settings(Settings())
        self._likeness = likeness
        self._spelling = Spelling(generation.documents.values())
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
    ) -> tuple[Answer, tuple[Search, ...]]:
        """Answer as `ask` does; give also what was searched for, the whole question first, and what was turned down."""
        timings: dict[str, float] = {}
        with _timed("total", timings):
            received = self._reception.receive(question, language, is_follow_up=bool(history))
            card, standalone = received.help, received.question
            selection, searches = Selection((), ()), NO_SEARCHES
            if received.reason not in UNHEARD:
                spelt = self._spelt(received.question, received.language)
                if spelt != received.question:  # what was misspelt may call for help, or end here
                    received = self._received_again(received, spelt, is_follow_up=bool(history))
                query = self._query(spelt, received.language, timings)
                card = received.help or self._likely_help(query)
                if not received.reason:
                    standalone, selection, searches = self._understood(query, history, filters, timings)
            statements, citations = compose(selection.evidence)
            reason = "" if statements else received.reason or "no_evidence"
            status = self._status(reason, selection)
            # In doubt few words would promise too much, and of several parts they would answer one.
            is_one = status == Status.ANSWERED and selection is searches[0].selection
            cited = {one.evidence.document.id for one in citations}
            hits = searches[0].hits if searches and not card else ()
            answer = Answer(
                id=self._answer_id(standalone, received.language, filters),
                question=received.question,
                standalone_question=standalone,
                language=received.language,
                status=status,
                confidence=round(selection.confidence, 4),
                provenance=self.provenance,
                message=self._message(reason, selection, received.language, has_card=card is not None),
                reason=reason,
                short_answer=short_answer(standalone, received.language, selection.evidence) if is_one else None,
                statements=statements,
                citations=citations,
                help=card,
                related_questions=related_questions(hits, received.language, cited),
                notes=_notes(citations, received.language),
                timings_ms=timings,
            )
        return answer, searches

    def _understood(
        self, question: Query, history: Sequence[Turn], filters: Filters, timings: dict[str, float]
    ) -> tuple[str, Selection, tuple[Search, ...]]:
        """Look for evidence for every reading of the question and its parts; return the likeliest with its searches."""
        found: dict[str, tuple[Selection, tuple[Search, ...]]] = {}
        told = [replace(turn, question=self._spelt(turn.question, language_of(turn.question))) for turn in history]
        for reading in readings(question.text, told):
            alone = reading == question.text
            query = question if alone else self._query(reading, question.language, timings, own=question.text)
            whole, *of_parts = searches = tuple(self._searches(query, filters, timings))
            joined = join(whole.selection, [search.selection for search in of_parts])
            found[reading] = joined, searches
        confidences = {reading: selection.confidence for reading, (selection, _) in found.items()}
        best = likeliest(confidences, question.text)
        return best, *found[best]

    def _searches(self, whole: Query, filters: Filters, timings: dict[str, float]) -> Iterator[Search]:
        """Search for a whole question, then for its parts, unless the documents surely answer the whole."""

        def search(query: Query) -> Search:
            with _timed("retrieve", timings):
                hits = retrieve(query, self._generation, filters=filters, fusion=self._fusion)
            with _timed("select", timings):
                selection = select_evidence(
                    query,
                    hits,
                    self._generation,
                    min_confidence=self._min_confidence,
                    answer_words=self._answer_words,
                    scorers=self._scorers,
                )
            return Search(query.text, tuple(hits), selection)

        first = search(whole)
        yield first
        if whole.language == "en" and first.selection.confidence < SURE:
            for part in parts_of(whole.text):
                query = self._query(part, whole.language, timings, own=own_words(part))
                yield search(query)

    def _query(self, question: str, language: str, timings: dict[str, float], own: str = "") -> Query:
        with _timed("retrieve", timings):
            return make_query(question, language, self._encoder, own)

    def _spelt(self, question: str, language: str) -> str:
        return self._spelling.mended(question) if language == "en" else question

    def _received_again(self, received: Received, spelt: str, *, is_follow_up: bool) -> Received:
        again = self._reception.receive(spelt, received.language, is_follow_up=is_follow_up)
        return replace(received, help=received.help or again.help, reason=received.reason or again.reason)

    def _likely_help(self, query: Query) -> HelpCard | None:
        """Return the help card where only the encoder hears distress."""
        near = self._likeness is not None and self._likeness.is_near(query.vector)
        return self._reception.card(query.text, query.language) if near else None

    def search(self, query: str, limit: int = 10, *, filters: Filters = NO_FILTERS) -> list[Hit]:
        """Return the passages that fit a question best, best first."""
        query = clean(query)
        language = language_of(query)
        made = make_query(self._spelt(query, language), language, self._encoder)
        return retrieve(made, self._generation, limit=limit, filters=filters, fusion=self._fusion)

    def _status(self, reason: str, selection: Selection) -> Status:
        if reason:
            return STATUSES[reason]
        return Status.ANSWERED if selection.confidence >= self._sure_confidence else Status.PARTIAL

    def _message(self, reason: str, selection: Selection, language: str, *, has_card: bool) -> str:
        if reason:
            return reply("no_evidence_but_help" if has_card and reason == "no_evidence" else reason, language)
        in_doubt = self._status(reason, selection) == Status.PARTIAL
        told = [reply("partial", language)] if in_doubt else []
        return " ".join(filter(None, [*told, reply("quoted_in_english", language)]))

    def _answer_id(self, question: str, language: str, filters: Filters) -> str:
        """Name an answer by what it was made of, so that the same input gives the same name."""
        made_of = repr((question, language, filters, self.provenance))
        return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def _notes(citations: Sequence[Citation], language: str) -> tuple[str, ...]:
    """Say it where the sources are of different years, since their figures may differ for that."""
    years = sorted({one.evidence.document.published[:4] for one in citations} - {""}, reverse=True)
    return (reply("different_years", language).format(years=", ".join(years)),) if len(years) > 1 else ()


@contextmanager
def _timed(step: str, timings: dict[str, float]) -> Iterator[None]:
    """Add to how many milliseconds a step takes."""
    begin = time.perf_counter()
    yield
    timings[step] = round(timings.get(step, 0.0) + (time.perf_counter() - begin) * 1000, 1)
