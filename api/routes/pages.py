"""The HTML pages: the chat, quotes of an answer, documents with the quoted words marked, a demonstration of the widget.

The chat page is a form that works without JavaScript. It is posted, so that no address holds a word of a question. The
form is inside the widget's element: where JavaScript runs, the widget replaces it and shows the answer that came with
the page.

Back and Reload post a form again. Whoever sits there then must not read what was asked, so each form is answered once,
and later leads to the empty page: it carries a random token, and those of the forms that were answered are kept for a
while.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from fastapi import APIRouter, HTTPException, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from api.asking.dependencies import AssistantDep, State, StateDep, answer_to
from api.asking.quotes import quotes_at
from api.formats.assets import STATIC, refusal_script, version, widget_script
from api.formats.errors import AssistantUnavailable
from api.formats.rendering import language_for, render_page
from api.formats.schemas import AskRequest, FeedbackRequest
from api.formats.translations import LANGUAGES
from api.formats.viewer import blocks_of, span_in
from api.routes.public import feedback
from corpus.documents.catalogue import list_documents
from corpus.figures.documents import place_of
from corpus.language.countries import country_code, country_name
from corpus.language.detection import language_of
from corpus.language.text import fold
from qa.answers.answer import answer_json
from qa.answers.help import help_json
from qa.answers.replies import reply
from qa.figures.charts import place_charts
from qa.safety.help_page import help_page, help_style

TOKEN_BYTES, TOKEN_CHARACTERS = 12, 16  # of the random token of a form
BROWSED = ("country", "theme", "kind", "year")  # the facets by which a reader browses
DOCUMENTS_A_PAGE = 50

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class PostedForm:
    """What the form of the chat page asks for: a question, topics to leave out, and a text to leave in the box."""

    question: str
    drop: list[str]
    draft: str
    token: str

    @classmethod
    def of(cls, body: bytes) -> "PostedForm":
        """Read a form. A button other than "Ask" asks what stands beside it, and leaves what is written as it is.

        >>> PostedForm.of(b"asked=Who+pays%3F&question=And&again=&token=a1")
        PostedForm(question='Who pays?', drop=[], draft='And', token='a1')
        """
        fields = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
        names = ("question", "asked", "related", "token")
        written, asked, related, token = (fields.get(name, [""])[0] for name in names)
        token = token[:TOKEN_CHARACTERS]  # whatever a client sends, what is kept of it is short
        if related:
            return cls(related, [], written, token)
        if fields.keys() & {"again", "drop"}:
            return cls(asked, fields.get("dropped", []) + fields.get("drop", []), written, token)
        return cls(written, [], "", token)


@router.get("/")
def chat(request: Request, state: StateDep) -> HTMLResponse:
    """Show the chat page."""
    return _chat_page(request, off=_notice(request, state))


@router.post("/")
async def answered(request: Request, state: StateDep) -> Response:
    """Show the chat page with the answer to a question that was asked without JavaScript."""
    form = PostedForm.of(await request.body())
    if form.token in state["answered_forms"]:
        return RedirectResponse(f"/?language={language_for(request)}", 303)

    async def page(status: int = 200, *, draft: str = form.draft, **context: object) -> HTMLResponse:
        return await run_in_threadpool(_chat_page, request, status, draft=draft, **context)

    if not form.question.strip():
        return await page(off=_notice(request, state))
    try:
        body = AskRequest(question=form.question, drop=form.drop)
    except ValidationError:
        return await page(422, draft=form.draft or form.question, refused=True)
    try:
        answer = await answer_to(body, state, request)
    except AssistantUnavailable as error:
        off = {"message": error.detail, "help": help_json(error.card)}
        response = await page(error.status, draft=form.draft or form.question, off=off)
        response.headers.update(error.headers)
        return response
    if form.token:
        state["answered_forms"].append(form.token)
    draft = form.draft or (form.question if answer.reason == "too_long" else "")
    return await page(answer=answer_json(answer), chart=answer.chart, dropped=body.drop, draft=draft)


@router.post("/feedback")
async def voted(request: Request, state: StateDep) -> HTMLResponse:
    """Take a vote that was cast without JavaScript."""
    fields = dict(parse_qsl((await request.body()).decode(errors="replace")))
    try:
        vote = FeedbackRequest(answer_id=fields.get("answer_id", ""), useful=fields.get("useful") == "true")
    except ValidationError as error:
        raise HTTPException(422) from error
    await feedback(vote, state, request)
    return await run_in_threadpool(_chat_page, request, is_thanked=True)


def _chat_page(request: Request, status: int = 200, **context: object) -> HTMLResponse:
    host = request.state.settings.model_host
    return render_page(request, "chat.html", status, token=token_urlsafe(TOKEN_BYTES), model_host=host, **context)


@router.get("/answers/{generation}/{path}")
async def quotes(generation: str, path: str, request: Request, assistant: AssistantDep, state: StateDep) -> Response:
    """Show the quotes of an answer by its permalink."""
    found = await quotes_at(generation, path, assistant, state, request)
    return await run_in_threadpool(render_page, request, "quotes.html", **found.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: how it is shown, how many documents have it, and whether it is chosen."""

    value: str
    label: str
    count: int
    is_chosen: bool


