"""A permalink leads back to the quotes of an answer, word for word, or to nothing."""

from dataclasses import replace

import pytest

from corpus import Document, Span
from doubles.fakes import ANSWER, BEDS, BRIEF, PAYS
from qa import Citation, Statement
from qa.answers.addresses import UnknownPlace, evidence_at, permalink, places_in

PATH = permalink("000001-00000000", [BEDS, PAYS])


def test_a_permalink_leads_to_the_same_quotes() -> None:
    """It names the generation, and from its last part come the same spans in the same order."""
    assert ANSWER.permalink == permalink("000001-00000000", [PAYS])
    _, answers, generation, path = PATH.split("/")
    found = evidence_at(places_in(path), {BRIEF.id: BRIEF})

    assert (answers, generation) == ("answers", "000001-00000000")
    assert found
    assert [(item.document, item.span, item.text) for item in found] == [
        (item.document, item.span, item.text) for item in (BEDS, PAYS)
    ]


def test_an_answer_without_quotes_has_no_permalink() -> None:
    """There is nothing to lead to."""
    assert permalink("000001-00000000", []) == ""


def test_a_permalink_holds_no_word_of_the_question() -> None:
    """The same quotes have the same path, whoever asked for them and how."""
    asked = replace(ANSWER, question="My name is Ama, who pays?", standalone_question="Ama", language="fr")

    assert asked.permalink == ANSWER.permalink


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param({}, id="no such document"),
        pytest.param({BRIEF.id: replace(BRIEF, text="Sweden pays. The shelter has 40 beds.")}, id="other words"),
        pytest.param({BRIEF.id: replace(BRIEF, text=f"# Pay\n{BRIEF.text}")}, id="at another place"),
        pytest.param({BRIEF.id: replace(BRIEF, text="Norway pays.")}, id="too short"),
    ],
)
def test_where_other_words_stand_nothing_is_quoted(documents: dict[str, Document]) -> None:
    """A quote is shown as it was, or not at all."""
    assert evidence_at(places_in(PATH.rpartition("/")[2]), documents) is None


@pytest.mark.parametrize("path", ["", "x", "é", "%00", "YQ", PATH.rpartition("/")[2][:-3], "A" * 100_000])
def test_what_is_no_permalink_is_told(path: str) -> None:
    """A path that was cut off or made up is no error of another kind."""
    with pytest.raises(UnknownPlace):
        places_in(path)


def test_a_quote_of_many_scripts_is_found_again() -> None:
    """The digest is of the words, whatever their script."""
    brief = replace(BRIEF, text="🙂 النرويج تدفع. 𓀀 挪威付款。")
    cited = replace(PAYS, document=brief, passage=replace(PAYS.passage, text=brief.text, end=len(brief.text)))
    cited = replace(cited, span=Span(2, 16))
    answer = replace(ANSWER, statements=(Statement(cited.text, (1,), 1),), citations=(Citation(1, cited),))
    found = evidence_at(places_in(answer.permalink.rpartition("/")[2]), {brief.id: brief})

    assert found
    assert found[0].text == cited.text
