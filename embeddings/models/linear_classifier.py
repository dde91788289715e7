"""Tell texts of one class from those of another by their vectors, learned from examples when a process starts.

In: an encoder, examples of both classes, then the vectors of texts, as the search uses them. Out: yes or no.
A ridge regression over the examples' vectors, solved in closed form, so that it fits whatever encoder is used. Both
classes have the same weight, however many examples they have.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.models.cache import encode_cached
from embeddings.models.encoder import Encoder, Matrix, Vector
from embeddings.models.pooling import PassageText

RIDGE = 0.003


class LinearClassifier:
    """A linear classifier of texts by their vectors."""

    def __init__(
        self, positive: Sequence[str], negative: Sequence[str], threshold: float, encoder: Encoder, cache_file: Path
    ) -> None:
        """Encode the examples of both classes, or take their vectors from the cache, and fit."""
        texts = [PassageText("", (text,)) for text in (*positive, *negative)]
        vectors = np.concatenate(encode_cached(texts, _QueryEncoder(encoder), cache_file)).astype(np.float64)
        labels = np.array([1.0] * len(positive) + [-1.0] * len(negative))
        weights = np.where(labels > 0, 0.5 / len(positive), 0.5 / len(negative))
        self._threshold = threshold
        self._mean = vectors.mean(axis=0)
        centred = vectors - self._mean
        weighted = centred * weights[:, np.newaxis]
        self._direction: Vector = np.linalg.solve(
            weighted.T @ centred + RIDGE * np.eye(encoder.dimension), weighted.T @ labels
        )

    def score(self, vector: Vector) -> float:
        """Return the score of a text's vector: about 1 for the first class, -1 for the second."""
        return float((vector - self._mean) @ self._direction)

    def predict(self, vector: Vector) -> bool:
        """Return whether a text's vector is of the first class."""
        return self.score(vector) > self._threshold


class _QueryEncoder:
    """An encoder that encodes every text as a question, so that the vectors of questions can be cached."""

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self.fingerprint = f"{encoder.fingerprint} questions"
        self.dimension = encoder.dimension
        self.encode_query = encoder.encode_query

    def encode_passages(self, passages: Sequence[PassageText]) -> list[Matrix]:
        return [self.encode_query(passage.sentences[0])[np.newaxis] for passage in passages]
