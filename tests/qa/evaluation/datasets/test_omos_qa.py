"""OMoS-QA is judged by its own measures, and an invalid line of it is named."""

import gzip
import json
from pathlib import Path

import pytest

from doubles.fakes import HashingEncoder, reading
from qa.evaluation.datasets.omos_qa import choose_sentences, load_omos
from qa.evaluation.judging.json_lines import InvalidDataset
from qa.evaluation.reporting.report import html, markdown
from qa.evaluation.reporting.runs import collect_run


def test_omos_is_judged_by_its_official_measures(omos: Path, tmp_path: Path) -> None:
    """The line that answers is chosen and the silent page refused; the report shows F, and a page renders."""
    data = load_omos(omos)
    asked = choose_sentences(data, HashingEncoder(), reading(0.3), tmp_path / "vectors.sqlite")
    run = collect_run(asked, {data.name: data.digest})
    answered, silent = run.judged

    assert "Norway funds the shelter in Accra." in answered.text.split("\n")
    assert answered.scores["sentence recall"] == 1.0
    assert not answered.failure
    assert answered.confidence > silent.confidence
    assert silent.scores == {"no-answer recall": 1.0, "no-answer precision": 1.0}
    assert run.summary()["systems"]["waymark"]["omos"]["whole"]["no-answer F"] == 1.0
    assert "sentence F" in markdown(run.summary(), [])
    assert "<table>" in html(run, run.summary(), [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"answers": [7]}, "there is no line 7 in the context", id="index outside"),
        pytest.param({"context": " \n"}, "the context is empty", id="empty page"),
        pytest.param({"answers": "none"}, "answers: ", id="wrong type"),
    ],
)
def test_an_invalid_line_of_omos_is_named(omos: Path, tmp_path: Path, change: dict[str, object], reason: str) -> None:
    """The error names the file, the line and the cure."""
    first, second = (json.loads(line) for line in gzip.decompress(omos.read_bytes()).splitlines())
    file = tmp_path / "invalid.jsonl"
    file.write_text(json.dumps(first) + "\n" + json.dumps(second | change) + "\n", encoding="utf-8")

    with pytest.raises(InvalidDataset, match=rf"invalid\.jsonl, line 2: .*{reason}.*correct the line"):
        load_omos(file)
