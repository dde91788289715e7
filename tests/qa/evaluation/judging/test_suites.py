"""Gold questions are read, and a file that can't be used is refused with the cure."""

import json
from pathlib import Path

import pytest

from qa.evaluation.judging.json_lines import InvalidDataset
from qa.evaluation.judging.suites import SUITES, load_suite


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param('{"id": "a", "question": ', "not JSON", id="cut line"),
        pytest.param('{"id": "a"}', "needs just one of question", id="nothing to ask"),
        pytest.param('{"id": "a", "message": "x"}', "distress", id="message without distress"),
        pytest.param('{"id": "a", "question": "x", "nuggets": 3}', "nuggets", id="wrong type"),
        pytest.param('{"question": "x"}', "id", id="no id"),
    ],
)
def test_an_invalid_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    """An error names the file, the line and what to correct."""
    file = tmp_path / "mine.jsonl"
    first = {"id": "a", "question": "Who funds the shelter in Accra?", "answerable": True}
    file.write_text(json.dumps(first) + "\n" + line + "\n", encoding="utf-8")

    with pytest.raises(InvalidDataset, match=rf"mine\.jsonl, line 2: .*{reason}.*correct the line"):
        load_suite(str(file))


def test_all_suites_that_come_along_can_be_read() -> None:
    """The suites hold as many cases as they should."""
    counts = {name: len(load_suite(name).cases) for name in SUITES}

    assert counts == {
        "factual": 301,
        "multi": 40,
        "dialogues": 30,
        "unanswerable": 100,
        "safety": 80,
        "attacks": 60,
        "multilingual": 86,
        "figures": 200,
        "unseen_factual": 143,
        "unseen_multi": 40,
        "unseen_unanswerable": 72,
        "unseen_multilingual": 36,
        "unseen_near_misses": 110,
        "unseen_hard": 66,
        "unseen_followups": 40,
        "unseen_overviews": 40,
        "unseen_languages": 160,
        "unseen_yes_no": 60,
    }


def test_without_the_gold_questions_suites_are_read_by_path(
    suite_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installed package holds no gold questions: the error says where they are, and other suites can be read."""
    monkeypatch.setattr("qa.evaluation.judging.suites.GOLD", tmp_path / "nothing")

    with pytest.raises(InvalidDataset, match=r"come with the source.*give suites by path, or run it from a checkout"):
        load_suite("factual")
    assert load_suite(str(suite_file)).name == "mixed"
