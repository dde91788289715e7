"""The chat page and the widget in a real browser, over three small documents and a real server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from api.app import create_app
from browsing import PATIENCE, chromium, served
from conftest import DOCUMENTS
from corpus import load_documents
from embeddings import Generation, build_generation
from fakes import HashingEncoder
from qa import Assistant

QUESTION = "Who funds the shelter in Accra?"
STATEMENT = "Norway funds the shelter in Accra."
SOURCE = "Source 1: Shelter for trafficked children opens in Accra"
UNKNOWN = "What is the boiling point of tungsten?"
NEUTRAL = "https://worldweather.wmo.int/"
PHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the application over the three documents, and return where."""
    folder = tmp_path_factory.mktemp("browser")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    encoder = HashingEncoder()
    id = build_generation(
        load_documents([folder]), encoder, folder / "index", folder / "vectors.sqlite", created_by="tests"
    )
    generation = Generation.load(folder / "index" / id, encoder)
    with served(create_app(Assistant(generation, encoder, min_cosine=0.3, answer_words=80))) as address:
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
        """Go to a page, and wait for the widget on it where scripts run."""
        self.page.goto(self.address + path)
        return self.page

    def ask(self, question: str) -> Locator:
        """Ask in the widget, and return the whole turn."""
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
    visit.open()
    turn = visit.ask(QUESTION)

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
