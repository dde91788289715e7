"""The statistics of scores: bootstrap intervals, permutation tests between runs, risk-coverage curves.

In: a number for each question. Out: numbers about all of them. Pure functions with a fixed random seed.
Left out: scoring answers (metrics).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
SEED = 0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with its 95 % bootstrap interval, and the number of questions behind it."""

    value: float
    low: float
    high: float
    questions: int


def weighted_mean(values: Sequence[float], weights: Sequence[float] | None = None) -> Figure:
    """Return the mean and its interval: percentiles of the means of resampled questions.

    With the questions' numbers of citations as weights, it is the mean over citations instead of questions.

    >>> weighted_mean([1.0, 0.0], [3.0, 1.0]).value
    0.75
    """
    column, weight = np.asarray(values, float), np.ones(len(values)) if weights is None else np.asarray(weights, float)
    rows = np.random.default_rng(SEED).integers(0, len(column), (RESAMPLES, len(column)))
    totals = weight[rows].sum(axis=1)
    means = np.divide((column * weight)[rows].sum(axis=1), totals, out=np.full(RESAMPLES, np.nan), where=totals > 0)
    low, high = np.nanpercentile(means, [2.5, 97.5]) if (totals > 0).any() else (0.0, 0.0)
    mean = float((column * weight).sum() / weight.sum()) if weight.sum() else 0.0
    return Figure(mean, float(low), float(high), len(column))


def harmonic_mean(first: float, second: float) -> float:
    """Return the harmonic mean, such as F of precision and recall; 0 where both are 0.

    >>> harmonic_mean(1.0, 0.5) == 2 / 3
    True
    """
    return 2 * first * second / (first + second) if first + second else 0.0


def paired_p_value(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Return the p value of the mean difference, by a sign-flip permutation test on shared questions.

    >>> paired_p_value({"a": 0.0, "b": 1.0}, {"a": 0.0, "b": 1.0})
    1.0
    """
    differences = np.array([after[key] - before[key] for key in sorted(before.keys() & after.keys())])
    if not differences.any():
        return 1.0
    signs = np.random.default_rng(SEED).choice([-1, 1], (RESAMPLES, len(differences)))
    as_large = np.abs((signs * differences).mean(axis=1)) >= abs(differences.mean()) - 1e-12
    return float((1 + as_large.sum()) / (1 + RESAMPLES))


def risk_coverage(confidences: Sequence[float], errors: Sequence[float]) -> tuple[Floats, Floats]:
    """Return the coverages and, at each, the risk: the mean error of the answers given with at least that confidence.

    Answers of equal confidence have the same risk, since no threshold can separate them.

    >>> coverage, risk = risk_coverage([0.9, 0.8, 0.1], [0, 1, 1])
    >>> risk.round(2).tolist()
    [0.0, 0.5, 0.67]
    """
    order = np.argsort(-np.asarray(confidences, float), kind="stable")
    ranked = np.asarray(confidences, float)[order]
    risks = np.cumsum(np.asarray(errors, float)[order]) / np.arange(1, len(order) + 1)
    last_of_equal = np.searchsorted(-ranked, -ranked, side="right") - 1
    return np.arange(1, len(order) + 1) / len(order), risks[last_of_equal]


def area_under_risk(confidences: Sequence[float], errors: Sequence[float]) -> float:
    """Return the mean risk over all coverages (AURC, Geifman and El-Yaniv 2017); lower is better.

    >>> area_under_risk([0.9, 0.8], [0, 0])
    0.0
    """
    return float(risk_coverage(confidences, errors)[1].mean()) if len(confidences) else 0.0
