"""The way out in a real browser: from every page, with the documents that were opened, and no word left behind."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.app import create_app
from drivers.browsing import NEUTRAL, QUESTION, STATEMENT, Visit, served
from qa import Assistant, Settings

PAGES = ["/", "/demo", "/documents/ghana-shelter", "/documents/none", "/nope", "/help"]
WORDS = ("Accra", "Norway")


class Site:
    """A site of its own, whose page embeds the widget."""

    server = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page."""
        if scope["type"] == "http":
            widget = (
                f'<script type="module" src="{self.server}/widget.js"></script><waymark-chat inline></waymark-chat>'
            )
            await Response(f"<!doctype html><html lang=en>{widget}</html>", media_type="text/html")(
                scope, receive, send
            )


def visit_of(browser: Browser, address: str, **options: object) -> Visit:
    """Return a visit in which the neutral site is at hand."""
    visit = Visit(browser, address, **options)
    visit.context.route(NEUTRAL, lambda route: route.fulfill(content_type="text/html", body="Weather"))
    return visit


@pytest.fixture
def embedded(browser: Browser, assistant: Assistant) -> Iterator[Visit]:
    """Return a visit of a site whose page embeds the widget of a server; the page is open."""
    site = Site()
    with served(site) as origin, served(create_app(assistant, Settings(allowed_origins=(origin,)))) as site.server:
        visit = visit_of(browser, origin)
        visit.open()
        yield visit
        visit.context.close()


def read_in_context(visit: Visit) -> Page:
    """Ask, and open the document of the source; return its page."""
    turn = visit.ask(QUESTION)
    turn.locator(".source summary").click()
    with visit.context.expect_page() as opened:
        turn.get_by_role("link", name="Read in context").click()
    opened.value.wait_for_load_state()  # with its script, by which leaving takes the other page along
    opened.value.locator("mark").first.wait_for()
    return opened.value


def assert_no_word_left(page: Page) -> None:
    """Check that neither the page, its address nor its storage holds a word of the conversation."""
    shown = page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap(part => [part.outerHTML, part.shadowRoot?.innerHTML,
             ...[...(part.shadowRoot ?? part).querySelectorAll("textarea")].map(box => box.value)]).join(" ")"""
    )
    stored = page.evaluate(
        "JSON.stringify([localStorage, sessionStorage, history.state, document.title, location.href])"
    )
    assert not [word for word in WORDS if word in shown + stored]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_way_out(browser: Browser, address: str, path: str, javascript: bool) -> None:
    """A page leads to a neutral site at one press, is replaced by it where scripts run, and says what stays behind."""
    visit = visit_of(browser, address, java_script_enabled=javascript)
    page = visit.open(path)
    expect(page.get_by_text("phone's list of recent apps").filter(visible=True).first).to_be_visible()
    steps = page.evaluate("history.length")
    page.get_by_text("Leave this page", exact=True).filter(visible=True).first.click()
    page.wait_for_url(NEUTRAL)

    assert page.evaluate("history.length") == steps + (not javascript)
    visit.context.close()


@pytest.mark.parametrize("path", ["/documents/ghana-shelter", "/help", "/demo"])
def test_shift_three_times_leaves_every_page(browser: Browser, address: str, path: str) -> None:
    """The keyboard leads out of pages without an open widget too."""
    visit = visit_of(browser, address)
    page = visit.open(path)
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(NEUTRAL)
    visit.context.close()


@pytest.mark.parametrize("way", ["the conversation", "the document"])
def test_leaving_takes_along_what_was_opened(embedded: Visit, way: str) -> None:
    """On another site too, leaving closes the documents that were opened; who leaves a document leaves both."""
    document = read_in_context(embedded)
    if way == "the conversation":
        with document.expect_event("close"):
            embedded.page.get_by_role("button", name="Leave this page").click()
    else:
        document.get_by_role("link", name="Leave this page").click()
        document.wait_for_url(NEUTRAL)
    embedded.page.wait_for_url(NEUTRAL)


@pytest.mark.parametrize("step", ["Reload", "Back"])
def test_no_word_is_left_in_the_widget(embedded: Visit, step: str) -> None:
    """After Reload, and after Back to the page, neither conversation nor draft is there."""
    page = embedded.page
    embedded.ask(QUESTION)
    page.get_by_label("Your question").fill("And in Accra")
    if step == "Reload":
        page.reload()
    else:
        page.goto(NEUTRAL)
        page.go_back()
    page.locator(".welcome").wait_for()
    assert_no_word_left(page)


def test_a_page_that_the_browser_keeps_for_back_is_emptied(visit: Visit) -> None:
    """When the page is hidden, as a browser does that keeps it whole for Back, the conversation is cleared."""
    page = visit.open()
    visit.ask(QUESTION)
    page.get_by_label("Your question").fill("And in Accra")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")

    expect(page.locator(".welcome")).to_be_visible()
    assert_no_word_left(page)


@pytest.mark.parametrize("step", ["Reload", "Back", "leaving and Back"])
def test_no_word_is_left_without_javascript(browser: Browser, address: str, step: str) -> None:
    """A form is answered once: Back and Reload, which post it again, show the empty page in the same language."""
    visit = visit_of(browser, address, java_script_enabled=False)
    page = visit.post(QUESTION, "fr")
    expect(page.locator(".statements")).to_contain_text(STATEMENT)
    if step == "Reload":
        page.reload()
    else:
        if step == "Back":
            page.locator(".site .brand").click()
        else:
            page.get_by_role("link", name="Quitter cette page").first.click()
            page.wait_for_url(NEUTRAL)
        page.go_back()
    expect(page.get_by_label("Votre question")).to_have_value("")
    expect(page.locator(".turn")).to_have_count(0)

    assert not [word for word in WORDS if word in page.content() + page.url]
    assert not any(re.search("Accra|funds", url) for url in visit.requests)
    visit.context.close()


def test_what_is_written_is_kept(visit: Visit) -> None:
    """Text in the box outlasts a language change, closing, a send while another question is answered, and a refusal."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page = visit.open("/demo")
    page.get_by_role("button", name="Ask a question").click()
    box = page.locator(".panel textarea")
    box.fill("draft")
    page.get_by_label("Language").select_option("ar")
    expect(page.get_by_label("سؤالك")).to_have_value("draft")
    page.get_by_label("اللغة").select_option("en")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ask a question").click()
    expect(page.get_by_label("Your question")).to_have_value("draft")

    page.route("**/v1/ask", hold)
    box.press("Enter")
    expect(page.locator(".pending")).to_contain_text("draft")
    box.fill("second")
    box.press("Enter")
    expect(box).to_have_value("second")
    box.fill("")
    held[0].fulfill(status=422, content_type="application/problem+json", body="{}")
    expect(page.locator(".fault")).to_be_visible()
    expect(box).to_have_value("draft")
    visit.messages.clear()  # the browser reports the status
