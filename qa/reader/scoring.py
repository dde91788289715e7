"""Weigh signals: from what speaks for a sentence or a question to a probability.

In: signals. Out: the probability that a sentence or a document answers a question, or that all of them do, and each
signal's share in it. Logistic models whose weights stand in `qa/reader/scorers.yaml`, where anyone can read them;
`make train-evidence` fits them (docs/adr/0007).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from pathlib import Path
from typing import NamedTuple

import yaml

from qa.reader.features import DocumentSignals, QuestionSignals, SentenceSignals

Signals = SentenceSignals | DocumentSignals | QuestionSignals

FILE = Path(str(files("qa.reader").joinpath("scorers.yaml")))


@dataclass(frozen=True, slots=True)
class Scorer:
    """A logistic model over named signals."""

    bias: float
    weights: Mapping[str, float]

    def shares(self, signals: Signals) -> dict[str, float]:
        """Return what each signal adds to the log-odds."""
        return {name: self.weights[name] * value for name, value in signals._asdict().items()}

    def probability(self, signals: Signals) -> float:
        """Return the logistic function of the bias and all shares, 0 to 1.

        >>> Scorer(0.0, {"below_best": 9.0, "passage_score": 1.0, "words": 0.0}).probability(SentenceSignals(0, 0, 3))
        0.5
        """
        return 1 / (1 + exp(-(self.bias + sum(self.shares(signals).values()))))


class Scorers(NamedTuple):
    """The models: for sentences, for documents, for questions in English, and for those in other languages."""

    sentence: Scorer
    document: Scorer
    question: Scorer
    across: Scorer

    def of_question(self, language: str) -> Scorer:
        """Return the model for questions in a language: what tells most in English can't be told in others."""
        return self.question if language == "en" else self.across


@cache
def shipped_scorers() -> Scorers:
    """Return the scorers that come with Waymark."""
    texts = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Scorers(*(Scorer(**texts[name]) for name in Scorers._fields))
