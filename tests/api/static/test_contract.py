"""The page without JavaScript and the widget show the same content for the same answer."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.app import create_app
from api.formats.examples import DOCUMENT
from api.formats.translations import LANGUAGES
from corpus import Document
from drivers.browsing import Visit, chromium, served
from drivers.scenes import (
    ABOUT,
    HELP,
    LONG_ARABIC,
    NO_EVIDENCE,
    NOTES,
    OPENED,
    RELATED,
    SCENES,
    SUBJECT,
    UNDERSTOOD,
    answer_in,
    cited,
    evidence_in,
    folded,
    refused_beside,
    with_rest,
)
from qa import Answer, Assistant, Statement, Topic

pytestmark = pytest.mark.browser

OUTLINE = Path(__file__).with_name("outline.js").read_text(encoding="utf-8")

SERVICES = Document(
    id="ghana-services",
    title="What the shelter offers",
    text="The shelter offers:\n- schooling;\n- medical care;\n- legal aid.\n\nIt is free of charge.",
    url="https://www.example.org/services",
    publisher="Ministry of Gender, Children and Social Protection",
    published="2016-07",
)
FRENCH = Document("niamey", "Un foyer ouvre à Niamey", "Le Danemark finance le foyer de Niamey.", url="/niamey")
ARABIC = Document(
    id="accra-ar",
    title="مأوى جديد في أكرا",
    text="تموّل النرويج المأوى في أكرا منذ افتتاحه.",
    url="https://موقع.example.org/",
    publisher="المنظمة الدولية للهجرة",
    published="2015",
    is_summary=True,
)
CHINESE = Document(
    "accra-zh", "阿克拉的庇护所", "挪威政府为阿克拉的儿童庇护所提供资金并培训工作人员。", published="soon"
)
FUNDS = evidence_in(DOCUMENT, "Norway funds the shelter in Accra.")
OFFERS = evidence_in(SERVICES, "The shelter offers:")
SCHOOLING = evidence_in(SERVICES, "schooling;")
CARE = evidence_in(SERVICES, "medical care;")
FREE = evidence_in(SERVICES, "It is free of charge.")
OTHERS = [evidence_in(document, document.text) for document in (FRENCH, ARABIC, CHINESE)]


def stating(text: str, *numbers: int, **fields: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """Return the fields of an answer with a statement of this text, which cites one, two or three sources."""
    statement = Statement(text, numbers or (1,), 0.9, **fields)
    return {**cited(*(FUNDS, FREE, OPENED)[: len(statement.citations)]), "statements": (statement,)}


CHANGES: dict[str, Mapping[str, Any]] = {
    "list": cited(OFFERS, SCHOOLING, CARE, FREE),
    "list with a rest": with_rest(cited(OFFERS, SCHOOLING), "medical care", "legal <b>aid"),
    "list between paragraphs of others": cited(FUNDS, SCHOOLING, CARE, OPENED, FREE),
    "several documents": cited(FUNDS, OFFERS, OPENED, FREE),
    "several languages": cited(*OTHERS, FUNDS),
    "more, as list and paragraphs": {**folded(FUNDS, SCHOOLING, CARE, OPENED, FREE), "notes": NOTES},
    "more in several languages": folded(FUNDS, *OTHERS),
    "nearest, as list and paragraphs": refused_beside(OFFERS, SCHOOLING, CARE, OPENED),
    "nearest in several languages": {**refused_beside(*OTHERS, FUNDS), "related_questions": RELATED},
    "nearest, and help": {**refused_beside(FUNDS), "help": HELP},
    "several citations of a statement": stating("Norway pays, and it is free.", 1, 2, 3),
    "long last word": stating("See www.example.org/a/very/long/path."),
    "blanks": stating("Norway\u00a0pays 40\u3000million\u00a0euros."),
    "subject of a list item": stating("It pays.", is_item=True, subject=SUBJECT),
    "partial, and no message": {**UNDERSTOOD, "message": "", "notes": NOTES},
    "help beside an answer": {"help": HELP, "notes": NOTES},
    "help, and nothing found": {**NO_EVIDENCE, "help": HELP, "related_questions": RELATED},
    "language without translation": {"language": "sw", "question": "Nani anafadhili?", "standalone_question": "Nani?"},
    "right to left": {"standalone_question": LONG_ARABIC, "related_questions": (LONG_ARABIC,)},
    "markup": {
        "short_answer": "<b>&amp;",
        "notes": ("{{ 1 }} <i>",),
        "message": "a < b",
        "related_questions": ("{0}&",),
        "topics": (Topic("a", '"><b>&{label}'),),
        "unanswered": ("why <b>there</b>?",),
    },
    "several topics": {"topics": (Topic("turns", LONG_ARABIC), Topic("year", "2018"))},
}
EVERYTHING = {
    **UNDERSTOOD,
    **ABOUT,
    **folded(OFFERS, SCHOOLING, FUNDS, *OTHERS),
    "help": HELP,
    "notes": NOTES,
    "unanswered": ("why there?", LONG_ARABIC),
}
ANSWERS: dict[str, Answer] = {
    **{scene.name: answer_in("en", scene.changes) for scene in SCENES if scene.changes is not None},
    **{name: answer_in("en", changes) for name, changes in CHANGES.items()},
    **{language: answer_in(language, EVERYTHING) for language in LANGUAGES},
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the application with an assistant that returns prepared answers, asked for by their names."""
    assistant = SimpleNamespace(documents={}, answer=lambda prepared, *_, **__: (ANSWERS[prepared.text], None))
    with served(create_app(cast(Assistant, assistant))) as address:
        yield address


@pytest.fixture(scope="module")
def visits(address: str) -> Iterator[tuple[Visit, Visit]]:
    """Return two visits, the first without the widget and the second with it."""
    with chromium() as browser:
        plain, scripted = Visit(browser, address), Visit(browser, address)
        plain.context.route(re.compile(r"/widget\.js$"), lambda route: route.abort())
        yield plain, scripted


@pytest.mark.parametrize("name", ANSWERS)
def test_page_and_widget_show_the_same(visits: tuple[Visit, Visit], name: str) -> None:
    """Text, links, headings, lists, languages and directions of an answer are the same in both."""
    outlines = []
    for visit, turn in zip(visits, ("waymark-chat > .turn", ".log .turn"), strict=True):
        page = visit.post(name, name if name in LANGUAGES else "en")
        outlines.append(page.locator(turn).evaluate(OUTLINE))
    on_page, in_widget = outlines

    assert len(on_page) > 2
    assert in_widget == on_page
