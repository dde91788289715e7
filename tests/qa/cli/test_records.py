"""The commands about records: what they tell, and that they can be taken out and erased."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import Result

from doubles.fakes import ANSWER
from qa import Intake, Settings, Status
from qa.evaluation.judging.suites import Row
from qa.records.database import Database
from qa.records.recording import Answered, Recorder, Vote

Run = Callable[..., Result]


@pytest.fixture
def _recorded(tmp_path: Path) -> None:
    """Record a question that was not answered, and a vote against an answer."""
    intake = Intake.from_settings(Settings())  # has read its rules, since a recorder that ends does not wait for that
    recorder = Recorder(Database(f"sqlite:///{tmp_path / 'var' / 'records.sqlite'}"), intake, 90)
    refused = replace(ANSWER, id="2", status=Status.NO_EVIDENCE, reason="no_evidence", statements=(), citations=())
    recorder.record(Answered(refused, is_follow_up=False))
    recorder.record(Vote("2", is_useful=False, reason="incomplete", comment="It is [bold] to say so."))
    recorder.close()


@pytest.mark.usefixtures("_recorded")
def test_insights_are_tables_and_a_suite(run: Run, source: Path) -> None:
    """Tables show questions, votes and documents; unanswered questions are printed as lines of a suite too."""
    run("index", str(source))
    tables, suite = run("insights"), run("insights", "--suite")
    [row] = suite.stdout.splitlines()

    assert all(word in tables.stdout for word in ("Who pays?", "incomplete", "[bold]", "no_evidence", "ghana-shelter"))
    assert "Never cited, 3 of 3" in tables.stdout
    assert "WAYMARK_RECORDS=true turns them on" in tables.stderr
    assert Row.model_validate_json(row).question == "Who pays?"


@pytest.mark.usefixtures("_recorded")
def test_records_are_exported_and_erased(run: Run) -> None:
    """All records are printed as JSON lines; which are erased must be said."""
    rows = [json.loads(line) for line in run("records", "export").stdout.splitlines()]
    unsaid, some, everything = (
        run("records", "erase", *options) for options in ([], ["--containing", "bold"], ["--all"])
    )

    assert [row["table"] for row in rows] == ["uses", "unanswered", "feedback"]
    assert unsaid.exit_code == 1
    assert some.stderr == "1 records are erased.\n"
    assert everything.stderr == "2 records are erased.\n"
    assert run("records", "export").stdout == ""
