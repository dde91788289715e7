"""An answer that exists is right: what is cited is listed, and what is quoted stands there."""

import dataclasses

import pytest

from corpus import Document, Passage, Span
from qa import Answer, Citation, Evidence, Provenance, Statement, Status

DOCUMENT = Document(id="a-brief", title="A brief", text="Norway pays. The shelter has 40 beds.")
PASSAGE = Passage("a-brief#1", "a-brief", "A brief", "", DOCUMENT.text, 0, len(DOCUMENT.text))
EVIDENCE = Evidence(DOCUMENT, PASSAGE, Span(0, 12), 0.9)
ANSWER = Answer(
    id="1",
    question="Who pays?",
    standalone_question="Who pays?",
    language="en",
    status=Status.ANSWERED,
    provenance=Provenance("000001-00000000", "hashing", "extractive", "0"),
    statements=(Statement("Norway pays.", (1,), 0.9),),
    citations=(Citation(1, EVIDENCE),),
)


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
    ("changes", "told"),
    [
        pytest.param(
            {"statements": (Statement("x", (1, 2), 1),)}, r"cite \[1, 2\], but the answer lists \[1\]", id="unlisted"
        ),
        pytest.param({"citations": (Citation(1, EVIDENCE), Citation(2, EVIDENCE))}, "cite", id="unused"),
        pytest.param(
            {"statements": (Statement("x", (2,), 1),), "citations": (Citation(2, EVIDENCE),)}, "without gaps", id="gap"
        ),
        pytest.param({"status": Status.NO_EVIDENCE}, "can't have the status", id="no evidence, but statements"),
        pytest.param({"statements": (), "citations": ()}, "can't have the status", id="answered, but nothing said"),
    ],
)
def test_an_invalid_answer_can_not_be_made(changes: dict[str, object], told: str) -> None:
    """Statements, citations and status that don't belong together are refused."""
    with pytest.raises(ValueError, match=told):
        dataclasses.replace(ANSWER, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda: Evidence(DOCUMENT, PASSAGE, Span(30, 99), 0.5), id="outside its passage"),
        pytest.param(
            lambda: Evidence(
                dataclasses.replace(DOCUMENT, text="Other words, of the same length or so."), PASSAGE, Span(0, 5), 0.5
            ),
            id="passage of another text",
        ),
        pytest.param(lambda: dataclasses.replace(EVIDENCE, support=1.5), id="support over 1"),
        pytest.param(lambda: Statement("Norway pays.", (), 0.9), id="statement without a source"),
    ],
)
def test_words_that_stand_nowhere_can_not_be_quoted(broken: object) -> None:
    """Evidence is verbatim, and a statement has a source, or they do not exist."""
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        broken()  # type: ignore[operator]
