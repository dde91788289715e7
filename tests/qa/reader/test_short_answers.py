"""A short answer is the likeliest phrase of the sentences that answer, and is shown where the reader is sure of it."""

import pytest

from embeddings.cross_encoder.phrases import Phrase
from qa.query.question import Question
from qa.reader.scoring import shipped_scorers
from qa.reader.short_answers import ReadSentence, short_answer

SCORER = shipped_scorers(with_reader=True).phrase
WHO = Question("Who funds the shelter?")
FUNDS = "Norway funds the shelter."
NORWAY, SHELTER = Phrase(0, 6, -0.1), Phrase(17, 24, -0.1)


def test_the_likeliest_phrase_of_the_sentence_that_tells_is_chosen() -> None:
    """A phrase counts as much as its sentence."""
    found = short_answer(
        WHO, [ReadSentence("It has 40 beds.", -3.0, SHELTER), ReadSentence(FUNDS, 5.0, NORWAY)], SCORER
    )

    assert found
    assert found.words == "Norway"
    assert found.is_sure


def test_without_phrases_there_is_no_short_answer() -> None:
    """Nor is there one without a passage reader, which alone finds phrases."""
    assert short_answer(WHO, [], SCORER) is None


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Is there a shelter?", "Norway"),
        ("Is it for 40 or for 50?", "40 Norway"),
        ("Could you give me the number of its beds?", "40 Norway"),
        ("How many beds are there?", "40"),
    ],
)
def test_a_number_is_no_answer_to_yes_or_no(question: str, shown: str) -> None:
    """Other words may be, and so may a number where one of two, or politely a number, is asked for."""
    answers = (
        short_answer(Question(question), [ReadSentence(text, 5.0, Phrase(0, end, -0.1))], SCORER)
        for text, end in (("40 beds are there.", 2), (FUNDS, 6))
    )

    assert " ".join(answer.words for answer in answers if answer) == shown


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param([ReadSentence(FUNDS, 5.0, Phrase(0, 6, -4.0))], id="no phrase is likely"),
        pytest.param([ReadSentence(FUNDS, -9.0, NORWAY)], id="its sentence hardly tells"),
        pytest.param([ReadSentence(FUNDS, 1.0, NORWAY), ReadSentence(FUNDS, 1.0, SHELTER)], id="another is as likely"),
    ],
)
def test_unsure_words_are_not_shown(sentences: list[ReadSentence]) -> None:
    """A wrong number that stands nearby misleads more than a sentence that the reader can judge."""
    found = short_answer(WHO, sentences, SCORER)

    assert found
    assert not found.is_sure


def test_the_same_words_of_two_sentences_do_not_compete() -> None:
    """Two documents that say the same make a short answer no less sure."""
    once, twice = (short_answer(WHO, [ReadSentence(FUNDS, 5.0, NORWAY)] * number, SCORER) for number in (1, 2))

    assert once == twice


def test_words_of_the_form_that_is_asked_for_are_shown_earlier() -> None:
    """A name answers "who", so the reader needs not be as sure of it as for a question whose answers have no form."""
    sentences = [
        ReadSentence("The Swedish Red Cross runs it.", 1.0, Phrase(4, 21, -0.4)),
        ReadSentence(FUNDS, -1.5, NORWAY),
    ]
    found = [short_answer(Question(text), sentences, SCORER) for text in ("Who runs it?", "Tell me about it.")]

    assert [answer and answer.words for answer in found] == ["Swedish Red Cross"] * 2
    assert [answer and answer.is_sure for answer in found] == [True, False]


@pytest.mark.parametrize("question", ["How many people can the 40 beds serve?", "Why are there beds?"])
def test_words_that_cannot_be_the_answer_are_not_shown(question: str) -> None:
    """Neither a number of the question, nor a number where the reason is asked for."""
    assert short_answer(Question(question), [ReadSentence("It has 40 beds.", 5.0, Phrase(7, 9, -0.1))], SCORER) is None


def test_a_sentence_of_another_year_gives_no_short_answer_beside_one_of_the_year_asked_for() -> None:
    """It does where no sentence names the year."""
    question = Question("How many were tried in 2019?")
    earlier = ReadSentence("Courts tried nine in 2018.", 5.0, Phrase(13, 17, -0.1))
    asked = ReadSentence("In 2019 the courts tried 20.", 1.0, Phrase(25, 27, -0.5))

    found = [short_answer(question, sentences, SCORER) for sentences in ([earlier, asked], [earlier])]

    assert [answer and answer.words for answer in found] == ["20", "nine"]


def test_a_sentence_without_the_office_that_is_asked_for_gives_no_short_answer_beside_one_with_it() -> None:
    """The name beside another office would be taken for that of who holds it."""
    question = Question("Who is IOM's director for Asia?")
    other = ReadSentence("Bo Ek, representative for Asia, spoke.", 2.0, Phrase(0, 5, -0.1))
    asked = ReadSentence("Ann Low, director for Asia, spoke.", 1.0, Phrase(0, 7, -0.1))
    found = short_answer(question, [other, asked], SCORER)

    assert found
    assert found.words == "Ann Low"


@pytest.mark.parametrize(
    ("sentence", "words", "shown"),
    [
        ("At least 45 people died.", "45", "At least 45"),
        ("The shelter has room for up to 8 people.", "8", "up to 8"),
        ("It had cost more than USD 2 million.", "USD 2 million", "more than USD 2 million"),
        ("The talk was about Norway.", "Norway", "Norway"),
        ("The largest group came from Haiti (23,640).", "(23,640)", "23,640"),
    ],
)
def test_a_figure_keeps_the_words_that_bound_it(sentence: str, words: str, shown: str) -> None:
    """Without them it would be exact, and other names have none; brackets around it are no part of it."""
    begin = sentence.index(words)
    question = Question("What is told of it?")
    found = short_answer(question, [ReadSentence(sentence, 5.0, Phrase(begin, begin + len(words), -0.1))], SCORER)

    assert found
    assert found.words == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("the Main Department", "the Main Department on Trade in Fish of the Ministry of Ports"),
        ("Ministry", "Ministry of Ports"),
        ("Trade in Fish", "Trade in Fish"),
    ],
)
def test_the_name_of_a_body_is_not_cut(words: str, shown: str) -> None:
    """What it is for, and what it belongs to, are parts of it."""
    text = "It is run by the Main Department on Trade in Fish of the Ministry of Ports and paid by Norway."
    begin = text.index(words)
    sentences = [ReadSentence(text, 5.0, Phrase(begin, begin + len(words), -0.1))]
    found = short_answer(Question("Who runs it?"), sentences, SCORER)

    assert found
    assert found.words == shown


def test_no_figure_is_shown_where_it_is_not_clear_which_is_asked_for() -> None:
    """A phrase over two figures that the question does not tell apart is none."""
    sentence = "The course reached 28 men and 18 women."
    both = ReadSentence(sentence, 5.0, Phrase(19, 32, -0.1))

    assert short_answer(Question("Who attended?"), [both], SCORER) is None
