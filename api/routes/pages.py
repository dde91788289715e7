"""The pages that people read: the chat, a document with the quoted words marked, and a demonstration of the widget.

The chat page is a form that answers without JavaScript at `/?question=`; it stands inside the widget's element, which
takes its place, and the answer it shows, where JavaScript runs. Then no question stands in an address.
"""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.templating import Jinja2Templates
from pydantic import ValidationError
from starlette.responses import FileResponse, HTMLResponse

from api.dependencies import AssistantDep, State, StateDep, answer_to
from api.schemas import AskRequest
from api.translations import LANGUAGES, RIGHT_TO_LEFT, long_date, page_language, texts_in
from api.viewer import blocks_of, span_in
from corpus.languages import language_of
from qa.replies import reply
from qa.wire import answer_json, help_json

HERE = Path(__file__).parent.parent
MAX_TOGETHER = 24  # characters of a word that is kept with the marks after it
NEUTRAL_SITE = "https://worldweather.wmo.int/"  # where "Leave this page" leads

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
templates = Jinja2Templates(HERE / "templates")


@router.get("/")
def chat(request: Request, state: StateDep, question: str = "") -> HTMLResponse:
    """Show the chat page, with the answer where a question was asked without JavaScript."""
    if not question.strip():
        return _page(request, "chat.html", off=_notice(request, state))
    try:
        asked = AskRequest(question=question)
    except ValidationError:
        return _page(request, "chat.html", 422, refused=True)
    return _page(request, "chat.html", answer=answer_json(answer_to(asked, state)))


@router.get("/documents/{id}")
def document(request: Request, id: str, assistant: AssistantDep, start: str = "", end: str = "") -> HTMLResponse:
    """Show a document, with the words from `start` to `end` marked."""
    if (found := assistant.documents.get(id)) is None:
        return _page(request, "missing.html", 404)
    blocks = blocks_of(found.text, span_in(found.text, start, end))
    return _page(request, "document.html", document=found, written_in=language_of(found.text), blocks=blocks)


def _notice(request: Request, state: State) -> dict[str, Any] | None:
    """Return what the empty page shows where answering is switched off: a notice and the operator's help lines."""
    if state["settings"].is_answering():
        return None
    language = _language(request)
    return {"message": reply("answering_off", language), "help": help_json(state["intake"].operators_card(language))}


@router.get("/demo")
def demo(request: Request) -> HTMLResponse:
    """Show a page of some site with the widget in its corner."""
    return _page(request, "demo.html")


@router.get("/widget.js")
async def widget() -> FileResponse:
    """Give the widget's script, which loads the files under `/widget/`."""
    return FileResponse(HERE / "static" / "widget.js", media_type="text/javascript")


def _language(request: Request) -> str:
    return page_language(request.query_params.get("language", ""), request.headers.get("accept-language", ""))


def _page(request: Request, template: str, status: int = 200, **shown: object) -> HTMLResponse:
    """Show a template in the reader's language."""
    language = _language(request)
    page = {
        "texts": texts_in(language),
        "language": language,
        "languages": LANGUAGES,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "neutral_site": NEUTRAL_SITE,
    }
    return templates.TemplateResponse(request, template, page | shown, status, headers={"vary": "accept-language"})


def parts(answer: dict[str, Any]) -> list[tuple[bool, list[dict[str, Any]]]]:
    """Part statements into lists and paragraphs, each of one document; tell of each whether it is a list."""

    def part_of(statement: dict[str, Any]) -> tuple[bool, str]:
        return statement["is_item"], answer["citations"][statement["citations"][0] - 1]["document_id"]

    return [(is_list, list(statements)) for (is_list, _), statements in groupby(answer["statements"], key=part_of)]


def by_document(citations: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Put citations of one document together, in the order in which the documents are first cited."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for citation in citations:
        groups.setdefault(citation["document_id"], []).append(citation)
    return list(groups.values())


def last_word(text: str) -> tuple[str, str]:
    """Part a text before its last word, which stays on one line with the marks after it, unless it is long.

    >>> last_word("Norway paid."), last_word("挪威政府为阿克拉的儿童庇护所提供了资金，并培训了工作人员。")[1]
    (('Norway ', 'paid.'), '')
    """
    before, blank, last = text.rpartition(" ")
    return (before + blank, last) if len(last) <= MAX_TOGETHER else (text, "")


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


def filled(text: str, **values: object) -> str:
    """Put values into a text of the page.

    >>> filled("Source {number}: {title}", number=2, title="Shelter")
    'Source 2: Shelter'
    """
    return text.format(**values)


def dialled(number: str) -> str:
    """Return what a telephone dials of a number as people write it.

    >>> dialled("+44 (0) 800-0121 700")
    '+448000121700'
    """
    return "".join(character for character in number.replace("(0)", "") if character in "+*#0123456789")


templates.env.filters.update(
    parts=parts,
    last_word=last_word,
    by_document=by_document,
    site=site,
    dialled=dialled,
    long_date=long_date,
    filled=filled,
)
