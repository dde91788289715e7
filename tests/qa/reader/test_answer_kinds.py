"""The form of a phrase tells whether it can be what a question asks for."""

import pytest

from embeddings.cross_encoder.phrases import Phrase
from qa.query.question import Question
from qa.reader.answer_kinds import is_of_kind, repeats, whole_name, whole_period

JOINED = "It teaches law, first aid and languages in Malta (an island), for USD 500, from 3 to 7 June, for one year."
GIVEN = (
    "Norway gave tents, clothes, and food to the Group for Men and Boys, the Group for Girls and the Poor as the beds"
    " grew from 40 to 50."
)
TAUGHT = "From May 2019 to 2021 the Ministry of Health taught 40 nurses every week for two days, as few knew the law."


def phrase_of(words: str, sentence: str = TAUGHT) -> Phrase:
    """Return the phrase of some words of a sentence."""
    begin = sentence.index(words)
    return Phrase(begin, begin + len(words), -0.5)


@pytest.mark.parametrize(
    ("question", "words", "expected"),
    [
        ("How many nurses were taught?", "40", True),
        ("How many nurses were taught?", "Ministry of Health", False),
        ("How many were taught and by whom?", "40", None),
        ("How many were taught and by whom?", "Ministry of Health", False),
        ("How many were taught, and for how long?", "two days", False),
        ("How much money was given?", "40", False),
        ("Since when were they taught?", "May 2019", True),
        ("On what dates were they taught?", "May 2019", True),
        ("When were they taught?", "every week", None),
        ("How long was each course?", "two days", True),
        ("How often were they taught?", "every week", True),
        ("How often were they taught?", "40", None),
        ("Who taught them?", "Ministry of Health", True),
        ("Who taught them?", "nurses", None),
        ("Who taught them?", "40", False),
        ("Which ministry taught them?", "Ministry of Health", True),
        ("Which ministries taught them?", "Ministry of Health", None),
        ("Which ministries taught them?", "40", False),
        ("Which years did it cover?", "2021", True),
        ("Which of them taught nurses?", "Ministry of Health", None),
        ("How did they learn it?", "40", False),
        ("What did they do with the money?", "40", False),
        ("What did they pay?", "40", None),
        ("Why were they taught?", "few knew", False),
        ("Why were they taught?", "few knew the law", None),
        ("Tell me about the nurses.", "40", None),
    ],
)
def test_a_phrase_has_the_form_that_is_asked_for_or_not(question: str, words: str, expected: bool | None) -> None:
    """Where several things are asked for, or the form is unknown, it does not tell; a reason ends with its clause."""
    assert is_of_kind(Question(question), TAUGHT, phrase_of(words)) is expected


@pytest.mark.parametrize(
    ("question", "language", "words", "expected"),
    [
        ("Combien d'infirmières ont été formées ?", "fr", "40", None),
        ("Combien d'infirmières ont été formées ?", "fr", "Ministry of Health", False),
        ("Сколько времени длился курс?", "ru", "two days", None),
        ("Kaç hemşire eğitildi?", "tr", "few knew", None),
        ("Kaç hemşire eğitildi?", "tr", "nurses", False),
        ("Qui les a formées ?", "fr", "40", None),
    ],
)
def test_a_count_asked_for_in_another_language_is_told_by_a_number(
    question: str, language: str, words: str, expected: bool | None
) -> None:
    """Other forms are not told apart there."""
    assert is_of_kind(Question(question, language), TAUGHT, phrase_of(words)) is expected


@pytest.mark.parametrize(
    ("question", "words", "is_cut"),
    [
        ("Which subjects does it teach?", "law", True),
        ("Which subjects does it teach?", "law, first aid", True),
        ("Which two subjects does it teach?", "languages", True),
        ("What kinds of lessons does it give?", "first aid", True),
        ("Which subjects does it teach?", "law, first aid and languages", False),
        ("Which subject does it teach?", "law", False),
        ("What does it teach?", "law", False),
        ("On what dates does it teach?", "3 to 7 June", False),
        ("What does Malta mean?", "an", True),
        ("What does Malta mean?", "an island", False),
        ("How does it define Malta?", "an", True),
    ],
)
def test_some_of_several_things_or_a_part_of_a_meaning_are_no_answer(question: str, words: str, is_cut: bool) -> None:
    """They would look like all that is told."""
    assert (is_of_kind(Question(question), JOINED, phrase_of(words, JOINED)) is False) is is_cut


@pytest.mark.parametrize(
    ("question", "words", "is_cut"),
    [
        ("What did Norway give?", "clothes", True),
        ("I teach. What did Norway give?", "clothes", True),
        ("What did Norway give?", "tents, clothes, and food", False),
        ("Which donor gave clothes?", "clothes", False),
        ("Which two groups got food?", "Group for Men and Boys", True),
        ("Which two groups got food?", "Group for Men and Boys, the Group for Girls and the Poor", False),
        ("By how much did the number of beds grow?", "50", True),
        ("By how much did the number of beds grow?", "from 40 to 50", False),
        ("How many beds were there?", "50", False),
    ],
)
def test_a_part_of_a_list_or_of_a_growth_is_no_answer(question: str, words: str, is_cut: bool) -> None:
    """One thing between others would look like all, and a number like a difference."""
    assert (is_of_kind(Question(question), GIVEN, phrase_of(words, GIVEN)) is False) is is_cut


def test_money_is_asked_for_with_how_much_money() -> None:
    """A length of time that is asked for behind it is no money."""
    question = Question("How much money was given, and for how long?")

    assert is_of_kind(question, JOINED, phrase_of("USD 500", JOINED)) is None
    assert is_of_kind(question, JOINED, phrase_of("one year", JOINED)) is False


def test_the_form_is_known_in_english_only() -> None:
    """The patterns are of English question words."""
    assert is_of_kind(Question("Combien ?", "fr"), TAUGHT, phrase_of("40")) is None


@pytest.mark.parametrize(
    ("question", "words", "shown"),
    [
        ("Which years did it cover?", "2021", "2019 to 2021"),
        ("Which years did it cover?", "40", "40"),
        ("In which year did it end?", "2021", "2021"),
    ],
)
def test_years_are_a_whole_period(question: str, words: str, shown: str) -> None:
    """The reader often finds only the last year."""
    assert whole_period(Question(question), TAUGHT, phrase_of(words)).of(TAUGHT) == shown


@pytest.mark.parametrize(
    ("question", "words", "expected"),
    [
        ("How many people can the five shelters house?", "five", True),
        ("How many people can the five shelters house?", "six people", False),
        ("Do five or six shelters serve the capital?", "five", False),
        ("How many can it house?", "all", False),
    ],
)
def test_words_of_the_question_are_no_answer(question: str, words: str, expected: bool) -> None:
    """But for a choice between words of the question."""
    assert repeats(Question(question), words) is expected


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The Council for Women and Girls met.", "The Council for Women and Girls"),
        ("The Council for Women and UNX met.", "The Council for Women"),
        ("The Council on Monday met.", "The Council"),
        ("The Council of May 2019 met.", "The Council"),
        ("The Council of Ministers in Malta on Friday met.", "The Council of Ministers in Malta"),
    ],
)
def test_the_whole_name_of_a_body_is_taken(sentence: str, name: str) -> None:
    """It goes on behind the word for what the body is, but to no day or other body."""
    assert whole_name(sentence, Phrase(0, len("The Council"), -1)).of(sentence) == name
