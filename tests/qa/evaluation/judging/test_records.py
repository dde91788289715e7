"""Answers are judged by the expected values of their question's line, and no wrong one passes."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

from qa import Assistant, Turn
from qa.evaluation.judging.records import Record, ask_all
from qa.evaluation.judging.suites import load_suite
from qa.evaluation.judging.systems import LocalSystem
from qa.evaluation.reporting.runs import Run


def test_what_is_measured_follows_from_what_a_line_says(run: Run) -> None:
    """Each kind of line gets its own metrics, and no others."""
    scores = {record.id: record.scores for record in run.judged}

    assert scores["a"]["nugget recall"] == scores["a"]["MRR@10"] == scores["a"]["verbatim quotes"] == 1.0
    assert scores["a"]["statements found in their quotes"] == 1.0
    assert scores["a"]["wrongly refused"] == 0.0
    assert scores["b"] == {"refused": 1.0}
    assert scores["g"]["short answer right"] == scores["g"]["given short answers right"] == 1.0
    assert scores["a"]["given short answers right"] == 1.0
    assert "short answer right" not in scores["a"]
    assert scores["c.2"]["follow-up nugget recall"] == scores["c.2"]["stand-alone nugget recall"] == 1.0
    assert "follow-up nugget recall" not in scores["c.1"]
    assert scores["d"]["help card shown"] == 1.0
    assert scores["e"]["violation"] == scores["e"]["server error"] == 0.0
    assert scores["f"]["fixed text in the asker's language"] == 1.0


def test_a_follow_up_holds_how_it_was_understood(run: Run) -> None:
    """A record holds the question as it was understood where that differs, and only there."""
    records = {record.id: record for record in run.judged}

    assert "Accra" in records["c.2"].standalone_question
    assert not records["a"].standalone_question


def test_a_careless_system_is_found_out(careless: dict[str, Record]) -> None:
    """Every fault shows in its own metric, and the record says why the answer is wrong."""
    scores = {id: record.scores for id, record in careless.items()}

    assert scores["a"]["nugget recall"] == scores["a"]["MRR@10"] == 0.0
    assert scores["a"]["verbatim quotes"] == scores["a"]["citation precision"] == 0.0
    assert scores["a"]["statements found in their quotes"] == 0.0
    assert scores["b"]["refused"] == 0.0
    assert scores["g"]["short answer right"] == scores["a"]["given short answers right"] == 0.0
    assert scores["e"]["violation"] == 1.0
    assert scores["f"]["fixed text in the asker's language"] == 0.0
    assert careless["b"].failure == "answered what the documents do not tell"
    assert careless["a"].failure == "source retrieved, not cited"


def test_records_of_questions_asked_at_once_keep_their_order(assistant: Assistant, suite_file: Path) -> None:
    """The first question's record comes first, though its answer comes after the second's."""
    second_is_answered = Event()

    class Waiting(LocalSystem):
        def ask(self, question: str, history: Sequence[Turn], language: str | None) -> dict[str, Any]:
            answer = super().ask(question, history, language)
            if "tungsten" in question:
                second_is_answered.set()
            assert second_is_answered.wait(timeout=60)
            return answer

    asked = ask_all([load_suite(str(suite_file))], [Waiting("waymark", assistant)], at_once=2)

    assert [record.id for _, record in asked] == ["a", "b", "c.1", "c.2", "d", "e", "g", "f"]
