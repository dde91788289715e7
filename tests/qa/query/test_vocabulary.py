"""The words of each language stand in its own file, and every entry can be searched for."""

import re
from dataclasses import asdict

import pytest

from corpus.language.detection import UN_LANGUAGES
from corpus.language.text import fold
from qa.query.vocabulary import Vocabulary, any_language, any_of, languages, vocabulary


def test_the_languages_of_the_united_nations_have_a_file() -> None:
    """Kinds of questions in each of them are recognised by words, and in Turkish who asks for a number to call."""
    assert set(languages()) == {*UN_LANGUAGES, "tr"}


@pytest.mark.parametrize("language", languages())
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


@pytest.mark.parametrize(
    "question",
    [
        "Where can I report trafficking in Peru?",
        "How do I report a trafficker?",
        "¿Dónde puedo denunciar la trata?",
        "¿A quién llamo?",
        "Où signaler un cas de traite ?",
        "Qui peut-on appeler au Mali ?",
        "Куда сообщить о торговле людьми?",
        "Кому можно позвонить?",
        "如何举报人口贩运？",
        "كيف أبلغ عن الاتجار بالبشر؟",
        "İnsan ticaretini nereye bildirmek gerekir?",
        "Hangi numarayı aramalıyım?",
    ],
)
def test_who_wants_to_report_asks_for_a_number_to_call(question: str) -> None:
    """An answer to where one reports a crime is a number to call."""
    assert any_language("asks_for_number_to_call").search(fold(question))


@pytest.mark.parametrize(
    "question",
    [
        "Who reported on trafficking in Peru?",
        "Which report names Peru?",
        "How do UNODC's 2016 report and the study differ?",
        "¿Cómo se llama la campaña?",
        "Quels cas ont été signalés au Mali ?",
        "Что сообщила МОМ?",
        "报告说了什么？",
        "Er hat es gesagt.",
    ],
)
def test_who_asks_what_was_reported_does_not(question: str) -> None:
    """A report, and what an organisation tells, is no number to call."""
    assert not any_language("asks_for_number_to_call").search(fold(question))
