"""The shapes of requests and responses under `/v1`, and the limits on what comes in.

Shapes are stable: a field may be added, and none is renamed or dropped within `/v1`.
"""

import json
import re
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from api.errors import NOT_TEXT
from corpus import Document
from qa import Answer, Filters, Hit, Turn
from qa.wire import answer_json, hit_json

UNWRITABLE = re.compile("[\0\ud800-\udfff]")
MAX_TURNS = 20
MAX_ASKED = 60_000
MAX_CHOICES = 50  # values of one filter


EXAMPLES = json.loads(Path(__file__).with_name("examples.json").read_text(encoding="utf-8"))


def _example(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Show an example of a shape in OpenAPI."""
    schema["examples"] = [EXAMPLES[model.__name__]]


def _text(value: str) -> str:
    if UNWRITABLE.search(value):
        raise PydanticCustomError("not_text", NOT_TEXT)
    return value


IsText = AfterValidator(_text)
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), IsText]
# A longer one gets an answer that says so: who pours out a long story may be in danger, and must meet the help card.
Asked = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ASKED), IsText]
Past = Annotated[str, StringConstraints(max_length=8000), IsText]
Choice = Annotated[str, StringConstraints(min_length=1, max_length=100), IsText]
Choices = Annotated[list[Choice], Field(max_length=MAX_CHOICES)]
LanguageCode = Annotated[str, StringConstraints(pattern="^[A-Za-z]{2,3}$", to_lower=True)]


class Request(BaseModel):
    """What comes in: of exactly the types asked for, without fields that mean nothing here."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class TurnIn(Request):
    """A question asked before, and the text of its answer."""

    question: Question
    answer: Past = ""


class FiltersIn(Request):
    """Which documents may be found; an empty list allows all."""

    countries: Choices = []
    themes: Choices = []
    kinds: Choices = []
    publishers: Choices = []

    def wanted(self) -> Filters:
        """Return the filters as the assistant takes them."""
        return Filters(tuple(self.countries), tuple(self.themes), tuple(self.kinds), tuple(self.publishers))


class AskRequest(Request):
    """A question, with the turns before it."""

    model_config = ConfigDict(json_schema_extra=_example)

    question: Asked
    history: list[TurnIn] = Field(default=[], max_length=MAX_TURNS)
    filters: FiltersIn = FiltersIn()
    language: LanguageCode | None = None

    def turns(self) -> list[Turn]:
        """Return the history as the assistant takes it."""
        return [Turn(turn.question, turn.answer) for turn in self.history]


class SearchRequest(Request):
    """What to look for."""

    model_config = ConfigDict(json_schema_extra=_example)

    query: Question
    limit: int = Field(default=10, ge=1, le=50)
    filters: FiltersIn = FiltersIn()


class StatementOut(BaseModel):
    """A sentence or list item of an answer, with the numbers of its citations.

    `subject` is what it speaks of, added where the sentence alone does not say so.
    """

    text: str
    citations: list[int]
    support: float
    is_item: bool
    subject: str


class CitationOut(BaseModel):
    """A source, whose `quote` equals `text[start:end]` of its document.

    `summary` tells that this text is a summary of the page at `url`; `language` is that of the words around the quote.
    """

    number: int
    document_id: str
    passage_id: str
    title: str
    url: str
    publisher: str
    published: str
    summary: bool
    language: str
    quote: str
    start: int
    end: int
    view_url: str


class ProvenanceOut(BaseModel):
    """What made an answer."""

    generation: str
    encoder: str
    writer: str
    version: str


class HelpLineOut(BaseModel):
    """A service to turn to; `stale` tells that its number was not checked lately."""

    country: str
    service: str
    number: str
    languages: list[str]
    hours: str
    url: str
    source: str
    checked: str
    stale: bool


class HelpOut(BaseModel):
    """Where a person at risk can get help, in plain text."""

    title: str
    text: str
    emergency: str
    note: str
    lines: list[HelpLineOut]


class AskResponse(BaseModel):
    """An answer. `message` is what the assistant says in its own words, and `reason` the key of that text.

    `notes` tell what to know of the sources, such as that they are of different years.
    """

    model_config = ConfigDict(json_schema_extra=_example)

    id: str
    question: str
    standalone_question: str
    language: str
    status: str
    message: str
    confidence: float
    reason: str
    short_answer: str | None
    statements: list[StatementOut]
    citations: list[CitationOut]
    text: str
    help: HelpOut | None
    related_questions: list[str]
    notes: list[str]
    provenance: ProvenanceOut
    timings_ms: dict[str, float]

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Show an answer."""
        return cls.model_validate(answer_json(answer))


class HitOut(BaseModel):
    """A passage that a search found; higher scores are better."""

    document_id: str
    passage_id: str
    title: str
    url: str
    text: str
    score: float
    start: int
    end: int

    @classmethod
    def of(cls, hit: Hit, document: Document) -> Self:
        """Show a hit in its document."""
        return cls.model_validate(hit_json(hit, document))


class SearchResponse(BaseModel):
    """Hits, best first."""

    model_config = ConfigDict(json_schema_extra=_example)

    hits: list[HitOut]


class DocumentOut(BaseModel):
    """A document and its whole text."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra=_example)

    id: str
    title: str
    url: str
    publisher: str
    published: str
    kind: str
    countries: list[str]
    themes: list[str]
    text: str


class Health(BaseModel):
    """That the service lives, or is ready."""

    model_config = ConfigDict(json_schema_extra=_example)

    status: str
