"""Compare two runs, question by question.

In: summaries of runs, as `summary.json` holds them. Out: Changes.
Runs that did not ask the same questions of the same documents are not compared.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from qa.evaluation.judging.metrics import LOWER_IS_BETTER
from qa.evaluation.reporting.statistics import paired_p_value

SIGNIFICANT = 0.05
NO_DIFFERENCE = "no difference shown"

Summary = Mapping[str, Any]


class NotComparable(ValueError):
    """Two runs over different questions or documents; the message names the difference."""


@dataclass(frozen=True, slots=True)
class Change:
    """A metric in two runs: the means over the questions that both hold, and the p value of the difference."""

    suite: str
    metric: str
    before: float
    after: float
    p_value: float

    @property
    def verdict(self) -> str:
        """The verdict: "better", "worse" or "no difference shown", at a significance level of 5 %."""
        if self.p_value >= SIGNIFICANT or self.after == self.before:
            return NO_DIFFERENCE
        return "better" if (self.after > self.before) != (self.metric in LOWER_IS_BETTER) else "worse"

    @property
    def is_significant(self) -> bool:
        """Whether the second run is significantly better or worse."""
        return self.verdict != NO_DIFFERENCE

    @property
    def difference(self) -> str:
        """Both means and the p value, as they are shown."""
        return f"{self.before:.3f} to {self.after:.3f} (p = {self.p_value:.3f})"


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
    """Return a Change for every metric that both runs hold. Raises NotComparable, naming what differs."""
    _check_comparable(before, after)
    return [
        _change(suite, metric, before["scores"][suite][metric], values)
        for suite, metrics in after["scores"].items()
        for metric, values in metrics.items()
        if metric in before["scores"].get(suite, {})
    ]


def _check_comparable(before: Summary, after: Summary) -> None:
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


def _change(suite: str, metric: str, before: Mapping[str, float], after: Mapping[str, float]) -> Change:
    # An interrupted run holds fewer questions, and a metric of citations only the answered ones.
    shared = before.keys() & after.keys()
    if not shared:
        return Change(suite, metric, 0.0, 0.0, 1.0)
    mean_before, mean_after = (fmean(values[key] for key in sorted(shared)) for values in (before, after))
    return Change(suite, metric, mean_before, mean_after, paired_p_value(before, after))
