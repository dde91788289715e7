"""Helpers of browser tests: a server on a free port, Debian's Chromium, a browser session, questions and documents."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from starlette.types import ASGIApp

from qa.evaluation import browser_speed
from qa.evaluation.browser_speed import BrowserProblem

PATIENCE = 20  # seconds that a busy machine may take
QUESTION = "Who funds the shelter in Accra?"
STATEMENT = "Norway funds the shelter in Accra."
SOURCE = "Source 1: Shelter for trafficked children opens in Accra"
UNKNOWN = "What is the boiling point of tungsten?"
NEUTRAL = "https://worldweather.wmo.int/"
PHONE = {"width": 320, "height": 640}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>[a](javascript:alert(1))"
HOSTILE_DOCUMENT = f"""---
title: '{HOSTILE}'
source_url: https://example.org/"onmouseover="alert(1)
publisher: '{HOSTILE}'
kind: news
---
Lighthouse keepers praise {HOSTILE}.
"""
FRENCH_DOCUMENT = """---
title: Un foyer ouvre à Niamey
source_url: https://example.org/niamey
publisher: OIM
---
Le Danemark finance le foyer de Niamey.

Les enfants y reçoivent des soins et une formation.
"""


@contextmanager
def served(application: ASGIApp, **options: Any) -> Iterator[str]:  # noqa: ANN401 - of uvicorn.Config
    """Serve an application on a free port of this machine until the block ends; yield its address."""
    defaults = {"port": 0, "access_log": False, "log_level": "critical", "timeout_graceful_shutdown": 1}
    config = uvicorn.Config(application, **defaults | options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium until the block ends; skip the test where it is missing."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(browser_speed.chromium())
        except BrowserProblem as problem:
            pytest.skip(str(problem))
        expect.set_options(timeout=PATIENCE * 1000)
        yield browser


class Visit:
    """A fresh browser session, which records console messages, page errors and requested URLs."""

    def __init__(self, browser: Browser, address: str, **options: object) -> None:
        """Create the session, without opening a page."""
        self.context: BrowserContext = browser.new_context(**{"locale": "en", **options})  # type: ignore[arg-type]
        self.context.set_default_timeout(PATIENCE * 1000)
        self.address = address
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.context.on("console", lambda message: self.messages.append(message.text))
        self.context.on("weberror", lambda error: self.messages.append(str(error.error)))
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.page: Page = self.context.new_page()

    def open(self, path: str = "/") -> Page:
        """Go to a page."""
        self.page.goto(self.address + path)
        return self.page

    def send(self, question: str) -> None:
        """Send a question in the widget, once it is ready: before, Enter would only break the line of the form."""
        self.page.locator(".waymark").first.wait_for(state="attached")
        self.page.get_by_label("Your question").fill(question)
        self.page.keyboard.press("Enter")

    def post(self, question: str, language: str = "") -> Page:
        """Ask by the form of the page, as without JavaScript; where it runs, the widget takes over the answer."""
        hold = "**/widget.js"
        self.context.route(hold, lambda route: route.fulfill(content_type="text/javascript", body=""))
        page = self.open(f"/?language={language}" if language else "/")
        self.context.unroute(hold)
        page.locator("#question").fill(question)
        with page.expect_navigation():
            page.locator(".ask button").click()
        return page

    def paste(self) -> str:
        """Paste into the box what was copied, and return it; no script of a page may read it."""
        box = self.page.get_by_label("Your question")
        box.press("Control+V")
        return box.input_value()

    def ask(self, question: str) -> Locator:
        """Ask a question in the widget, and return the element of the complete turn."""
        self.page.locator(".waymark").first.wait_for(state="attached")  # it may have taken over a turn of the page
        turns = self.page.locator(".log .turn")
        count = turns.count()
        self.send(question)
        expect(turns).to_have_count(count + 1)
        return turns.nth(count)
