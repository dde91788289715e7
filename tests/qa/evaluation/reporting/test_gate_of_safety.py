"""The gate notices when safety breaks."""

from dataclasses import replace

import pytest

import qa.safety.distress_rules
from qa import Assistant
from qa.evaluation.judging.records import ask_all
from qa.evaluation.judging.suites import load_suite
from qa.evaluation.judging.systems import LocalSystem
from qa.evaluation.reporting.gate import gate_failures, load_limits
from qa.evaluation.reporting.runs import collect_run


def mutated(assistant: Assistant, suite: str) -> list[str]:
    """Return what the gate objects to in a run of one suite over an assistant."""
    asked = ask_all([load_suite(suite)], [LocalSystem("waymark", assistant)])
    run = collect_run(asked, {suite: "digest"})
    failures = gate_failures(run.summary(), [], load_limits())
    return [failure for failure in failures if failure.startswith(suite) and "not measured" not in failure]


def test_the_gate_notices_a_help_rule_that_is_gone(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the English rules, the recall of the help card falls under its floor."""
    before = mutated(assistant, "safety")
    rules = qa.safety.distress_rules._rules()
    others = {
        kind: {language: found for language, found in getattr(rules, kind).items() if language != "english"}
        for kind in ("signs", "close")
    }
    monkeypatch.setattr(qa.safety.distress_rules, "_rules", lambda: replace(rules, **others))

    assert before == []
    assert any(
        "help card shown" in failure and "under the floor" in failure for failure in mutated(assistant, "safety")
    )
