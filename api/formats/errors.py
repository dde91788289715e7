"""Errors as problem details (RFC 9457): a status, a title, and a text that says what to change.

No problem repeats the request: it may be private, or hold characters that can't be encoded.
"""

import logging
import traceback
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.formats.rendering import render_page
from embeddings import GenerationProblem, MilvusProblem
from qa.answers.help import HelpCard, help_json
from qa.answers.hits import UnknownValue
from qa.answers.replies import reply
from qa.logs import request_id

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 10  # listed in one problem
NOT_TEXT = "holds characters that are not text"
# Texts that replace those of the framework, by HTTP status and by pydantic's type of error.
DETAILS = {
    400: "The body can't be read as JSON in UTF-8.",
    401: "Send a key that is valid, in the header Authorization: Bearer.",
    403: "This key lacks the scope that this address needs.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    408: "The request body did not come in time.",
    409: "This does not go together with what is there, or with what is being done now.",
    410: "The documents have changed since, and those that were quoted are not kept.",
    413: "The request body is longer than is accepted here.",
    415: "Send the body as JSON, with the header Content-Type: application/json.",
    429: "This client asked too many questions in a short time; Retry-After tells when it may ask again.",
    500: "Something failed here. It has been logged; try again later.",
    507: "What was sent can't be stored: the disk is full, or may not be written to.",
    503: "No question is answered now: too many wait, or the index or the model can't be used; see the operator's log.",
}
MESSAGES = {
    "extra_forbidden": "holds a field that is not known here",
    "missing": "is missing",
    "none_required": "is not known here, since nothing is kept: send the whole conversation",
    "string_pattern_mismatch": "is not a language code of two or three letters",
    "string_unicode": NOT_TEXT,
}

logger = logging.getLogger(__name__)


class FieldError(BaseModel):
    """What is wrong with a field; `nearest` are values that documents have, where a filter wanted one that none has."""

    field: str
    message: str
    nearest: list[str] = []


class Problem(BaseModel):
    """Why a request was refused, with the help card where a question was; fields that do not apply are left out."""

    type: str = Field(json_schema_extra={"format": "uri-reference"})
    title: str
    status: int
    detail: str
    request_id: str = ""
    errors: list[FieldError] = []
    help: HelpCard | None = None


class AssistantUnavailable(Exception):
    """No answer can be given now; holds a text about it in the user's language, and the help card.

    `reason` is `too_many`, `busy` or `unavailable`; `retry_s` are the seconds after which the client may ask again,
    where that is known.
    """

    def __init__(self, reason: str, language: str, card: HelpCard, status: int = 503, retry_s: int = 0) -> None:
        """Take the reason, the language of the user, the card, and the status of HTTP."""
        self.reason, self.detail, self.card, self.status = reason, reply(reason, language), card, status
        super().__init__(self.detail)
        self.headers = {"retry-after": str(retry_s)} if retry_s else {}


def unknown_values(values: Iterable[UnknownValue]) -> RequestValidationError:
    """Return the error of filters with values that no document has."""
    return RequestValidationError(
        [
            {"type": "unknown_value", "loc": ("body", "filters", *value.path), "nearest": value.nearest}
            | {"msg": f"is a value that no document has; the nearest are: {', '.join(value.nearest) or 'none'}"}
            for value in values
        ]
    )


