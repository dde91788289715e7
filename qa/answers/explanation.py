"""The types of an explanation: the record of how a question was answered, as JSON under `trace` in an answer.

Left out: the record itself (trace), and printing it (qa/cli).
"""

from dataclasses import dataclass, field

from qa.answers.help import EVERY_KEY

Contributions = dict[str, float]  # what each feature adds to the log-odds, by its name


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that was found, with its scores; a search that did not find it among its best gives none."""

    passage_id: str
    score: float
    cosine: float | None
    bm25: float | None


@dataclass(frozen=True, slots=True)
class WeighedDocument:
    """A document with the probability that it answers."""

    document_id: str
    probability: float
    contributions: Contributions


@dataclass(frozen=True, slots=True)
class WeighedSentence:
    """A sentence with its support, and the reason why it was rejected, which is empty where it was chosen.

    `start` and `end` are offsets in the text of its document, in Unicode code points.
    """

    passage_id: str
    start: int
    end: int
    text: str
    support: float
    cosine: float
    contributions: Contributions
    rejected: str


@dataclass(frozen=True, slots=True)
class WeighedPhrase:
    """Words that may be a short answer, with the probability that they are."""

    words: str
    probability: float
    contributions: Contributions


@dataclass(frozen=True, slots=True)
class ExplainedSearch:
    """A search for a question, or for one of its parts: what was found, best first, and what was weighed of it.

    `confidence` is the probability that the documents answer; `refusal` is why nothing was chosen, or empty.
    """

    searched: str
    passages: tuple[FoundPassage, ...]
    confidence: float
    refusal: str
    contributions: Contributions
    short_answer: WeighedPhrase | None
    documents: tuple[WeighedDocument, ...]
    sentences: tuple[WeighedSentence, ...]


@dataclass(frozen=True, slots=True)
class DroppedSentence:
    """A sentence of a language model that is not shown, and the reason."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a question was understood, and its searches, that for the question first.

    `reason` is why it was not searched for, or empty. `dropped` are sentences that a language model wrote in vain.
    """

    __pydantic_config__ = EVERY_KEY

    asked: str
    understood: str
    reason: str
    searches: tuple[ExplainedSearch, ...] = ()
    dropped: tuple[DroppedSentence, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
