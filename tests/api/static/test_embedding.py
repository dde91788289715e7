"""The widget on other sites in a real browser: policies, languages, the script interface, hostile content, size."""

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.app import create_app
from api.formats.examples import ANSWER
from conftest import DOCUMENTS, assistant_over
from drivers.browsing import HOSTILE, HOSTILE_DOCUMENT, QUESTION, STATEMENT, Visit, served
from drivers.processes import eventually
from drivers.scenes import (
    Scene,
    play,
)
from qa import Assistant, Settings
from qa.answers.answer import answer_json


@pytest.mark.parametrize(
    "question",
    [f"{HOSTILE} {QUESTION}", "Which script alert or img src do lighthouse keepers praise?"],
    ids=["asked", "cited"],
)
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_nothing_hostile_runs(browser: Browser, address: str, question: str, javascript: bool) -> None:
    """Markup in questions and documents is shown as it was written; no policy is violated, since nothing tries."""
    visit = Visit(browser, address, java_script_enabled=javascript)
    page = visit.post(question)
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
    assert visit.messages == []
    assert all(url.startswith(address) for url in visit.requests)
    visit.context.close()


def test_hostile_answers_run_nowhere(visit: Visit) -> None:
    """Even a server that sends markup and script addresses in every field gets text and no link from the widget."""
    page = visit.open()
    line = {
        **dict.fromkeys(("country", "service", "number", "purpose", "sms", "email"), HOSTILE),
        **dict.fromkeys(("url", "chat", "form"), "javascript:alert(1)"),
        "facts": [HOSTILE],
    }
    help = {"title": HOSTILE, "text": HOSTILE, "regions": ["ES"], "lines": [line], "numbers": []}
    [citation] = answer_json(ANSWER)["citations"]
    answer = answer_json(ANSWER) | {
        "status": "partial",
        "message": HOSTILE,
        "short_answer": HOSTILE,
        "standalone_question": HOSTILE,
        "statements": [{"text": HOSTILE, "citations": [1, 7]}],
        "more": [{"text": HOSTILE, "citations": [1], "subject": HOSTILE}],
        "nearest": [{"text": HOSTILE, "citations": [1], "is_item": True}],
        "citations": [
            citation
            | dict.fromkeys(("document_id", "title", "publisher", "published", "language", "quote"), HOSTILE)
            | {
                "url": "javascript:alert(1)",
                "quote_url": "javascript:alert(1)",
                "view_url": "data:text/html,<script>alert(1)</script>",
            }
        ],
        "notes": [HOSTILE],
        "unanswered": [HOSTILE],
        "related_questions": [HOSTILE],
    }
    play(page, Scene("hostile", respond=lambda route: route.fulfill(json=answer)), "en")
    page.locator(".more summary").click()
    page.locator(".more .cite").click()

    assert page.locator(".turn").inner_text().count(HOSTILE) >= 12
    assert page.locator(".turn a").count() == 0

    play(page, Scene("hostile card", respond=lambda route: route.fulfill(json=answer | {"help": help})), "en")
    card = page.locator(".help")
    assert card.inner_text().count(HOSTILE) >= 8
    hrefs = card.locator("a").evaluate_all("links => links.map(link => link.protocol)")
    assert set(hrefs) == {"tel:", "sms:", "mailto:"}
    assert page.locator(":is(.turn, .help) :is(script, img, iframe, svg, form)").count() == 0


def test_embeds_in_another_site_under_a_strict_policy(browser: Browser, assistant: Assistant) -> None:
    """Two widgets stand on an allowed site under `default-src 'self'` with no violation and no name of theirs in it."""
    site = Site()
    with served(site) as origin, served(create_app(assistant, Settings(allowed_origins=(origin,)))) as address:
        site.api = address
        visit = Visit(browser, origin)
        page = visit.open()
        first, second = page.locator("#corner"), page.locator("#inline")
        assert eventually(lambda: page.evaluate("seen.length") == 2)  # else the first may be opened before that
        first.get_by_role("button", name="Poser une question").click()
        first.get_by_label("Votre question").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(first.locator(".log .statements")).to_contain_text(STATEMENT)
        expect(second.locator(".waymark")).to_have_attribute("lang", "es")
        expect(second.locator("h2")).to_have_text("Pregunte aquí")
        link = first.locator(".log .turn").get_by_role("link", name="Lire dans le contexte", include_hidden=True)
        assert (link.get_attribute("href") or "").startswith(f"{address}/documents/ghana-shelter")
        assert second.locator(".log .turn").count() == 0
        assert page.evaluate("seen") == ["ready", "ready", "open", "question", "answer answered 1"]
        assert page.evaluate("Object.getOwnPropertyNames(window).filter(name => !names.includes(name))") == []
        assert page.evaluate("getComputedStyle(document.querySelector('p')).color") == "rgb(1, 2, 3)"
        assert first.locator(".launcher").evaluate("part => getComputedStyle(part).backgroundColor") == "rgb(0, 80, 60)"
        assert visit.messages == []
        assert site.reports == 0
        visit.context.close()

        other = Visit(browser, origin.replace("127.0.0.1", "localhost"))
        other.open().wait_for_load_state("networkidle")
        assert other.messages == [
            f"Waymark: this server does not allow its widget on {origin.replace('127.0.0.1', 'localhost')}. "
            "Whoever runs it can allow it by the setting WAYMARK_ALLOWED_ORIGINS."
        ]
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
        assert visit.messages == []
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
const seen = [];
for (const what of ["ready", "open", "close", "question", "answer", "fault", "clear"]) {
  document.addEventListener(`waymark-${what}`, ({ detail }) => seen.push([what, ...Object.values(detail)].join(" ")));
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


def test_what_a_page_asks_of_the_element_before_it_is_ready_is_done_then(visit: Visit) -> None:
    """On a slow line the page's own button for help works at once, as far as the page can tell: nothing is lost."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    visit.context.route("**/widget.css", hold)
    with visit.page.expect_request("**/widget.css"):
        page = visit.open("/demo")
    chat = page.locator("waymark-chat")
    chat.evaluate("chat => { chat.open(); chat.ask('Forgotten?'); chat.clear(); }")
    chat.evaluate("(chat, question) => { chat.help(); chat.ask(question); }", QUESTION)
    assert page.get_by_role("dialog").count() == 0
    [route] = held
    route.continue_()

    expect(page.get_by_role("dialog", name="Ask Waymark")).to_be_visible()
    expect(page.locator(".pinned h3")).to_be_visible()
    expect(page.locator(".log .statements")).to_contain_text(STATEMENT)
    assert page.locator(".turn").count() == 1


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


def test_widget_is_small(visit: Visit) -> None:
    """All that a page loads for the widget in one language takes at most 40 kB gzipped, scripts, styles and texts."""
    visit.open("/demo").locator(".waymark").wait_for(state="attached")
    files = [url for url in visit.requests if "/widget" in url]
    size = sum(len(gzip.compress(visit.context.request.get(url).body())) for url in set(files))

    assert len(files) >= 9
    assert len(files) - len(set(files)) <= 1  # answer.css is also the page's own
    assert size <= 40_000
