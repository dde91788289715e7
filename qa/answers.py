"""What an answer is made of, and what makes one invalid.

A Citation quotes its document by offsets and never holds words of its own, so a quote is verbatim or can't exist. An
Answer whose statements cite a number that isn't listed, or that lists a citation no statement uses, can't exist either.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from corpus import Document, Passage, Span
from qa.safety.help_card import HelpCard


class Status(StrEnum):
    """How a question ended. The first two give statements; the others a fixed text."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NO_EVIDENCE = "no_evidence"
    OUT_OF_SCOPE = "out_of_scope"
    SMALL_TALK = "small_talk"
    DECLINED = "declined"


ANSWERING = frozenset({Status.ANSWERED, Status.PARTIAL})
# How a question ends for each reason that there is no answer; the reason is the key of a fixed text (qa/replies.py).
STATUSES = {
    "small_talk": Status.SMALL_TALK,
    "about": Status.SMALL_TALK,
    "out_of_scope": Status.OUT_OF_SCOPE,
    "not_understood": Status.OUT_OF_SCOPE,
    "personal_case": Status.DECLINED,
    "misuse": Status.DECLINED,
    "too_long": Status.DECLINED,
    "answering_off": Status.DECLINED,
    "no_evidence": Status.NO_EVIDENCE,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim sentence of a passage that answers the question, with its support: 0 none, 1 full."""

    document: Document
    passage: Passage
    span: Span
    support: float

    def __post_init__(self) -> None:
        """Refuse words that do not stand in the passage, or a passage that does not stand in the document."""
        passage = self.passage
        if not passage.start <= self.span.start < self.span.end <= passage.end:
            raise ValueError(f"{self.span} reaches outside passage {passage.id} at {passage.start}:{passage.end}")
        if self.document.text[passage.start : passage.end] != passage.text or passage.document_id != self.document.id:
            raise ValueError(f"passage {passage.id} does not stand in document {self.document.id} where it says")
        if not 0 <= self.support <= 1:
            raise ValueError(f"support lies between 0 and 1, not at {self.support}")

    @property
    def text(self) -> str:
        """The sentence, word for word."""
        return self.document.text[self.span.start : self.span.end]


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered reference to evidence."""

    number: int
    evidence: Evidence

    @property
    def quote(self) -> str:
        """The cited words, equal to `document.text[start:end]`."""
        return self.evidence.text

    @property
    def view_url(self) -> str:
        """Where Waymark's own viewer shows the quoted words in place."""
        span = self.evidence.span
        return f"/documents/{self.evidence.document.id}?start={span.start}&end={span.end}#quote"


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or list item of an answer, with the numbers of its citations.

    `subject` is what was added to a sentence that says "it" or "they" of what nobody was told.
    """

    text: str
    citations: tuple[int, ...]
    support: float
    is_item: bool = False
    subject: str = ""

    def __post_init__(self) -> None:
        """Refuse a statement without a source."""
        if not self.citations:
            raise ValueError(f"the statement {self.text!r} cites nothing")

    @property
    def marked(self) -> str:
        """The text with its citation marks, `[1]`, and in brackets what was added."""
        marks = "".join(f"[{number}]" for number in self.citations)
        return f"{'- ' if self.is_item else ''}{self.subject and f'[{self.subject}] '}{self.text} {marks}"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made an answer."""

    generation: str
    encoder: str
    writer: str
    version: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant replies.

    `message` is what it says in its own fixed words, in the asker's language where that is one of the six: why there
    is no answer, or what to know about the quotes; `reason` is the key of that text where there is no answer. `notes`
    tell what to know of the sources, in the same words. The help
    card stands beside whatever the answer is. `confidence` is the probability that the documents answer the question.
    `timings_ms` are milliseconds by step.
    """

    id: str
    question: str
    standalone_question: str
    language: str
    status: Status
    provenance: Provenance
    message: str = ""
    confidence: float = 0.0
    reason: str = ""
    short_answer: str | None = None
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    help: HelpCard | None = None
    related_questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        """Refuse statements and citations that don't belong together, and a status that doesn't tell of them."""
        cited = {number for statement in self.statements for number in statement.citations}
        listed = [citation.number for citation in self.citations]
        if cited != set(listed):
            raise ValueError(f"statements cite {sorted(cited)}, but the answer lists {listed}")
        if listed != list(range(1, len(listed) + 1)):
            raise ValueError(f"citations are numbered from 1 without gaps, not {listed}")
        if bool(self.statements) != (self.status in ANSWERING):
            raise ValueError(f"an answer with {len(self.statements)} statements can't have the status {self.status}")

    @property
    def text(self) -> str:
        """The statements with their citation marks, or the message where there are none."""
        if not self.statements:
            return self.message
        parts = [self.statements[0].marked]
        for before, statement in pairwise(self.statements):
            parts += ["\n" if before.is_item or statement.is_item else " ", statement.marked]
        return "".join(parts)
