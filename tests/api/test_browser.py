"""The chat page and the widget in a real browser, over three small documents and a real server."""

import asyncio
import gzip
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.app import create_app
from api.routes import pages
from browsing import PATIENCE, chromium, served
from conftest import DOCUMENTS, assistant_over
from qa import Assistant, Settings
from qa.wire import answer_json
from scenes import ADDED, CITATION, CITING, HELP, LONG_VALUES, NOTES, NOTHING, SCENES, Scene, play

QUESTION = "Who funds the shelter in Accra?"
STATEMENT = "Norway funds the shelter in Accra."
SOURCE = "Source 1: Shelter for trafficked children opens in Accra"
UNKNOWN = "What is the boiling point of tungsten?"
NEUTRAL = "https://worldweather.wmo.int/"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>[a](javascript:alert(1))"
HOSTILE_DOCUMENT = f"""---
title: '{HOSTILE}'
source_url: https://example.org/"onmouseover="alert(1)
publisher: '{HOSTILE}'
kind: news
---
Lighthouse keepers praise {HOSTILE}.
"""
FRENCH_QUESTION = "Qui finance le foyer de Niamey ?"
FRENCH_DOCUMENT = """---
title: Un foyer ouvre à Niamey
source_url: https://example.org/niamey
publisher: OIM
---
Le Danemark finance le foyer de Niamey.

Les enfants y reçoivent des soins et une formation.
"""
# The text spacing that WCAG 1.4.12 asks pages to stand.
SPACE_OUT = """part => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
                         word-spacing: 0.16em !important }`);
  part.getRootNode().adoptedStyleSheets.push(sheet);
}"""
PHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the application over the three documents, and return where."""
    documents = {**DOCUMENTS, "hostile.md": HOSTILE_DOCUMENT, "niamey.md": FRENCH_DOCUMENT}
    with served(create_app(assistant_over(tmp_path_factory.mktemp("browser"), documents))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests here."""
    with chromium() as browser:
        yield browser


class Visit:
    """A visitor with a fresh browser: what the page complains of, and what it asks for."""

    def __init__(self, browser: Browser, address: str, **options: object) -> None:
        """Open no page yet."""
        self.context: BrowserContext = browser.new_context(**{"locale": "en", **options})  # type: ignore[arg-type]
        self.context.set_default_timeout(PATIENCE * 1000)
        self.address = address
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.context.on("console", lambda message: self.complaints.append(message.text))
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.page: Page = self.context.new_page()

    def open(self, path: str = "/") -> Page:
        """Go to a page."""
        self.page.goto(self.address + path)
        return self.page

    def ask(self, question: str) -> Locator:
        """Ask in the widget, once it is there, and return the whole turn."""
        self.page.locator(".waymark").first.wait_for(state="attached")
        turns = self.page.locator(".log .turn")
        count = turns.count()
        self.page.get_by_label("Your question").fill(question)
        self.page.keyboard.press("Enter")
        expect(turns).to_have_count(count + 1)
        return turns.nth(count)


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Return a visitor; nothing may be complained of, fetched from elsewhere, stored, or left in an address."""
    visit = Visit(browser, address)
    yield visit
    assert visit.complaints == []
    assert all(url.startswith(address) for url in visit.requests)
    assert not any("Accra" in url or "funds" in url for url in visit.requests)
    assert visit.context.cookies() == []
    if visit.page.url.startswith(address):
        assert visit.page.evaluate("localStorage.length + sessionStorage.length") == 0
    visit.context.close()


def test_ask_and_open_a_source(visit: Visit) -> None:
    """A visitor asks, sees the answer, opens a source by its numbered button, and reads the words in their document."""
    page = visit.open()
    turn = visit.ask(QUESTION)

    expect(page.locator(".site .leave")).to_be_hidden()
    expect(turn.get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(turn.locator(".statements")).to_contain_text(STATEMENT)
    expect(turn.locator("blockquote")).to_be_hidden()

    turn.get_by_role("button", name=SOURCE).click()

    expect(turn.locator("mark")).to_have_text(STATEMENT)
    expect(turn.get_by_role("listitem", name=SOURCE)).to_be_focused()
    expect(turn.locator(".origin")).to_have_text("IOM · 12 March 2015 · Summary")
    original = turn.get_by_role("link", name="Summary of a page at example.org")
    assert original.get_attribute("href") == "https://example.org/accra-shelter"
    assert original.get_attribute("rel") == "noopener noreferrer"

    with visit.context.expect_page() as opened:
        turn.get_by_role("link", name="Read in context").click()
    opened.value.locator("mark#quote").wait_for()
    assert opened.value.locator("mark").all_inner_texts() == [STATEMENT]


def test_keyboard_alone_asks_opens_a_source_and_comes_back(visit: Visit) -> None:
    """Tab, Enter and Escape reach everything, and the focus returns to where it was."""
    page = visit.open("/demo")
    launcher = page.get_by_role("button", name="Ask a question")
    for _ in range(4):
        page.keyboard.press("Tab")
        if launcher.evaluate("button => button.getRootNode().activeElement === button"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your question")).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "true")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    mark = page.get_by_role("button", name=SOURCE)
    mark.wait_for()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Control")  # so that Shift is not pressed three times on end
        if mark.evaluate("button => button.getRootNode().activeElement === button"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem", name=SOURCE)).to_be_focused()
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launcher).to_be_focused()


def test_without_javascript_the_page_answers_with_sources(browser: Browser, address: str) -> None:
    """The form alone gives the same cited answer, in the reader's language, with the way out of the page."""
    context = browser.new_context(java_script_enabled=False, locale="fr", viewport=PHONE)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Votre question").fill(QUESTION)
    page.get_by_role("button", name="Demander").click()

    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(page.locator(".statements")).to_contain_text(STATEMENT)
    expect(page.locator("blockquote")).to_have_text(STATEMENT)
    expect(page.locator(".origin")).to_have_text("IOM · 12 mars 2015 · Résumé")
    assert page.get_by_role("link", name="Source 1 : Shelter").get_attribute("href") == "#source-1"
    assert page.get_by_role("link", name="Quitter cette page").get_attribute("href") == NEUTRAL
    context.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_quotes_are_marked_with_their_language(browser: Browser, address: str, javascript: bool) -> None:
    """Words of a French document are French to a screen reader on an English page, in answer, source and viewer."""
    visit = Visit(browser, address, java_script_enabled=javascript)
    page = visit.open(f"/?question={quote(FRENCH_QUESTION)}")
    turn = page.locator(".turn")

    expect(turn.locator(".statements").first).to_contain_text("Le Danemark finance le foyer de Niamey.")
    for part in (".statements", ".source .title", "blockquote"):
        expect(turn.locator(part).first).to_have_attribute("lang", "fr")
    expect(turn.locator(".cite").first).to_have_attribute("lang", "en")
    visit.open("/documents/niamey")
    expect(page.locator("article.document")).to_have_attribute("lang", "fr")
    visit.context.close()


