"""A run keeps its records, even when it is interrupted, and can be written and read again."""

import json
from itertools import chain
from pathlib import Path

from qa import Assistant
from qa.evaluation.judging.records import ask_all
from qa.evaluation.judging.suites import load_suite
from qa.evaluation.judging.systems import LocalSystem
from qa.evaluation.reporting.comparison import load_summary
from qa.evaluation.reporting.report import markdown
from qa.evaluation.reporting.runs import Measurement, Run, collect_run, save_run


def test_a_run_is_written_and_read_again(run: Run, tmp_path: Path) -> None:
    """A folder holds the summary, and a JSON line for each question."""
    summary = save_run(run, tmp_path / "out")
    lines = (tmp_path / "out" / "records.jsonl").read_text(encoding="utf-8").splitlines()

    assert load_summary(tmp_path / "out") == json.loads(json.dumps(summary))
    assert [json.loads(line)["id"] for line in lines] == [record.id for record in run.judged]
    assert len(lines) == 8


def test_an_interruption_leaves_what_was_done(assistant: Assistant, suite_file: Path) -> None:
    """Ctrl-C in the middle gives a run with the questions asked by then, marked as broken off."""

    def interrupt(_system: str, done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    asked = ask_all([load_suite(str(suite_file))], [LocalSystem("waymark", assistant)], interrupt)
    broken = collect_run(chain([Measurement({"corpus": "x"}, {"start-up: s": 1.5})], asked), {"mixed": "digest"})

    assert not broken.complete
    assert [record.id for record in broken.judged] == ["a", "b"]
    assert broken.provenance == {"corpus": "x"}
    assert broken.speed == {"start-up: s": 1.5}
    assert "broken off" in markdown(broken.summary(), [])
