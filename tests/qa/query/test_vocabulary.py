"""The words of each language stand in its own file, and every entry can be searched for."""

import re
from dataclasses import asdict

import pytest

from corpus.language.detection import UN_LANGUAGES
from corpus.language.text import fold
from qa.query.vocabulary import Vocabulary, any_language, any_of, languages, vocabulary


def asks_for_number(question: str) -> bool:
    """Return whether a question asks which number to call, or for one in other words."""
    lists = map(any_language, ("asks_which_number", "asks_for_number_to_call"))
    return any(asks.search(fold(question)) for asks in lists)


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
    assert asks_for_number("numero que puedo llamar")
    assert asks_for_number("热线是多少")
    assert not asks_for_number("hotliners")


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
        "How can I anonymously report a trafficker?",
        "What should I do if I see trafficking?",
        "¿Qué hago si veo un caso de trata?",
        "Que faire si je vois un cas de traite ?",
        "Что делать, если я вижу торговлю людьми?",
        "ماذا أفعل إذا رأيت حالة اتجار؟",
        "看到人口贩运该怎么办？",
        "İnsan ticaretini nereye bildirmek gerekir?",
        "Hangi numarayı aramalıyım?",
    ],
)
def test_who_wants_to_report_asks_for_a_number_to_call(question: str) -> None:
    """An answer to where one reports a crime is a number to call."""
    assert asks_for_number(question)


@pytest.mark.parametrize(
    ("question", "asks_which"),
    [
        ("What is the number of the hotline in Moldova?", True),
        ("Which number can victims call in Kenya?", True),
        ("hotline numbers Moldova", True),
        ("¿Cuál es el número de la línea de ayuda en Perú?", True),
        ("Quel est le numéro de téléphone au Mali ?", True),
        ("Какой номер горячей линии в Молдове?", True),
        ("ما هو رقم الخط الساخن في مصر؟", True),
        ("柬埔寨的热线电话是多少？", True),
        ("Kenya'daki yardım hattının numarası nedir?", True),
        ("What was the number of calls to the hotline in Moldova?", False),
        ("What is the number of people who call the hotline?", False),
        ("Who runs the hotline in Moldova?", False),
        ("¿Cuál es el número de víctimas en Perú?", False),
        ("Quel est le nombre d'appels ?", False),
        ("柬埔寨的热线由谁负责？", False),
    ],
)
def test_who_asks_which_number_asks_for_no_count(question: str, asks_which: bool) -> None:
    """Only the number of a telephone answers; a hotline has other facts too."""
    assert bool(any_language("asks_which_number").search(fold(question))) is asks_which


@pytest.mark.parametrize(
    "question",
    [
        "Who reported on trafficking in Peru?",
        "Which report names Peru?",
        "How do UNODC's 2016 report and the study differ?",
        "¿Cómo se llama la campaña?",
        "Quels cas ont été signalés au Mali ?",
        "Что сообщила МОМ?",
        "What does IOM do if states see no trafficking?",
        "报告说了什么？",
        "Er hat es gesagt.",
    ],
)
def test_who_asks_what_was_reported_does_not(question: str) -> None:
    """A report, and what an organisation tells, is no number to call."""
    assert not asks_for_number(question)
