"""Logistic models that turn features of a sentence, a document or a question into a probability.

In: features. Out: the probability that a sentence, a document or a phrase answers a question, or that the documents
together do, and what each feature contributes to it. The weights are in `qa/reader/scorers.yaml`, where anyone can read
them; `make train-evidence` and `make train-reader` fit them (docs/adr/0007).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from pathlib import Path
from typing import NamedTuple

from corpus.language.shipped import shipped_yaml

FILE = Path(str(files("qa.reader").joinpath("scorers.yaml")))


@dataclass(frozen=True, slots=True)
class Scorer:
    """A logistic model over named features."""

    bias: float
    weights: Mapping[str, float]

    def contributions(self, features: NamedTuple) -> dict[str, float]:
        """Return what each feature that has a weight adds to the log-odds, by name."""
        values = features._asdict()
        return {name: weight * values[name] for name, weight in self.weights.items()}

    def log_odds(self, features: NamedTuple) -> float:
        """Return the sum of the bias and all contributions."""
        return self.bias + sum(self.contributions(features).values())

    def probability(self, features: NamedTuple) -> float:
        """Return the logistic function of the log-odds, 0 to 1.

        >>> from qa.reader.features import SentenceFeatures
        >>> Scorer(0.0, {"below_best": 9.0}).probability(SentenceFeatures(0, 1, 3, 0, 0))
        0.5
        """
        return 1 / (1 + exp(-self.log_odds(features)))


class Thresholds(NamedTuple):
    """Confidences below which nothing is answered, and below which an answer is called partial."""

    min_confidence: float
    sure_confidence: float


class Scorers(NamedTuple):
    """The models: for sentences, documents, questions in English and in other languages, short answers, follow-ups.

    That for follow-ups is None where all were fitted to questions that stand alone. The thresholds are of the
    confidence that the models for questions give.
    """

    sentence: Scorer
    document: Scorer
    question: Scorer
    cross_lingual: Scorer
    phrase: Scorer
    thresholds: Thresholds
    follow_up: Scorer | None = None

    def of_question(self, language: str, *, is_follow_up: bool) -> Scorer:
        """Return the model for a question.

        Most features can only be measured in English, and the cosines of a follow-up's few words tell little.
        """
        if is_follow_up and self.follow_up:
            return self.follow_up
        return self.question if language == "en" else self.cross_lingual


@cache
def shipped_scorers(*, with_reader: bool) -> Scorers:
    """Return the scorers that come with Waymark: those fitted to answers with the passage reader, or without."""
    texts = dict(shipped_yaml("qa/reader/scorers.yaml")["with_reader" if with_reader else "without_reader"])
    thresholds = Thresholds(**texts.pop("thresholds"))
    return Scorers(**{name: Scorer(**text) for name, text in texts.items()}, thresholds=thresholds)