def test_widget_takes_over_the_answer_of_the_page(browser: Browser, address: str) -> None:
    """An answer that came with the page is shown by the widget, and is part of the conversation."""
    visit = Visit(browser, address)
    page = visit.open(f"/?question={quote(QUESTION)}")

    expect(page.locator(".log .turn .statements")).to_contain_text(STATEMENT)
    assert page.locator("waymark-chat").evaluate("chat => chat.childElementCount") == 0
    with page.expect_request("**/v1/ask") as sent:
        visit.ask("And which services does it offer?")
    assert json.loads(sent.value.post_data or "")["history"] == [{"question": QUESTION, "answer": f"{STATEMENT} [1]"}]
    page.get_by_role("button", name="Clear conversation").click()
    assert page.url == f"{address}/"
    assert visit.complaints == []
    visit.context.close()


def test_widget_takes_over_what_was_being_written(visit: Visit) -> None:
    """Who begins to write before the widget is there keeps the words and the place."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    visit.context.route("**/widget.js", hold)
    page = visit.page
    page.goto(visit.address, wait_until="commit")
    page.get_by_label("Your question").fill("Which shelter")
    assert page.locator(".waymark").count() == 0
    held[0].continue_()

    expect(page.locator(".panel textarea")).to_have_value("Which shelter")
    expect(page.locator(".panel textarea")).to_be_focused()


def test_follow_up_sends_what_came_before_and_clearing_forgets_it(visit: Visit) -> None:
    """Earlier turns are sent along, until the conversation is cleared."""
    page = visit.open()
    visit.ask(QUESTION)
    with page.expect_request("**/v1/ask") as sent:
        turn = visit.ask(UNKNOWN)
    assert json.loads(sent.value.post_data or "")["history"] == [{"question": QUESTION, "answer": f"{STATEMENT} [1]"}]
    expect(turn).to_contain_text("I don't know.")
    expect(turn).to_contain_text("Try other words")
    expect(page.get_by_label("Your question")).to_have_value("")

    page.get_by_role("button", name="Clear conversation").click()

    expect(page.locator(".log .turn")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("The conversation was cleared.")
    expect(page.get_by_role("button", name="How does IOM help victims of trafficking?")).to_be_visible()
    with page.expect_request("**/v1/ask") as sent:
        visit.ask(QUESTION)
    assert json.loads(sent.value.post_data or "")["history"] == []


def test_log_is_given_whole_answers_only(visit: Visit) -> None:
    """What is read out aloud is a whole answer at a time, however it comes in."""
    page = visit.open()
    page.locator(".log").evaluate(
        """log => { window.added = [];
                    new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(
                      node => added.push(node.className + "/" + node.querySelectorAll(".statements, .source").length))))
                    .observe(log, { childList: true, subtree: true }) }"""
    )
    turn = visit.ask(QUESTION)

    assert page.evaluate("added") == ["turn/2"]
    assert page.get_by_role("log").get_attribute("aria-label") == "Questions and answers"
    assert turn.locator(".question").get_attribute("lang") == "en"
    assert turn.locator(".question").get_attribute("dir") == "auto"


def test_statements_are_shown_before_the_answer_is_whole(browser: Browser, assistant: Assistant) -> None:
    """What has come in is shown beside the log, with no button yet; the whole answer then takes its place in it."""
    application = create_app(assistant)
    may_end = threading.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_end_late(message: Message) -> None:
            if b"event: done" in message.get("body", b""):
                await run_in_threadpool(may_end.wait, PATIENCE)
            await send(message)

        await application(scope, receive, send_end_late)

    with served(slow) as address:
        visit = Visit(browser, address)
        page = visit.open()
        page.get_by_label("Your question").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator(".pending .statements")).to_contain_text(STATEMENT)
        expect(page.locator(".pending .searching")).to_be_visible()
        assert page.locator(".pending button").count() == 0
        assert page.locator(".log .turn").count() == 0
        may_end.set()
        expect(page.locator(".log .statements")).to_contain_text(STATEMENT)
        expect(page.locator(".pending")).to_be_empty()
        visit.context.close()


@pytest.mark.parametrize("way", ["button", "Shift three times", "not Shift and a letter"])
def test_leaving_clears_and_replaces_the_page(visit: Visit, way: str) -> None:
    """The way out forgets the conversation and puts a neutral site in the page's place; typing capitals does not."""
    visit.context.route(NEUTRAL, lambda route: route.fulfill(content_type="text/html", body="Weather"))
    visit.requests.clear()
    page = visit.open()
    expect(page.locator(".welcome")).to_contain_text("your browser’s history will still show this visit")
    visit.ask(QUESTION)
    steps = page.evaluate("history.length")
    if way == "button":
        page.get_by_role("button", name="Leave this page").click()
    else:
        for letter in ("x", "y", "z"):
            page.keyboard.press("Shift")
            if way.startswith("not"):
                page.keyboard.press(letter)
    if way.startswith("not"):
        expect(page.get_by_label("Your question")).to_have_value("xyz")
        return
    page.wait_for_url(NEUTRAL)
    assert page.evaluate("history.length") == steps
    visit.requests = [url for url in visit.requests if url != NEUTRAL]


