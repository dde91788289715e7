"""The pages that people read: the chat, and a document with the quoted words marked.

An answer has one template. A browser without JavaScript gets it inside the page at `/?question=`. With JavaScript the
script posts the question to `/answer` and adds what comes back, so that nothing is rendered twice, and the question
stands in no address, no history and no log.
"""

import secrets
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.templating import Jinja2Templates
from pydantic import ValidationError
from starlette.responses import HTMLResponse

from api.asking import AssistantDep, State, StateDep, answer_to, require_json
from api.reader import blocks_of, span_in
from api.schemas import AskRequest
from corpus import Document
from qa import Answer, Citation, Statement
from qa.languages import UN_LANGUAGES
from qa.replies import reply

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
templates = Jinja2Templates(Path(__file__).parent / "templates")


@router.get("/")
def chat(request: Request, state: StateDep, question: str = "") -> HTMLResponse:
    """Show the chat page, with the answer where a question was asked without JavaScript."""
    if not question.strip():
        return templates.TemplateResponse(request, "chat.html", _notice(state))
    try:
        asked = AskRequest(question=question)
    except ValidationError:
        problem = "A question may hold no characters that are not text, and not be a whole book."
        return templates.TemplateResponse(request, "chat.html", {"problem": problem}, 422)
    return templates.TemplateResponse(request, "chat.html", _turn(answer_to(asked, state)))


@router.post("/answer", dependencies=[Depends(require_json)])
def answer(request: Request, asked: AskRequest, state: StateDep) -> HTMLResponse:
    """Answer a question as a piece of the chat page; takes what `/v1/ask` takes."""
    return templates.TemplateResponse(request, "turn.html", _turn(answer_to(asked, state)))


@router.get("/documents/{id}")
def document(request: Request, id: str, assistant: AssistantDep, start: str = "", end: str = "") -> HTMLResponse:
    """Show a document, with the words from `start` to `end` marked."""
    if (found := assistant.documents.get(id)) is None:
        return templates.TemplateResponse(request, "missing.html", status_code=404)
    blocks = blocks_of(found.text, span_in(found.text, start, end))
    return templates.TemplateResponse(request, "document.html", {"document": found, "blocks": blocks})


def _notice(state: State) -> dict[str, object]:
    """Return what the empty page shows where answering is switched off: a notice and the operator's help lines."""
    if state["settings"].is_answering():
        return {}
    return {"notice": reply("answering_off", "en"), "help": state["reception"].operators_card("en")}


def _turn(answer: Answer) -> dict[str, object]:
    """Return what the template of a turn needs. The key keeps the anchors of equal answers on one page apart."""
    message_language = answer.language if answer.language in UN_LANGUAGES else "en"
    return {
        "answer": answer,
        "help": answer.help,
        "message_language": message_language,
        "key": secrets.token_hex(4),
    }


def parts(answer: Answer) -> list[tuple[bool, list[Statement]]]:
    """Part statements into lists and paragraphs, each of one document; tell of each whether it is a list."""

    def part_of(statement: Statement) -> tuple[bool, str]:
        return statement.is_item, answer.citations[statement.citations[0] - 1].evidence.document.id

    return [(is_list, list(statements)) for (is_list, _), statements in groupby(answer.statements, key=part_of)]


def by_document(citations: Iterable[Citation]) -> list[tuple[Document, list[Citation]]]:
    """Put citations of one document together, in the order in which the documents are first cited."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.evidence.document.id, []).append(citation)
    return [(group[0].evidence.document, group) for group in groups.values()]


def site(address: str) -> str:
    """Return the host of a web address, or "" for what must not become a link.

    >>> site("https://www.iom.int/news"), site("javascript:alert(1)")
    ('iom.int', '')
    """
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").removeprefix("www.") if parts.scheme in {"http", "https"} else ""
    except ValueError:
        return ""


def long_date(published: str) -> str:
    """Write an ISO date or month in full; leave a year, or anything else, as it is.

    >>> long_date("2015-03-12"), long_date("2015-03"), long_date("2015")
    ('12 March 2015', 'March 2015', '2015')
    """
    try:
        if len(published) == len("2015-03"):
            return f"{date.fromisoformat(published + '-01'):%B %Y}"
        day = date.fromisoformat(published)
    except ValueError:
        return published
    return f"{day.day} {day:%B %Y}"


templates.env.filters.update(parts=parts, by_document=by_document, site=site, long_date=long_date)
