"""English texts are searched by the stems of their words."""

from hypothesis import given
from hypothesis import strategies as st

from corpus.documents.terms import places_of, terms_of


def test_terms_are_stems_without_stop_words() -> None:
    """Case, endings and stop words make no difference; numbers stay."""
    assert terms_of("The Victims of TRAFFICKING, 2015") == terms_of("victim trafficked 2015")
    assert terms_of("the of and") == []


@given(st.lists(st.sampled_from(["Victims", "the", "trafficking", "🙂", "Ünïcode", "2015", "بيت", "(Accra)", "we"])))
def test_places_are_those_of_the_terms(words: list[str]) -> None:
    """Each term of a text stands at a place of its own, in order, and nothing else does."""
    text = " ".join(words)
    terms = terms_of(text)
    places = places_of(frozenset(terms), text)

    assert [terms_of(span.of(text)) for span in places] == [[term] for term in terms]
