"""Time the chat page in a real browser.

In: a server's address and questions. Out: figures by name, in milliseconds.
Playwright comes with an extra and Chromium with the machine, so callers must handle their absence (BrowserProblem).
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

from embeddings.extras import how_to_install

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# No sandbox, since it may run as root in a container; nothing is fetched from elsewhere.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
TIMEOUT_MS = 20_000  # for a page to be ready

NOTE_READY = "addEventListener('waymark-ready', () => { window.ready = performance.now() })"
FIRST_PAINT = """() => new Promise(done => new PerformanceObserver(list =>
  list.getEntriesByName("first-contentful-paint").forEach(entry => done(entry.startTime))
).observe({ type: "paint", buffered: true }))"""
FIRST_STATEMENT = """async question => {
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
    """There is no browser, or it does not show the widget; the message says why."""


@contextmanager
def chromium() -> "Iterator[Browser]":
    """Start Debian's Chromium until the block ends. Raises BrowserProblem with the cure where there is none."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise BrowserProblem(f"there is no playwright; {how_to_install('evaluate')}") from error
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
    """Open a server's chat page for each question, without cache, and ask it; return the median times.

    The time of the first statement is from asking, the others from opening; a refused question has no statement.
    Raises BrowserProblem where the page does not show the widget.
    """
    from playwright.sync_api import Error

    try:
        times = [_times_of(browser, url, question) for question in questions]
    except Error as error:
        raise BrowserProblem(f"the page at {url} does not show the widget") from error
    names = ("first paint", "widget ready", "first statement")
    by_name = zip(names, zip(*times, strict=True), strict=True)
    known = {name: [value for value in values if value is not None] for name, values in by_name}
    return {f"page: {name} ms": median(values) for name, values in known.items() if values}


def _times_of(browser: "Browser", url: str, question: str) -> tuple[float, float, float | None]:
    context = browser.new_context(locale="en")
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    page.add_init_script(NOTE_READY)
    page.goto(url)
    page.locator(".waymark").wait_for()
    times = page.evaluate(FIRST_PAINT), page.evaluate("window.ready"), page.evaluate(FIRST_STATEMENT, question)
    context.close()
    return times
