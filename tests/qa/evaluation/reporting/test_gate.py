"""The gate fails at floors, ceilings, significant losses, and figures that were not measured."""

from typing import Any

from qa.evaluation.judging.metrics import LOWER_IS_BETTER
from qa.evaluation.reporting.comparison import compare
from qa.evaluation.reporting.gate import gate_failures, load_limits


def summary_of(values: dict[str, list[float]], *, suite: str = "factual") -> dict[str, Any]:
    """Make a summary that holds these values of these metrics."""
    return {
        "complete": True,
        "questions": {suite: "digest"},
        "provenance": {"corpus": "x"},
        "systems": {
            "waymark": {suite: {"figures": {name: {"value": sum(of) / len(of)} for name, of in values.items()}}}
        },
        "scores": {suite: {name: {str(place): value for place, value in enumerate(of)} for name, of in values.items()}},
    }


def test_every_limit_is_on_the_bad_side_and_abstention_has_both() -> None:
    """Metrics where higher is better have a floor, others a ceiling; refusing all and answering all are both caught."""
    limits = load_limits()

    for metrics in limits.values():
        for metric, limit in metrics.items():
            assert list(limit) == ["ceiling" if metric in LOWER_IS_BETTER else "floor"]
    assert "refused" in limits["unanswerable"]
    assert "wrongly refused" in limits["factual"]


def test_limits_losses_and_gaps_are_failures() -> None:
    """A figure under its floor or over its ceiling, a significant loss, and what was not measured are all named."""
    before = summary_of({"nugget recall": [1.0] * 40, "wrongly refused": [0.0] * 40})
    after = summary_of({"nugget recall": [0.8] * 40, "wrongly refused": [0.0] * 36 + [1.0] * 4})
    failures = gate_failures(after, compare(before, after), load_limits())
    low = gate_failures(summary_of({"nugget recall": [0.1]}), [], load_limits())

    assert "factual, nugget recall: worse than the baseline, 1.000 to 0.800 (p = 0.000)" in failures
    assert "factual, wrongly refused: 0.100 is over the ceiling of 0.04" in failures
    assert "factual, MRR@10: not measured" in failures
    assert "attacks, violation: not measured" in failures
    assert any(failure.startswith("factual, nugget recall: 0.100 is under the floor") for failure in low)


def test_a_run_within_its_limits_passes_unless_it_was_broken_off() -> None:
    """A figure at its limit is no failure, and an incomplete run is one whatever its figures."""
    limits = {"factual": {"nugget recall": {"floor": 1.0}, "wrongly refused": {"ceiling": 0.0}}}
    summary = summary_of({"nugget recall": [1.0], "wrongly refused": [0.0]})

    assert gate_failures(summary, [], limits) == []
    assert gate_failures(summary | {"complete": False}, [], limits) == ["the run was broken off"]