def test_help_card_stands_before_all_else(visit: Visit) -> None:
    """Numbers to call come first, can be dialled, and an old one is told to be old."""
    page = visit.open()
    play(page, next(scene for scene in SCENES if scene.name == "help card"), "en")
    turn = page.locator(".log .turn")
    card = turn.locator(".help")

    assert turn.evaluate("turn => [...turn.children].findIndex(child => child.matches('.help'))") == 1
    expect(card.get_by_role("heading", name="You are not alone")).to_be_visible()
    assert card.get_by_role("link", name="0800 000 000").get_attribute("href") == "tel:0800000000"
    expect(card).to_contain_text("call the emergency number")
    expect(card).to_contain_text("Languages: English, Twi")
    expect(card).to_contain_text("Checked: 1 October 2026")
    expect(card.locator("strong")).to_have_text(
        "We could not confirm this number lately. If nobody answers, call the local emergency number."
    )
    expect(card).to_contain_text("Shift key three times")

    play(page, Scene("nothing found", {"status": "no_evidence", **NOTHING, "help": HELP}), "en")
    expect(turn).not_to_contain_text("Try other words")


SEEN = """part => {
  const { left, top, width, height } = part.getBoundingClientRect();
  const seen = part.getRootNode().elementFromPoint(left + width / 2, top + height / 2);
  return seen !== null && (part === seen || part.contains(seen));
}"""


