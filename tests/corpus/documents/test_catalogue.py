"""Documents are filtered, found by their titles, listed page by page, and counted by facet."""

import pytest

from corpus import Document
from corpus.documents.catalogue import list_documents, nearest_values

DOCUMENTS = [
    Document("a", "Shelter in Accra", "Text.", published="2015-03", kind="news", countries=("Ghana",), publisher="IOM"),
    Document("b", "Shelters in Hanoi", "Text.", published="2024", kind="report", countries=("Viet Nam", "Laos")),
    Document("c", "Un foyer à Niamey", "Text.", kind="news", themes=("protection",)),
    Document("d", "Hotline", "Text.", published="2024-05-03", kind="report", countries=("Vietnam",)),
]


def ids(**options: object) -> list[str]:
    """Return the ids of the documents that are listed."""
    return [document.id for document in list_documents(DOCUMENTS, **{"wanted": {}, **options}).documents]  # type: ignore[arg-type]


def test_the_newest_come_first_and_those_without_a_date_last() -> None:
    """A day of a year is later than the year alone."""
    assert ids() == ["d", "b", "a", "c"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"country": ["viet nam"]}, ["d", "b"]),
        ({"country": ["Ghana", "Laos"]}, ["b", "a"]),
        ({"kind": ["NEWS"], "year": ["2015"]}, ["a"]),
        ({"publisher": ["IOM"]}, ["a"]),
        ({"theme": ["protection"], "country": []}, ["c"]),
        ({"theme": ["health"]}, []),
    ],
    ids=str,
)
def test_a_document_has_a_wanted_value_of_every_facet(wanted: dict[str, list[str]], found: list[str]) -> None:
    """Values of one facet are alternatives, in any case, and a country goes by all its names."""
    assert ids(wanted=wanted) == found


def test_titles_are_searched_without_accents_and_by_parts_of_words() -> None:
    """All words must occur, in any order."""
    assert ids(words="shelter") == ["b", "a"]
    assert ids(words="niamey A FOYER") == ["c"]
    assert ids(words="shelter Niamey") == []


def test_a_facet_counts_what_the_others_allow() -> None:
    """The chosen country does not hide the others, the chosen kind does; the most frequent stand first."""
    facets = list_documents(DOCUMENTS, {"country": ["Vietnam"], "kind": ["report"]}).facets

    assert list(facets["country"].items()) == [("Vietnam", 2), ("Laos", 1)]
    assert facets["kind"] == {"report": 2}
    assert facets["year"] == {"2024": 2}
    assert facets["publisher"] == {}


def test_pages_list_every_document_once() -> None:
    """Each page goes on behind the last document of the one before, and the last one says that it is the last."""
    first = list_documents(DOCUMENTS, {"kind": ["report", "news"]}, limit=3)
    second = list_documents(DOCUMENTS, {"kind": ["report", "news"]}, limit=3, after=first.next or "")

    assert [document.id for document in first.documents + second.documents] == ["d", "b", "a", "c"]
    assert (first.total, first.next, second.next) == (4, "a", None)
    with pytest.raises(ValueError, match="none"):
        list_documents(DOCUMENTS, {}, after="none")


@pytest.mark.parametrize("wanted", ["Gana", "ghanna", "GHANA!", "Ghana "])
def test_the_nearest_value_is_written_most_alike(wanted: str) -> None:
    """A misspelt value finds the one that was meant, among some others."""
    nearest = nearest_values(wanted, ["Colombia", "Ghana", "Guyana", "Laos", "Vietnam"])

    assert nearest[0] == "Ghana"
    assert len(nearest) == 3
