"""Decide whether a run passes the gate: no figure beyond its limit, none significantly worse than the baseline's.

In: a run's summary, and the Changes since the baseline. Out: the failures, one line each.
The limits are in `gold/gate.yaml`, beside the gold questions.
"""

from collections.abc import Mapping, Sequence

import yaml

from qa.evaluation.judging.suites import gold_file
from qa.evaluation.reporting.comparison import Change, Summary

Limits = Mapping[str, Mapping[str, Mapping[str, float]]]  # suite, metric, `floor` or `ceiling`


def load_limits() -> Limits:
    """Read the limits, which only a source checkout has. Raises InvalidDataset without one."""
    limits: Limits = yaml.safe_load(gold_file("gate.yaml", cure="leave out --gate").read_text(encoding="utf-8"))
    return limits


def gate_failures(summary: Summary, changes: Sequence[Change], limits: Limits) -> list[str]:
    """Return the reasons why a run does not pass; an empty list if it does.

    A suite or metric with a limit that is missing from the run is a failure too.
    """
    [judged, *_] = summary["systems"].values()
    failures = [] if summary["complete"] else ["the run was broken off"]
    for suite, metrics in limits.items():
        for metric, limit in metrics.items():
            figure = judged.get(suite, {}).get("figures", {}).get(metric)
            failures += _beyond_limit(f"{suite}, {metric}", figure, limit)
    for change in changes:
        if change.metric in limits.get(change.suite, {}) and change.verdict == "worse":
            failures.append(f"{change.suite}, {change.metric}: worse than the baseline, {change.difference}")
    return failures


def _beyond_limit(name: str, figure: Mapping[str, float] | None, limit: Mapping[str, float]) -> list[str]:
    if figure is None:
        return [f"{name}: not measured"]
    value = figure["value"]
    if value < limit.get("floor", value):
        return [f"{name}: {value:.3f} is under the floor of {limit['floor']}"]
    if value > limit.get("ceiling", value):
        return [f"{name}: {value:.3f} is over the ceiling of {limit['ceiling']}"]
    return []