def test_words_that_were_added_are_told_apart(visit: Visit) -> None:
    """A subject stands in brackets before its sentence and is said to be Waymark's; notes follow; copies keep both."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open()
    play(page, Scene("added", ADDED), "en")
    turn = page.locator(".log .turn")

    expect(turn.locator(".statements")).to_have_text(
        f"{STATEMENT}1 [The shelter in Accra (added by Waymark)] It opened in 2015.1"
    )
    expect(turn.locator(".subject")).to_have_attribute("title", "added by Waymark")
    assert turn.locator(".remark").all_inner_texts() == NOTES
    turn.get_by_role("button", name="Copy with sources").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"{STATEMENT} [1]\n[The shelter in Accra] It opened in 2015. [1]\n\n" in copied
    assert f"\n\n{NOTES[0]}\n{NOTES[1]}\n\nSources" in copied


def test_quotes_of_one_source_are_numbered(visit: Visit) -> None:
    """Where a source has several quotes, each shows its number; a single one needs none beside that of its source."""
    page = visit.open()
    number = "quotes => quotes.map(quote => getComputedStyle(quote, '::before').content)"
    for citations, shown in (([CITATION], ["none"]), ([CITATION, CITATION | {"number": 2}], ['"1"', '"2"'])):
        statements = [CITING | {"citations": [citation["number"]]} for citation in citations]
        play(page, Scene("cited", {"citations": citations, "statements": statements}), "en")
        page.locator(".cite").last.click()
        assert page.locator(".source li").evaluate_all(number) == shown


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_long_values_are_not_cut_off(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch, language: str, javascript: bool
) -> None:
    """Short answers, subjects, titles and related questions of 200 characters stay inside a window of 320 pixels."""
    visit = Visit(browser, address, viewport=PHONE, locale=language, java_script_enabled=javascript)
    if javascript:
        page = visit.open("/demo")
        page.locator(".waymark").wait_for(state="attached")
        play(page, Scene("long", LONG_VALUES), language)
    else:
        monkeypatch.setattr(pages, "answer_json", lambda answer: answer_json(answer) | LONG_VALUES)
        page = visit.open(f"/?question={quote(QUESTION)}")
    turn = page.locator(".turn")

    for part in (".short", ".subject", ".understood", ".remark", ".source .title", ".choice"):
        box = turn.locator(part).first.bounding_box()
        assert box
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= PHONE["width"], part
    assert turn.locator(".choice").first.evaluate("choice => choice.getClientRects().length") == 1
    assert page.locator("html").evaluate("page => page.scrollWidth") <= PHONE["width"]
    visit.context.close()


def test_related_question_of_the_plain_page_leads_to_its_answer(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without JavaScript a related question is a link, which asks it in the language of the page."""
    monkeypatch.setattr(pages, "answer_json", lambda answer: answer_json(answer) | {"related_questions": [QUESTION]})
    visit = Visit(browser, address, java_script_enabled=False)
    page = visit.open(f"/?question={quote(UNKNOWN)}&language=fr")
    page.locator(".related").get_by_role("link", name=QUESTION).click()

    expect(page.locator(".turn").get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(page.locator(".statements")).to_contain_text(STATEMENT)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    visit.context.close()


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 375, "height": 720}], ids=["small phone", "phone"])
def test_help_is_seen_at_once_on_a_phone(
    browser: Browser, address: str, viewport: dict[str, int], language: str
) -> None:
    """Without scrolling, a phone shows the card's heading, its first number, the way out and the way to close."""
    visit = Visit(browser, address, viewport=viewport, locale=language)
    page = visit.open("/demo")
    page.locator(".waymark").wait_for(state="attached")
    play(page, next(scene for scene in SCENES if scene.name == "help card"), language)

    for part in (".help h4", ".help .dial", ".panel .leave", ".panel .close", ".send"):
        assert page.locator(part).first.evaluate(SEEN), part
    visit.context.close()


def test_partial_answer_helps_on(visit: Visit) -> None:
    """What was understood, the short answer and the gap are told; a related question is asked by its button."""
    page = visit.open()
    play(page, next(scene for scene in SCENES if scene.name.startswith("partial")), "en")
    turn = page.locator(".log .turn")

    expect(turn.locator(".understood")).to_have_text(
        "Understood as: Which state funds the shelter for trafficked children in Accra?"
    )
    expect(turn.locator(".short strong")).to_have_text("Norway")
    expect(turn.locator(".message")).to_have_text("The documents tell only part of what you asked.")
    page.unroute("**/v1/ask")
    turn.get_by_role("button", name="Which services does the shelter offer?").click()
    expect(page.locator(".log .turn")).to_have_count(2)
    expect(page.locator(".log .turn").nth(1).get_by_role("heading").first).to_have_text(
        "Which services does the shelter offer?"
    )


