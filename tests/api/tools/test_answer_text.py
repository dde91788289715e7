"""An answer as one text: what stands where in it, and how the answer is found in it again."""

from dataclasses import replace

import pytest

from api.tools.answer_text import answer_in, answer_text
from doubles.fakes import ANSWER, BEDS, BRIEF, PAYS
from drivers.scenes import NOTES
from qa import Answer, Citation, Evidence, Statement, Status
from qa.answers.help import EmergencyNumber, HelpCard, HelpLine

SITE = "https://waymark.example.org"
CARD = HelpCard(
    title="Help is available",
    text="You are not alone.",
    emergency="Call the police.",
    note="It is free.",
    numbers=(EmergencyNumber("police", "112"),),
    lines=(
        HelpLine(
            "Ghana", "A line", "0800", "https://example.org", sms="77", facts=("Free of charge.", "Hours: always")
        ),
    ),
)
TWO = replace(
    ANSWER,
    statements=(
        Statement("挪威 pays 👍🏽.", (1, 2), 0.9, subject="The shelter"),
        Statement("a bed [1]", (2,), 0.9, is_item=True, rest=("a meal", "سرير")),
        Statement("Norway pays.", (1,), 0.9),
    ),
    citations=(Citation(1, PAYS), Citation(2, BEDS)),
)
FULL = replace(TWO, help=CARD, message="This is only a part.", notes=NOTES, unanswered=("why?",))


@pytest.mark.parametrize("answer", [ANSWER, TWO, FULL], ids=["one", "two", "full"])
def test_offsets_lead_to_the_marks(answer: Answer) -> None:
    """Each citation of each statement has its mark where it says, though the text holds emoji and many scripts."""
    told = answer_text(answer, SITE)
    cited = [number for statement in answer.statements for number in statement.citations]

    assert [told.text[mark.start : mark.end] for mark in told.marks] == [f"[{number}]" for number in cited]
    assert {mark.url for mark in told.marks} <= {f"{SITE}{citation.view_url}" for citation in answer.citations}


@pytest.mark.parametrize("answer", [ANSWER, TWO, FULL], ids=["one", "two", "full"])
def test_the_answer_is_found_again(answer: Answer) -> None:
    """Sent back by a client, the text is stripped of all that is not the answer."""
    assert answer_in(answer_text(answer, SITE).text) == answer.text


def test_the_whole_card_comes_first_and_the_sources_last() -> None:
    """Nothing is told before the help card, and each source that is cited has a line with its address."""
    text = answer_text(FULL, SITE).text

    assert text.startswith(
        "Help is available\n\nYou are not alone.\n\nCall the police.\n\n"
        "- police: 112\n- Ghana: A line, 0800, SMS 77. Free of charge. Hours: always.\n\nIt is free.\n\n"
        "---\n\nThis is only a part.\n\n"
    )
    assert "Nothing was found in the documents on: why?" in text
    assert text.endswith(
        "\n\n---\n\nSources\n\n"
        f"- [1] A brief: <{SITE}/documents/a-brief?start=0&end=12#quote>\n"
        f"- [2] A brief: <{SITE}/documents/a-brief?start=13&end=37#quote>"
    )


def test_the_source_tells_page_publisher_and_date_in_the_language_of_the_answer() -> None:
    """A page of a PDF is told, and its address is that of the original."""
    document = replace(BRIEF, url="https://example.org/a.pdf", publisher="IOM", published="2018", pages=(0, 13))
    citation = Citation(1, Evidence(document, BEDS.passage, BEDS.span, 0.5))
    told = answer_text(replace(ANSWER, citations=(citation,), language="fr"), "")

    assert told.text.endswith("\n\nSources\n\n- [1] A brief, p. 2, IOM, 2018: <https://example.org/a.pdf#page=2>")
    assert (told.marks[0].title, told.marks[0].url) == ("A brief, p. 2", "https://example.org/a.pdf#page=2")


def test_a_refusal_is_its_message() -> None:
    """There are no sources, even where something near the question is shown elsewhere."""
    refusal = replace(
        ANSWER,
        status=Status.NO_EVIDENCE,
        message="I don't know.",
        statements=(),
        nearest=(Statement("Norway pays.", (1,), 0.5),),
    )

    assert answer_text(refusal, SITE).text == "I don't know."
