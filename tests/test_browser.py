"""The chat page in a real browser, with JavaScript and without, over three small documents."""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from api.app import create_app
from qa import Assistant

QUESTION = "Who funds the shelter in Accra?"
STATEMENT = "Norway funds the shelter in Accra."
# No sandbox, since tests may run as root in a container; nothing is fetched from elsewhere.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PATIENCE = 20  # seconds


@pytest.fixture
def address(assistant: Assistant) -> Iterator[str]:
    """Serve the application on a free port of this machine, and return where."""
    server = uvicorn.Server(uvicorn.Config(create_app(assistant), port=0, access_log=False, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(PATIENCE)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium; on a build server it must be there."""
    path = shutil.which("chromium")
    if path is None:
        reason = "there is no chromium; run: apt-get install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_ask_see_the_answer_and_open_a_source(browser: Browser, address: str, javascript: bool) -> None:
    """A visitor asks, sees the answer with its numbered source, and opens the source at the cited words."""
    context = browser.new_context(java_script_enabled=javascript, viewport={"width": 320, "height": 640})
    context.set_default_timeout(PATIENCE * 1000)
    complaints: list[str] = []
    requests: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", lambda request: requests.append(request.url))
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask").click()
    answer = page.get_by_role("log").get_by_role("article")

    answer.get_by_role("heading", name=QUESTION).wait_for()
    assert STATEMENT in answer.locator(".statements").inner_text()
    assert answer.get_by_role("link", name="Source 1: Shelter for trafficked children opens in Accra").is_visible()
    assert "Summary of" in answer.locator(".sources").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    with context.expect_page() as opened:
        answer.get_by_role("link", name="Read in context").click()
    source = opened.value
    source.locator("mark#quote").wait_for()

    assert source.locator("mark").all_inner_texts() == [STATEMENT]
    assert source.get_by_role("link", name="a page at example.org").get_attribute("rel") == "noopener noreferrer"
    assert complaints == []
    assert all(url.startswith(address) for url in requests)
    assert javascript is not any("funds" in url for url in requests)
    assert context.cookies() == []

    if javascript:
        page.bring_to_front()
        check_conversation(page)
    context.close()


def check_conversation(page: Page) -> None:
    """Check that turns add up, that earlier ones are sent along, and that a failure leaves the question in its box."""
    box, status = page.get_by_label("Your question"), page.get_by_role("status")
    assert status.inner_text() == "Answer ready, 1 source."

    with page.expect_request("**/answer") as sent:
        box.fill("What is the boiling point of tungsten?")
        box.press("Enter")
    page.get_by_role("article").nth(1).wait_for()

    posted = json.loads(sent.value.post_data or "")
    assert posted["history"] == [{"question": QUESTION, "answer": f"{STATEMENT} [1]"}]
    assert "do not tell" in page.get_by_role("article").nth(1).inner_text()
    assert box.input_value() == ""

    page.route("**/answer", lambda route: route.abort())
    box.fill("Who runs the hotline?")
    box.press("Enter")
    page.locator("#status.error").wait_for()

    assert status.inner_text() == "No answer came. Please try again."
    assert box.input_value() == "Who runs the hotline?"
