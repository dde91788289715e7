"""A run is reported as Markdown and as an HTML page, with its worst questions."""

import dataclasses
from pathlib import Path

from qa.evaluation.judging.records import Record
from qa.evaluation.reporting.comparison import compare
from qa.evaluation.reporting.report import html, markdown, worst_questions, write_report
from qa.evaluation.reporting.runs import Run


def test_both_reports_are_written_and_the_page_fetches_nothing(run: Run, tmp_path: Path) -> None:
    """The figures stand in both; the page holds three plots, and runs and fetches nothing."""
    write_report(run, run.summary(), compare(run.summary(), run.summary()), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    text = (tmp_path / "report.md").read_text(encoding="utf-8")

    assert "| mixed | refused | 1.000 |" in text
    assert "| mixed | refused | 1.000 | 1.000 | 1.000 | no difference shown |" in text
    assert "| threshold | answerable, refused | unanswerable, refused |" in text
    assert page.count("<svg") == 3
    assert "<script" not in page
    assert "src=" not in page


def test_systems_are_shown_side_by_side(run: Run) -> None:
    """Where a run holds a baseline, each of its figures stands beside that of the judged system."""
    both = dataclasses.replace(run, records={**run.records, "bm25": run.judged})

    assert "| suite | measure | waymark | bm25 |" in markdown(both.summary(), [])
    assert "Systems side by side" not in markdown(run.summary(), [])


def test_the_page_shows_how_a_wrong_follow_up_was_understood(run: Run) -> None:
    """A wrong answer stands beside the question as it was understood."""
    [follow_up] = (record for record in run.judged if record.id == "c.2")
    wrong = dataclasses.replace(follow_up, failure="wrong sentences of the source")
    shown = html(dataclasses.replace(run, records={"waymark": (wrong,)}), run.summary(), [])

    assert f"Understood as: {follow_up.standalone_question}" in shown


def test_the_worst_questions_are_the_surest_wrong_ones(careless: dict[str, Record]) -> None:
    """The most confident wrong answers come first, and right answers are not shown."""
    unsure = dataclasses.replace(careless["a"], confidence=0.1)
    right = dataclasses.replace(careless["g"], failure="")

    assert [record.id for record in worst_questions([unsure, careless["b"], right])] == ["b", "a"]
