"""Runs are compared by significance, and not at all if their questions or documents differ."""

from pathlib import Path

import pytest

from qa.evaluation.reporting.comparison import Change, NotComparable, compare, load_summary
from qa.evaluation.reporting.runs import Run


def test_equal_runs_show_no_change(run: Run) -> None:
    """A run beside itself has no better and no worse metric."""
    assert {change.verdict for change in compare(run.summary(), run.summary())} == {"no difference shown"}


@pytest.mark.parametrize(
    ("metric", "verdict"), [("nugget recall", "better"), ("wrongly refused", "worse"), ("words", "worse")]
)
def test_more_is_better_unless_the_metric_says_otherwise(metric: str, verdict: str) -> None:
    """A significant rise is an improvement, but not of what should be low; one by chance is neither."""
    assert Change("factual", metric, 0.1, 0.2, 0.01).verdict == verdict
    assert not Change("factual", metric, 0.1, 0.2, 0.2).is_significant


@pytest.mark.parametrize(
    ("part", "key", "named"), [("questions", "mixed", "questions of mixed"), ("provenance", "corpus", "6ff031e8")]
)
def test_runs_of_other_questions_or_documents_are_not_compared(run: Run, part: str, key: str, named: str) -> None:
    """The refusal names what differs."""
    other = run.summary()
    other[part] = other[part] | {key: "another"}

    with pytest.raises(NotComparable, match=named):
        compare(run.summary(), other)


def test_runs_that_share_no_suite_are_not_compared(run: Run) -> None:
    """Runs without a common suite are an error, not equal."""
    other = run.summary() | {"questions": {"another": "digest"}}

    with pytest.raises(NotComparable, match=r"share no suite \(mixed and another\)"):
        compare(run.summary(), other)


def test_what_is_no_summary_is_refused(tmp_path: Path) -> None:
    """A folder without one, and a file that holds something else, give an error with the cure."""
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")

    for path in (tmp_path, tmp_path / "other.json"):
        with pytest.raises(NotComparable, match="give the folder that a benchmark wrote"):
            load_summary(path)
