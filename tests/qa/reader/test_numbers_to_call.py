"""A phone number of another country than the one asked about is kept out of an answer."""

import pytest

from corpus import Document
from qa.query.question import Question
from qa.reader.numbers_to_call import lack_number, matches_requested_country

LINE = "The free hotline, 0800 1552, takes calls day and night."


@pytest.mark.parametrize(
    ("question", "language", "title", "countries", "sentence", "may"),
    [
        ("hotline numbers Mexico", "en", "A campaign", ("Guatemala",), LINE, False),
        ("hotline numbers Guatemala", "en", "A campaign", ("Guatemala",), LINE, True),
        ("hotline numbers Mexico", "en", "A campaign", ("Guatemala", "Mexico"), LINE, False),
        ("hotline numbers Viet Nam", "en", "Vietnam opens a hotline", (), LINE, True),
        ("Who can I call in Mexico?", "en", "A campaign", ("Guatemala", "Mexico"), f"In Mexico: {LINE}", True),
        ("Who can I call in Mexico?", "en", "A campaign", ("Guatemala",), "Numbers to call:", False),
        ("numero de telefono contra la trata en Perú", "es", "A campaign", ("Guatemala",), LINE, False),
        ("Quel est le numéro à appeler au Mali ?", "fr", "Mali", (), LINE, True),
        ("По какому телефону звонить в Мексике?", "ru", "A campaign", ("Guatemala",), LINE, False),
        ("墨西哥的热线电话是多少？", "zh", "A campaign", ("Guatemala",), LINE, False),
        ("hotline number", "en", "A campaign", ("Guatemala",), LINE, True),
        ("hotline number Mexico", "en", "A campaign", ("Guatemala",), "The number is free.", False),
        ("hotline number Mexico", "en", "A campaign", ("Mexico",), "The number is free.", True),
        ("Who runs the hotline in Mexico?", "en", "A campaign", ("Guatemala",), "The number is free.", True),
        ("hotline numbers Mexico", "en", "A campaign in Mexico", ("Mexico",), "In Guatemala dial 1552.", False),
        ("How many calls did the hotline in Mexico get?", "en", "A campaign", (), "It took 543 calls.", True),
        ("¿Cuál es el número de víctimas en México?", "es", "A campaign", (), "The police found 300.", True),
        ("Whom to call in Mexico?", "en", "A campaign", ("Guatemala",), "In 2015 it took 28,000 calls.", True),
        ("柬埔寨人口贩运热线电话是多少", "zh", "A campaign in Papua New Guinea", (), LINE, False),
        ("柬埔寨人口贩运热线电话是多少", "zh", "A campaign in Cambodia", (), LINE, True),
        ("Which hotline takes calls in Tunis?", "en", "A campaign", ("Libya",), LINE, False),
        ("Which hotline takes calls in Tunis?", "en", "A campaign", ("Libya",), "In Tunis: 80 10 15 66.", True),
        ("Which hotline takes calls in Tunis?", "en", "A campaign", ("Libya",), "Call 80 10 15 66.", False),
        ("Whom to call in Libya to return to Niger?", "en", "A campaign", ("Niger",), LINE, False),
        ("Où signaler un cas de traite au Mali ?", "fr", "A campaign", ("Niger",), LINE, False),
        ("Where do I report a trafficker in Holland?", "en", "A campaign", ("Netherlands",), LINE, True),
        ("How many victims did IOM help in Mexico?", "en", "A campaign", ("Guatemala",), "It helped 300.", True),
    ],
)
def test_a_number_to_call_is_one_of_the_country(
    question: str, language: str, title: str, countries: tuple[str, ...], sentence: str, may: bool
) -> None:
    """A number in another country than the one asked about is no answer, nor is the line that opens such numbers."""
    document = Document(id="a", title=title, text=sentence, countries=countries)

    assert matches_requested_country(Question(question, language))(document, sentence) == may


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        ("Who can I call in Mexico?", LINE, False),
        ("Who can I call in Mexico?", "The hotline is free.", True),
        ("What should I do if I see trafficking?", "IOM trains police.", True),
        ("Who can I call?", LINE, True),
        ("How do I report a trafficker?", "In 2015 it took 28,000 calls.", True),
        ("I want to report a trafficker in Mexico", LINE, False),
        ("whom can i tell about a brothel", "IOM helped 300 women.", True),
        ("Who funds the shelter in Mexico?", "Norway funds it.", False),
        ("How many calls did the hotline in Mexico get?", "It took many calls.", False),
    ],
)
def test_a_number_is_lacking_where_it_is_asked_for(question: str, sentence: str, lacks: bool) -> None:
    """Only a number of the country that is named is one to call."""
    asked = Question(question)

    assert lack_number(asked, asked, [sentence], at_risk=True) == lacks


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        ("What is the number of the hotline in Mexico?", "The number is free.", True),
        ("What is the number of the hotline in Mexico?", "It took about 100 victims a year.", True),
        ("What is the number of the hotline in Mexico?", LINE, False),
        ("What is the number of the hotline in Mexico?", "In Mexico 157 hotline workers answer.", False),
        ("What is the number of the hotline in Mexico?", "Dial the 181 women helpline.", False),
        ("What is the number of the hotline in Mexico?", "Dial the 147 children's helpline.", False),
        ("What is the number of the hotline?", "The number is free.", False),
        ("Who runs the hotline in Mexico?", "The ministry runs it.", False),
        ("How many people know the hotline number in Mexico?", "Few know it.", False),
    ],
)
def test_who_is_not_at_risk_is_told_a_number_where_they_ask_which(question: str, sentence: str, lacks: bool) -> None:
    """Other questions on a line have other answers, and a line without a country may be the one that was told of."""
    asked = Question(question)

    assert lack_number(asked, asked, [sentence], at_risk=False) == lacks


def test_a_follow_up_asks_by_its_own_words() -> None:
    """Whether a number is asked for is told by the follow-up, and the country by the questions before it too."""
    first = "Which number can I call in Mexico?"
    behind = [Question(f"{text} {first}") for text in ("Can he change his mind?", "And the number to call?")]
    lacks = [
        lack_number(Question(text), searched, ["It is free."], at_risk=True)
        for text, searched in zip(("Can he change his mind?", "And the number to call?"), behind, strict=True)
    ]

    assert lacks == [False, True]
