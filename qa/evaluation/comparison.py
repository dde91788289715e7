"""Tell what changed between two runs, and whether a run may pass.

In: summaries of runs, as `summary.json` holds them. Out: Changes, and what the gate objects to.
Runs that did not ask the same questions of the same documents are not compared.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from statistics import fmean
from typing import Any

import yaml

from qa.evaluation.metrics import paired_p_value

SIGNIFICANT = 0.05
LOWER_IS_BETTER = frozenset({"wrongly refused", "false alarm", "violation", "server error", "too slow", "words"})

Summary = Mapping[str, Any]


class NotComparable(ValueError):
    """Two runs that asked different things; the message names the difference."""


@dataclass(frozen=True, slots=True)
class Change:
    """One measure in two runs: means over the questions that both hold, and how likely the difference is by chance."""

    suite: str
    measure: str
    before: float
    after: float
    p_value: float

    @property
    def verdict(self) -> str:
        """Say "better", "worse" or "no difference shown", at a level of 5 %."""
        if self.p_value >= SIGNIFICANT or self.after == self.before:
            return "no difference shown"
        return "better" if (self.after > self.before) != (self.measure in LOWER_IS_BETTER) else "worse"


def load_summary(path: Path) -> Summary:
    """Read a run's `summary.json`, given its path or its folder. Raises NotComparable where there is none."""
    file = path / "summary.json" if path.is_dir() else path
    try:
        summary: Summary = json.loads(file.read_text(encoding="utf-8"))
        summary["questions"], summary["scores"], summary["provenance"]
    except (OSError, ValueError, KeyError) as error:
        raise NotComparable(f"{file} holds no summary of a run; give the folder that a benchmark wrote") from error
    return summary


def compare(before: Summary, after: Summary) -> list[Change]:
    """Return a Change for every measure that both runs hold. Raises NotComparable, naming what differs."""
    shared = before["questions"].keys() & after["questions"].keys()
    if not shared:
        asked = f"{', '.join(before['questions'])} and {', '.join(after['questions'])}"
        raise NotComparable(f"the two runs share no suite ({asked}); ask the same one in both")
    for suite in shared:
        if before["questions"][suite] != after["questions"][suite]:
            raise NotComparable(f"the questions of {suite} differ between the two runs; run both on the same file")
    corpora = [run["provenance"].get("corpus", "none") for run in (before, after)]
    if corpora[0] != corpora[1]:
        raise NotComparable(
            f"the runs are over different documents ({' and '.join(corpora)}); index the same ones for both"
        )
    return [
        _change(suite, measure, before["scores"][suite][measure], values)
        for suite, measures in after["scores"].items()
        for measure, values in measures.items()
        if measure in before["scores"].get(suite, {})
    ]


def _change(suite: str, measure: str, before: Mapping[str, float], after: Mapping[str, float]) -> Change:
    # A run that was broken off holds fewer questions, and a measure of citations only the answered ones.
    shared = before.keys() & after.keys()
    if not shared:
        return Change(suite, measure, 0.0, 0.0, 1.0)
    mean_before, mean_after = (fmean(values[key] for key in sorted(shared)) for values in (before, after))
    return Change(suite, measure, mean_before, mean_after, paired_p_value(before, after))


def objections(summary: Summary, changes: Sequence[Change]) -> list[str]:
    """Return what the gate objects to, a line each; an empty list lets the run pass.

    A gated suite or measure that the run does not hold is an objection too, so that nothing passes by not being asked.
    """
    gate: dict[str, dict[str, dict[str, float]]] = yaml.safe_load(
        files("qa.evaluation").joinpath("gold", "gate.yaml").read_text(encoding="utf-8")
    )
    [judged, *_] = summary["systems"].values()
    found = [] if summary["complete"] else ["the run was broken off"]
    for suite, measures in gate.items():
        for measure, border in measures.items():
            figure = judged.get(suite, {}).get("figures", {}).get(measure)
            found += _beyond(f"{suite}, {measure}", figure, border)
    gated = [change for change in changes if change.measure in gate.get(change.suite, {})]
    for change in gated:
        if change.verdict == "worse":
            moved = f"{change.before:.3f} to {change.after:.3f} (p = {change.p_value:.3f})"
            found.append(f"{change.suite}, {change.measure}: worse than the baseline, {moved}")
    return found


def _beyond(name: str, figure: Mapping[str, float] | None, border: Mapping[str, float]) -> list[str]:
    if figure is None:
        return [f"{name}: not measured"]
    value = figure["value"]
    if value < border.get("floor", value):
        return [f"{name}: {value:.3f} is under the floor of {border['floor']}"]
    if value > border.get("ceiling", value):
        return [f"{name}: {value:.3f} is over the ceiling of {border['ceiling']}"]
    return []
