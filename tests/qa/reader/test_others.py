"""Documents about other countries or without the names of a question are told apart from those about it."""

import pytest

from corpus import Document, Passage
from qa.answers.hits import Hit
from qa.query.question import Question
from qa.reader.others import documents_of_others, hits_of_same_place

HAITI = Document(id="h", title="Children in Haiti", text="-", countries=("Haiti",))
LISTED = Document(id="g", title="A lake", text="-", countries=("Ghana",))
NAMED = Document(id="n", title="A lake", text="-")


def test_documents_of_other_countries_are_known_where_another_one_is_of_the_right_country() -> None:
    """A document tells of a country in its metadata, its title or the passage; none is wrong where all are."""
    found = [(HAITI, "48 were saved."), (LISTED, "9 were saved."), (NAMED, "In Ghana 7 were saved.")]

    assert documents_of_others(Question("国际移民组织在加纳救了多少儿童？", "zh"), found) == {"h"}
    assert not documents_of_others(Question("How many children were saved in Peru?"), found)
    assert not documents_of_others(Question("How many children were saved?"), found)


BOSSASO = Document(id="bossaso", title="A campaign", text="It reached 40,000 people. It ended in Bossaso.")
RWANDA = Document(id="rwanda", title="A campaign in Rwanda", text="More than 50,000 people were reached.")


@pytest.mark.parametrize(
    ("question", "language", "others"),
    [
        ("How many people did the campaign in Bossaso reach?", "en", {"rwanda"}),
        ("How many people did IOM's campaign in Bossaso reach by May?", "en", {"rwanda"}),
        ("Combien de personnes la campagne de Bossaso a-t-elle touchées ?", "fr", {"rwanda"}),
        ("How many people did the campaign in Galkayo reach?", "en", set()),
        ("How many people did the campaign reach?", "en", set()),
        ("How many West Africans were reached by the IOM campaign in June?", "en", set()),
        ("Wie viele Menschen erreichte die Bossaso-Kampagne?", "de", set()),
    ],
)
def test_documents_without_a_name_are_of_others_where_another_one_has_it(
    question: str, language: str, others: set[str]
) -> None:
    """Acronyms, regions, peoples and months are no names; none is told where nobody has it, or several are asked."""
    found = [(item, item.text[:20]) for item in (BOSSASO, RWANDA)]

    assert documents_of_others(Question(question, language), found) == others
    assert not documents_of_others(Question(question, language), found, asks_several=True)


@pytest.mark.parametrize(
    ("topic", "searched", "kept"),
    [
        (LISTED, "Who saved the children? Which illness?", {"g", "n"}),
        (NAMED, "Who saved the children? Which illness?", {"g", "n", "h"}),
        (None, "Who saved the children in Ghana? Which illness?", {"g", "n"}),
        (None, "Who saved the children? Which illness?", {"g", "n", "h"}),
    ],
    ids=["a country", "no country", "a country asked about", "nothing known"],
)
def test_a_follow_up_is_about_the_place_of_what_was_told(topic: Document | None, searched: str, kept: set[str]) -> None:
    """Where nothing was quoted, it is about that of the question before it; documents of no country may tell of it."""
    documents = {document.id: document for document in (HAITI, LISTED, NAMED)}
    texts = {"h": "Nine were saved.", "g": "Five were saved.", "n": "In Ghana 7 were saved."}
    hits = [
        Hit(Passage(f"{id}#1", id, "-", "", text, 0, len(text)), 0, 1.0, None, None, ()) for id, text in texts.items()
    ]

    assert {hit.passage.document_id for hit in hits_of_same_place(hits, topic, Question(searched), documents)} == kept
