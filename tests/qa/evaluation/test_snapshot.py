"""A snapshot holds every answer without its timings, and two of them show which answers differ and in which fields."""

import json
from pathlib import Path

import pytest

from qa import Assistant
from qa.evaluation.judging.json_lines import InvalidDataset
from qa.evaluation.judging.suites import load_suite
from qa.evaluation.snapshot import differences, snapshot_lines


def test_every_question_has_a_line_with_its_answer_and_what_was_found(assistant: Assistant, suite_file: Path) -> None:
    """Turns are lines of their own; the times are left out, so that the same answers give the same lines."""
    suite = load_suite(str(suite_file))
    lines = list(snapshot_lines([suite], assistant))
    rows = {row["id"]: row for row in map(json.loads, lines)}

    assert lines == list(snapshot_lines([suite], assistant))
    assert list(rows) == ["a.1", "b.1", "c.1", "c.2", "d.1", "e.1", "g.1", "f.1"]
    assert rows["a.1"]["answer"]["status"] == "answered"
    assert rows["a.1"]["found"][0][0] == "ghana-shelter#1"
    assert "timings_ms" not in rows["a.1"]["answer"]
    assert "Accra" in rows["c.2"]["answer"]["standalone_question"]


def test_what_differs_is_named(tmp_path: Path) -> None:
    """Of two files, questions that are missing, new or answered otherwise are named, with the fields that differ."""
    before, after = tmp_path / "before.jsonl", tmp_path / "after.jsonl"
    for file, status, ids in ((before, "answered", "ab"), (after, "partial", "ac")):
        rows = ({"suite": "mine", "id": id, "answer": {"status": status, "text": "x"}, "found": []} for id in ids)
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    assert differences(before, before) == []
    assert differences(before, after) == ["mine a: status", "mine b: is missing", "mine c: is new"]


def test_what_is_no_snapshot_is_refused(suite_file: Path) -> None:
    """The error names the file and the line, and the command that makes one."""
    with pytest.raises(InvalidDataset, match=r"mixed\.jsonl, line 1: not of a snapshot; run: waymark snapshot"):
        differences(suite_file, suite_file)
