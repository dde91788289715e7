"""Tell texts of one class from those of another by their vectors.

In: an encoder, examples of both classes, then the vectors of texts, as the search uses them. Out: yes or no.
A ridge regression over the examples' vectors, solved in closed form, so that it fits whatever encoder is used. Both
classes have the same weight, however many examples they have. What was fitted to the shipped examples with the shipped
encoder is in a file of numbers (`make classifiers` writes it), so that nothing is encoded when a server starts.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.models.cache import encode_queries_cached
from embeddings.models.encoder import Encoder, Matrix, Vector
from embeddings.models.shipped_numbers import key_of, numbers_of

RIDGE = 0.003


class LinearClassifier:
    """A linear classifier of texts by their vectors."""

    def __init__(
        self, positive: Sequence[str], negative: Sequence[str], threshold: float, encoder: Encoder, cache_file: Path
    ) -> None:
        """Take what is fitted to these examples; else encode them, or take their vectors from the cache, and fit."""
        self.key = key_of([encoder.fingerprint, RIDGE, list(positive), list(negative)])
        self._threshold = threshold
        self.numbers = numbers_of(self.key, lambda: _fit(positive, negative, encoder, cache_file))
        self._mean, self._direction = self.numbers

    def score(self, vector: Vector) -> float:
        """Return the score of a text's vector: about 1 for the first class, -1 for the second."""
        return float((vector - self._mean) @ self._direction)

    def predict(self, vector: Vector) -> bool:
        """Return whether a text's vector is of the first class."""
        return self.score(vector) > self._threshold


def _fit(positive: Sequence[str], negative: Sequence[str], encoder: Encoder, cache_file: Path) -> Matrix:
    """Return the mean of the examples' vectors and the direction of the first class, shape (2, dimension)."""
    vectors = encode_queries_cached([*positive, *negative], encoder, cache_file).astype(np.float64)
    labels = np.array([1.0] * len(positive) + [-1.0] * len(negative))
    weights = np.where(labels > 0, 0.5 / len(positive), 0.5 / len(negative))
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    weighted = centred * weights[:, np.newaxis]
    direction = np.linalg.solve(weighted.T @ centred + RIDGE * np.eye(encoder.dimension), weighted.T @ labels)
    return np.array([mean, direction], np.float32)
