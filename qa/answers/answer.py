"""The types of an answer: the single definition of the JSON of `POST /v1/ask`.

Their fields, in their order, are the keys of the JSON, and the types of the widget are generated from them. A field
marked INTERNAL is not part of the JSON; a `computed_field` is, and is derived from the evidence.

A Citation quotes its document by offsets and holds no words of its own, so a quote that is not verbatim can't be
constructed. Neither can an Answer whose statements cite a number that is not listed, or that lists an unused citation.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, cast

from pydantic import Field, TypeAdapter, computed_field

from corpus.language.detection import language_of
from corpus.language.text import utf16_offset
from qa.answers.addresses import address_at, permalink, view_address
from qa.answers.charts import Chart
from qa.answers.evidence import Evidence
from qa.answers.explanation import Explanation
from qa.answers.help import EVERY_KEY, HelpCard

INTERNAL = Field(exclude=True)


class Status(StrEnum):
    """How a question ended. The first two have statements; the others a fixed text."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NO_EVIDENCE = "no_evidence"
    OUT_OF_SCOPE = "out_of_scope"
    SMALL_TALK = "small_talk"
    DECLINED = "declined"


ANSWERING = frozenset({Status.ANSWERED, Status.PARTIAL})
# The status of each reason for having no statements; the reason is also the key of its text in `replies.yaml`.
STATUSES = {
    "small_talk": Status.SMALL_TALK,
    "about": Status.SMALL_TALK,
    "complaint": Status.SMALL_TALK,
    "source": Status.SMALL_TALK,
    "out_of_scope": Status.OUT_OF_SCOPE,
    "not_understood": Status.OUT_OF_SCOPE,
    "personal_case": Status.DECLINED,
    "misuse": Status.DECLINED,
    "too_long": Status.DECLINED,
    "answering_off": Status.DECLINED,
    "busy": Status.DECLINED,
    "no_evidence": Status.NO_EVIDENCE,
    "no_figure": Status.NO_EVIDENCE,
    "which_country": Status.NO_EVIDENCE,
}


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered reference to evidence."""

    number: int
    evidence: Annotated[Evidence, INTERNAL]

    @computed_field
    @property
    def document_id(self) -> str:
        """The document's id, for `/v1/documents/{id}`."""
        return self.evidence.document.id

    @computed_field
    @property
    def passage_id(self) -> str:
        """The id of the passage in which the quote was found."""
        return self.evidence.passage.id

    @computed_field
    @property
    def title(self) -> str:
        """The document's title."""
        return self.evidence.document.title

    @computed_field
    @property
    def url(self) -> str:
        """The address of the original page, or empty."""
        return self.evidence.document.url

    @computed_field
    @property
    def page(self) -> int | None:
        """The number, from 1, of the page of a PDF on which the quote begins; None for what has no pages."""
        return self.evidence.document.page_of(self.start)

    @computed_field
    @property
    def quote_url(self) -> str:
        """The address of the original at the quote, where browsers can open it there, else of its beginning."""
        return address_at(self.evidence.document, self.evidence.span)

    @computed_field
    @property
    def publisher(self) -> str:
        """The document's publisher, or empty."""
        return self.evidence.document.publisher

    @computed_field
    @property
    def published(self) -> str:
        """The ISO date, month or year of publication, or empty."""
        return self.evidence.document.published

    @computed_field
    @property
    def summary(self) -> bool:
        """True where the document is a summary of the page at `url` and not that page's own words."""
        return self.evidence.document.is_summary

    @computed_field
    @property
    def language(self) -> str:
        """The ISO 639 code of the language of the quoted passage."""
        return language_of(self.evidence.passage.text)

    @computed_field
    @property
    def quote(self) -> str:
        """The cited words, equal to `text[start:end]` of the document."""
        return self.evidence.text

    @computed_field
    @property
    def start(self) -> int:
        """The offset of the first quoted character in the document's text, in Unicode code points from 0."""
        return self.evidence.span.start

    @computed_field
    @property
    def end(self) -> int:
        """The offset behind the last quoted character."""
        return self.evidence.span.end

    @computed_field
    @property
    def start_utf16(self) -> int:
        """`start` in UTF-16 code units, as JavaScript counts."""
        return utf16_offset(self.evidence.document.text, self.start)

    @computed_field
    @property
    def end_utf16(self) -> int:
        """`end` in UTF-16 code units, as JavaScript counts."""
        return utf16_offset(self.evidence.document.text, self.end)

    @computed_field
    @property
    def view_url(self) -> str:
        """The address, on this server, of the document with the quote marked."""
        return view_address(self.document_id, self.evidence.span)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence or list item of an answer, with the numbers of its citations and its support from 0 to 1.

    `subject` is added by Waymark: what "it" or "they" refers to, where the answer does not say so before. `rest` are
    the items that a list has besides those that are stated, behind the last of these, to be shown folded; they have the
    same citations. `language` is that of a text that is told and not quoted, such as a figure; a quote has that of its
    source. `translation` is the text in the answer's language, by a language model, to be shown beside it and marked.
    """

    __pydantic_config__ = EVERY_KEY

    text: str
    citations: tuple[int, ...]
    support: float
    is_item: bool = False
    subject: str = ""
    rest: tuple[str, ...] = ()
    language: str = ""
    translation: str = ""

    def __post_init__(self) -> None:
        """Refuse a statement without a source."""
        if not self.citations:
            raise ValueError(f"the statement {self.text!r} cites nothing")

    @property
    def marked(self) -> str:
        """The text with its citation marks, `[1]`, the added subject in brackets, and a line for each further item."""
        marks = "".join(f"[{number}]" for number in self.citations)
        first = f"{'- ' if self.is_item else ''}{self.subject and f'[{self.subject}] '}{self.text} {marks}"
        return "\n".join([first, *(f"- {item} {marks}" for item in self.rest)])


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question was understood with and does not say itself, by a label for the asker and an id for `drop`."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made an answer; why a model did not write (`fallback`) or translate all; how many sentences it lost."""

    __pydantic_config__ = EVERY_KEY

    generation: str
    encoder: str
    writer: str
    version: str
    model: str = ""
    fallback: str = ""
    dropped: int = 0
    untranslated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the assistant replies.

    `standalone_question` is the question, with misspelt words corrected; `topics` name what it takes over from earlier
    turns. `statements` answer it. `more` only add to them, to be shown folded; `nearest` stand beside a refusal. All
    three share the `citations`. `unanswered` are parts of the question, in its own words, of which nothing was found.
    `message` is a fixed text in the asker's language, or else in English: why there is no answer, or what to know about
    the quotes; `reason` is its key where there is no answer. `notes` are fixed texts about the sources. `chart` shows
    the figures that it is about. `confidence` is the probability that the documents answer. `text` holds the statements
    with their citation marks, or else the message. `help` may stand beside any status. `timings_ms` are milliseconds by
    step. `trace` tells how it was found, where that was asked for. `takes_feedback` tells whether `POST /v1/feedback`
    takes a vote. `permalink` is the path, on this server, of a page with the quotes; behind `/v1` as JSON.
    """

    __pydantic_config__ = EVERY_KEY

    id: str
    question: str
    standalone_question: str
    language: str
    status: Status
    topics: tuple[Topic, ...] = ()
    message: str = ""
    confidence: float = 0.0
    reason: str = ""
    short_answer: str | None = None
    statements: tuple[Statement, ...] = ()
    more: tuple[Statement, ...] = ()
    nearest: tuple[Statement, ...] = ()
    unanswered: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    text: str = field(init=False, default="")  # no computed field, since those come last in the JSON
    help: HelpCard | None = None
    related_questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    provenance: Provenance
    timings_ms: dict[str, float] = field(default_factory=dict, compare=False)
    trace: Explanation | None = field(default=None, compare=False)
    takes_feedback: bool = field(default=False, compare=False)

    @computed_field
    @property
    def permalink(self) -> str:
        """The path of a page with the quotes, as they stood in the generation that it names; empty without quotes."""
        return permalink(self.provenance.generation, [citation.evidence for citation in self.citations])

    def __post_init__(self) -> None:
        """Refuse statements, citations and a status that do not belong together; write the text."""
        shown = (*self.statements, *self.more, *self.nearest)
        cited = {number for statement in shown for number in statement.citations}
        listed = [citation.number for citation in self.citations]
        if cited != set(listed):
            raise ValueError(f"statements cite {sorted(cited)}, but the answer lists {listed}")
        if listed != list(range(1, len(listed) + 1)):
            raise ValueError(f"citations are numbered from 1 without gaps, not {listed}")
        if bool(self.statements) != (self.status in ANSWERING):
            raise ValueError(f"an answer with {len(self.statements)} statements can't have the status {self.status}")
        if (self.more or self.unanswered) and not self.statements:
            raise ValueError("what only adds to statements, or is not answered beside them, needs statements")
        if self.nearest and self.status != Status.NO_EVIDENCE:
            raise ValueError(f"nearest statements can't stand beside the status {self.status}")
        object.__setattr__(self, "text", _text(self.statements) or self.message)


def _text(statements: tuple[Statement, ...]) -> str:
    """Join statements with their citation marks, each list item on a line of its own."""
    text = statements[0].marked if statements else ""
    for before, statement in pairwise(statements):
        text += ("\n" if before.is_item or statement.is_item else " ") + statement.marked
    return text


_ANSWER = TypeAdapter(Answer)


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as the JSON object that `POST /v1/ask` gives."""
    return cast("dict[str, Any]", _ANSWER.dump_python(answer, mode="json"))
