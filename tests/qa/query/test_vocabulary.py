"""The words of each language stand in its own file, and every entry can be searched for."""

import re
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from corpus.languages import UN_LANGUAGES
from qa.query.vocabulary import Vocabulary, any_language, any_of, kind_of_fact_pattern, languages, vocabulary


def entries(language: str) -> Iterator[str]:
    """Yield all entries of a language's file."""
    lists = asdict(vocabulary(language))
    kinds = lists.pop("kinds_of_fact")
    for words in [*lists.values(), *kinds.values()]:
        yield from words


def test_the_languages_of_the_united_nations_have_a_file() -> None:
    """Kinds of questions in each of them are recognised by words."""
    assert set(languages()) == set(UN_LANGUAGES)


@pytest.mark.parametrize("language", UN_LANGUAGES)
def test_every_entry_is_a_pattern_without_blanks_around(language: str) -> None:
    """An entry is a regular expression, short enough to be read, and stands once in its list."""
    for entry in entries(language):
        assert re.compile(entry)
        assert entry == entry.strip() != ""
        assert len(entry) <= 80

    lists = asdict(vocabulary(language))
    kinds = lists.pop("kinds_of_fact")
    assert all(len(set(words)) == len(words) for words in [*lists.values(), *kinds.values()])


def test_a_language_without_a_file_has_no_words() -> None:
    """Its questions are no error."""
    assert vocabulary("sw") == Vocabulary()
    assert kind_of_fact_pattern("sw") is None
    assert kind_of_fact_pattern("en") is None


def test_no_entries_match_nothing() -> None:
    """An empty list is no wildcard."""
    assert not re.search(any_of([]), "anything")


@pytest.mark.parametrize(
    ("language", "question", "kind"),
    [
        ("es", "¿Cuánto dinero recibió?", "money"),
        ("fr", "Combien de jours a duré le cours ?", "duration"),
        ("ru", "Сколько девушек освободили?", "count"),
        ("zh", "庇护所在哪里？", "place"),
        ("ar", "متى افتتح المأوى؟", "date"),
    ],
)
def test_the_more_particular_kind_of_fact_comes_first(language: str, question: str, kind: str) -> None:
    """Money and days are counted too, but are asked for as what they are."""
    pattern = kind_of_fact_pattern(language)
    assert pattern

    found = pattern.search(question)
    assert found
    assert found.lastgroup == kind


def test_words_of_all_languages_are_found_as_whole_words() -> None:
    """In languages with spaces between words, whole words are found; in the others, entries are found anywhere."""
    asks = any_language("asks_for_number_to_call")

    assert asks.search("numero que puedo llamar")
    assert asks.search("热线是多少")
    assert not asks.search("hotliners")


@pytest.mark.parametrize("question", ["من يحكم في قضايا الاتجار؟", "أين المحكمة؟", "أرجوكم ساعدوني"])
def test_arabic_how_many_is_a_word_of_its_own(question: str) -> None:
    """In "judges", "court" and "I beg you" the same letters ask for no number."""
    pattern = kind_of_fact_pattern("ar")
    assert pattern

    found = pattern.search(question)
    assert found is None or found.lastgroup != "count"
    assert pattern.search("وكم ضحية ساعدت المنظمة؟").lastgroup == "count"