def test_copy_takes_the_sources_along(visit: Visit) -> None:
    """What is pasted holds the short answer, the answer with its marks, and each source with its address and words."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open()
    visit.ask(QUESTION).get_by_role("button", name="Copy with sources").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")

    assert page.evaluate("navigator.clipboard.readText()") == (
        f"{QUESTION}\n\nNorway\n\n{STATEMENT} [1]\n\nSources\n"
        "[1] Shelter for trafficked children opens in Accra, IOM, 12 March 2015, Summary, "
        f"https://example.org/accra-shelter\n    “{STATEMENT}”"
    )


def test_language_switch_keeps_the_conversation(visit: Visit) -> None:
    """Words around the conversation change, and turn to the right in Arabic; turns, draft and focus stay."""
    page = visit.open()
    visit.ask(QUESTION)
    page.get_by_label("Your question").fill("draft")
    page.get_by_label("Language").focus()
    page.get_by_label("Language").select_option("ar")

    expect(page.get_by_role("button", name="غادر هذه الصفحة")).to_be_visible()
    expect(page.locator(".statements")).to_contain_text(STATEMENT)
    expect(page.get_by_label("سؤالك")).to_have_value("draft")
    expect(page.locator(".languages")).to_be_focused()
    assert page.locator(".waymark").get_attribute("dir") == "rtl"
    bar = page.locator(".bar")
    heading, way_out = (bar.locator(part).bounding_box() for part in ("h2", ".leave"))
    assert heading
    assert way_out
    assert way_out["x"] < heading["x"]
    assert page.locator(".statements").evaluate("text => getComputedStyle(text).direction") == "ltr"


@pytest.mark.parametrize(
    ("page_language", "browser_language", "spoken"), [("fr", "es", "fr"), ("sw", "es-MX", "es"), ("sw", "sw", "en")]
)
def test_language_comes_from_the_page_or_else_the_browser(
    browser: Browser, address: str, page_language: str, browser_language: str, spoken: str
) -> None:
    """The widget speaks as the page around it does, else as the reader's browser, else English."""
    visit = Visit(browser, address, locale=browser_language)
    visit.context.route(
        "**/site",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f"<html lang={page_language}><script type=module src=/widget.js></script><waymark-chat inline>",
        ),
    )
    page = visit.open("/site")
    expect(page.locator(".waymark")).to_have_attribute("lang", spoken)
    visit.context.close()


@pytest.mark.parametrize("viewport", [PHONE, {"width": 320, "height": 256}], ids=["phone", "400 % zoom"])
@pytest.mark.parametrize("path", ["/", "/demo"])
def test_nothing_is_cut_off_in_a_small_window(
    browser: Browser, address: str, viewport: dict[str, int], path: str
) -> None:
    """At 320 pixels, at 400 %, and with wide text spacing, nothing scrolls sideways and what has the focus is seen."""
    visit = Visit(browser, address, viewport=viewport, color_scheme="dark")
    page = visit.open(path)
    page.locator(".waymark").evaluate(SPACE_OUT)
    if path == "/demo":
        page.get_by_role("button", name="Ask a question").click()
        assert page.locator(".panel").evaluate("panel => panel.matches(':modal')")
    turn = visit.ask(QUESTION)
    turn.get_by_role("button", name=SOURCE).click()
    quoted = turn.get_by_role("listitem", name=SOURCE)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.locator(".panel").evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    for part in (quoted, turn.get_by_role("link", name="Read in context"), page.get_by_label("Your question")):
        part.focus()
        assert part.evaluate(
            """part => { const { left, top } = part.getBoundingClientRect();
                         const seen = part.getRootNode().elementFromPoint(left + 8, top + 8);
                         return part === seen || part.contains(seen) }"""
        )
    assert page.locator(".panel").evaluate("panel => getComputedStyle(panel).backgroundColor") == "rgb(17, 25, 36)"
    visit.context.close()


STANDS_OUT = """part => {
  const { borderTopStyle, borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(part);
  return borderTopStyle === "solid" && parseFloat(borderTopWidth) >= 1 && borderTopColor !== backgroundColor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_keep_shapes_apart(browser: Browser, address: str, scheme: str) -> None:
    """Where colours are the reader's own, what colour alone set apart has a border, and quoted words stay marked."""
    visit = Visit(browser, address, forced_colors="active", color_scheme=scheme)
    page = visit.open("/demo")
    scenes = {scene.name: scene for scene in SCENES}
    for scene, parts in (
        ("searching", (".launcher", ".panel", ".close", ".panel .leave", ".send")),
        ("partial, understood", (".short", ".cite", ".number", ".source", ".related .choice")),
        ("help card", (".help",)),
        ("failed", (".fault",)),
    ):
        play(page, scenes[scene], "en")
        for part in parts:
            shown = page.locator(part).first
            expect(shown).to_be_visible()
            assert shown.evaluate(STANDS_OUT), (scene, part)
    play(page, scenes["searching"], "en")
    asleep = page.locator(".send").evaluate("button => getComputedStyle(button).color")
    play(page, scenes["sources open"], "en")
    assert page.locator(".send").evaluate("button => getComputedStyle(button).color") != asleep
    assert page.locator("mark").evaluate(
        "mark => getComputedStyle(mark).backgroundColor !== getComputedStyle(mark.closest('.source')).backgroundColor"
    )
    visit.context.close()

    plain = Visit(browser, address, forced_colors="active", color_scheme=scheme, java_script_enabled=False)
    page = plain.open(f"/?question={quote(QUESTION)}")
    for part in (".leave", ".cite", ".number", ".source", ".ask textarea", ".ask button"):
        assert page.locator(part).first.evaluate(STANDS_OUT), part
    plain.context.close()


