"""Phrases find what their notation says."""

from qa.safety.phrases import phrase_pattern


def test_the_notation_of_phrases() -> None:
    """Gaps, endings, alternatives and named words do what the file says they do."""
    found = phrase_pattern(["took ... <my> passport*", "go (back|) home", "^ help $"], {"my": ["my", "our"]})

    assert all(found.search(text) for text in ("took away all of our passports", "go home", "go back home", "help!"))
    assert not any(found.search(text) for text in ("mistook my passport", "took the passport", "gohome", "help him"))
