"""The gate is not blind: whatever is broken on purpose, it objects to the figure that tells of it."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from embeddings import Generation, Ranking, SentenceEncoder, current_generation, model_folder
from qa import assistant as pipeline
from qa.answers import Answer, Citation, Statement, answer_json
from qa.assistant import Assistant
from qa.evaluation import benchmark
from qa.evaluation.benchmark import LocalSystem, ask_all, run_benchmark
from qa.evaluation.comparison import compare, objections
from qa.evaluation.suites import load_suite
from qa.retrieval import FUSIONS, MIN_MAX
from qa.settings import Settings

STEP = {"factual": 2, "unanswerable": 1}  # every how many-th question of a suite is asked
pytestmark = pytest.mark.slow

Ask = Callable[[float], dict[str, Any]]


@pytest.fixture(scope="module")
def ask() -> Ask:
    """Return what asks a sample of the questions, over the starter collection, at a threshold; it gives the summary."""
    settings = Settings()
    encoder = SentenceEncoder(model_folder(settings.encoder, settings.models), settings.encoder)
    generation = Generation.load(current_generation(settings.index), encoder)
    whole = [load_suite(name) for name in STEP]
    suites = [dataclasses.replace(suite, cases=suite.cases[:: STEP[suite.name]]) for suite in whole]
    digests = {suite.name: suite.digest for suite in suites}

    def summary(min_confidence: float) -> dict[str, Any]:
        assistant = Assistant(
            generation,
            encoder,
            min_confidence=min_confidence,
            sure_confidence=settings.sure_confidence,
            answer_words=settings.answer_words,
        )
        return run_benchmark(ask_all(suites, [LocalSystem("waymark", assistant)]), digests, {}).summary()

    return summary


@pytest.fixture(scope="module")
def healthy(ask: Ask) -> dict[str, Any]:
    """Return the summary of a run in which nothing is broken."""
    return ask(Settings().min_confidence)


def caught(summary: dict[str, Any], healthy: dict[str, Any]) -> str:
    """Return what the gate says against a run, measured by the healthy one, but for what the sample leaves out."""
    told = objections(summary, compare(healthy, summary))
    return "\n".join(line for line in told if not line.endswith("not measured"))


def test_the_gate_lets_the_healthy_sample_pass(healthy: dict[str, Any]) -> None:
    """What stands now gives no objection, so each one below is due to what was broken."""
    assert not caught(healthy, healthy)


def test_a_broken_fusion_is_caught(ask: Ask, healthy: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Passages in the reverse of their order of merit cost the ranking."""

    def reversed_fusion(dense: Ranking, lexical: Ranking, weight: float) -> dict[int, float]:
        return {row: 1 - score for row, score in fusion(dense, lexical, weight).items()}

    fusion = FUSIONS[MIN_MAX]
    monkeypatch.setitem(FUSIONS, MIN_MAX, reversed_fusion)

    assert "factual, MRR@10: " in caught(ask(Settings().min_confidence), healthy)


@pytest.mark.parametrize(
    ("min_confidence", "told"),
    [
        pytest.param(0.0, "unanswerable, refused: ", id="all is answered"),
        pytest.param(0.95, "factual, wrongly refused: ", id="much is refused"),
    ],
)
def test_a_broken_threshold_is_caught_on_both_sides(
    ask: Ask, healthy: dict[str, Any], min_confidence: float, told: str
) -> None:
    """To answer what the documents don't tell is objected to, and so is to refuse what they do."""
    assert told in caught(ask(min_confidence), healthy)


def test_a_broken_verbatim_check_is_caught(ask: Ask, healthy: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Offsets that are one character off are no quote."""

    def off_by_one(answer: Answer) -> dict[str, Any]:
        shown = answer_json(answer)
        moved = [cited | {"start": cited["start"] + 1, "end": cited["end"] + 1} for cited in shown["citations"]]
        return shown | {"citations": moved}

    monkeypatch.setattr(benchmark, "answer_json", off_by_one)

    assert "factual, verbatim quotes: " in caught(ask(Settings().min_confidence), healthy)


def test_broken_citation_numbers_are_caught(ask: Ask, healthy: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements that cite their neighbour's source are objected to, though every number is listed."""

    def shifted(evidence: Any) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:  # noqa: ANN401
        statements, citations = compose(evidence)
        moved = (
            dataclasses.replace(one, citations=tuple(number % len(citations) + 1 for number in one.citations))
            for one in statements
        )
        return tuple(moved), citations

    compose = pipeline.compose
    monkeypatch.setattr(pipeline, "compose", shifted)

    assert "factual, statements found in their quotes: " in caught(ask(Settings().min_confidence), healthy)
