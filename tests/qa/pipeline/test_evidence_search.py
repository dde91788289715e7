"""How evidence is searched for beside the plain search: other names, numbers of a series, and introductions."""

from dataclasses import replace
from pathlib import Path

import pytest

from conftest import assistant_over, generation_of
from doubles.fakes import HashingEncoder, reading
from embeddings import Generation
from qa import Assistant, Status, Turn
from qa.pipeline.evidence_search import EvidenceSearch
from qa.pipeline.retrieval import MIN_MAX, NO_FILTERS
from qa.query.question import Question
from qa.reader.features import PhraseFeatures
from qa.reader.introductions import introduction_asked_for, with_introduction
from qa.reader.short_answers import ShortAnswer

DOCUMENTS = {
    "treaty.txt": "Malta\n\nMalta joined the UN trafficking protocol in May.",
    "falcon.txt": "Falcon II\n\nOperation Falcon II led to the arrest of 40 people.",
    "owl.txt": "Owl\n\nOperation Owl led to the arrest of 70 people.",
    "course.txt": "A course\n\nNorway paid for the course.",
    "zambian.txt": "Zambian officers\n\nIn Lusaka forty Zambian officers learned to find victims.",
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
    ("officers", "documents"), [("Zambian", {"zambian"}), ("Bolivian", set()), ("", {"course", "zambian", "owl"})]
)
def test_a_part_about_what_no_document_tells_is_searched_where_that_is_named(
    assistant: Assistant, officers: str, documents: set[str]
) -> None:
    """Who paid for another course is no answer; what has no name may stand in any document."""
    _, trace = assistant.explain(f"What did the {officers} officers' course cost, and who paid for it?")
    assert trace.findings
    found = {hit.passage.document_id for hit in trace.findings.sub_searches[1].hits}

    assert found == documents if officers else found > documents


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


def test_who_holds_an_office_now_is_told_by_the_newest_document(tmp_path: Path) -> None:
    """An older one is nearer to the words of the question."""
    said = "---\ntitle: {}\npublished: {}-05-01\nsource_url: https://example.org/a\npublisher: UNX\nkind: news\n---\n{}"
    first = said.format("Bob", 2016, "UNX Director General Bob Hill is the director general.")
    second = said.format("Eve", 2023, "The sea is cold, UNX Director General Eve Moss said.")
    assistant = assistant_over(tmp_path, {"first.md": first, "second.md": second})
    answer = assistant.ask("Who is the director general of the UNX?")

    assert answer.short_answer == "Eve Moss"
    assert answer.statements[0].text == "The sea is cold, UNX Director General Eve Moss said."


@pytest.mark.parametrize(("words", "is_shown"), [("trees", False), ("director of the National Agency", True)])
def test_the_short_answer_to_who_somebody_is_holds_an_office(assistant: Assistant, words: str, is_shown: bool) -> None:
    """Other words of the sentence that introduces a person may be what the reader finds likeliest."""
    find, (_, trace) = introduction_asked_for(Question("What is Ann Low's role?")), assistant.explain("Who is Ann Low?")
    assert find
    assert trace.findings
    short = ShortAnswer(words, PhraseFeatures(0.0, 0.0, 0.0, 0.0), 1.0)
    selection = with_introduction(replace(trace.findings.search.selection, short_answer=short), find)

    assert selection.short_answer == (short if is_shown else None)


def test_an_item_of_a_list_is_sought_in_the_document_of_the_list(tmp_path: Path) -> None:
    """Its name alone is nearer to other documents."""
    texts = {
        "course.txt": "A course\n\nIn May women from Peru, Chad and Togo came to the course.",
        "chad.txt": "Chad\n\nChad Chad. Chad lies in Africa.",
    }
    encoder = HashingEncoder()
    search = EvidenceSearch(generation_of(texts, tmp_path, encoder), encoder, MIN_MAX, reading())
    turns = [Turn("Who came?", "In May women from Peru, Chad and Togo came to the course. [1]")]
    carried = search.carried_over(search.query(Question("How long did the second one stay?")), turns, NO_FILTERS)

    assert carried
    assert carried.document
    assert carried.document.id == carried.hits[0].passage.document_id == "course"
    assert carried.turns[0].answer == "Chad"
