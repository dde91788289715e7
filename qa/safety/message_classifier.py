"""Classify by its vector whether a message comes from a person at risk, where no phrase of the rules matches.

In: an encoder and example messages (`distress_examples.yaml`), to be fitted on; then the vectors of messages, as the
search uses them. Out: yes or no.
Left out: the rules (distress_rules), which work without a model.

A ridge regression over the examples' vectors, solved in closed form at start-up, so that it fits whatever encoder is
used. Both classes have the same weight, however many examples they have.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import yaml

from embeddings.models.cache import encode_cached
from embeddings.models.encoder import Encoder, Matrix, Vector

RIDGE = 0.003
THRESHOLD = 0.0  # on a scale from -1 (a question about the subject) to 1 (a person at risk); curve in docs/adr/0009


class DistressClassifier:
    """A linear classifier of messages: those of people at risk against questions about them."""

    def __init__(self, encoder: Encoder, cache_file: Path) -> None:
        """Encode the examples, or take their vectors from the cache, and fit."""
        at_risk, calm = _examples()
        vectors = encode_cached([*at_risk, *calm], _QueryEncoder(encoder), cache_file).astype(np.float64)
        labels = np.array([1.0] * len(at_risk) + [-1.0] * len(calm))
        weights = np.where(labels > 0, 0.5 / len(at_risk), 0.5 / len(calm))
        self._mean = vectors.mean(axis=0)
        centred = vectors - self._mean
        weighted = centred * weights[:, np.newaxis]
        self._direction: Vector = np.linalg.solve(
            weighted.T @ centred + RIDGE * np.eye(encoder.dimension), weighted.T @ labels
        )

    def score(self, vector: Vector) -> float:
        """Return the score of a message's vector: about 1 for a person at risk, -1 for a question about the subject."""
        return float((vector - self._mean) @ self._direction)

    def predict(self, vector: Vector) -> bool:
        """Return whether a message's vector calls for the help card."""
        return self.score(vector) > THRESHOLD


class _QueryEncoder:
    """An encoder that encodes every text as a question, so that the vectors of questions can be cached."""

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self.fingerprint = f"{encoder.fingerprint} questions"
        self.dimension = encoder.dimension
        self.encode_query = encoder.encode_query

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        return np.array([self.encode_query(text) for text in texts])


@cache
def _examples() -> tuple[list[str], list[str]]:
    text = files("qa.safety").joinpath("distress_examples.yaml").read_text(encoding="utf-8")
    examples = yaml.load(text, yaml.CSafeLoader)
    return examples["at_risk"], examples["calm"]
