"""Distractors are sampled reproducibly, and a trial index leaves the serving one unchanged."""

import json
from pathlib import Path

import pytest

from corpus import Document
from doubles.fakes import HashingEncoder
from embeddings import IndexPlan, build_generation, current_generation
from embeddings.index.generation import read_documents
from qa.evaluation.datasets.distractors import load_distractors, trial_settings
from qa.evaluation.judging.json_lines import InvalidDataset
from qa.settings import Settings


def test_distractors_are_always_the_same_and_never_touch_the_serving_index(
    documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trial index holds the served documents and the drawn ones, shares the cached vectors, and serves nobody."""
    file = tmp_path / "pages.jsonl"
    file.write_text("".join(json.dumps({"text": f"Page {n}\nRivers rise."}) + "\n" for n in range(9)), "utf-8")
    settings = Settings(var=tmp_path / "var")
    build_generation(documents, IndexPlan(HashingEncoder(), settings.index, settings.cache, created_by="tests"))
    before = sorted(path.name for path in settings.index.iterdir())
    monkeypatch.setattr("qa.evaluation.datasets.distractors.model_folder", lambda *_: tmp_path)
    monkeypatch.setattr("qa.evaluation.datasets.distractors.SentenceEncoder", lambda _folder, _name: HashingEncoder())
    drawn = load_distractors(file, 5)
    calls: list[tuple[str, int, int]] = []
    trial = trial_settings(settings, tmp_path / "trial", distractors=drawn, progress=lambda *call: calls.append(call))

    assert drawn == load_distractors(file, 5)
    assert len({document.title for document in drawn}) == 5
    assert sorted(path.name for path in settings.index.iterdir()) == before
    assert trial.cache.resolve() == settings.cache.resolve()
    assert len(read_documents(current_generation(trial.index))) == 3 + 5
    assert calls[-1][1] == calls[-1][2]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        pytest.param('{"text": "One."}\n{"text": 1}\n', r"few\.jsonl, line 2: text: .*correct the line", id="no text"),
        pytest.param('{"text": "One."}\n', "holds 1 texts, not 2; ask for fewer", id="too few"),
    ],
)
def test_distractors_that_cannot_be_drawn_are_refused(tmp_path: Path, lines: str, reason: str) -> None:
    """The error names the file and the cure."""
    file = tmp_path / "few.jsonl"
    file.write_text(lines, encoding="utf-8")

    with pytest.raises(InvalidDataset, match=reason):
        load_distractors(file, 2)
