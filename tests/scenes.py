"""Every state that a reader of the widget can meet, each made to appear on a page of a running server.

In: a page with the widget ready, and a language. Out: the page in that state. Answers that need a state of the server
which is hard to bring about are made by hand here, in the shape of `POST /v1/ask`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, Route, expect

from api.schemas import EXAMPLES
from qa.replies import reply

QUESTIONS = {
    "ar": "من يموّل المأوى في أكرا؟",
    "zh": "谁资助阿克拉的庇护所？",
    "en": "Who funds the shelter in Accra?",
    "fr": "Qui finance le foyer d’Accra ?",
    "ru": "Кто финансирует приют в Аккре?",
    "es": "¿Quién financia el albergue de Accra?",
}
LINES = [
    {
        "country": "Ghana",
        "service": "Helpline against human trafficking",
        "number": "0800 000 000",
        "languages": ["English", "Twi"],
        "hours": "24/7",
        "url": "https://example.org/help",
        "source": "https://example.org/help",
        "checked": "2026-10-01",
        "stale": False,
    },
    {
        "country": "Worldwide",
        "service": "IOM offices",
        "number": "",
        "languages": [],
        "hours": "",
        "url": "https://example.org/offices",
        "source": "https://example.org/offices",
        "checked": "2024-01-15",
        "stale": True,
    },
]
HELP = {
    "title": "You are not alone, and help is free",
    "text": "What you describe is serious. These people can help you, and will not tell anyone without your consent.",
    "emergency": "If you are in danger now, call the emergency number of your country.",
    "note": "Use a phone or computer that nobody checks.",
    "lines": LINES,
}
LONG = (
    "Norway, together with the International Organization for Migration, the Ministry of Gender, Children and Social "
    "Protection, three district assemblies and a fund of the European Union for West Africa."
)
LONG_ARABIC = (
    "كم طفلاً من ضحايا الاتجار بالأشخاص استقبل المأوى الذي تموّله النرويج في أكرا منذ افتتاحه في آذار/مارس 2015، وما هي "
    "الخدمات الصحية والتعليمية والقانونية التي قدّمها لهم بالتعاون مع المنظمة الدولية للهجرة؟"
)
SUBJECT = "The shelter in Accra"
NOTES = ["The sources give figures of different years: 2021 and 2016.", "One source is a summary."]
CITATION = EXAMPLES["AskResponse"]["citations"][0]
CITING = EXAMPLES["AskResponse"]["statements"][0]
ADDED = {
    "statements": [CITING, CITING | {"subject": SUBJECT, "text": "It opened in 2015."}],
    "notes": NOTES,
    "short_answer": "Norway",
}
LONG_VALUES = {
    "short_answer": LONG,
    "standalone_question": LONG,
    "related_questions": [LONG, LONG_ARABIC],
    "statements": [CITING | {"subject": LONG}],
    "citations": [CITATION | {"title": LONG, "publisher": LONG}],
    "notes": [LONG],
}
NOTHING: dict[str, Any] = {"statements": [], "citations": [], "text": ""}
RELATED = ["Which services does the shelter offer?", "How many children does it house?"]
HELPED = {"status": "declined", "reason": "personal_case", "help": HELP, "message": "Please talk to one of them."}
OFF = {"status": "declined", "reason": "answering_off", "message": "Answers are switched off at the moment."}


@dataclass(frozen=True)
class Scene:
    """A state: what the server answers (or how it fails), and what the reader does then."""

    name: str
    changes: dict[str, Any] | None = None
    fail: Callable[[Route], None] | None = None
    act: Callable[[Page], None] = lambda _: None
    question: str = ""


def _refuse(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, content_type="application/problem+json", body="{}")


def _break_off(route: Route) -> None:
    body = stream(answer_in("en", {})).partition("event: done")[0]
    route.fulfill(content_type="text/event-stream", body=body)


def _open_sources(page: Page) -> None:
    page.locator(".log .cite").last.click()


def _copy(page: Page) -> None:
    page.locator(".log .turn > .plain").last.click()
    page.locator(".said").wait_for()


SCENES = (
    Scene("welcome"),
    Scene("searching", fail=lambda _: None),
    Scene("answered", {}),
    Scene("sources open", {}, act=_open_sources),
    Scene("copied", {}, act=_copy),
    Scene(
        "partial, understood",
        {
            "status": "partial",
            "standalone_question": "Which state funds the shelter for trafficked children in Accra?",
            "short_answer": "Norway",
            "related_questions": RELATED,
        },
    ),
    Scene("words added, notes", ADDED),
    Scene("long values", LONG_VALUES, act=_open_sources),
    Scene("no answer", {"status": "no_evidence", "reason": "no_evidence", "related_questions": RELATED, **NOTHING}),
    Scene("small talk", {"status": "small_talk", "message": "Hello! What would you like to know?", **NOTHING}),
    Scene("help card", HELPED | NOTHING),
    Scene("answering off", OFF | NOTHING | {"help": HELP}),
    Scene("question too long", question="x" * 1001),
    Scene("unreachable", fail=lambda route: route.abort()),
    Scene("busy", fail=_refuse(429)),
    Scene("refused", fail=_refuse(422)),
    Scene("failed", fail=_refuse(500)),
    Scene("broken off", fail=_break_off),
)


def answer_in(language: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Return an answer to the question in a language: a whole one, but for the changes."""
    question = QUESTIONS[language]
    fixed = reply("no_evidence" if changes.get("status") == "no_evidence" else "quoted_in_english", language)
    asked = {"question": question, "standalone_question": question, "language": language, "message": fixed}
    return EXAMPLES["AskResponse"] | {"reason": ""} | asked | changes


def stream(answer: dict[str, Any]) -> str:
    """Write an answer as the events that the server sends."""
    pieces = [("status", {"status": "searching"}), ("status", {**answer, "statements": [], "citations": []})]
    pieces += [("citation", citation) for citation in answer["citations"]]
    pieces += [("statement", statement) for statement in answer["statements"]]
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in [*pieces, ("done", answer)])


def play(page: Page, scene: Scene, language: str) -> None:
    """Bring the widget of a page into a state, whatever it showed before."""
    page.locator("waymark-chat .waymark").wait_for(state="attached")
    chat = page.locator("waymark-chat")
    chat.evaluate("chat => { chat.clear(); chat.open(); }")
    page.unroute("**/v1/ask")
    answer = scene.fail
    if scene.changes is not None:
        body = stream(answer_in(language, scene.changes))
        answer = lambda route: route.fulfill(content_type="text/event-stream", body=body)  # noqa: E731
    if answer is not None:
        page.route("**/v1/ask", answer)
    if answer or scene.question:
        chat.evaluate("(chat, question) => void chat.ask(question)", scene.question or QUESTIONS[language])
    if answer and scene.name != "searching":
        expect(page.locator(".log .turn")).to_have_count(1)
    scene.act(page)
