"""Training writes scorers and a report into the given folder, from Waymark's or other questions."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus import Document
from doubles.fakes import HashingEncoder
from embeddings.models.pretrained import ModelProblem
from qa import Settings
from qa.evaluation.judging.json_lines import InvalidDataset
from qa.evaluation.judging.records import no_progress
from qa.training.outputs import Outputs
from qa.training.train import Sources, train

SENTENCES = {
    "Who funds the shelter in Accra?": ("ghana-shelter", "Norway funds the shelter in Accra.", "Norway"),
    "Who runs the hotline today?": ("colombia-hotline", "The government runs the hotline today.", "The government"),
}


def write_lines(file: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write JSON lines."""
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    """Return a few questions about the three documents, in the folders that Waymark's own are in."""
    data, gold = tmp_path / "data", tmp_path / "gold"
    answered = [
        {"question": question, "document": id, "evidence": [sentence], "nuggets": [nugget], "language": language}
        for question, (id, sentence, nugget) in SENTENCES.items()
        for language in ("en", "es")
    ]
    near_misses = [
        {"question": f"{question} In {year}?", "document": id, "evidence": []}
        for question, (id, _, _) in SENTENCES.items()
        for year in range(1990, 1995)
    ]
    write_lines(data / "questions.jsonl", [*answered, *near_misses])
    write_lines(data / "documents.jsonl", [])
    write_lines(data / "reading.jsonl", [])
    evidence = {id: [sentence] for id, sentence, _ in SENTENCES.values()}
    write_lines(data / "surveys.jsonl", [{"question": "What is run?", "evidence": evidence, "nuggets": ["Norway"]}])
    unanswered = [{"question": f"¿Qué se funde a {n} grados?", "language": "es"} for n in range(9)]
    write_lines(data / "unanswerable.jsonl", unanswered)
    known = {"nuggets": ["Norway"], "sources": ["ghana-shelter"], "answerable": True}
    write_lines(gold / "factual.jsonl", [{"id": "a", "question": "Who funds the shelter?", **known}])
    write_lines(gold / "multilingual.jsonl", [{"id": "a", "question": "¿Quién paga?", "language": "es", **known}])
    write_lines(gold / "multi.jsonl", [{"id": "a", "question": "What do Norway and Colombia do?", **known}])
    silent = [
        {"id": f"{kind} {n}", "question": f"What melts at {n} degrees?", "kind": kind, "answerable": False}
        for kind in ("near_miss", "in_domain")
        for n in range(9)
    ]
    write_lines(gold / "unanswerable.jsonl", silent)
    return Sources(data=data, gold=gold)


def test_scorers_are_fitted_and_reported_where_it_is_told(
    sources: Sources, documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With encoders that were tuned before, scorers, report and picture are written into the folder, and no layers."""
    monkeypatch.setattr("qa.training.train._tuned_encoder", lambda _name, _settings: HashingEncoder())
    outputs = Outputs.in_folder(tmp_path / "out", "layers.safetensors", "evidence")
    outputs.report.parent.mkdir()
    by_id = {document.id: document for document in documents}
    report = train(sources, by_id, Settings(var=tmp_path / "var"), outputs, no_progress, tune_encoder=False)
    scorers = yaml.safe_load(outputs.scorers.read_text(encoding="utf-8"))

    assert outputs.report.read_text(encoding="utf-8") == report
    assert "| training | 2 | 1.000 |" in report
    assert "](evidence.png)" in report
    assert outputs.picture.exists()
    assert not outputs.weights.exists()
    assert scorers["without_reader"]["sentence"]["weights"]["below_best"] > 0
    assert scorers["without_reader"].keys() == {
        "sentence",
        "document",
        "question",
        "cross_lingual",
        "phrase",
        "thresholds",
    }


def test_encoders_that_were_never_tuned_are_an_error_with_the_cure(
    sources: Sources, documents: list[Document], tmp_path: Path
) -> None:
    """Scorers alone are fitted to encoders of an earlier run; without one, the error says how to make one."""
    by_id = {document.id: document for document in documents}
    outputs = Outputs.in_folder(tmp_path, "layers.safetensors", "evidence")

    with pytest.raises(ModelProblem, match="waymark train, without --only-scorers"):
        train(sources, by_id, Settings(var=tmp_path), outputs, no_progress, tune_encoder=False)


@pytest.mark.parametrize(("part", "option"), [("data", "--data"), ("gold", "--gold")])
def test_missing_questions_are_an_error_with_the_cure(tmp_path: Path, part: str, option: str) -> None:
    """An installed package holds neither training nor gold questions: the error names the option that gives them."""
    with pytest.raises(InvalidDataset, match=rf"come with the source.*give their folder by {option}, or run it from"):
        Sources(**{part: tmp_path / "nothing"})
