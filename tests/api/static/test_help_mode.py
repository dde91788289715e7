"""The help card in a real browser: in one step from everywhere, whatever is down, and above all that documents say."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Route, expect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.formats.translations import LANGUAGES
from conftest import assistant_over
from drivers.browsing import PHONE, QUESTION, STATEMENT, Visit, served
from drivers.scenes import HELP, UNDERSTOOD, Scene, answer_in, play, respond_with
from qa import Assistant, Settings
from qa.answers.answer import answer_json
from qa.answers.help import help_json
from qa.safety.help_page import help_page
from qa.safety.intake import Intake

CRY = "They took my passport and I am locked in the house. I am in Spain."
SITE_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Site</title>
<script type="module" src="{server}/widget.js"></script>
<waymark-chat help-country="es"><a href="/help.html">I need help</a></waymark-chat></html>"""


class Site:
    """A site of its own, which embeds the widget and keeps the help page."""

    def __init__(self) -> None:
        """Know no server yet."""
        self.server = ""
        self.help = help_page([Intake.shipped().help_book(language) for language in ("en", "ar", "zh")])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page that embeds the widget, and the help page."""
        if scope["type"] == "http":
            page = self.help if scope["path"] == "/help.html" else SITE_PAGE.format(server=self.server)
            await Response(page, media_type="text/html")(scope, receive, send)


def numbers(card: Locator) -> list[str | None]:
    """Return the addresses of the numbers to call on a card."""
    return [link.get_attribute("href") for link in card.locator(".dial").all()]


def ask_for_help(page: Page) -> Locator:
    """Press the button, choose a country, and return the card."""
    page.get_by_role("button", name="I need help").click()
    card = page.locator(".pinned .help")
    expect(card.get_by_role("heading", name="You are not alone")).to_be_focused()
    card.get_by_label("In which country are you?").select_option("Spain")
    return card


@pytest.fixture
def site() -> Iterator[tuple[Site, str]]:
    """Serve a site; yield it with its address."""
    site = Site()
    with served(site) as origin:
        yield site, origin


def test_help_comes_with_the_widget(browser: Browser, tmp_path: Path) -> None:
    """Once the page is loaded, a server that is stopped keeps nobody from the card, before or after a question."""
    visit = None
    with ExitStack() as running:
        address = running.enter_context(served(create_app(assistant_over(tmp_path))))
        visit = Visit(browser, address, viewport=PHONE)
        page = visit.open("/demo")
        page.locator(".waymark").wait_for(state="attached")
    card = ask_for_help(page)

    assert numbers(card) == ["tel:112", "tel:900105090", "tel:900759759"]
    expect(card).to_contain_text("Hours: day and night, every day")
    page.get_by_role("button", name="I need help").click()
    expect(card).to_have_count(0)
    turn = visit.ask(QUESTION)
    expect(turn.locator(".fault")).to_contain_text("can’t be reached right now")
    expect(page.locator(".pinned .help")).to_contain_text("You are not alone")
    visit.context.close()


def test_help_needs_no_network(browser: Browser, address: str) -> None:
    """Without a network the card opens and its numbers are there."""
    visit = Visit(browser, address)
    page = visit.open()
    page.locator(".waymark").wait_for(state="attached")
    visit.context.set_offline(True)

    assert "tel:112" in numbers(ask_for_help(page))
    visit.context.close()


def test_a_site_has_a_help_page_of_its_own(browser: Browser, site: tuple[Site, str]) -> None:
    """Where the server is down before the page is loaded, the site's own link leads to its own help page."""
    here, origin = site
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        here.server = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        visit = Visit(browser, origin)
        page = visit.open()
        page.get_by_role("link", name="I need help").click()
        page.locator("summary", has_text="Spain").click()

    expect(page.get_by_role("link", name="900 10 50 90")).to_be_visible()
    page.get_by_role("link", name="العربية").click()
    expect(page.get_by_role("heading", name="لست وحدك")).to_be_visible()
    expect(page.get_by_role("heading", name="You are not alone")).to_be_hidden()
    assert all(url.startswith((origin, here.server)) for url in visit.requests)
    visit.context.close()


def test_a_loaded_widget_is_kept_when_the_server_goes_down(
    browser: Browser, site: tuple[Site, str], assistant: Assistant
) -> None:
    """A site's page that is opened again while the server is down has the widget, its card and the site's country."""
    here, origin = site
    visit = Visit(browser, origin)
    with served(create_app(assistant, Settings(allowed_origins=(origin,)))) as here.server:
        visit.open().locator(".waymark").wait_for(state="attached")
    page = visit.open()
    page.get_by_role("button", name="I need help").click()

    assert numbers(page.locator(".pinned .help"))[0] == "tel:112"
    expect(page.locator("#country")).to_have_value("ES")
    visit.context.close()


