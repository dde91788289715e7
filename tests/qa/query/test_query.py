"""A question is prepared for both searches and for reading."""

import pytest

from doubles.fakes import HashingEncoder
from embeddings import Vector
from qa.query.followups import Turn
from qa.query.query import make_query
from qa.query.question import Question

SPANISH = Question("¿Quién financia el refugio?", "es")


def test_a_question_in_another_language_is_read_with_its_english_words(encoder: HashingEncoder) -> None:
    """The reader knows English best; the turns stand behind both, as they were asked."""
    turns = [Turn("¿Qué es AKOMA?", "A project. [1]")]

    assert make_query(SPANISH, encoder, turns).read == (
        "¿Quién financia el refugio? who funds shelter << ¿Qué es AKOMA? A project."
    )


def test_a_question_in_another_language_is_searched_by_both(encoder: HashingEncoder) -> None:
    """Its English words are searched as terms, and its vector lies between both."""
    query = make_query(SPANISH, encoder)
    english = encoder.encode_query("who funds shelter")

    assert {"fund", "shelter"} <= set(query.searched.terms)
    assert query.search_vector @ english == pytest.approx(query.search_vector @ query.vector, abs=1e-5)
    assert query.search_vector @ query.search_vector == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("text", "language"), [("Who funds the shelter?", "en"), ("Hvem betaler?", "da")])
def test_without_english_words_a_question_is_read_and_searched_as_it_is(
    encoder: HashingEncoder, text: str, language: str
) -> None:
    """An English question has none besides its own, and a language without a glossary none at all."""
    query = make_query(Question(text, language), encoder)

    assert query.read == text
    assert (query.search_vector == query.vector).all()


def test_english_words_are_encoded_only_where_they_are_searched(encoder: HashingEncoder) -> None:
    """Earlier questions are classified and mostly not searched, up to twenty with each question."""
    encoded: list[str] = []

    class Counting(HashingEncoder):
        def encode_query(self, text: str) -> Vector:
            encoded.append(text)
            return encoder.encode_query(text)

    query = make_query(SPANISH, Counting())
    before = list(encoded)

    assert before == [SPANISH.text]
    assert query.search_vector is query.search_vector
    assert encoded == [SPANISH.text, "who funds shelter"]