@pytest.mark.parametrize(("reduced_motion", "moving"), [("reduce", 0), ("no-preference", 1)])
def test_nothing_moves_where_less_motion_is_asked_for(
    browser: Browser, address: str, reduced_motion: str, moving: int
) -> None:
    """While the documents are searched, a circle turns, but not for those who asked for less motion."""
    visit = Visit(browser, address, reduced_motion=reduced_motion)
    page = visit.open("/demo")
    play(page, next(scene for scene in SCENES if scene.name == "searching"), "en")
    expect(page.locator(".searching")).to_be_visible()

    assert page.locator("waymark-chat").evaluate("chat => chat.shadowRoot.getAnimations().length") == moving
    assert page.evaluate("document.getAnimations().length") == 0
    visit.context.close()


def test_panel_is_modal_only_where_it_takes_the_whole_window(visit: Visit) -> None:
    """When a window grows or is zoomed, the open panel changes its way; text and focus stay."""
    page = visit.open("/demo")
    page.get_by_role("button", name="Ask a question").click()
    page.get_by_label("Your question").fill("draft")
    for width, is_modal in ((1280, False), (320, True), (1280, False)):
        page.set_viewport_size({"width": width, "height": 640})
        page.wait_for_function(
            """wanted => wanted ===
                 document.querySelector("waymark-chat").shadowRoot.querySelector("dialog").matches(":modal")""",
            arg=is_modal,
        )
        expect(page.get_by_label("Your question")).to_be_focused()
        expect(page.get_by_label("Your question")).to_have_value("draft")
    expect(page.locator(".launcher")).to_have_attribute("aria-expanded", "true")


def test_targets_are_large_enough(visit: Visit) -> None:
    """Everything that can be pressed is 24 pixels high and wide at least, and what stands alone 40."""
    page = visit.open()
    visit.ask(QUESTION).get_by_role("button", name=SOURCE).click()
    sizes = page.evaluate(
        """() => [...document.querySelector("waymark-chat").shadowRoot.querySelectorAll("button, select, summary, a")]
                 .filter(part => part.checkVisibility())
                 .map(part => [part.className, part.offsetWidth, part.offsetHeight])"""
    )
    assert len(sizes) >= 9
    for name, width, height in sizes:
        assert min(width, height) >= (24 if name == "cite" else 40), (name, width, height)


def test_question_that_cannot_be_asked_says_why(visit: Visit) -> None:
    """An empty or too long question is not sent; the box tells what is wrong and keeps its text."""
    page = visit.open()
    page.locator(".waymark").wait_for(state="attached")
    box = page.get_by_label("Your question")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Write a question first.")
    box.fill("x" * 1001)
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("at most 1000 characters; this one has 1001")
    expect(box).to_have_value("x" * 1001)
    expect(box).to_have_attribute("aria-invalid", "true")
    assert page.locator(".turn").count() == 0


def test_a_fault_is_told_and_asking_again_works(browser: Browser, address: str) -> None:
    """A server that can't be reached leaves the question, and one press asks it again."""
    visit = Visit(browser, address)
    page = visit.open()
    page.route("**/v1/ask", lambda route: route.abort())
    turn = visit.ask(QUESTION)
    expect(turn.locator(".fault")).to_contain_text("can’t be reached right now")
    page.unroute("**/v1/ask")
    visit.context.set_offline(True)
    turn.get_by_role("button", name="Try again").click()
    expect(turn.locator(".fault")).to_contain_text("You seem to be offline")
    visit.context.set_offline(False)
    turn.get_by_role("button", name="Try again").click()
    expect(turn.locator(".statements")).to_contain_text(STATEMENT)
    expect(page.locator(".log .turn")).to_have_count(1)
    visit.context.close()


