"""Aggregate Records: figures by suite and group, latency, risk over coverage, and the scores of every question.

In: Records. Out: the content of a run's `summary.json`, which a later run is compared with.
Left out: bootstrap intervals and curves (statistics), and the run itself (runs).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from qa.answers.answer import ANSWERING
from qa.evaluation.judging.metrics import LENGTHS, MIN_RIGHT_RECALL, UNSUPPORTED, WRITTEN
from qa.evaluation.judging.records import Record
from qa.evaluation.reporting.statistics import Figure, area_under_risk, harmonic_mean, weighted_mean

PERCENTILES = {"p50": 50, "p95": 95, "p99": 99}
# What writers are compared by, besides the words and the time of an answer.
COMPARED = ("nugget recall", "refused", "wrongly refused", WRITTEN, UNSUPPORTED)
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8)  # of confidence, whose cost is shown


def summarise(records: Sequence[Record]) -> dict[str, dict[str, Any]]:
    """Return, by suite, every metric's figure over all questions and by group, and derived figures."""
    suites = dict.fromkeys(record.suite for record in records)
    return {suite: _suite_summary([record for record in records if record.suite == suite]) for suite in suites}


def _suite_summary(records: Sequence[Record]) -> dict[str, Any]:
    groups = sorted({record.group for record in records if record.group})
    figures = _figures(records)
    return {
        "questions": len(records),
        "figures": figures,
        "whole": _derived_figures(figures) | _lengths(records),
        "groups": {group: _figures([record for record in records if record.group == group]) for group in groups},
    }


def _figures(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    metrics = dict.fromkeys(metric for record in records for metric in record.scores if metric not in LENGTHS)
    return {metric: asdict(figure_of(records, metric)) for metric in metrics}


def figure_of(records: Iterable[Record], metric: str) -> Figure:
    """Return the figure of a metric over the records that have it."""
    scored = [record for record in records if metric in record.scores]
    values = [record.scores[metric] for record in scored]
    return weighted_mean(values, [record.weights.get(metric, 1.0) for record in scored])


def _derived_figures(figures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return F of precision and recall, and the recall of follow-ups as a share of that of their rewrites."""
    values = {metric: figure["value"] for metric, figure in figures.items()}
    derived: dict[str, float] = {}
    for kind in ("sentence", "no-answer"):
        if values.keys() >= {f"{kind} precision", f"{kind} recall"}:
            derived[f"{kind} F"] = harmonic_mean(values[f"{kind} precision"], values[f"{kind} recall"])
    if "follow-up nugget recall" in values and values.get("stand-alone nugget recall"):
        derived["follow-up share of stand-alone"] = (
            values["follow-up nugget recall"] / values["stand-alone nugget recall"]
        )
    return derived


def _lengths(records: Sequence[Record]) -> dict[str, float]:
    lengths: dict[str, float] = {}
    for metric in LENGTHS:
        words = sorted(record.scores[metric] for record in records if record.scores.get(metric))
        if words:
            lengths[f"{metric} (median)"] = words[len(words) // 2]
            lengths[f"{metric} (90th percentile)"] = words[int(0.9 * len(words))]
    return lengths


def writers_compared(systems: Mapping[str, Sequence[Record]]) -> dict[str, dict[str, float]]:
    """Return figures over the questions of all suites by system, where a language model is one; else nothing."""
    if not any(WRITTEN in record.scores for records in systems.values() for record in records):
        return {}
    return {name: _writer(records) for name, records in systems.items()}


def _writer(records: Sequence[Record]) -> dict[str, float]:
    scored = {metric for record in records for metric in record.scores}
    times = latency(records)["total"]
    return (
        {metric: figure_of(records, metric).value for metric in COMPARED if metric in scored}
        | _lengths(records)
        | {f"ms, {name}": times[name] for name in ("p50", "p95")}
    )


def risk_points(records: Iterable[Record]) -> tuple[list[float], list[float]]:
    """Return the confidence and the error (0 or 1) of every question that was answered.

    An answer is wrong where it holds less than half of the nuggets, or where the question is unanswerable.
    """
    judged = [
        record
        for record in records
        if record.status in ANSWERING and record.scores.keys() & {"nugget recall", "refused"}
    ]
    wrong = [
        "refused" in record.scores or record.scores.get("nugget recall", 1.0) < MIN_RIGHT_RECALL for record in judged
    ]
    return [record.confidence for record in judged], [float(error) for error in wrong]


def risk_area(records: Iterable[Record]) -> float:
    """Return the area under the risk-coverage curve of the answered questions; lower is better."""
    return area_under_risk(*risk_points(records))


def threshold_costs(records: Sequence[Record]) -> dict[str, dict[str, dict[str, float]]]:
    """Return the proportions of the answerable and the unanswerable questions below each threshold of confidence."""
    told = [record.confidence for record in records if "wrongly refused" in record.scores]
    untold = [record.confidence for record in records if "refused" in record.scores]
    kinds = {"answerable": told, "unanswerable": untold}
    return {
        f"{threshold:.2f}": {
            kind: asdict(weighted_mean([float(confidence < threshold) for confidence in confidences]))
            for kind, confidences in kinds.items()
            if confidences
        }
        for threshold in THRESHOLDS
    }


def latency(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    """Return p50, p95 and p99 in milliseconds of every step of an answer."""
    steps = dict.fromkeys(step for record in records for step in record.timings_ms)
    times = {step: [record.timings_ms[step] for record in records if step in record.timings_ms] for step in steps}
    return {
        step: {name: float(np.percentile(values, percent)) for name, percent in PERCENTILES.items()}
        for step, values in times.items()
    }


def scores_by_question(records: Iterable[Record]) -> dict[str, dict[str, dict[str, float]]]:
    """Return values by suite, metric and question, whose key has a digest of its text, since ids may be duplicates."""
    scores: dict[str, dict[str, dict[str, float]]] = {}
    for record in records:
        key = f"{record.id} {hashlib.sha256(repr(record.question).encode()).hexdigest()[:6]}"
        for metric, value in record.scores.items():
            scores.setdefault(record.suite, {}).setdefault(metric, {})[key] = round(value, 4)
    return scores
