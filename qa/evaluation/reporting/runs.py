"""A run of the benchmark: collect its Records, and write its files.

In: Records of one or more systems. Out: a Run, its summary, and a folder with both.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from qa.evaluation.judging.records import JUDGED, Record
from qa.evaluation.reporting.summary import (
    latency,
    risk_area,
    scores_by_question,
    summarise,
    threshold_costs,
    writers_compared,
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What is known or measured beside the questions: entries of a run's `provenance` and `speed`."""

    provenance: Mapping[str, str] = field(default_factory=dict)
    speed: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """The questions, the systems' records, and the speed of a run.

    `questions` holds a digest for each suite; `provenance` names index, settings and versions; `records` are
    by the name of the system; `speed` holds figures by name, with their unit in the name. Unless `complete`, the run
    was interrupted.
    """

    questions: dict[str, str]
    provenance: dict[str, str]
    records: dict[str, tuple[Record, ...]]
    complete: bool
    speed: dict[str, float] = field(default_factory=dict)

    @property
    def judged(self) -> tuple[Record, ...]:
        """The records of the system that is judged."""
        return self.records.get(JUDGED, ())

    def summary(self) -> dict[str, Any]:
        """Return all figures, and every question's scores, which a later run is compared with."""
        return {
            "complete": self.complete,
            "questions": self.questions,
            "provenance": self.provenance,
            "systems": {name: summarise(records) for name, records in self.records.items()},
            "writers": writers_compared(self.records),
            "area under risk": risk_area(self.judged),
            "thresholds": threshold_costs(self.judged),
            "latency_ms": latency(self.judged),
            "speed": self.speed,
            "scores": scores_by_question(self.judged),
        }


def collect_run(results: Iterable[tuple[str, Record] | Measurement], questions: Mapping[str, str]) -> Run:
    """Collect records, by the name of their system, and measurements as they come.

    An interruption (Ctrl-C) ends the run and gives what was done by then.
    """
    records: dict[str, list[Record]] = {}
    provenance: dict[str, str] = {}
    speed: dict[str, float] = {}
    complete = False
    try:
        for result in results:
            if isinstance(result, Measurement):
                provenance |= result.provenance
                speed |= result.speed
            else:
                system, record = result
                records.setdefault(system, []).append(record)
        complete = True
    except KeyboardInterrupt:
        pass
    by_system = {system: tuple(of_system) for system, of_system in records.items()}
    return Run(dict(questions), provenance, by_system, complete, speed)


def save_run(run: Run, folder: Path) -> dict[str, Any]:
    """Write `summary.json`, and a line for each question and system into `records.jsonl`; return the summary."""
    folder.mkdir(parents=True, exist_ok=True)
    summary = run.summary()
    (folder / "summary.json").write_text(readable_json(summary) + "\n", encoding="utf-8")
    lines = (
        json.dumps({"system": system} | asdict(record)) + "\n"
        for system, records in run.records.items()
        for record in records
    )
    (folder / "records.jsonl").write_text("".join(lines), encoding="utf-8")
    return summary


def readable_json(value: Any, indent: str = "") -> str:  # noqa: ANN401 - whatever JSON holds
    """Return JSON with one line for each object that holds no other, so that a diff shows one metric per line.

    >>> print(readable_json({"factual": {"recall": {"value": 0.12, "low": 0.1}}}))
    {
     "factual": {
      "recall": {"value": 0.12, "low": 0.1}
     }
    }
    """
    if not isinstance(value, dict) or not any(isinstance(inner, dict) for inner in value.values()):
        return json.dumps(value)
    deeper = indent + " "
    lines = (f"{deeper}{json.dumps(key)}: {readable_json(inner, deeper)}" for key, inner in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
