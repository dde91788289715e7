"""How evidence is searched for beside the plain search: other names, numbers of a series, and introductions."""

import pytest

from conftest import generation_of
from doubles.fakes import HashingEncoder, reading
from embeddings import Generation
from qa import Assistant, Status

DOCUMENTS = {
    "treaty.txt": "Malta\n\nMalta joined the UN trafficking protocol in May.",
    "falcon.txt": "Falcon II\n\nOperation Falcon II led to the arrest of 40 people.",
    "owl.txt": "Owl\n\nOperation Owl led to the arrest of 70 people.",
    "park.txt": "A park\n\nAnn Low, director of the National Agency for Parks (NAP), planted trees in the rain.",
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory, encoder: HashingEncoder) -> Generation:
    """Return a generation of a document for each kind of search."""
    return generation_of(DOCUMENTS, tmp_path_factory.mktemp("kinds"), encoder)


@pytest.fixture
def assistant(generation: Generation, encoder: HashingEncoder) -> Assistant:
    """Return an assistant that answers what it is fairly sure of."""
    return Assistant(generation, encoder, reading(0.6, 0.8))


def test_a_treaty_is_searched_for_under_its_other_name(generation: Generation, encoder: HashingEncoder) -> None:
    """Where a question is not surely answered in its own words, it is asked in those of the documents too."""
    answer, trace = Assistant(generation, encoder, reading(0.6, 0.99)).explain("Did Malta join the Palermo Protocol?")
    assert trace.findings

    assert [statement.text for statement in answer.statements] == ["Malta joined the UN trafficking protocol in May."]
    assert answer.question == "Did Malta join the Palermo Protocol?"
    assert trace.findings.search.query.asked.text == "Did Malta join the UN trafficking protocol?"


def test_another_number_of_a_series_is_not_answered(assistant: Assistant) -> None:
    """Neither the arrests of another number nor those of another operation are told."""
    asked = "How many people did Operation Falcon {} lead to the arrest of?"

    assert "40 people" in assistant.ask(asked.format("II")).text
    assert assistant.ask(asked.format("III")).status == Status.NO_EVIDENCE


@pytest.mark.parametrize(
    ("question", "short"), [("Who is Ann Low?", None), ("What is NAP short for?", "National Agency for Parks")]
)
def test_an_introduction_answers_whatever_else_its_sentence_tells(
    assistant: Assistant, question: str, short: str | None
) -> None:
    """The sentence introduces somebody, and goes on to tell what happened."""
    answer = assistant.ask(question)

    assert answer.status == Status.ANSWERED
    assert answer.statements[0].text.startswith("Ann Low, director")
    assert answer.short_answer == short
