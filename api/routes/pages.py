"""The HTML pages: the chat, a document with the quoted words marked, and a demonstration of the widget.

The chat page is a form that works without JavaScript, by `/?question=`. The form is inside the widget's element: where
JavaScript runs, the widget replaces it and shows the answer that came with the page, and from then on no question is
put into an address.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.templating import Jinja2Templates
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from api.assets import version, widget_script
from api.dependencies import AssistantDep, State, StateDep, answer_to
from api.errors import AssistantUnavailable
from api.schemas import AskRequest
from api.translations import LANGUAGES, RIGHT_TO_LEFT, page_language, texts_in
from api.viewer import blocks_of, span_in
from corpus.dates import long_date
from corpus.languages import language_of
from qa.answers import answer_json
from qa.help import help_json
from qa.replies import reply
from qa.safety.help_card import help_texts
from qa.safety.help_page import NEUTRAL_SITE, dial_number, help_page, help_style, site_name

HERE = Path(__file__).parent.parent
MAX_UNBROKEN = 24  # characters of a word that is kept on one line with the citation marks after it

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
templates = Jinja2Templates(HERE / "templates")


@router.get("/")
async def chat(
    request: Request, state: StateDep, question: str = "", drop: Annotated[Sequence[str], Query()] = ()
) -> HTMLResponse:
    """Show the chat page, with the answer where a question was asked without JavaScript."""

    async def page(status: int = 200, **context: object) -> HTMLResponse:
        return await run_in_threadpool(_page, request, "chat.html", status, **context)

    if not question.strip():
        return await page(off=_notice(request, state))
    try:
        body = AskRequest(question=question, drop=list(drop))
    except ValidationError:
        return await page(422, refused=True)
    try:
        return await page(answer=answer_json(await answer_to(body, state, request)), dropped=body.drop)
    except AssistantUnavailable as error:
        response = await page(error.status, off={"message": error.detail, "help": help_json(error.card)})
        response.headers.update(error.headers)
        return response


@router.get("/documents/{id}")
def document(request: Request, id: str, assistant: AssistantDep, start: str = "", end: str = "") -> HTMLResponse:
    """Show a document, with the words from `start` to `end` marked."""
    if (found := assistant.documents.get(id)) is None:
        return _page(request, "missing.html", 404)
    blocks = blocks_of(found.text, span_in(found.text, start, end))
    return _page(request, "document.html", document=found, written_in=language_of(found.text), blocks=blocks)


def _notice(request: Request, state: State) -> dict[str, Any] | None:
    """Return the notice and the help card of the empty page while answering is switched off, else None."""
    if state["settings"].is_answering():
        return None
    language = _language(request)
    return {"message": reply("answering_off", language), "help": help_json(state["intake"].operators_card(language))}


@router.get("/demo")
def demo(request: Request) -> HTMLResponse:
    """Show a page of some site with the widget in its corner."""
    return _page(request, "demo.html")


@router.get("/widget.js")
async def widget() -> Response:
    """Return the widget's script, which loads the files under `/widget/`."""
    return Response(widget_script(), media_type="text/javascript")


@router.get("/widget/{version}/help/{language}.json")
async def help_in(version: str, language: str, state: StateDep) -> Response:
    """Return all that the help card can show in a language; the version is that of the widget's other files.

    It takes no thread, so it comes while all of them work.
    """
    if language not in LANGUAGES:
        raise HTTPException(404)
    return Response(state["intake"].help_book_json(language), media_type="application/json")


@router.get("/help")
def help_for_all(request: Request, state: StateDep) -> HTMLResponse:
    """Show where to find help in each country, without JavaScript."""
    language = _language(request)
    others = [code for code in LANGUAGES if code != language]
    book = state["intake"].help_book(language)
    page = help_page([book], others=others, style_sheet=f"/help.css?{version()}")
    return HTMLResponse(page, headers={"vary": "accept-language"})


@router.get("/help.css")
async def style_of_help() -> Response:
    """Return the style sheet of `/help`."""
    return Response(help_style(), media_type="text/css")


def _language(request: Request) -> str:
    return page_language(request.query_params.get("language", ""), request.headers.get("accept-language", ""))


def _page(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """Render a template in the reader's language."""
    language = _language(request)
    page = {
        "texts": texts_in(language),
        "help_texts": help_texts(language),
        "version": version(),
        "language": language,
        "languages": LANGUAGES,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "neutral_site": NEUTRAL_SITE,
    }
    return templates.TemplateResponse(request, template, page | context, status, headers={"vary": "accept-language"})


def statement_groups(
    statements: Iterable[dict[str, Any]], citations: Sequence[dict[str, Any]]
) -> list[tuple[bool, list[dict[str, Any]]]]:
    """Group statements into lists and paragraphs, each of a single document; True marks a list."""

    def group_of(statement: dict[str, Any]) -> tuple[bool, str]:
        return statement["is_item"], citations[statement["citations"][0] - 1]["document_id"]

    return [(is_list, list(group)) for (is_list, _), group in groupby(statements, key=group_of)]


def by_document(citations: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Group citations by document, in the order in which the documents are first cited."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for citation in citations:
        groups.setdefault(citation["document_id"], []).append(citation)
    return list(groups.values())


def split_last_word(text: str) -> tuple[str, str]:
    """Split a text before its last word, which stays on one line with the marks after it, unless it is long.

    >>> split_last_word("Norway paid."), split_last_word("挪威政府为阿克拉的儿童庇护所提供资金并培训工作人员。")[1]
    (('Norway ', 'paid.'), '')
    """
    before, blank, last = text.rpartition(" ")
    return (before + blank, last) if len(last) <= MAX_UNBROKEN else (text, "")


def fill(text: str, **values: object) -> str:
    """Put values into a text of the page.

    >>> fill("Source {number}: {title}", number=2, title="Shelter")
    'Source 2: Shelter'
    """
    return text.format(**values)


FILTERS = (statement_groups, split_last_word, by_document, site_name, dial_number, long_date, fill)
templates.env.filters.update({function.__name__: function for function in FILTERS})
