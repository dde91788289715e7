"""All states of the widget, and how to bring a page of a running server into each.

In: a page with the widget ready, and a language. Out: the page in that state. Answers are constructed by the models of
`qa.answers.answer` from the document of the OpenAPI example, so that each could come from the server.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from playwright.sync_api import Page, Route, expect

from api.asking.streaming import answer_events
from api.formats.examples import ANSWER, DOCUMENT, EVIDENCE, PASSAGE
from corpus import Document, Passage, Span, is_list_item
from qa import Answer, Citation, Evidence, HelpCard, Statement, Status
from qa.answers.answer import Topic, answer_json
from qa.answers.charts import Chart, Point
from qa.answers.help import EmergencyNumber, HelpLine
from qa.answers.replies import reply

QUESTIONS = {
    "ar": "من يموّل المأوى في أكرا؟",
    "zh": "谁资助阿克拉的庇护所？",
    "en": "Who funds the shelter in Accra?",
    "fr": "Qui finance le foyer d’Accra ?",
    "ru": "Кто финансирует приют в Аккре?",
    "es": "¿Quién financia el albergue de Accra?",
}
HELP = HelpCard(
    title="You are not alone, and help is free",
    text="What you describe is serious. These people can help you, and will not tell anyone without your consent.",
    emergency="If you are in danger now, call the emergency number of your country.",
    note="Use a phone or computer that nobody checks.",
    regions=("GH",),
    numbers=(EmergencyNumber("Emergency", "112"), EmergencyNumber("Police", "18555")),
    lines=(
        HelpLine(
            country="Ghana",
            service="Helpline against human trafficking",
            number="0800 000 000",
            source="https://example.org/help",
            purpose="Against human trafficking and exploitation",
            sms="8020",
            chat="https://example.org/chat",
            url="https://example.org/help",
            checked="2026-10-01",
            stale=False,
            facts=("Hours: day and night, every day", "Languages: English, Twi", "Confirmed on 1 October 2026."),
        ),
        HelpLine(
            country="Ghana",
            service="An office",
            number="",
            source="https://example.org/offices",
            url="https://example.org/offices",
            facts=("The page of example.org gave this number (15 January 2024). We have not called it.",),
        ),
    ),
)
LONG = (
    "Norway, together with the International Organization for Migration, the Ministry of Gender, Children and Social "
    "Protection, three district assemblies and a fund of the European Union for West Africa."
)
LONG_ARABIC = (
    "كم طفلاً من ضحايا الاتجار بالأشخاص استقبل المأوى الذي تموّله النرويج في أكرا منذ افتتاحه في آذار/مارس 2015، وما هي "
    "الخدمات الصحية والتعليمية والقانونية التي قدّمها لهم بالتعاون مع المنظمة الدولية للهجرة؟"
)
[STATEMENT] = ANSWER.statements
SUBJECT = "The shelter in Accra"
NOTES = ("The sources give figures of different years: 2021 and 2016.", "One source is a summary.")
RELATED = ("Which services does the shelter offer?", "How many children does it house?")


def evidence_in(document: Document, quote: str) -> Evidence:
    """Return evidence of the first occurrence of a quote in a document, whose full text is the passage."""
    start = document.text.index(quote)
    passage = Passage(f"{document.id}#1", document.id, document.title, "", document.text, 0, len(document.text))
    return Evidence(document, passage, Span(start, start + len(quote)), 0.9)


def cited(*evidence: Evidence) -> dict[str, Any]:
    """Return the fields of an answer that states and cites each evidence."""
    citations = tuple(Citation(number, item) for number, item in enumerate(evidence, start=1))
    return {"statements": tuple(map(_statement, citations)), "citations": citations}


def _statement(citation: Citation) -> Statement:
    item = citation.evidence
    return Statement(item.text, (citation.number,), item.support, is_list_item(item.document.text, item.span))


def with_rest(fields: dict[str, Any], *rest: str) -> dict[str, Any]:
    """Return the fields of an answer whose last statement has further items of its list."""
    *before, last = fields["statements"]
    return {**fields, "statements": (*before, replace(last, rest=rest))}


def folded(first: Evidence, *more: Evidence) -> dict[str, Any]:
    """Return the fields of an answer that states the first evidence and adds the others under `more`."""
    fields = cited(first, *more)
    return {**fields, "statements": fields["statements"][:1], "more": fields["statements"][1:]}


def refused_beside(*evidence: Evidence) -> dict[str, Any]:
    """Return the fields of a refusal beside which each evidence stands as nearest to the question."""
    fields = cited(*evidence)
    return {**NO_EVIDENCE, "nearest": fields["statements"], "citations": fields["citations"]}


LONG_DOCUMENT = replace(DOCUMENT, title=LONG, publisher=LONG)
ADDED = {
    "statements": (STATEMENT, replace(STATEMENT, text="It opened in 2015.", subject=SUBJECT)),
    "notes": NOTES,
    "unanswered": ("why in Accra?", "who sings?"),
}
ABOUT = {"topics": (Topic(DOCUMENT.id, DOCUMENT.title),)}
LONG_VALUES = {
    "topics": (Topic("long", LONG), Topic("long-ar", LONG_ARABIC)),
    "short_answer": LONG,
    "standalone_question": LONG,
    "related_questions": (LONG, LONG_ARABIC),
    "statements": (replace(STATEMENT, subject=LONG),),
    "citations": (Citation(1, Evidence(LONG_DOCUMENT, replace(PASSAGE, title=LONG), EVIDENCE.span, 0.9)),),
    "notes": (LONG,),
    "unanswered": (LONG, LONG_ARABIC),
}
UNDERSTOOD = {
    "status": Status.PARTIAL,
    "standalone_question": "Which state funds the shelter for trafficked children in Accra?",
    "related_questions": RELATED,
}
NOTHING: dict[str, Any] = {"statements": (), "citations": (), "short_answer": None, "related_questions": ()}
NO_EVIDENCE = {**NOTHING, "status": Status.NO_EVIDENCE, "reason": "no_evidence"}
GREETED = {**NOTHING, "status": Status.SMALL_TALK, "message": "Hello! What would you like to know?"}
DECLINED = {**NOTHING, "status": Status.DECLINED, "help": HELP}
HELPED = {**DECLINED, "reason": "personal_case", "message": "Please talk to one of them."}
OFF = {**DECLINED, "reason": "answering_off", "message": "Answers are switched off at the moment."}
OPENED = evidence_in(DOCUMENT, "A shelter for 40 trafficked children opened in Accra on 12 March 2015.")
CHART = Chart(
    kind="line",
    language="en",
    title="Victims detected · Ghana",
    unit="persons",
    points=(
        Point("2013", 12, "12"),
        Point("2014", 40, "40"),
        Point("2015", None, ""),
        Point("2016", None, "<5"),
        Point("2017", 1038, "1,038", is_break=True),
        Point("2018", 920, "920"),
    ),
    source="UNODC, Global Report on Trafficking in Persons",
    notes=("Detected victims are not all victims.",),
    csv_url="/v1/figures?country=GH&indicator=victims&format=csv",
)
BARS = replace(
    CHART, kind="bars", title="Convicted in 2018", points=(Point("Ghana", 7, "7"), Point("Mali", None, "<5"))
)
MORE = folded(EVIDENCE, OPENED)
NEAREST = refused_beside(OPENED, EVIDENCE)


@dataclass(frozen=True)
class Scene:
    """A state: changed fields of the answer, or another response of the server, and an action on the page after it."""

    name: str
    changes: Mapping[str, Any] | None = None
    respond: Callable[[Route], None] | None = None
    act: Callable[[Page], None] = lambda _: None
    question: str = ""


def _refuse(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, content_type="application/problem+json", body="{}")


def _break_off(route: Route) -> None:
    body = stream(answer_json(answer_in("en", {}))).partition("event: done")[0]
    route.fulfill(content_type="text/event-stream", body=body)


def _open_sources(page: Page) -> None:
    page.locator(".log .cite").last.click()


def _unfold(page: Page) -> None:
    page.locator(".log .more > summary").click()


def _copy(page: Page) -> None:
    page.locator(".log .turn > .ways .plain").last.click()
    page.locator(".said").wait_for()


def _ask_for_help(page: Page) -> None:
    page.locator("waymark-chat").evaluate("chat => chat.help()")
    page.locator(".pinned .help").wait_for()


def _choose_a_country(page: Page) -> None:
    _ask_for_help(page)
    page.locator("#country").select_option("ES")
    page.locator(".help summary").first.click()


SCENES = (
    Scene("welcome"),
    Scene("searching", respond=lambda _: None),
    Scene("answered", {}),
    Scene("sources open", {}, act=_open_sources),
    Scene("copied", {}, act=_copy),
    Scene("partial, understood", UNDERSTOOD),
    Scene("topic carried over", ABOUT),
    Scene("words added, notes", ADDED),
    Scene("long values", LONG_VALUES, act=_open_sources),
    Scene("more, unfolded", MORE, act=_unfold),
    Scene("chart, its table unfolded", {"chart": CHART}, act=_unfold),
    Scene("chart of bars", {"chart": BARS}),
    Scene("no answer", NO_EVIDENCE | {"related_questions": RELATED}),
    Scene("no answer, nearest", NEAREST),
    Scene("small talk", GREETED),
    Scene("help card", HELPED),
    Scene("help, documents folded", {"help": HELP}),
    Scene("help asked for", act=_ask_for_help),
    Scene("help, country chosen", act=_choose_a_country),
    Scene("answering off", OFF),
    Scene("question too long", question="x" * 1001),
    Scene("unreachable", respond=lambda route: route.abort()),
    Scene("busy", respond=_refuse(429)),
    Scene("refused", respond=_refuse(422)),
    Scene("failed", respond=_refuse(500)),
    Scene("broken off", respond=_break_off),
)


def scene_named(name: str) -> Scene:
    """Return the state of a name."""
    return next(scene for scene in SCENES if scene.name == name)


def answer_in(language: str, changes: Mapping[str, Any]) -> Answer:
    """Return the example's answer to the question in a language, with some fields changed."""
    question = QUESTIONS[language]
    fixed = reply("no_evidence" if changes.get("status") == Status.NO_EVIDENCE else "quoted_in_english", language)
    asked = {"question": question, "standalone_question": question, "language": language, "message": fixed}
    return replace(ANSWER, **(asked | dict(changes)))


def stream(answer: Mapping[str, Any]) -> str:
    """Write an answer's JSON as the events that the server sends."""
    events = [("status", {"status": "searching"}), *answer_events(dict(answer))]
    return "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)


def play(page: Page, scene: Scene, language: str) -> None:
    """Bring the widget of a page into a state, whatever it showed before."""
    page.locator("waymark-chat .waymark").wait_for(state="attached")
    chat = page.locator("waymark-chat")
    chat.evaluate("chat => { chat.clear(); chat.open(); }")
    page.unroute("**/v1/ask")
    respond = scene.respond
    if scene.changes is not None:
        respond = respond_with(answer_json(answer_in(language, scene.changes)))
    if respond:
        page.route("**/v1/ask", respond)
    if respond or scene.question:
        chat.evaluate("(chat, question) => void chat.ask(question)", scene.question or QUESTIONS[language])
    if respond and scene.name != "searching":
        expect(page.locator(".log .turn")).to_have_count(1)
    scene.act(page)


def respond_with(answer: Mapping[str, Any]) -> Callable[[Route], None]:
    """Return a handler that streams an answer's JSON."""
    return lambda route: route.fulfill(content_type="text/event-stream", body=stream(answer))
