"""English texts are searched by the stems of their words."""

from corpus.terms import terms_of


def test_terms_are_stems_without_stop_words() -> None:
    """Case, endings and stop words make no difference; numbers stay."""
    assert terms_of("The Victims of TRAFFICKING, 2015") == terms_of("victim trafficked 2015")
    assert terms_of("the of and") == []
