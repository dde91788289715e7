"""An answer that exists is right: what is cited is listed, and what is quoted is verbatim; and its JSON is complete."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Span
from doubles.fakes import ANSWER, BRIEF, PASSAGE, PAYS
from qa import Answer, Citation, Evidence, HelpCard, Statement, Status
from qa.answers.answer import answer_json
from qa.answers.help import HelpLine
from qa.answers.replies import message_of


def test_a_valid_answer_renders_its_marks() -> None:
    """The text holds the statements with their citation numbers, list items on lines of their own."""
    items = (Statement("It has:", (1,), 0.5), Statement("beds", (1,), 0.5, True), Statement("food", (1,), 0.5, True))
    after = (*items, Statement("It is free.", (1,), 0.5))

    assert ANSWER.text == "Norway pays. [1]"
    assert dataclasses.replace(ANSWER, statements=items).text == "It has: [1]\n- beds [1]\n- food [1]"
    assert dataclasses.replace(ANSWER, statements=after).text.endswith("\n- food [1]\nIt is free. [1]")
    assert ANSWER.citations[0].quote == "Norway pays."
    assert ANSWER.citations[0].view_url == "/documents/a-brief?start=0&end=12#quote"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param(
            {"statements": (Statement("x", (1, 2), 1),)}, r"cite \[1, 2\], but the answer lists \[1\]", id="unlisted"
        ),
        pytest.param({"citations": (Citation(1, PAYS), Citation(2, PAYS))}, "cite", id="unused"),
        pytest.param(
            {"statements": (Statement("x", (2,), 1),), "citations": (Citation(2, PAYS),)}, "without gaps", id="gap"
        ),
        pytest.param({"status": Status.NO_EVIDENCE}, "can't have the status", id="no evidence, but statements"),
        pytest.param(
            {"statements": (), "citations": (), "status": Status.NO_EVIDENCE, "unanswered": ("why?",)},
            "only adds to statements, or is not answered beside them",
            id="a part unanswered, but nothing said",
        ),
        pytest.param({"statements": (), "citations": ()}, "can't have the status", id="answered, but nothing said"),
    ],
)
def test_an_invalid_answer_can_not_be_constructed(changes: dict[str, object], message: str) -> None:
    """Statements, citations and status that don't belong together are refused."""
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(ANSWER, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda: Evidence(BRIEF, PASSAGE, Span(30, 99), 0.5), id="outside its passage"),
        pytest.param(
            lambda: Evidence(
                dataclasses.replace(BRIEF, text="Other words, of the same length or so."), PASSAGE, Span(0, 5), 0.5
            ),
            id="passage of another text",
        ),
        pytest.param(lambda: dataclasses.replace(PAYS, support=1.5), id="support over 1"),
        pytest.param(lambda: Statement("Norway pays.", (), 0.9), id="statement without a source"),
    ],
)
def test_words_that_are_not_verbatim_can_not_be_quoted(broken: object) -> None:
    """Evidence is verbatim, and a statement has a source, or they do not exist."""
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        broken()  # type: ignore[operator]


def test_json_holds_every_field_and_nothing_internal() -> None:
    """The JSON has the fields in the order of the models, with what follows from the evidence, and not the evidence."""
    line = HelpLine("Ghana", "Helpline", "0800", "https://example.org", languages=("English",), hours="24/7")
    card = HelpCard("Help", "Call.", "Now!", "Alone?", lines=(line,))
    shown = answer_json(dataclasses.replace(ANSWER, help=card))

    assert list(shown) == [*(field.name for field in dataclasses.fields(Answer)), "permalink"]
    assert json.loads(json.dumps(shown)) == shown
    assert shown["status"] == "answered"
    assert shown["text"] == "Norway pays. [1]"
    assert shown["statements"] == [
        {
            "text": "Norway pays.",
            "citations": [1],
            "support": 0.9,
            "is_item": False,
            "subject": "",
            "rest": [],
            "language": "",
            "translation": "",
        }
    ]
    assert shown["citations"] == [
        {
            "number": 1,
            "document_id": "a-brief",
            "passage_id": "a-brief#1",
            "title": "A brief",
            "url": "",
            "page": None,
            "quote_url": "",
            "publisher": "",
            "published": "",
            "summary": False,
            "language": "en",
            "quote": "Norway pays.",
            "start": 0,
            "end": 12,
            "start_utf16": 0,
            "end_utf16": 12,
            "view_url": "/documents/a-brief?start=0&end=12#quote",
        }
    ]
    assert list(shown["help"]["lines"][0]) == [field.name for field in dataclasses.fields(HelpLine)]


@given(st.tuples(st.integers(0, 36), st.integers(0, 36)).map(sorted).filter(lambda ends: ends[0] < ends[1]))
def test_quotes_of_the_json_are_verbatim(ends: list[int]) -> None:
    """Whatever is cited, the quote equals the document's text between the offsets beside it."""
    citation = Citation(1, dataclasses.replace(PAYS, span=Span(*ends)))
    [shown] = answer_json(dataclasses.replace(ANSWER, citations=(citation,)))["citations"]

    assert shown["quote"] == BRIEF.text[shown["start"] : shown["end"]]


def test_times_that_are_added_later_are_shown() -> None:
    """The times are those of the dictionary that was given, as they are when the JSON is made."""
    timings: dict[str, float] = {}
    answer = dataclasses.replace(ANSWER, timings_ms=timings)
    timings["total"] = 41.0

    assert answer_json(answer)["timings_ms"] == {"total": 41.0}


def test_sentences_stand_beside_each_other_as_the_language_writes_them() -> None:
    """Chinese has no blanks between sentences."""
    english, chinese, french = (
        message_of("", Status.PARTIAL, language, has_card=False) for language in ("en", "zh", "fr")
    )

    assert english == "The documents may not answer this in full. This is the nearest that they tell."
    assert " " not in chinese
    assert "proche. Les sources" in french
