"""A client of the API for scripts and notebooks of staff.

In: questions. Out: answers and search results in the types that they are made of; a refusal raises Refused.

>>> client = Client("https://waymark.example.org", key="wm_…")
>>> client.ask("Who funds the shelter?", filters={"countries": ["Ghana"]}).text  # doctest: +SKIP
'Norway funds the shelter in Accra. [1]'
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypedDict, Unpack

import urllib3
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from api.formats.errors import Problem
from api.formats.schemas import MAX_BATCH
from qa.answers.answer import Provenance, Statement, Status, Topic
from qa.answers.charts import Chart
from qa.answers.explanation import Explanation
from qa.answers.help import HelpCard
from qa.answers.hits import SearchResult

TRIES = 3  # of a question, in all, that finds no room, or is asked too soon after others
TIMEOUT_S = 60.0  # for an answer; a batch has as many times as it has questions


class Refused(Exception):
    """A request that was refused; `problem` says why, and holds the help card where one was due."""

    def __init__(self, problem: Problem) -> None:
        """Take the problem."""
        super().__init__(f"{problem.title}: {problem.detail}")
        self.problem = problem


class Citation(BaseModel):
    """A quote and its source, as in `qa.answers.answer`, whose documents stay on the server."""

    model_config = ConfigDict(frozen=True)

    number: int
    document_id: str
    passage_id: str
    title: str
    url: str
    page: int | None
    quote_url: str
    publisher: str
    published: str
    summary: bool
    language: str
    quote: str
    start: int
    end: int
    start_utf16: int
    end_utf16: int
    view_url: str


class Answer(BaseModel):
    """An answer, as in `qa.answers.answer`."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    standalone_question: str
    language: str
    status: Status
    topics: tuple[Topic, ...]
    message: str
    confidence: float
    reason: str
    short_answer: str | None
    statements: tuple[Statement, ...]
    more: tuple[Statement, ...]
    nearest: tuple[Statement, ...]
    unanswered: tuple[str, ...]
    citations: tuple[Citation, ...]
    text: str
    help: HelpCard | None
    related_questions: tuple[str, ...]
    notes: tuple[str, ...]
    provenance: Provenance
    timings_ms: dict[str, float]
    trace: Explanation | None
    takes_feedback: bool
    chart: Chart | None
    permalink: str


class Filters(TypedDict, total=False):
    """Which documents may be found."""

    countries: list[str]
    themes: list[str]
    kinds: list[str]
    publishers: list[str]
    since: str
    until: str


class Options(TypedDict, total=False):
    """What a question may be asked with, as in `api.formats.schemas.AskRequest`."""

    history: list[dict[str, str]]
    drop: list[str]
    filters: Filters
    language: str
    documents: int
    words: int
    explain: bool


class Client:
    """Asks a server of Waymark; may be shared by threads."""

    def __init__(self, url: str, key: str = "") -> None:
        """Take the address of the server, and a key of staff, which only batches need where the public may ask."""
        self._url = url.rstrip("/")
        waiting = urllib3.Retry(TRIES - 1, status_forcelist=(429, 503), allowed_methods=None, raise_on_status=False)
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._pool = urllib3.PoolManager(headers=headers, retries=waiting)

    def ask(self, question: str, **options: Unpack[Options]) -> Answer:
        """Return the answer to a question."""
        return Answer.model_validate(self._post("/v1/ask", {"question": question, **options}))

    def ask_many(self, questions: Iterable[str], **options: Unpack[Options]) -> Iterator[Answer | Problem]:
        """Yield the answer to each question, or the problem why there is none; all are asked with the same options."""
        rest = iter(questions)
        while batch := [{"question": question, **options} for question in islice(rest, MAX_BATCH)]:
            for result in self._post("/v1/ask/batch", {"questions": batch}, len(batch))["results"]:
                problem = result["problem"]
                yield Problem.model_validate(problem) if problem else Answer.model_validate(result["answer"])

    def search(self, query: str, *, limit: int = 10, filters: Filters | None = None) -> list[SearchResult]:
        """Return the passages that match a query, best first."""
        hits = self._post("/v1/search", {"query": query, "limit": limit, "filters": filters or {}})["hits"]
        return TypeAdapter(list[SearchResult]).validate_python(hits)

    def _post(self, path: str, body: object, questions: int = 1) -> Any:  # noqa: ANN401 - JSON
        response = self._pool.request("POST", self._url + path, json=body, timeout=questions * TIMEOUT_S)
        if response.status != 200:  # noqa: PLR2004 - OK
            raise Refused(_problem_of(response))
        return response.json()


def _problem_of(response: urllib3.BaseHTTPResponse) -> Problem:
    """Return the problem in a response; a proxy's own refusals are none of Waymark's, and may not be JSON."""
    try:
        return Problem.model_validate_json(response.data)
    except ValidationError:
        detail = "What stands between here and the server has refused; ask who runs it."
        return Problem(type="about:blank", title=response.reason or "Refused", status=response.status, detail=detail)
