"""The pydantic models of requests under `/v1` with their limits, and of responses that are not defined in `qa`.

Answers are defined in `qa.answers.answer`, hits in `qa.answers.hits`. Models are stable: within `/v1` fields may be
added, and none is renamed or removed.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from api.formats.errors import NOT_TEXT, Problem
from corpus.language.dates import iso_date
from qa import Answer, Citation, Filters, Turn
from qa.answers.hits import SearchResult
from qa.safety.sanitizer import MAX_READ, ends

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
ANSWER_ID = re.compile("^[0-9a-f]{16}$")
MAX_TURNS = 20
MAX_QUESTION, MAX_SHORT_QUESTION, MAX_EARLIER_ANSWER = 60_000, 1000, 8000  # characters
MAX_FILTER_VALUES, MAX_DROPPED, MAX_BATCH = 50, 20, 50  # values of one filter, topics, questions


def _check_text(value: str) -> str:
    if "\0" in value or (not value.isascii() and LONE_SURROGATE.search(value)):  # in ASCII, which most is, at once
        raise PydanticCustomError("not_text", NOT_TEXT)
    return value


def _check_date(value: str) -> str:
    if iso_date(value) != value:
        raise PydanticCustomError("not_a_date", "is no date, month or year, as 2015-03-12, 2015-03 or 2015")
    return value


def _check_answer_id(value: str) -> str:
    if not ANSWER_ID.fullmatch(value):
        raise PydanticCustomError("not_an_id", "is no id of an answer")
    return value


Writable = AfterValidator(_check_text)
Date = Annotated[str, StringConstraints(max_length=10), AfterValidator(_check_date)]
ShortQuestion = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_SHORT_QUESTION), Writable
]
# A longer one gets an answer that says so: who writes a long story may be in danger, and must see the help card.
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION), Writable]
# Its ends are kept, which are all that the safety step reads, so that it is judged as when it was asked.
EarlierQuestion = Annotated[Question, AfterValidator(lambda text: ends(text, MAX_READ))]
EarlierAnswer = Annotated[str, StringConstraints(max_length=MAX_EARLIER_ANSWER), Writable]
FilterValue = Annotated[str, StringConstraints(min_length=1, max_length=100), Writable]
FilterValues = Annotated[list[FilterValue], Field(max_length=MAX_FILTER_VALUES)]
TopicId = Annotated[str, StringConstraints(min_length=1, max_length=300), Writable]  # a document's id, for one
# It is recorded, so that it must not be just any text.
AnswerId = Annotated[str, Field(json_schema_extra={"pattern": ANSWER_ID.pattern}), AfterValidator(_check_answer_id)]
LanguageCode = Annotated[str, StringConstraints(pattern="^[A-Za-z]{2,3}$", to_lower=True)]


class Request(BaseModel):
    """A request body: fields of exactly these types, and no unknown ones."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class TurnIn(Request):
    """A question asked before, and the text of its answer."""

    question: EarlierQuestion
    answer: EarlierAnswer = ""


class FiltersIn(Request):
    """Which documents may be found; an empty list allows all. A value that no document has is refused.

    A country may have any of its English names. `since` and `until` are ISO dates, months or years, and included.
    """

    countries: FilterValues = []
    themes: FilterValues = []
    kinds: FilterValues = []
    publishers: FilterValues = []
    since: Date = ""
    until: Date = ""

    def to_filters(self) -> Filters:
        """Return the filters as the assistant takes them."""
        return Filters(
            tuple(self.countries),
            tuple(self.themes),
            tuple(self.kinds),
            tuple(self.publishers),
            self.since,
            self.until,
        )


class AskRequest(Request):
    """A question, with the turns before it.

    `drop` holds ids of `topics` of an earlier answer to it: what they stand for is left out of the new one. `documents`
    are the most that are cited; `words` the most that are stated, where more than one sentence answers: what is longer
    stands under `more`, and a list is given as a whole. With `explain`, the answer has a `trace`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "Who funds the shelter in Accra?",
                    "history": [{"question": "Where did a shelter open?", "answer": "A shelter opened in Accra. [1]"}],
                    "drop": [],
                    "filters": {"countries": ["Ghana"]},
                    "language": "en",
                }
            ]
        }
    )

    question: Question
    history: list[TurnIn] = Field(default=[], max_length=MAX_TURNS)
    drop: list[TopicId] = Field(default=[], max_length=MAX_DROPPED)
    filters: FiltersIn = FiltersIn()
    language: LanguageCode | None = None
    documents: int | None = Field(default=None, ge=1, le=20)
    words: int | None = Field(default=None, ge=10, le=400)
    explain: bool = False

    def to_turns(self) -> list[Turn]:
        """Return the history as the assistant takes it."""
        return [Turn(turn.question, turn.answer) for turn in self.history]


class BatchRequest(Request):
    """Questions that are answered one after another."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "questions": [
                        {"question": "Who funds the shelter in Accra?"},
                        {"question": "Who runs the hotline?", "filters": {"countries": ["Colombia"]}},
                    ]
                }
            ]
        }
    )

    questions: list[AskRequest] = Field(min_length=1, max_length=MAX_BATCH)


