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
from qa.conversation import Turn, stand_alone_question
from qa.evidence import Selection, select_evidence
from qa.languages import language_of
from qa.replies import reply
from qa.retrieval import MIN_MAX, NO_FILTERS, Filters, Hit, make_query, retrieve
from qa.settings import Settings


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
    ) -> None:
        """Take the index to answer from and the encoder that made it; `fusion` is one of `qa.retrieval.FUSIONS`."""
        self._generation = generation
        self._encoder = encoder
        self._min_confidence = min_confidence
        self._sure_confidence = sure_confidence
        self._answer_words = answer_words
        self._fusion = fusion
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
            language = language or language_of(question)
            standalone = stand_alone_question(question, history)
            with _timed("retrieve", timings):
                query = make_query(standalone, language, self._encoder)
                hits = retrieve(query, self._generation, filters=filters, fusion=self._fusion)
            with _timed("select", timings):
                selection = select_evidence(
                    query,
                    hits,
                    self._generation,
                    min_confidence=self._min_confidence,
                    answer_words=self._answer_words,
                )
            statements, citations = compose(selection.evidence)
        answer = Answer(
            id=self._answer_id(standalone, language, filters),
            question=question,
            standalone_question=standalone,
            language=language,
            status=self._status(selection),
            confidence=round(selection.confidence, 4),
            provenance=self.provenance,
            message=" ".join(filter(None, (reply(reason, language) for reason in self._reasons(selection)))),
            statements=statements,
            citations=citations,
            timings_ms=timings,
        )
        return answer, hits, selection

    def search(self, query: str, limit: int = 10, *, filters: Filters = NO_FILTERS) -> list[Hit]:
        """Return the passages that fit a question best, best first."""
        made = make_query(query, language_of(query), self._encoder)
        return retrieve(made, self._generation, limit=limit, filters=filters, fusion=self._fusion)

    def _status(self, selection: Selection) -> Status:
        if not selection.evidence:
            return Status.NO_EVIDENCE
        return Status.ANSWERED if selection.confidence >= self._sure_confidence else Status.PARTIAL

    def _reasons(self, selection: Selection) -> list[str]:
        """Name the fixed texts that go with an answer."""
        match self._status(selection):
            case Status.NO_EVIDENCE:
                return ["no_evidence"]
            case Status.PARTIAL:
                return ["partial", "quoted_in_english"]
            case _:
                return ["quoted_in_english"]

    def _answer_id(self, question: str, language: str, filters: Filters) -> str:
        """Name an answer by what it was made of, so that the same input gives the same name."""
        made_of = repr((question, language, filters, self.provenance))
        return hashlib.sha256(made_of.encode()).hexdigest()[:16]


@contextmanager
def _timed(step: str, timings: dict[str, float]) -> Iterator[None]:
    """Note how many milliseconds a step takes."""
    begin = time.perf_counter()
    yield
    timings[step] = round((time.perf_counter() - begin) * 1000, 1)
