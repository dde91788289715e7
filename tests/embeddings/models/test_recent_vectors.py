"""The vectors of the last questions are remembered, so that a conversation is not encoded anew with each turn."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from doubles.fakes import HashingEncoder
from embeddings import Vector
from embeddings.models.encoder import RecentVectors


class CountingEncoder(HashingEncoder):
    """The fake encoder, which notes what it encodes."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.encoded: list[str] = []

    def encode_query(self, question: str) -> Vector:
        """Note the question, and return its vector."""
        self.encoded.append(question)
        return super().encode_query(question)


def test_a_question_is_encoded_once() -> None:
    """It gets the same vector again, which nobody can change, and its words are not kept."""
    encoder = CountingEncoder()
    recent = RecentVectors(encoder.encode_query)
    vector = recent.of("Who pays?")

    assert recent.of("Who pays?") is vector
    assert recent.of("Who paid?") is not vector
    assert encoder.encoded == ["Who pays?", "Who paid?"]
    assert "Who pays?" not in str(recent._vectors)
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 0


def test_what_was_asked_longest_ago_is_forgotten() -> None:
    """So many vectors are kept; one that is asked for again stays."""
    encoder = CountingEncoder()
    recent = RecentVectors(encoder.encode_query, most=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        recent.of(text)

    assert encoder.encoded == ["a", "b", "c", "b"]


def test_threads_may_ask_at_once() -> None:
    """However many ask while others are forgotten, each gets the vector of its question."""
    recent = RecentVectors(HashingEncoder().encode_query, most=3)
    texts = [f"text {number % 7}" for number in range(300)]
    with ThreadPoolExecutor(8) as threads:
        vectors = list(threads.map(recent.of, texts))

    expected = {text: HashingEncoder().encode_query(text) for text in texts}
    assert all((vector == expected[text]).all() for text, vector in zip(texts, vectors, strict=True))
