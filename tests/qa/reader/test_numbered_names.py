"""What is told of one number of a series answers no question about another."""

from collections.abc import Set

import pytest

from corpus import Document, cut_into_passages
from qa.answers.hits import Hit
from qa.query.question import Question
from qa.reader.numbered_names import hits_with_numbers, matches_number, numbers_asked


def told(question: Question, *texts: str) -> list[str]:
    """Return which of these texts of documents, all of them found, may answer."""
    documents = {f"a{n}": Document(id=f"a{n}", title="A brief", text=text) for n, text in enumerate(texts)}
    hits = [Hit(*cut_into_passages(document), 0, 1.0, None, None) for document in documents.values()]
    found = hits_with_numbers(numbers_asked(question, question), hits, len(hits), documents)
    return [hit.passage.text for hit in found]


@pytest.mark.parametrize(
    ("question", "text", "may"),
    [
        ("How many arrests did Operation Falcon III make?", "Operation Falcon II made 40 arrests.", False),
        ("How many arrests did Operation Falcon 3 make?", "Operation Falcon II made 40 arrests.", False),
        ("How many arrests did Operation Falcon 2 make?", "Operation Falcon II made 40 arrests.", True),
        ("How many arrests did Falcon II and III make?", "Operation Falcon II made 40 arrests.", True),
        ("How many arrests did Operation Falcon make?", "Operation Falcon II made 40 arrests.", True),
        ("How many arrests did Operation Eagle III make?", "Operation Falcon II made 40 arrests.", True),
        ("What does Article 6 say?", "Article 3 defines trafficking.", False),
        ("What does article 6 say?", "Articles 3 and 6 define trafficking.", True),
        ("Who paid for phase two?", "Norway paid for the second phase.", True),
        ("Who paid for the third phase?", "Norway paid for Phase II.", False),
        ("Who spoke at the 5th national meeting?", "The mayor spoke at the fourth meeting.", False),
        ("Where is the Ninth Bali Process Ministerial Conference?", "The eighth ministerial conference met.", False),
        ("When was the first meeting?", "The second meeting was in May, a year after the other.", True),
        ("Which countries are on Tier 3?", "Two countries are on Tier 2.", False),
        ("How many Ghanaians were helped on May 15?", "In May 12 Ghanaians were helped.", True),
        ("How many were arrested in 2015?", "About 40 people were arrested.", True),
        ("Falcon III行动逮捕了多少人？", "Operation Falcon II made 40 arrests.", False),
        ("¿Cuántos detenidos hubo en la Operación Falcon III?", "Operation Falcon II made 40 arrests.", False),
    ],
)
def test_another_number_of_a_series_does_not_answer(question: str, text: str, may: bool) -> None:
    """A number behind a name is part of the name, whether it is written in Roman digits, Arabic ones or words."""
    asked = Question(question)

    assert told(asked, text) == ([text] if may else [])
    assert matches_number(numbers_asked(asked, asked))(Document(id="a", title="A brief", text=text), text) == may


def test_where_a_series_is_known_no_other_document_answers_for_a_number_that_is_not() -> None:
    """The arrests of another operation are none of Falcon III's."""
    falcon, other = "Falcon II made 40 arrests.", "Operation Owl made 50 arrests."

    assert told(Question("How many arrests did Falcon III make?"), falcon, other) == []
    assert told(Question("How many arrests did Falcon II make?"), falcon, other) == [falcon]
    assert told(Question("How many arrests did Eagle III make?"), falcon, other) == [falcon, other]


def test_a_document_of_several_numbers_answers_with_the_sentences_of_the_one_asked_for() -> None:
    """Sentences without a number are left: they may tell of any."""
    text = "Falcon II made 40 arrests. Falcon III made 50. Police of six countries took part."
    asked = Question("How many arrests did Falcon III make?")
    may_answer = matches_number(numbers_asked(asked, asked))
    document = Document(id="a", title="Two operations", text=text)

    assert [may_answer(document, f"{sentence}.") for sentence in text.split(". ")] == [False, True, True]


def test_a_follow_up_keeps_the_number_of_the_question_before_it_unless_it_gives_another() -> None:
    """The search for a follow-up holds the question before it, whose number it may replace."""
    before = "Where was Falcon III?"

    def wanted(asked: str) -> dict[str, Set[str]]:
        return numbers_asked(Question(asked), Question(f"{before} {asked}"))

    assert wanted("How many arrests did it make?") == {"falcon": {"3"}}
    assert wanted("And how many did Falcon II make?") == {"falcon": {"2"}}
