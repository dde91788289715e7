"""Misspelt words of a question become the documents' own; all others stay."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document
from corpus.documents.words import count_words
from qa.query.spelling import MOST_CORRECTED, Spelling

TEXT = "Operation Heart freed many children in Aruba. Kazakhstan ran a campaign with the UNODC against trafficking."


@cache
def spelling() -> Spelling:
    """Return a corrector for the words of one document."""
    return Spelling(count_words([Document(id="a", title="A campaign", text=TEXT)]), ["sarawak"])


@pytest.mark.parametrize(
    ("question", "corrected"),
    [
        ("wich campain agianst traficking in kazakstan?", "which campaign against trafficking in kazakhstan?"),
        ("Who led Operation Haert in arbua?", "Who led Operation Heart in aruba?"),
        ("Chidlren freed?", "Children freed?"),
        ("Who led Operation Hxarzt?", "Who led Operation Hxarzt?"),
        ("Do nail bars pay fair wages?", "Do nail bars pay fair wages?"),
        ("Didn't funders summarise?", "Didn't funders summarise?"),
        ("Who met Manny Freet in Aruba?", "Who met Manny Freet in Aruba?"),
        ("Who fled sarawak?", "Who fled sarawak?"),
        ("What do UNODX and IOMs do?", "What do UNODX and IOMs do?"),
    ],
)
def test_misspelt_words_are_corrected(question: str, corrected: str) -> None:
    """The nearest word of the documents takes their place; English words, abbreviations and other names are kept."""
    assert spelling().correct(question) == corrected


@pytest.mark.parametrize(
    ("question", "text", "corrected"),
    [
        ("Hotline in Columbia?", "The hotline in Colombia.", "Hotline in Colombia?"),
        ("hotline columbia", "The hotline in Colombia.", "hotline colombia"),
        ("Hotline in Columbia?", "The hotline in Colombia and Columbia.", "Hotline in Columbia?"),
        ("Hotline in Columbia?", "The hotline in Peru.", "Hotline in Columbia?"),
        ("Hotline in British Columbia?", "The hotline in Colombia.", "Hotline in British Columbia?"),
        ("Who is at Columbia University?", "The hotline in Colombia.", "Who is at Columbia University?"),
    ],
)
def test_columbia_is_colombia_where_only_that_is_in_the_documents(question: str, text: str, corrected: str) -> None:
    """The list of English words knows Columbia, which is a place too; the documents tell which one can be meant."""
    spelling = Spelling(count_words([Document(id="a", title="A line", text=text)]), [])

    assert spelling.correct(question) == corrected


def test_few_words_of_a_text_are_corrected() -> None:
    """In a text full of misspelt words only the first are looked up, so that it costs no more than others."""
    corrected = spelling().correct(" ".join(["traficking"] * (MOST_CORRECTED + 5)))

    assert corrected.split() == ["trafficking"] * MOST_CORRECTED + ["traficking"] * 5


@given(st.text(max_size=200) | st.lists(st.sampled_from(TEXT.split())).map(" ".join))
def test_what_is_corrected_stays(text: str) -> None:
    """Correcting a corrected question changes nothing, and words of the documents are never changed."""
    corrected = spelling().correct(text)
    assert spelling().correct(corrected) == corrected
    assert corrected == text or not set(text.split()) <= set(TEXT.split())