@pytest.mark.parametrize("path", ["/", "/documents/ghana-shelter", "/documents/none"])
def test_help_needs_no_javascript(browser: Browser, address: str, path: str) -> None:
    """Without JavaScript one link on every page leads to the numbers of all countries."""
    visit = Visit(browser, address, java_script_enabled=False, viewport=PHONE)
    page = visit.open(path)
    page.get_by_role("link", name="I need help").click()
    page.locator("summary", has_text="Spain").click()

    expect(page.get_by_role("link", name="900 10 50 90")).to_be_visible()
    assert page.locator("html").evaluate("page => page.scrollWidth") <= PHONE["width"]
    assert "Content Security Policy" not in " ".join(visit.messages)
    visit.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_help_page_breaks_a_rule(browser: Browser, address: str, language: str) -> None:
    """axe-core finds nothing wrong with the help page in any language, with a country open, in dark colours."""
    context = browser.new_context(color_scheme="dark", viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}/help?language={language}")
    for summary in page.locator("summary").all()[:4]:
        summary.click()

    expect(page.locator("html")).to_have_attribute("lang", language)
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    context.close()


@pytest.mark.parametrize("path", ["/", "/demo"])
def test_help_is_in_sight_before_anything_is_asked(browser: Browser, address: str, path: str) -> None:
    """On a small phone the button is seen without scrolling, on a page with the widget in it or over it."""
    visit = Visit(browser, address, viewport=PHONE)
    page = visit.open(path)

    expect(page.get_by_role("button", name="I need help")).to_be_in_viewport(ratio=1)
    visit.context.close()


def test_keyboard_alone_reaches_the_numbers(visit: Visit) -> None:
    """Tab and Enter open the card, choose a country, and reach its numbers and "I can't speak"; Escape closes."""
    page = visit.open("/demo")
    page.locator(".waymark").wait_for(state="attached")
    focused = "document.activeElement.shadowRoot?.activeElement?.textContent ?? ''"
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "I need help":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are not alone")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Spai")
    expect(page.get_by_label("In which country are you?")).to_have_value("ES")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="112", exact=True)).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "I can't speak":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".help details").first).to_contain_text("You can write to")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_cry_for_help_pins_the_card_and_folds_the_documents(visit: Visit) -> None:
    """The card comes first and stays; what documents say, of this and later questions, is shown when asked for."""
    page = visit.open()
    scared = Scene("scared", {**UNDERSTOOD, "help": HELP})
    play(page, scared, "en")
    turn, card = page.locator(".log .turn"), page.locator(".pinned .help")

    assert numbers(card)[:2] == ["tel:112", "tel:18555"]
    for part in (".statements", ".short", ".sources"):
        expect(turn.locator(part).first).to_be_hidden()
    for part in (".understood", ".related"):
        expect(turn.locator(part)).to_have_count(0)
    turn.get_by_text("Show what the documents say").click()
    expect(turn.locator(".statements")).to_contain_text(STATEMENT)

    page.unroute("**/v1/ask")
    later = visit.ask(QUESTION)
    expect(later.locator(".statements").first).to_be_hidden()
    assert numbers(card)[:2] == ["tel:112", "tel:18555"]
    page.get_by_role("button", name="Clear conversation").click()
    expect(card).to_have_count(0)
    expect(visit.ask(QUESTION).locator(".statements").first).to_be_visible()


def test_a_card_that_is_pinned_already_stays_as_it_is(visit: Visit) -> None:
    """After a cry each answer has the card; only another one comes in its place and into sight."""
    page = visit.open()
    play(page, Scene("scared", {**UNDERSTOOD, "help": HELP}), "en")
    card = page.locator(".pinned .help")
    card.evaluate("card => { card.dataset.seen = 'yes'; }")
    visit.ask(QUESTION)
    expect(card).to_have_attribute("data-seen", "yes")

    page.unroute("**/v1/ask")
    elsewhere = answer_in("en", {**UNDERSTOOD, "help": replace(HELP, numbers=())})
    page.route("**/v1/ask", respond_with(answer_json(elsewhere)))
    visit.ask(QUESTION)
    expect(card).not_to_have_attribute("data-seen", "yes")


