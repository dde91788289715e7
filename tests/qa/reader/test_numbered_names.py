"""What is told of one number of a series answers no question about another."""

from collections.abc import Set

import pytest

from corpus import Document, cut_into_passages
from qa.answers.hits import Hit
from qa.query.question import Question
from qa.reader.numbered_names import hits_with_numbers, matches_number, numbers_asked


def told(question: Question, *texts: str, before: str = "") -> list[str]:
    """Return which of these texts of documents, all of them found, may answer; `before` is the question before."""
    documents = {f"a{n}": Document(id=f"a{n}", title="A brief", text=text) for n, text in enumerate(texts)}
    hits = [Hit(*cut_into_passages(document), 0, 1.0, None, None) for document in documents.values()]
    searched = Question(f"{before} {question.text}") if before else question
    found = hits_with_numbers(question, searched, hits, len(hits), documents)
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
        ("Which countries are on Tier 1?", "Two countries are on Tier 2.", False),
        ("Which countries are on Tier 1?", "Norway is well ranked.", True),
        ("How many were held in Falcon I?", "Operation Falcon II made 40 arrests.", False),
        ("How many arrests did Operation Falcon I make?", "Operation Falcon II made 40 arrests.", False),
        ("In Falcon I saw arrests, how many?", "Operation Falcon II made 40 arrests.", True),
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
    assert matches_number(asked, asked)(Document(id="a", title="A brief", text=text), text) == may


def test_where_a_series_is_known_no_other_document_answers_for_a_number_that_is_not() -> None:
    """The arrests of another operation are none of Falcon III's."""
    falcon, other = "Falcon II made 40 arrests.", "Operation Owl made 50 arrests."

    assert told(Question("How many arrests did Falcon III make?"), falcon, other) == []
    assert told(Question("How many arrests did Falcon II make?"), falcon, other) == [falcon]
    assert told(Question("How many arrests did Eagle III make?"), falcon, other) == [falcon, other]


def test_two_series_are_answered_from_the_documents_of_both() -> None:
    """Each document tells of one of them."""
    falcon, eagle, other = "Falcon II made 40 arrests.", "Eagle V made 60 arrests.", "Falcon III made 50 arrests."

    assert told(Question("What have Falcon II and Eagle V in common?"), falcon, eagle, other) == [falcon, eagle]


def test_a_follow_up_about_something_else_is_not_kept_to_the_number_of_the_question_before() -> None:
    """Only documents that tell of another number are left out."""
    falcon, other, owl = "Falcon III made 50 arrests.", "Falcon II made 40 arrests.", "Operation Owl made 60 arrests."
    asked = Question("And how many did Operation Owl make?")

    assert told(asked, falcon, other, owl, before="Where was Falcon III?") == [falcon, owl]


class Opened(dict[str, Document]):
    """Documents, which notes the ids of those that are opened."""

    def __init__(self, documents: dict[str, Document]) -> None:
        """Take documents by id."""
        super().__init__(documents)
        self.ids: list[str] = []

    def __getitem__(self, id: str) -> Document:
        """Note the id, and return the document."""
        self.ids.append(id)
        return super().__getitem__(id)


@pytest.mark.parametrize(
    ("question", "opened"),
    [("How many arrests were made?", []), ("How many arrests did Falcon II make?", ["a0", "a1"])],
)
def test_no_more_documents_are_opened_than_are_needed(question: str, opened: list[str]) -> None:
    """A document may have thousands of pages."""
    documents = {f"a{n}": Document(id=f"a{n}", title="A brief", text="Falcon II made arrests.") for n in range(9)}
    hits = [Hit(*cut_into_passages(document), 0, 1.0, None, None) for document in documents.values()]
    asked, noted = Question(question), Opened(documents)

    assert hits_with_numbers(asked, asked, hits, 2, noted) == hits[:2]
    assert noted.ids == opened


def test_a_document_of_several_numbers_answers_with_the_sentences_of_the_one_asked_for() -> None:
    """Sentences without a number are left: they may tell of any."""
    text = "Falcon II made 40 arrests. Falcon III made 50. Police of six countries took part."
    asked = Question("How many arrests did Falcon III make?")
    may_answer = matches_number(asked, asked)
    document = Document(id="a", title="Two operations", text=text)

    assert [may_answer(document, f"{sentence}.") for sentence in text.split(". ")] == [False, True, True]


def test_a_follow_up_keeps_the_number_of_the_question_before_it_unless_it_gives_another() -> None:
    """The search for a follow-up holds the question before it, whose number it may replace."""
    before = "Where was Falcon III?"

    def wanted(asked: str) -> dict[str, Set[str]]:
        return numbers_asked(Question(asked), Question(f"{before} {asked}"))

    assert wanted("How many arrests did it make?") == {"falcon": {"3"}}
    assert wanted("And how many did Falcon II make?") == {"falcon": {"2"}}