class BatchResult(BaseModel):
    """The answer to a question of a batch, or the problem that it would get alone; the other one is null."""

    answer: Answer | None
    problem: Problem | None


class BatchResponse(BaseModel):
    """The results of the questions, in their order."""

    results: list[BatchResult]


class Quotes(BaseModel):
    """The quotes of an answer, word for word as in the generation in which it was found.

    Where `is_current` is false, the documents that serve have other words there, to which `view_url` leads.
    """

    generation: str
    is_current: bool
    citations: list[Citation]


class SearchRequest(Request):
    """A query for passages."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"query": "shelter in Accra", "limit": 5, "filters": {"countries": ["Ghana"]}}]}
    )

    query: ShortQuestion
    limit: int = Field(default=10, ge=1, le=50)
    filters: FiltersIn = FiltersIn()


class FeedbackRequest(Request):
    """What somebody thought of an answer, named by its `id`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer_id": "0f3a61c2b7d94e58", "useful": False, "reason": "outdated"}]}
    )

    answer_id: AnswerId
    useful: bool
    reason: Literal["", "wrong", "incomplete", "outdated", "unclear", "source", "other"] = ""
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Writable] = ""


class SearchResponse(BaseModel):
    """Hits, best first."""

    hits: list[SearchResult]


class DocumentsQuery(BaseModel):
    """Which documents are listed; an empty list allows all."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    country: FilterValues = Field(default=[], description="A country's English name, any it has.")
    theme: FilterValues = Field(default=[], description="A theme, as counted in `facets`.")
    kind: FilterValues = Field(default=[], description="A kind, as `news` or `report`.")
    publisher: FilterValues = Field(default=[], description="A publisher, as counted in `facets`.")
    year: FilterValues = Field(default=[], description="A year of publication, as `2015`.")
    q: Annotated[str, StringConstraints(max_length=200), Writable] = Field(default="", description="Words of titles.")
    limit: int = Field(default=50, ge=1, le=200, description="The most documents that are listed.")
    after: Annotated[str, StringConstraints(max_length=300), Writable] = Field(
        default="", description="The `next` of the list before, which this one goes on from."
    )


class DocumentEntry(BaseModel):
    """A document without its text."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    url: str
    publisher: str
    published: str
    kind: str
    countries: list[str]
    themes: list[str]


class DocumentOut(DocumentEntry):
    """A document with its full text, in which the offsets of quotes are counted."""

    text: str


class DocumentPart(DocumentOut):
    """A document with the part of its text that begins at `start`; the whole text has `characters`."""

    start: int
    characters: int


class DocumentList(BaseModel):
    """Documents, newest first, and how many there are in all; `next` is where the list goes on.

    `facets` count the values of each facet among the documents that the other filters allow.
    """

    model_config = ConfigDict(from_attributes=True)

    total: int
    documents: list[DocumentEntry]
    next: str | None
    facets: dict[str, dict[str, int]]


class Health(BaseModel):
    """The state of the service: `ok`, `ready`, or `empty` where the index holds no document.

    `reader` is `trained`, or `none` where questions are answered without the trained reader, faster and less well.
    `writer` is `extractive`, or `llm`, a language model; `writer_problem` is why that wrote nothing the last time.
    `generation` is the id of the index that serves, which was built `age_s` seconds ago; `problem` tells why it is not
    the one that was published last, or can't be searched now, or whether there is a newer one can't be known.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ready",
                    "reader": "trained",
                    "writer": "extractive",
                    "writer_problem": "",
                    "generation": "000002-b49587e8",
                    "age_s": 86400,
                    "problem": "",
                }
            ]
        }
    )

    status: str
    reader: str = ""
    writer: str = ""
    writer_problem: str = ""
    generation: str = ""
    age_s: int = 0
    problem: str = ""
