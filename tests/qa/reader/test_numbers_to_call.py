"""A phone number of another country than the one asked about is kept out of an answer."""

import pytest

from corpus import Document
from qa.query.question import Question
from qa.reader.numbers_to_call import matches_requested_country

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
        ("hotline numbers Mexico", "en", "A campaign in Mexico", ("Mexico",), "In Guatemala dial 1552.", False),
        ("How many calls did the hotline in Mexico get?", "en", "A campaign", (), "It took 543 calls.", True),
        ("¿Cuál es el número de víctimas en México?", "es", "A campaign", (), "The police found 300.", True),
        ("hotline numbers Mexico", "en", "A campaign", ("Guatemala",), "In 2015 it took 28,000 calls.", True),
        ("How many victims did IOM help in Mexico?", "en", "A campaign", ("Guatemala",), "It helped 300.", True),
    ],
)
def test_a_number_to_call_is_one_of_the_country(
    question: str, language: str, title: str, countries: tuple[str, ...], sentence: str, may: bool
) -> None:
    """A number in another country than the one asked about is no answer, nor is the line that opens such numbers."""
    document = Document(id="a", title=title, text=sentence, countries=countries)

    assert matches_requested_country(Question(question, language))(document, sentence) == may