def test_server_that_dies_in_the_middle(browser: Browser, assistant: Assistant) -> None:
    """Of an answer that breaks off, what came is shown as a part with its source; asking again gives the whole."""
    application = create_app(assistant)
    deaths = [1]

    async def dying(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_until_done(message: Message) -> None:
            if scope.get("path") == "/v1/ask" and b"event: done" in message.get("body", b"") and deaths:
                deaths.pop()
                await asyncio.sleep(0.5)  # a connection that is cut at once takes along what was sent before
                raise OSError("the server dies")
            await send(message)

        await application(scope, receive, send_until_done)

    with served(dying) as address:
        visit = Visit(browser, address)
        visit.open()
        turn = visit.ask(QUESTION)
        expect(turn.locator(".statements")).to_contain_text(STATEMENT)
        expect(turn.get_by_role("button", name=SOURCE)).to_be_visible()
        expect(turn.locator(".fault")).to_contain_text("is not complete")
        turn.get_by_role("button", name="Try again").click()
        expect(turn.locator(".fault")).to_have_count(0)
        expect(turn.locator(".statements")).to_contain_text(STATEMENT)
        visit.context.close()


@pytest.mark.parametrize(
    "question",
    [f"{HOSTILE} {QUESTION}", "Which script alert or img src do lighthouse keepers praise?"],
    ids=["asked", "cited"],
)
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_nothing_hostile_runs(browser: Browser, address: str, question: str, javascript: bool) -> None:
    """Markup in questions and documents is shown as it was written; no policy is violated, since nothing tries."""
    visit = Visit(browser, address, java_script_enabled=javascript)
    page = visit.open(f"/?question={quote(question)}")
    turn = page.locator(".turn")
    expect(turn.get_by_role("heading").first).to_have_text(question)
    if javascript:
        visit.ask(question)

    assert "alert(1)" in turn.last.inner_text()
    assert page.locator(".turn :is(script, img, iframe, svg, form), [onclick], [onerror], [onload]").count() == 0
    assert page.locator('a:not([href^="http"], [href^="/"], [href^="#"])').count() == 0
    visit.open("/documents/hostile")
    assert "alert(1)" in page.locator("article").inner_text()
    assert page.locator("article :is(script, img, svg)").count() == 0
    assert visit.complaints == []
    assert all(url.startswith(address) for url in visit.requests)
    visit.context.close()


def test_hostile_answers_run_nowhere(visit: Visit) -> None:
    """Even a server that sends markup and script addresses in every field gets text and no link from the widget."""
    page = visit.open()
    bad = {
        "number": 1,
        "document_id": HOSTILE,
        "title": HOSTILE,
        "url": "javascript:alert(1)",
        "publisher": HOSTILE,
        "published": HOSTILE,
        "summary": True,
        "quote": HOSTILE,
        "view_url": "data:text/html,<script>alert(1)</script>",
    }
    line = {
        "country": HOSTILE,
        "service": HOSTILE,
        "number": HOSTILE,
        "languages": [HOSTILE],
        "hours": HOSTILE,
        "url": "javascript:alert(1)",
        "checked": HOSTILE,
        "stale": True,
    }
    changes = {
        "status": "partial",
        "message": HOSTILE,
        "short_answer": HOSTILE,
        "standalone_question": HOSTILE,
        "statements": [{"text": HOSTILE, "citations": [1, 7]}],
        "citations": [bad],
        "help": {"title": HOSTILE, "text": HOSTILE, "lines": [line]},
        "related_questions": [HOSTILE],
    }
    play(page, Scene("hostile", changes), "en")
    page.locator(".cite").click()

    assert page.locator(".turn").inner_text().count(HOSTILE) >= 10
    assert page.locator(".turn :is(script, img, iframe, svg, form)").count() == 0
    hrefs = page.locator(".turn a").evaluate_all("links => links.map(link => link.protocol)")
    assert hrefs == ["tel:"]


def test_embeds_in_another_site_under_a_strict_policy(browser: Browser, assistant: Assistant) -> None:
    """Two widgets stand on an allowed site under `default-src 'self'` with no violation and no name of theirs in it."""
    site = Site()
    with served(site) as origin, served(create_app(assistant, Settings(allowed_origins=(origin,)))) as address:
        site.api = address
        visit = Visit(browser, origin)
        page = visit.open()
        first, second = page.locator("#corner"), page.locator("#inline")
        first.get_by_role("button", name="Poser une question").click()
        first.get_by_label("Votre question").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(first.locator(".log .statements")).to_contain_text(STATEMENT)
        expect(second.locator(".waymark")).to_have_attribute("lang", "es")
        expect(second.locator("h2")).to_have_text("Pregunte aquí")
        link = first.locator(".log .turn").get_by_role("link", name="Lire dans le contexte", include_hidden=True)
        assert (link.get_attribute("href") or "").startswith(f"{address}/documents/ghana-shelter")
        assert second.locator(".log .turn").count() == 0
        assert page.evaluate("told") == ["ready", "ready", "open", "question", "answer answered 1"]
        assert page.evaluate("Object.getOwnPropertyNames(window).filter(name => !names.includes(name))") == []
        assert page.evaluate("getComputedStyle(document.querySelector('p')).color") == "rgb(1, 2, 3)"
        assert first.locator(".launcher").evaluate("part => getComputedStyle(part).backgroundColor") == "rgb(0, 80, 60)"
        assert visit.complaints == []
        assert site.reports == 0
        visit.context.close()

        other = Visit(browser, origin.replace("127.0.0.1", "localhost"))
        other.open().wait_for_load_state("networkidle")
        assert "blocked by CORS policy" in " ".join(other.complaints)
        expect(other.page.locator("#inline")).to_have_text("Escríbanos")
        other.context.close()


def test_hostile_corpus_violates_no_policy_of_another_site(browser: Browser, tmp_path: Path) -> None:
    """A hostile document cited on a site with a strict policy sets off no report, where one of the page's own does."""
    site = Site()
    assistant = assistant_over(tmp_path, {**DOCUMENTS, "hostile.md": HOSTILE_DOCUMENT})
    with served(site) as origin, served(create_app(assistant, Settings(allowed_origins=(origin,)))) as address:
        site.api = address
        visit = Visit(browser, origin)
        page = visit.open()
        chat = page.locator("#inline")
        chat.get_by_label("Su pregunta").fill("Which script alert or img src do lighthouse keepers praise?")
        page.keyboard.press("Enter")
        chat.locator(".log .cite").first.click()
        expect(chat.locator("mark").first).to_contain_text(HOSTILE)
        page.wait_for_load_state("networkidle")
        assert visit.complaints == []
        assert site.reports == 0

        page.evaluate("try { document.querySelector('p').innerHTML = '<b onclick=alert(1)>' } catch {}")
        page.wait_for_event("requestfinished", lambda request: request.url == f"{origin}/report")
        assert site.reports == 1
        visit.context.close()


class Site:
    """Some site that embeds the widget, with a policy that allows its own files and the widget's server, no more."""

    def __init__(self) -> None:
        """Know no server yet."""
        self.api = ""
        self.reports = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page, its style and its script; count reports."""
        if scope["type"] != "http":
            return
        files = {
            "/": ("text/html", SITE_PAGE.format(api=self.api)),
            "/site.css": (
                "text/css",
                "p { color: rgb(1 2 3) } #corner { --waymark-accent: rgb(0 80 60) } button { all: unset }",
            ),
            "/site.js": ("text/javascript", SITE_SCRIPT),
        }
        self.reports += scope["path"] == "/report"
        kind, text = files.get(scope["path"], ("text/plain", ""))
        policy = (
            f"default-src 'self'; script-src 'self' {self.api}; connect-src {self.api}; "
            "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /report"
        )
        await Response(text, media_type=kind, headers={"content-security-policy": policy})(scope, receive, send)


SITE_PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Site</title>
<link rel="icon" href="/icon"><link rel="stylesheet" href="/site.css"><script src="/site.js"></script>
<script type="module" src="{api}/widget.js"></script><p>Bonjour</p>
<waymark-chat id="corner"></waymark-chat>
<waymark-chat id="inline" inline lang="es" heading="Pregunte aquí">Escríbanos</waymark-chat></html>"""
SITE_SCRIPT = """"use strict";
const names = Object.getOwnPropertyNames(window);
const told = [];
for (const what of ["ready", "open", "close", "question", "answer", "fault", "clear"]) {
  document.addEventListener(`waymark-${what}`, ({ detail }) => told.push([what, ...Object.values(detail)].join(" ")));
}
"""


def test_script_interface_opens_asks_clears_and_closes(visit: Visit) -> None:
    """A page can drive the widget by the element's methods."""
    page = visit.open("/demo")
    chat = page.locator("waymark-chat")
    chat.evaluate("chat => chat.open()")
    expect(page.get_by_role("dialog", name="Ask Waymark")).to_be_visible()
    chat.evaluate("(chat, question) => chat.ask(question)", QUESTION)
    expect(page.locator(".log .statements")).to_contain_text(STATEMENT)
    chat.evaluate("chat => { chat.clear(); chat.close(); }")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.locator(".turn").count() == 0


def test_stream_is_read_whatever_its_pieces(visit: Visit) -> None:
    """Events come out whole from bytes cut anywhere, with either line end; comments and cut-off events are dropped."""
    page = visit.open()
    text = ': alive\n\nevent: statement\ndata: "Cöte"\n\nevent: done\r\ndata: 1\r\ndata: 2\r\n\r\nevent: cut\ndata: 3\n'
    read = """async ([text, size]) => {
      const { events } = await import("/widget/asking.js");
      const bytes = new TextEncoder().encode(text);
      const body = new ReadableStream({ start(stream) {
        for (let at = 0; at < bytes.length; at += size) stream.enqueue(bytes.slice(at, at + size));
        stream.close();
      } });
      const found = [];
      for await (const { name, data } of events(body)) found.push([name, data]);
      return found;
    }"""
    for size in (1, 2, 3, 7, 1000):
        assert page.evaluate(read, [text, size]) == [["statement", '"Cöte"'], ["done", "1\n2"]]


def test_widget_is_small(visit: Visit) -> None:
    """All that a page loads for the widget in one language takes at most 40 kB gzipped, scripts, styles and texts."""
    visit.open("/demo").locator(".waymark").wait_for(state="attached")
    files = [url for url in visit.requests if "/widget" in url]
    size = sum(len(gzip.compress(visit.context.request.get(url).body())) for url in set(files))

    assert len(files) >= 9
    assert len(files) - len(set(files)) <= 1  # answer.css is also the page's own
    assert size <= 40_000
