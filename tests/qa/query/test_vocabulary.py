"""The words of each language stand in its own file, and every entry can be searched for."""

import re
from dataclasses import asdict

import pytest

from corpus.language.detection import UN_LANGUAGES
from qa.query.vocabulary import Vocabulary, any_language, any_of, languages, vocabulary


def test_the_languages_of_the_united_nations_have_a_file() -> None:
    """Kinds of questions in each of them are recognised by words."""
    assert set(languages()) == set(UN_LANGUAGES)


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_every_entry_is_a_pattern_without_blanks_around(language: str) -> None:
    """An entry is a regular expression, short enough to be read, and stands once in its list."""
    for words in asdict(vocabulary(language)).values():
        assert len(set(words)) == len(words)
        for entry in words:
            assert re.compile(entry)
            assert entry == entry.strip() != ""
            assert len(entry) <= 80


def test_a_language_without_a_file_has_no_words() -> None:
    """Its questions are no error."""
    assert vocabulary("sw") == Vocabulary()


def test_no_entries_match_nothing() -> None:
    """An empty list is no wildcard."""
    assert not re.search(any_of([]), "anything")


def test_words_of_all_languages_are_found_as_whole_words() -> None:
    """In languages with spaces between words, whole words are found; in the others, entries are found anywhere."""
    asks = any_language("asks_for_number_to_call")

    assert asks.search("numero que puedo llamar")
    assert asks.search("热线是多少")
    assert not asks.search("hotliners")
