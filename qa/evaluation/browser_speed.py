"""Time the chat page in a real browser, as people see it.

In: a server's address and questions. Out: figures by name, in milliseconds.
Playwright and Chromium are there for developers only, so that whoever times the page must bear their absence.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# No sandbox, since it may run as root in a container; nothing is fetched from elsewhere.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PATIENCE_MS = 20_000  # for a page to be ready

WATCHING = "addEventListener('waymark-ready', () => { window.ready = performance.now() })"
PAINTED = """() => new Promise(done => new PerformanceObserver(list =>
  list.getEntriesByName("first-contentful-paint").forEach(entry => done(entry.startTime))
).observe({ type: "paint", buffered: true }))"""
ANSWERED = """async question => {
  const chat = document.querySelector("waymark-chat");
  const begin = performance.now();
  let first = null;
  new MutationObserver(() => {
    if (chat.shadowRoot.querySelector(".statements")) first ??= performance.now() - begin;
  }).observe(chat.shadowRoot, { childList: true, subtree: true });
  await chat.ask(question);
  return first;
}"""


class BrowserProblem(RuntimeError):
    """There is no browser, or it does not show what it should; the message tells why."""


@contextmanager
def chromium() -> "Iterator[Browser]":
    """Start Debian's Chromium until the block ends. Raises BrowserProblem with the cure where there is none."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise BrowserProblem("there is no playwright; run: pip install 'waymark[dev]'") from error
    path = shutil.which("chromium")
    if path is None:
        raise BrowserProblem("there is no chromium; on Debian: apt install chromium")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        except Error as error:
            raise BrowserProblem(f"{path} does not start; try it by hand") from error
        yield browser
        browser.close()


def page_times(browser: "Browser", url: str, questions: Sequence[str]) -> dict[str, float]:
    """Open a server's chat page for each question, nothing remembered, and ask it; return the medians.

    A statement is waited for from the moment of asking, all else from that of opening; a refused question has none.
    Raises BrowserProblem where the page does not show the widget.
    """
    from playwright.sync_api import Error

    try:
        times = [_times_of(browser, url, question) for question in questions]
    except Error as error:
        raise BrowserProblem(f"the page at {url} does not show the widget") from error
    waits = zip(("first paint", "widget ready", "first statement"), zip(*times, strict=True), strict=True)
    known = {what: [one for one in some if one is not None] for what, some in waits}
    return {f"page: {what} ms": median(some) for what, some in known.items() if some}


def _times_of(browser: "Browser", url: str, question: str) -> tuple[float, float, float | None]:
    context = browser.new_context(locale="en")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.add_init_script(WATCHING)
    page.goto(url)
    page.locator(".waymark").wait_for()
    times = page.evaluate(PAINTED), page.evaluate("window.ready"), page.evaluate(ANSWERED, question)
    context.close()
    return times
