"""Asking in the widget in a real browser: questions, follow-ups, waiting, faults, clearing and leaving."""

import asyncio
import json
import threading

import pytest
from playwright.sync_api import Browser, Route, expect
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive, Scope, Send

from api.app import create_app
from drivers.browsing import (
    NEUTRAL,
    PATIENCE,
    QUESTION,
    SOURCE,
    STATEMENT,
    UNKNOWN,
    Visit,
    served,
)
from qa import Assistant

TITLE = "Shelter for trafficked children opens in Accra"


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
    for _ in range(6):
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


def test_widget_takes_over_the_answer_of_the_page(browser: Browser, address: str) -> None:
    """An answer that came with the page is part of the widget's conversation, and Reload does not ask it anew."""
    visit = Visit(browser, address)
    page = visit.post(QUESTION)

    expect(page.locator(".log .turn .statements")).to_contain_text(STATEMENT)
    assert page.locator("waymark-chat").evaluate("chat => chat.childElementCount") == 0
    with page.expect_request("**/v1/ask") as sent:
        visit.ask("And which services does it offer?")
    assert json.loads(sent.value.post_data or "")["history"] == [{"question": QUESTION, "answer": f"{STATEMENT} [1]"}]
    page.get_by_role("button", name="Clear conversation").click()
    page.reload()
    expect(page.locator(".waymark .turn")).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()
    assert visit.messages == []
    visit.context.close()


def test_widget_takes_over_what_was_being_written(visit: Visit) -> None:
    """Who begins to write before the widget is loaded keeps the text and the cursor."""
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


def test_a_topic_is_dropped_by_its_button(visit: Visit) -> None:
    """What a follow-up took over stands before its answer; its button asks again without, by the keyboard too."""
    page = visit.open()
    visit.ask(QUESTION)
    turn = visit.ask("Which services does it offer?")
    topic = turn.locator(".topic")
    drop = topic.get_by_role("button", name=f"Ask again without “{TITLE}”", exact=True)
    expect(page.locator(".topic")).to_have_count(1)
    expect(topic).to_contain_text(f"About: {TITLE}")
    assert turn.evaluate("turn => [...turn.children].findIndex(child => child.matches('.topic'))") == 1

    drop.focus()
    with page.expect_request("**/v1/ask") as sent:
        page.keyboard.press("Enter")
    expect(page.locator(".topic")).to_have_count(0)
    assert json.loads(sent.value.post_data or "") == {
        "question": "Which services does it offer?",
        "history": [{"question": QUESTION, "answer": f"{STATEMENT} [1]"}],
        "drop": ["ghana-shelter"],
    }
    expect(page.locator(".log .question")).to_have_text([QUESTION, "Which services does it offer?"])
    expect(page.locator(".talk")).to_be_focused()


def test_a_call_for_help_is_sent_along_however_long_ago(visit: Visit) -> None:
    """Six questions later the server still knows of it, and of the last five turns."""
    cry = "They took my passport and I am locked in the house"
    visit.open()
    for question in (cry, *[UNKNOWN] * 5):
        visit.ask(question)
    with visit.page.expect_request("**/v1/ask") as sent:
        visit.ask(QUESTION)

    told = json.loads(sent.value.post_data or "")["history"]
    assert [turn["question"] for turn in told] == [cry, *[UNKNOWN] * 5]


def test_a_topic_of_an_earlier_turn_is_dropped_too(visit: Visit) -> None:
    """The question is asked again with what was before it, and not with what came after; its answer comes last."""
    page = visit.open()
    visit.ask(QUESTION)
    turn = visit.ask("Which services does it offer?")
    visit.ask("How many calls has the free hotline of Colombia taken?")
    with page.expect_request("**/v1/ask") as sent:
        turn.locator(".drop").click()

    assert [said["question"] for said in json.loads(sent.value.post_data or "")["history"]] == [QUESTION]
    expect(page.locator(".log .question").nth(2)).to_have_text("Which services does it offer?")
    expect(page.locator(".log .turn").nth(2).locator(".topic")).to_have_count(0)


def test_asking_again_after_a_fault_keeps_the_topic_dropped(visit: Visit) -> None:
    """Where the server can't be reached while a topic is dropped, trying again leaves it out too."""
    page = visit.open()
    visit.ask(QUESTION)
    turn = visit.ask("Which services does it offer?")
    page.route("**/v1/ask", lambda route: route.fulfill(status=429, content_type="application/json", body="{}"))
    turn.locator(".drop").click()
    expect(page.locator(".fault")).to_be_visible()
    visit.messages.clear()  # the browser reports the status
    page.unroute("**/v1/ask")
    with page.expect_request("**/v1/ask") as sent:
        page.get_by_role("button", name="Try again").click()

    assert json.loads(sent.value.post_data or "")["drop"] == ["ghana-shelter"]
    expect(page.locator(".log .topic, .log .fault")).to_have_count(0)


def test_log_is_given_complete_answers_only(visit: Visit) -> None:
    """A screen reader announces complete answers, one at a time, however they are streamed."""
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
    assert turn.locator(".question").get_attribute("dir") == "ltr"


def test_statements_are_shown_before_the_answer_is_complete(browser: Browser, assistant: Assistant) -> None:
    """Received statements are shown beside the log, without buttons; the complete answer then replaces them."""
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
        visit.send(QUESTION)
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
    expect(page.locator(".welcome")).to_contain_text("this visit stays in your browser's history")
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


def test_question_that_cannot_be_asked_says_why(visit: Visit) -> None:
    """An empty or too long question is not sent; the box tells what is wrong and keeps its text.

    Nobody judges what is not sent, so a long one brings the help card: who writes a long story may be in danger.
    """
    page = visit.open()
    page.locator(".waymark").wait_for(state="attached")
    box = page.get_by_label("Your question")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Write a question first.")
    expect(page.locator(".help")).to_have_count(0)
    box.fill("x" * 1001)
    box.press("Enter")
    expect(page.locator(".help")).to_be_in_viewport()
    expect(page.get_by_role("alert")).to_contain_text("at most 1000 characters; this one has 1001")
    expect(box).to_have_value("x" * 1001)
    expect(box).to_have_attribute("aria-invalid", "true")
    assert page.locator(".turn").count() == 0


def test_a_fault_is_shown_and_asking_again_works(browser: Browser, address: str) -> None:
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
    """The received part of an interrupted answer is shown with its source; asking again gives the full answer."""
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
