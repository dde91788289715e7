"""A question is parsed into terms, numbers, years, countries and names, each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa.query.question
from doubles.fakes import HashingEncoder
from qa.query.followups import Turn
from qa.query.query import make_query
from qa.query.question import MAX_FOLDED, Question

LANGUAGES = st.sampled_from(["ar", "en", "es", "fr", "ru", "zh", "sw", "xx"])


def test_an_english_question_has_all_its_parts() -> None:
    """Terms, numbers, years, countries and names are read off the text."""
    question = Question("How many victims did Norway's IOM office help in Côte d'Ivoire in 2015, of 1,200?")

    assert question.is_english
    assert question.is_latin
    assert {"victim", "2015", "help"} <= set(question.terms)
    assert question.numbers == {"2015", "1200"}
    assert question.years == ("2015",)
    assert question.countries == ("Côte d'Ivoire", "Norway")
    assert {"norway", "iom"} <= question.names


def test_a_question_in_another_language_keeps_what_english_documents_can_hold() -> None:
    """Its numbers, and its countries by their English names, are terms; its capitals name nothing."""
    question = Question("Сколько жертв выявили в Колумбии в 2019 году?", "ru")

    assert question.countries == ("Colombia",)
    assert {"2019", "colombia"} <= set(question.terms)
    assert question.names == frozenset()
    assert not question.is_latin


@pytest.mark.parametrize(
    ("text", "is_yes_or_no"),
    [
        ("did they appeal?", True),
        ("ok, and will it go on?", True),
        ("wasn't it closed?", True),
        ("anyone convicted?", True),
        ("still running?", True),
        ("was there anyone who paid?", False),
        ("Is it in Lomé or in Accra?", False),
        ("Can you list them?", False),
        ("would you say that again", False),
        ("Anything else?", False),
        ("who appealed?", False),
    ],
)
def test_questions_of_yes_or_no_are_recognised(text: str, is_yes_or_no: bool) -> None:
    """Some have no verb; who asks politely, or for one of two, wants more than yes or no."""
    assert Question(text).is_yes_or_no == is_yes_or_no
    assert not Question(text, "pt").is_yes_or_no


@given(st.text(max_size=300), LANGUAGES)
def test_any_text_can_be_parsed(text: str, language: str) -> None:
    """No text breaks the parsing, and its folded form is what rules compare."""
    question = Question(text, language)

    assert set(question.years) <= {number for number in question.numbers if len(number) == 4}
    assert list(question.countries) == sorted(question.countries)
    assert all(name == name.casefold() for name in question.names)
    assert Question(question.folded).folded == question.folded


def test_each_part_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is asked for, a text's countries are looked up once."""
    calls: list[str] = []
    monkeypatch.setattr(qa.query.question, "countries_named", lambda text, _: calls.append(text) or ["Ghana"])
    question = Question("Who pays in Ghana?")

    assert [question.countries, question.countries] == [("Ghana",)] * 2
    assert calls == ["Who pays in Ghana?"]


def test_rules_look_at_the_beginning_of_a_long_message() -> None:
    """A message of any length costs no more than its first part."""
    assert len(Question("a" * 10 * MAX_FOLDED).folded) == MAX_FOLDED


def test_a_query_has_a_vector_and_sub_questions() -> None:
    """A follow-up is encoded behind the last question; only its own words are decomposed and have to be told."""
    asked = Question("Who pays in Ghana and Togo?")
    query = make_query(asked, HashingEncoder(), [Turn("What is the shelter?")])

    assert query.vector.shape == (HashingEncoder.dimension,)
    assert query.sub_questions == ("Who pays in Ghana?", "Who pays in Togo?")
    assert query.asked == asked
    assert query.searched.text == "What is the shelter? Who pays in Ghana and Togo?"
    assert make_query(asked, HashingEncoder()).searched == asked
