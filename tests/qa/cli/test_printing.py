"""What the command line prints of an answer beside its statements."""

import errno
from dataclasses import replace

import pytest

from doubles.fakes import ANSWER, BEDS, PAYS
from qa import Citation, Statement, Status
from qa.cli.printing import errors_shown, print_answer

FOLDED = replace(
    ANSWER,
    more=(Statement(BEDS.text, (2,), 0.5, subject="In Accra"), Statement(PAYS.text, (1,), 0.9, is_item=True)),
    citations=(Citation(1, PAYS), Citation(2, BEDS)),
    related_questions=("Where is it?",),
)


def test_more_follows_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """Statements that only add to the answer come after it under a heading, a line each, before the sources."""
    print_answer(FOLDED)

    assert capsys.readouterr().out == (
        "Norway pays. [1]\n"
        "\nMore from the documents:\n[In Accra] The shelter has 40 beds. [2]\n- Norway pays. [1]\n"
        '\n[1] A brief\n    "Norway pays."\n'
        '\n[2] A brief\n    "The shelter has 40 beds."\n'
        "\nRelated questions:\nWhere is it?\n"
    )


def test_untold_parts_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Behind the answer stands, a line each, of which parts of the question the documents tell nothing."""
    print_answer(replace(ANSWER, unanswered=("why there?", "who sings?")))

    assert capsys.readouterr().out.splitlines()[1:3] == [
        "Nothing was found in the documents on: why there?",
        "Nothing was found in the documents on: who sings?",
    ]


def test_nearest_follows_the_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside a refusal stands under a heading what is nearest to the question, with its source."""
    print_answer(
        replace(
            ANSWER,
            status=Status.NO_EVIDENCE,
            message="I don't know.",
            statements=(),
            nearest=(Statement(BEDS.text, (1,), 0.5),),
            citations=(Citation(1, BEDS),),
        )
    )

    assert capsys.readouterr().out == (
        "I don't know.\n"
        "\nNear to your question, but not an answer:\nThe shelter has 40 beds. [1]\n"
        '\n[1] A brief\n    "The shelter has 40 beds."\n'
    )


def test_who_reads_no_further_is_no_full_disk() -> None:
    """As in `waymark records export | head -1`, which the command line ends without a word."""
    with pytest.raises(BrokenPipeError), errors_shown():
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")
