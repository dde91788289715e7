"""Tell texts of one class from those of another by their vectors.

In: an encoder, examples of both classes, then the vectors of texts, as the search uses them. Out: yes or no.
A ridge regression over the examples' vectors, solved in closed form, so that it fits whatever encoder is used. Both
classes have the same weight, however many examples they have. What was fitted to the shipped examples with the shipped
encoder is in a file of numbers (`make classifiers` writes it), so that nothing is encoded when a server starts.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from embeddings.models.cache import encode_queries_cached
from embeddings.models.encoder import Encoder, Matrix, Vector

RIDGE = 0.003
FITTED = Path(__file__).parent / "tuned" / "classifiers.safetensors"  # the fitted numbers by the key of their examples


class LinearClassifier:
    """A linear classifier of texts by their vectors."""

    def __init__(
        self, positive: Sequence[str], negative: Sequence[str], threshold: float, encoder: Encoder, cache_file: Path
    ) -> None:
        """Take what is fitted to these examples; else encode them, or take their vectors from the cache, and fit."""
        self.key = _key(positive, negative, encoder)
        self._threshold = threshold
        fitted = _fitted()
        if self.key not in fitted:
            fitted[self.key] = _fit(positive, negative, encoder, cache_file)
        self.numbers = fitted[self.key]
        self._mean, self._direction = self.numbers

    def score(self, vector: Vector) -> float:
        """Return the score of a text's vector: about 1 for the first class, -1 for the second."""
        return float((vector - self._mean) @ self._direction)

    def predict(self, vector: Vector) -> bool:
        """Return whether a text's vector is of the first class."""
        return self.score(vector) > self._threshold


def _key(positive: Sequence[str], negative: Sequence[str], encoder: Encoder) -> str:
    made_from = json.dumps([encoder.fingerprint, RIDGE, list(positive), list(negative)])
    return hashlib.sha256(made_from.encode()).hexdigest()


@cache
def _fitted() -> dict[str, Matrix]:
    """Return what was fitted by their keys: what is shipped, to which this process adds, since it may load again."""
    from safetensors.numpy import load_file

    return load_file(FITTED) if FITTED.exists() else {}


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