@router.get("/documents")
def documents(request: Request, assistant: AssistantDep, after: str = "") -> HTMLResponse:
    """Show the documents, to be browsed by facet.

    Titles are searched by the JSON API alone: no address of a page holds words that somebody wrote.
    """
    chosen = {facet: value for facet in BROWSED if (value := request.query_params.get(facet, ""))}
    wanted = {facet: [value] for facet, value in chosen.items()}
    try:
        listing = list_documents(assistant.entries(), wanted, limit=DOCUMENTS_A_PAGE, after=after)
    except ValueError:
        return render_page(request, "failure.html", 404, kind="missing")
    language = language_for(request)
    return render_page(
        request,
        "documents.html",
        facets={facet: _choices(facet, listing.facets[facet], chosen.get(facet, ""), language) for facet in BROWSED},
        total=listing.total,
        entries=[(entry, language_of(assistant.documents[entry.id].text)) for entry in listing.documents],
        onward=listing.next and urlencode({"language": language, **chosen, "after": listing.next}),
    )


def _choices(facet: str, counts: Mapping[str, int], chosen: str, language: str) -> list[Choice]:
    """Return the values of a facet: years backwards, countries by their names in a language, others by their counts."""
    codes = {value: country_code(value) if facet == "country" else "" for value in counts}
    labels = {value: country_name(code, language) if code else value for value, code in codes.items()}
    values = list(counts)
    if facet == "country":
        values.sort(key=lambda value: fold(labels[value]))
    elif facet == "year":
        values.sort(reverse=True)
    choices = [Choice(value, labels[value], counts[value], value == chosen) for value in values]
    return choices if not chosen or chosen in counts else [Choice(chosen, chosen, 0, True), *choices]


@router.get("/documents/{id}")
def document(request: Request, id: str, assistant: AssistantDep, start: str = "", end: str = "") -> HTMLResponse:
    """Show a document, with the words from `start` to `end` marked; that of a table has its charts."""
    if (found := assistant.citable.get(id)) is None:
        return render_page(request, "failure.html", 404, kind="missing")
    blocks = blocks_of(found.text, span_in(found.text, start, end))
    of = place_of(id)
    return render_page(
        request,
        "document.html",
        document=found,
        written_in=language_of(found.text),
        blocks=blocks,
        charts=place_charts(*of, language_for(request)) if of else (),
    )


def _notice(request: Request, state: State) -> dict[str, Any] | None:
    """Return the notice and the help card of the empty page while answering is switched off, else None."""
    if state["settings"].is_answering():
        return None
    language = language_for(request)
    return {"message": reply("answering_off", language), "help": help_json(state["intake"].operators_card(language))}


@router.get("/demo")
def demo(request: Request) -> HTMLResponse:
    """Show a page of some site with the widget in its corner."""
    return render_page(request, "demo.html")


@router.get("/llms.txt")
async def for_language_models() -> Response:
    """Tell language models what this is, and by which addresses they ask."""
    return FileResponse(STATIC / "llms.txt", media_type="text/plain")


@router.get("/widget.js")
async def widget(request: Request, state: StateDep) -> Response:
    """Return the widget's script, which loads the files under `/widget/`; to a site that is not allowed, one saying so.

    Browsers tell by `Sec-Fetch-Site` whether the page is this server's own.
    """
    origin = request.headers.get("origin", "null")
    is_own = request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    if is_own or {"*", origin} & set(state["settings"].allowed_origins):
        return Response(widget_script(), media_type="text/javascript")
    readable = {"access-control-allow-origin": origin, "vary": "Origin", "cache-control": "no-store"}
    return Response(refusal_script(origin), media_type="text/javascript", headers=readable)


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
    language = language_for(request)
    others = [code for code in LANGUAGES if code != language]
    book = state["intake"].help_book(language)
    page = help_page([book], others=others, style_sheet=f"/help.css?{version()}", script=f"/widget/{version()}/page.js")
    return HTMLResponse(page, headers={"vary": "accept-language"})


@router.get("/help.css")
async def style_of_help() -> Response:
    """Return the style sheet of `/help`."""
    return Response(help_style(), media_type="text/css")