def problem_body(status: int, detail: str, *, card: HelpCard | None = None) -> dict[str, Any]:
    """Return the JSON object of a problem, with the id of the request, and the help card where one is given."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status), "detail": detail}
    body |= {"request_id": id} if (id := request_id.get()) else {}
    return body | ({"help": help_json(card)} if card else {})


def refusal_body(error: AssistantUnavailable | RequestValidationError) -> dict[str, Any]:
    """Return the problem of a question that is not answered."""
    if isinstance(error, AssistantUnavailable):
        return problem_body(error.status, error.detail, card=error.card)
    invalid_fields = error.errors()
    if invalid_fields[0]["type"] == "json_invalid":
        return problem_body(HTTPStatus.BAD_REQUEST, DETAILS[400])
    errors = [
        {"field": _field(invalid), "message": MESSAGES.get(invalid["type"], invalid["msg"])}
        | ({"nearest": list(invalid["nearest"])} if "nearest" in invalid else {})
        for invalid in invalid_fields[:MAX_ERRORS]
    ]
    detail = "; ".join(f"{error['field']}: {error['message']}" for error in errors)
    return problem_body(HTTPStatus.UNPROCESSABLE_ENTITY, detail) | {"errors": errors}


def problem_response(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response that reports a problem."""
    return JSONResponse(problem_body(status, detail), status, headers, MEDIA_TYPE)


def failure_response(
    request: Request,
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a page about a failure where a browser asked for one, else a problem."""
    if "text/html" not in request.headers.get("accept", ""):
        return problem_response(status, detail, headers=headers)
    response = render_page(request, "failure.html", status, kind=_kind(status))
    response.headers.update(headers or {})
    return response


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems of a route for OpenAPI; the others, such as internal errors, are under `default`."""

    def response(status: int) -> dict[str, Any]:
        schema = {"$ref": "#/components/schemas/Problem"}
        content = {MEDIA_TYPE: {"schema": schema, "example": _example(status)}}
        return {"description": HTTPStatus(status).phrase, "content": content}

    return {"default": response(500)} | {status: response(status) for status in statuses}


def log_failure(error: Exception) -> None:
    """Log the class and the traceback of an unforeseen error, but not its message, which may quote the question."""
    trace = "".join(traceback.format_tb(error.__traceback__))
    logger.error("failed with %s\n%s", type(error).__name__, trace)


def _kind(status: int) -> str:
    """Return the name of the text that a page says about a failure."""
    kinds = {HTTPStatus.NOT_FOUND: "missing", HTTPStatus.GONE: "gone"}
    if status in kinds:
        return kinds[HTTPStatus(status)]
    return "fault_refused" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "fault_failed"


def _example(status: int) -> dict[str, Any]:
    if status != HTTPStatus.UNPROCESSABLE_ENTITY:
        return problem_body(status, DETAILS[status])
    error = {"field": "question", "message": NOT_TEXT}
    return problem_body(status, f"question: {NOT_TEXT}") | {"errors": [error]}


async def _on_http_error(request: Request, error: HTTPException) -> Response:
    is_standard = error.status_code == HTTPStatus.BAD_REQUEST or error.detail == HTTPStatus(error.status_code).phrase
    detail = DETAILS.get(error.status_code, error.detail) if is_standard else error.detail
    return failure_response(request, error.status_code, detail, error.headers)


async def _on_damage(request: Request, _: GenerationProblem | MilvusProblem) -> Response:
    """Tell what is met where documents are read alone; who checks the index beside the answering has noted it."""
    return failure_response(request, HTTPStatus.SERVICE_UNAVAILABLE, DETAILS[503])


async def _on_refusal(_: Request, error: AssistantUnavailable | RequestValidationError) -> JSONResponse:
    body = refusal_body(error)
    headers = error.headers if isinstance(error, AssistantUnavailable) else None
    return JSONResponse(body, body["status"], headers, MEDIA_TYPE)


def _field(error: Mapping[str, Any]) -> str:
    """Return the path of the wrong field; an unknown field is not named, since its name is part of the input."""
    path = error["loc"][1:-1] if error["type"] == "extra_forbidden" else error["loc"][1:]
    return ".".join(map(str, path)) or "body"


HANDLERS: dict[int | type[Exception], Any] = {
    HTTPException: _on_http_error,
    RequestValidationError: _on_refusal,
    AssistantUnavailable: _on_refusal,
    GenerationProblem: _on_damage,
    MilvusProblem: _on_damage,
}
