"""Decide whether a run may pass: no figure beyond its limit, and none significantly worse than the baseline's.

In: a run's summary, and the Changes since the baseline. Out: what keeps it from passing, a line each.
The limits stand in `gold/gate.yaml`, beside the questions that they are about.
"""

from collections.abc import Mapping, Sequence

import yaml

from qa.evaluation.comparison import Change, Summary
from qa.evaluation.suites import gold_file

Limits = Mapping[str, Mapping[str, Mapping[str, float]]]  # suite, metric, `floor` or `ceiling`


def load_limits() -> Limits:
    """Read the limits. Raises InvalidDataset without a checkout, which holds them."""
    limits: Limits = yaml.safe_load(gold_file("gate.yaml", cure="leave out --gate").read_text(encoding="utf-8"))
    return limits


def gate_failures(summary: Summary, changes: Sequence[Change], limits: Limits) -> list[str]:
    """Return why a run may not pass; an empty list lets it.

    A limited suite or metric that the run does not hold is a failure too, so that nothing passes by not being asked.
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
