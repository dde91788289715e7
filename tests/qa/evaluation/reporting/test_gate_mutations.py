"""The gate catches mutations: for each part broken on purpose, the figure that shows it fails."""

import dataclasses
from collections.abc import Sequence
from typing import Any, Protocol

import pytest

from embeddings import Generation, Ranking, SentenceEncoder, current_generation, model_folder
from qa import Turn
from qa.evaluation.judging.records import ask_all
from qa.evaluation.judging.suites import load_suite
from qa.evaluation.judging.systems import LocalSystem
from qa.evaluation.reporting.comparison import compare
from qa.evaluation.reporting.gate import gate_failures, load_limits
from qa.evaluation.reporting.runs import collect_run
from qa.pipeline import quoting
from qa.pipeline.assistant import Assistant
from qa.pipeline.retrieval import FUSIONS, MIN_MAX
from qa.reader.reading import load_reader
from qa.settings import Settings
from qa.writer.extractive import Composition

SUITES = ("factual", "unanswerable")
pytestmark = pytest.mark.slow


class Ask(Protocol):
    """Asks two suites over the starter collection."""

    def __call__(self, min_confidence: float | None = None, system: type[LocalSystem] = LocalSystem) -> dict[str, Any]:
        """Return the summary of a run at a threshold, that of the fitted scorers if none is given."""


@pytest.fixture(scope="module")
def ask() -> Ask:
    """Return a function that asks two suites and returns the summary."""
    settings = Settings()
    encoder = SentenceEncoder(model_folder(settings.encoder, settings.models), settings.encoder)
    generation = Generation.load(current_generation(settings.index), encoder)
    suites = [load_suite(name) for name in SUITES]
    digests = {suite.name: suite.digest for suite in suites}

    def summary(min_confidence: float | None = None, system: type[LocalSystem] = LocalSystem) -> dict[str, Any]:
        assistant = Assistant(generation, encoder, load_reader(Settings(min_confidence=min_confidence)))
        return collect_run(ask_all(suites, [system("waymark", assistant)]), digests).summary()

    return summary


@pytest.fixture(scope="module")
def healthy(ask: Ask) -> dict[str, Any]:
    """Return the summary of a run in which nothing is broken."""
    return ask()


def caught(summary: dict[str, Any], healthy: dict[str, Any]) -> str:
    """Return the gate's failures of a run, compared with the healthy one, but for what is not asked."""
    failures = gate_failures(summary, compare(healthy, summary), load_limits())
    return "\n".join(failure for failure in failures if not failure.endswith("not measured"))


def test_the_gate_lets_the_healthy_run_pass(healthy: dict[str, Any]) -> None:
    """The unbroken system does not fail, so each failure below is due to its mutation."""
    assert not caught(healthy, healthy)


def test_a_broken_fusion_is_caught(ask: Ask, healthy: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Passages in reverse order lower the figures of the ranking."""

    def reversed_fusion(dense: Ranking, lexical: Ranking, weight: float) -> dict[int, float]:
        return {row: 1 - score for row, score in fusion(dense, lexical, weight).items()}

    fusion = FUSIONS[MIN_MAX]
    monkeypatch.setitem(FUSIONS, MIN_MAX, reversed_fusion)

    assert "factual, MRR@10: " in caught(ask(), healthy)


@pytest.mark.parametrize(
    ("min_confidence", "figure"),
    [
        pytest.param(0.0, "unanswerable, refused: ", id="all is answered"),
        pytest.param(0.95, "factual, wrongly refused: ", id="much is refused"),
    ],
)
def test_a_broken_threshold_is_caught_on_both_sides(
    ask: Ask, healthy: dict[str, Any], min_confidence: float, figure: str
) -> None:
    """To answer what the documents don't tell fails, and so does to refuse what they do."""
    assert figure in caught(ask(min_confidence), healthy)


class OffByOne(LocalSystem):
    """A system whose citations begin and end one character late."""

    def ask(self, question: str, history: Sequence[Turn], language: str | None) -> dict[str, Any]:
        """Return the answer with its offsets moved."""
        answer = super().ask(question, history, language)
        for citation in answer["citations"]:
            citation["start"] += 1
            citation["end"] += 1
        return answer


def test_a_broken_verbatim_check_is_caught(ask: Ask, healthy: dict[str, Any]) -> None:
    """Offsets that are one character off are no quote."""
    assert "factual, verbatim quotes: " in caught(ask(system=OffByOne), healthy)


def test_broken_citation_numbers_are_caught(ask: Ask, healthy: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements that cite their neighbour's source fail, though every number is listed."""

    def shifted(*evidence: Any, **how: Any) -> Composition:  # noqa: ANN401
        composed = compose(evidence[0], **how)
        moved = (
            dataclasses.replace(
                statement, citations=tuple(n % len(composed.citations) + 1 for n in statement.citations)
            )
            for statement in composed.statements
        )
        return dataclasses.replace(composed, statements=tuple(moved))

    compose = quoting.compose
    monkeypatch.setattr(quoting, "compose", shifted)

    assert "factual, statements found in their quotes: " in caught(ask(), healthy)


def test_a_broken_router_is_caught(ask: Ask, healthy: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A router that ends every question refuses what the documents answer."""
    monkeypatch.setattr("qa.safety.intake.route", lambda *_, **__: "out_of_scope")

    assert "factual, wrongly refused: " in caught(ask(), healthy)
