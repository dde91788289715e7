"""The measures of an answer, small and pure.

In: texts, document ids and statuses. Out: numbers, higher is better unless the name says otherwise.
Retrieval measures (nDCG, RR, recall) are those of `ir-measures`; what is here is not to be had elsewhere.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import RR, R, nDCG

RESAMPLES = 2000
SEED = 0
RIGHT = 0.5  # nugget recall below which an answer counts as wrong in the risk-coverage curve

NUMBERS_IN_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
)
NUMBER_WORDS = {word: str(number) for number, word in enumerate(NUMBERS_IN_WORDS.split())}

Floats = npt.NDArray[np.float64]


def normalise(text: str) -> str:
    """Make texts comparable: plain letters, small, digits, `%`, `.` and `$`; number words to twenty become digits.

    >>> normalise("Twelve CHILDREN, in Côte d'Ivoire. 5.5 %")
    '12 children in cote d ivoire 5.5 %'
    """
    letters = (letter for letter in unicodedata.normalize("NFKD", text).lower() if not unicodedata.combining(letter))
    words = (word.rstrip(".") for word in re.sub(r"[^\w%.$]|_", " ", "".join(letters)).split())
    return " ".join(NUMBER_WORDS.get(word, word) for word in words if word)


def nugget_recall(nuggets: Sequence[str], text: str) -> float:
    """Return the share of the nuggets that stand in the text as whole words.

    >>> nugget_recall(["20 children", "Accra"], "Twenty children were freed.")
    0.5
    """
    held = f" {normalise(text)} "
    return sum(f" {normalise(nugget)} " in held for nugget in nuggets) / len(nuggets)


def short_answer_is_right(nuggets: Iterable[str], short_answer: str) -> bool:
    """Tell whether a short answer is one of the nuggets, or stands in one as whole words.

    >>> short_answer_is_right(["over 20 children", "Accra"], "Twenty children")
    True
    >>> short_answer_is_right(["20"], "20 children") or short_answer_is_right(["20"], "")
    False
    """
    given = normalise(short_answer)
    return bool(given) and any(f" {given} " in f" {normalise(nugget)} " for nugget in nuggets)


def retrieval_scores(sources: Iterable[str] | Mapping[str, int], ranked: Sequence[str]) -> dict[str, float]:
    """Return recall@1, @5, @10, RR@10 and nDCG@10 of ranked documents, best first and each named once.

    The sources may be graded, which tells in nDCG.

    >>> {name: round(value, 3) for name, value in retrieval_scores(["b"], ["a", "b"]).items()}
    {'recall@1': 0.0, 'recall@5': 1.0, 'recall@10': 1.0, 'MRR@10': 0.5, 'nDCG@10': 0.631}
    """
    measures = {"recall@1": R @ 1, "recall@5": R @ 5, "recall@10": R @ 10, "MRR@10": RR @ 10, "nDCG@10": nDCG @ 10}
    qrels = {"q": dict(sources) if isinstance(sources, Mapping) else dict.fromkeys(sources, 1)}
    # A run needs a document; an empty ranking is one that holds none of the sources.
    run = {"q": {id: float(len(ranked) - place) for place, id in enumerate(ranked)} or {"": 0.0}}
    values = ir_measures.calc_aggregate(measures.values(), qrels, run)
    return {name: float(values[measure]) for name, measure in measures.items()}


def harmonic_mean(one: float, other: float) -> float:
    """Return the harmonic mean, by which F is made of precision and recall; 0 where both are 0.

    >>> harmonic_mean(1.0, 0.5) == 2 / 3
    True
    """
    return 2 * one * other / (one + other) if one + other else 0.0


def risk_coverage(confidences: Sequence[float], errors: Sequence[float]) -> tuple[Floats, Floats]:
    """Return the coverages and, at each, the share of errors among the answers given with at least that confidence.

    Equal confidences are taken in together, since no threshold can part them.

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


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with its 95 % bootstrap interval, and the number of questions behind it."""

    value: float
    low: float
    high: float
    questions: int


def weighted_mean(values: Sequence[float], weights: Sequence[float] | None = None) -> Figure:
    """Return the mean and its interval: percentiles of the means of resampled questions.

    Weights make a share of all citations, say, out of each question's own share and number.

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


def paired_p_value(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Return how likely a mean difference this large is by chance: a sign-flip permutation test on shared questions.

    >>> paired_p_value({"a": 0.0, "b": 1.0}, {"a": 0.0, "b": 1.0})
    1.0
    """
    differences = np.array([after[key] - before[key] for key in sorted(before.keys() & after.keys())])
    if not differences.any():
        return 1.0
    signs = np.random.default_rng(SEED).choice([-1, 1], (RESAMPLES, len(differences)))
    as_large = np.abs((signs * differences).mean(axis=1)) >= abs(differences.mean()) - 1e-12
    return float((1 + as_large.sum()) / (1 + RESAMPLES))
