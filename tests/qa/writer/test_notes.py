"""Notes tell what to know about the sources: that their figures or their years differ."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Passage, Span, load_documents, split_sentences
from qa import Citation, Evidence
from qa.cli.paths import starter_collection
from qa.writer.notes import give_different_figures, notes_on

TOLD = "In 2019 the shelter in Baku took in {} women and children."


def evidence(text: str, id: str = "a", published: str = "", countries: tuple[str, ...] = ()) -> Evidence:
    """Return evidence of a whole text."""
    document = Document(id, "A brief", text, published=published, countries=countries)
    return Evidence(document, Passage(f"{id}#1", id, "A brief", "", text, 0, len(text)), Span(0, len(text)), 0.5)


def test_different_figures_of_two_documents_are_called_so_with_their_years() -> None:
    """Both notes stand under an answer from documents of 2019 and 2021 that count the same women differently."""
    told = [evidence(TOLD.format(40), published="2019"), evidence(TOLD.format("1,040"), "b", published="2021-03")]
    citations = [Citation(number, item) for number, item in enumerate(told, start=1)]

    assert notes_on(told, citations, "en") == (
        "The documents give different figures.",
        "The sources are of different years: 2021, 2019. What they tell may have changed since.",
    )
    assert "2021、2019" in notes_on(told, citations, "zh")[1]
    assert "2021، 2019" in notes_on(told, citations, "ar")[1]
    assert notes_on(told[:1], citations[:1], "en") == ()


@given(st.integers(1, 1799), st.integers(1, 1799))
def test_figures_differ_exactly_if_the_numbers_do(one: int, other: int) -> None:
    """Two sentences of the same words differ if their numbers do, whichever comes first; of one document, never."""
    first, second = evidence(TOLD.format(f"{one:,}")), evidence(TOLD.format(other), "b")

    assert give_different_figures(first, second) == give_different_figures(second, first) == (one != other)
    assert not give_different_figures(first, evidence(TOLD.format(other)))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(evidence("In 2020 the shelter in Baku took in 50 women and children.", "b"), id="another year"),
        pytest.param(evidence("In 2019 the shelter in Kyiv took in 50 women and children.", "b"), id="another name"),
        pytest.param(evidence("In 2019 the shelter in Baku housed 50 men after a fire.", "b"), id="other words"),
        pytest.param(evidence("In 2019 the shelter in Baku took in women and children.", "b"), id="no figure"),
        pytest.param(evidence(TOLD.format(50), "b", countries=("Georgia",)), id="another country"),
    ],
)
def test_figures_of_other_things_do_not_contradict(other: Evidence) -> None:
    """A number of another year, place, country or thing is no other figure for the same."""
    assert not give_different_figures(evidence(TOLD.format(40)), other)


def test_nameless_sentences_do_not_contradict() -> None:
    """What "it" has is unknown, and may be another thing in another document."""
    assert not give_different_figures(evidence("It has 40 beds for women."), evidence("It has 50 beds for women.", "b"))


@pytest.mark.slow
def test_no_figures_of_the_starter_collection_contradict() -> None:
    """Among all pairs of its sentences with numbers, which were read, none gives two figures for one thing."""
    told = [
        Evidence(
            document, Passage(f"{document.id}#1", document.id, "", "", document.text, 0, len(document.text)), span, 0
        )
        for document in load_documents([starter_collection()])
        for span in split_sentences(document.text)
        if any(map(str.isdigit, span.of(document.text)))
    ]

    assert not [pair for pair in combinations(told, 2) if give_different_figures(*pair)]