def test_the_page_without_javascript_folds_the_documents_too(browser: Browser, address: str) -> None:
    """Without JavaScript the card stands first, and neither documents nor a rewritten question are seen under it."""
    visit = Visit(browser, address, java_script_enabled=False)
    page = visit.post(f"{CRY} Who funds the shelter in Accra?")

    expect(page.locator(".turn > :nth-child(2)")).to_have_class("help")
    expect(page.locator(".understood")).to_have_count(0)
    for statements in page.locator(".turn .statements").all():
        expect(statements).to_be_hidden()
    visit.context.close()


def test_the_card_is_whole_in_the_language_of_the_message(visit: Visit) -> None:
    """Who writes in Spanish to an English page reads the card in Spanish, with the country that they named."""
    page = visit.open()
    visit.ask("Mi jefe me encierra y me quitó el pasaporte. Estoy en España, ayuda por favor")
    card = page.locator(".pinned .help")

    expect(card).to_have_attribute("lang", "es")
    expect(card.get_by_label("¿En qué país está?")).to_have_value("ES")
    expect(card).to_contain_text("Horario: día y noche, todos los días")
    expect(card).to_contain_text("No puedo hablar")
    assert "tel:900105090" in numbers(card)
    expect(card).not_to_contain_text("(España)")


def problem(status: int, **fields: object) -> Route:
    """Return a handler that refuses with a problem."""
    body = json.dumps({"type": "about:blank", "title": "", "status": status, "detail": "", **fields})
    return lambda route: route.fulfill(status=status, content_type="application/problem+json", body=body)  # type: ignore[return-value]


def failing(**fields: object) -> Route:
    """Return a handler that answers by an `error` event."""
    body = f"event: error\ndata: {json.dumps({'status': 500, **fields})}\n\n"
    return lambda route: route.fulfill(content_type="text/event-stream", body=body)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("respond", "shown"),
    [
        pytest.param(problem(503, help=help_json(HELP)), "tel:18555", id="503 with a card"),
        pytest.param(problem(429, help=help_json(HELP)), "tel:18555", id="429 with a card"),
        pytest.param(failing(help=help_json(HELP)), "tel:18555", id="error event with a card"),
        pytest.param(problem(503), "", id="503 without"),
        pytest.param(problem(429), "", id="429 without"),
        pytest.param(failing(), "", id="error event without"),
        pytest.param(lambda route: route.fulfill(status=504, body="gateway"), "", id="time-out of a proxy"),
        pytest.param(lambda route: route.abort("timedout"), "", id="time-out"),
    ],
)
def test_whatever_fails_shows_the_card(browser: Browser, address: str, respond: Route, shown: str) -> None:
    """A failure shows the card that the server sent, else the one that came with the widget, above the fault."""
    visit = Visit(browser, address)
    page = visit.open()
    page.route("**/v1/ask", respond)  # type: ignore[arg-type]
    turn = visit.ask(QUESTION)

    expect(turn.locator(".fault")).to_be_visible()
    card = page.locator(".pinned .help")
    expect(card).to_be_visible()
    assert shown in [*numbers(card), ""]
    card.get_by_role("combobox").select_option("Spain")
    assert numbers(card)[0] == "tel:112"
    visit.context.close()


# Clicks as soon as the widget is ready: Playwright's own click looks for the button only every half second.
OPEN_CARD_WHEN_READY = """addEventListener("waymark-ready", ({ target }) => {
  const root = target.shadowRoot;
  [...root.querySelectorAll("button")].find((button) => button.textContent.trim() === "I need help").click();
  requestAnimationFrame(() => {
    if (root.querySelector(".pinned .help").getBoundingClientRect().height) window.shownAfter = performance.now();
  });
});"""


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/demo"])
def test_the_button_opens_the_card_within_two_seconds_on_a_slow_line(browser: Browser, address: str, path: str) -> None:
    """At 400 kbit/s, 100 ms away and with nothing kept from before, from opening the page to the card."""
    visit = Visit(browser, address)
    visit.page.add_init_script(OPEN_CARD_WHEN_READY)
    line = visit.context.new_cdp_session(visit.page)
    line.send("Network.enable")
    speed = 400_000 / 8  # bytes a second
    conditions = {"offline": False, "latency": 100, "downloadThroughput": speed, "uploadThroughput": speed}
    line.send("Network.emulateNetworkConditions", conditions)
    visit.page.goto(address + path, wait_until="commit")
    expect(visit.page.locator(".pinned .help")).to_be_visible()
    milliseconds = visit.page.evaluate("window.shownAfter")
    visit.context.close()

    assert milliseconds < 2000
