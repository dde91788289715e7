"""Write what a training gives: the scorers, a report on them, and its picture.

In: fitted scorers, labelled questions, and the Selections for these by scorers that were not fitted on them. Out: the
files, and the report.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from qa.reader.scoring import Scorers
from qa.reader.selection import Selection
from qa.training.fitting import write_scorers
from qa.training.labels import Labelled
from qa.training.report import calibration_report, draw_calibration, thresholds_for


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files to write."""

    weights: Path
    scorers: Path
    report: Path
    picture: Path

    @classmethod
    def in_folder(cls, folder: Path, weights: str, name: str) -> Self:
        """Return the paths of all four in a folder; `name` is that of the report and of its picture."""
        return cls(*(folder / file for file in (weights, "scorers.yaml", f"{name}.md", f"{name}.png")))


def write_results(
    scorers: Scorers,
    labelled: Sequence[Labelled],
    selections: Sequence[Selection],
    outputs: Outputs,
    *,
    refused: float,
    with_reader: bool,
) -> str:
    """Write the scorers with their thresholds, the report and its picture; return the report.

    `refused` is the proportion of the answerable questions that the first threshold refuses.
    """
    thresholds = thresholds_for(labelled, selections, refused)
    write_scorers(scorers._replace(thresholds=thresholds), outputs.scorers, with_reader=with_reader)
    picture = os.path.relpath(outputs.picture, outputs.report.parent)
    report = calibration_report(labelled, selections, thresholds, picture)
    outputs.report.write_text(report, encoding="utf-8")
    draw_calibration(labelled, selections, outputs.picture)
    return report
