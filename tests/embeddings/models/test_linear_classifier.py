"""A classifier is fitted to its examples once."""

from pathlib import Path

import numpy as np

from doubles.fakes import HashingEncoder
from embeddings import Vector
from embeddings.models.linear_classifier import LinearClassifier

FRUIT, STONES = ["an apple", "a ripe pear"], ["a grey flint", "hard granite"]


def test_what_was_fitted_is_taken_again_in_the_same_process(tmp_path: Path) -> None:
    """A server that takes up another index encodes no example again, whatever its cache holds."""
    encoded: list[str] = []

    class Counting(HashingEncoder):
        def encode_query(self, question: str) -> Vector:
            encoded.append(question)
            return super().encode_query(question)

    first, again = (
        LinearClassifier(FRUIT, STONES, 0.0, Counting(), tmp_path / f"{number}.sqlite") for number in range(2)
    )

    assert sorted(encoded) == sorted([*FRUIT, *STONES])
    assert np.array_equal(first.numbers, again.numbers)
    assert first.predict(HashingEncoder().encode_query("a ripe apple"))
    assert not first.predict(HashingEncoder().encode_query("hard flint"))
