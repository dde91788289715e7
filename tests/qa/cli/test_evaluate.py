"""The commands of benchmark and training: the files that they read and write, and errors for missing ones."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from doubles.fakes import HashingEncoder
from qa.cli.paths import ROOT
from qa.evaluation.reporting.comparison import load_summary

Run = Callable[..., Result]
PAGE = {"id": 1, "question": "Who funds it?", "answers": [1], "context": "The shelter\nNorway funds the shelter."}


@pytest.fixture
def omos(tmp_path: Path) -> Path:
    """Return a file of OMoS-QA."""
    file = tmp_path / "omos.jsonl"
    file.write_text(json.dumps(PAGE), encoding="utf-8")
    return file


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the commands run as from an installed package, without checkout and gold questions."""
    for place in ("qa.cli.paths.ROOT", "qa.evaluation.judging.suites.GOLD", "qa.training.examples.TRAINING"):
        monkeypatch.setattr(place, tmp_path / "nothing")


def test_a_data_set_alone_needs_no_trial_index(
    run: Run, omos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another encoder is judged on a data set without indexing the served documents, even where none are served."""
    monkeypatch.setattr("qa.evaluation.benchmark.model_folder", lambda name, _: tmp_path / name)
    monkeypatch.setattr("qa.evaluation.benchmark.SentenceEncoder", lambda _folder, _name: HashingEncoder())
    ran = run("benchmark", str(omos), "--encoder", "another", "--out", str(tmp_path / "out"))

    assert ran.exit_code == 0, ran.output
    assert load_summary(tmp_path / "out")["questions"].keys() == {"omos"}
    assert (tmp_path / "out" / "report.html").exists()
    assert not (tmp_path / "var" / "trial").exists()


def test_a_server_is_not_judged_with_another_index(run: Run) -> None:
    """An encoder of one's own choice needs an index here, and the error says what to leave out."""
    ran = run("benchmark", "--url", "http://127.0.0.1:9", "--encoder", "another")

    assert ran.exit_code == 1
    assert "leave out one of them" in ran.stderr


def test_the_quality_table_is_made_from_any_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The committed figures are found in the checkout wherever the command is run, and put into the named file."""
    readme = tmp_path / "README.md"
    readme.write_text("Before\n<!-- quality: made by `waymark quality` --><!-- /quality -->\nAfter\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = run("quality", "--readme", str(readme))
    ours = (ROOT / "README.md").read_text(encoding="utf-8")
    table = ours[ours.index("<!-- quality") : ours.index("<!-- /quality")]

    assert ran.exit_code == 0, ran.output
    assert readme.read_text(encoding="utf-8") == f"Before\n{table}<!-- /quality -->\nAfter\n"


def test_answers_are_written_and_compared(run: Run, source: Path, tmp_path: Path) -> None:
    """A snapshot holds a line for each question; the same answers differ in none, others make the exit status 1."""
    suite, file = tmp_path / "mine.jsonl", tmp_path / "answers.jsonl"
    suite.write_text(json.dumps({"id": "a", "question": "Who funds the shelter in Accra?"}), encoding="utf-8")
    run("index", str(source))
    first = run("snapshot", str(file), str(suite))
    same = run("snapshot", str(tmp_path / "again.jsonl"), str(suite), "--compare", str(file))
    run("index", str(source / "colombia-hotline.md"))
    other = run("snapshot", str(tmp_path / "other.jsonl"), str(suite), "--compare", str(file))

    assert first.exit_code == same.exit_code == 0
    assert "0 of 1 answers differ" in same.stderr
    assert other.exit_code == 1
    assert "mine a.1: " in other.stdout


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        pytest.param(["benchmark"], "give suites by path, or run it from a checkout", id="benchmark"),
        pytest.param(["benchmark", "{omos}", "--gate"], "leave out --gate, or run it from a checkout", id="gate"),
        pytest.param(["snapshot", "answers.jsonl"], "give suites by path, or run it from a checkout", id="snapshot"),
        pytest.param(["quality"], "give the summary of a run, or run it from a checkout", id="quality"),
        pytest.param(["train"], "give their folder by --data, or run it from a checkout", id="train"),
        pytest.param(["train", "--data", "."], "give their folder by --gold, or run it from a checkout", id="gold"),
        pytest.param(["train", "--data", ".", "--gold", "."], "give --out, or run it from a checkout", id="results"),
    ],
)
def test_what_only_a_checkout_holds_is_named(run: Run, omos: Path, arguments: list[str], cure: str) -> None:
    """An installed package says in one line what it lacks, and which option gives it."""
    ran = run(*(argument.format(omos=omos) for argument in arguments))

    assert ran.exit_code == 1
    assert ran.stderr.startswith("waymark: ")
    assert "not with the installed package" in ran.stderr
    assert cure in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("verb", "package", "cure"),
    [
        (
            "benchmark",
            "ir_measures",
            "ir_measures is not installed; run in the checkout: pip install --constraint constraints.txt '.[evaluate]'",
        ),
        (
            "benchmark",
            "matplotlib",
            "matplotlib is not installed; run in the checkout: pip install --constraint constraints.txt '.[evaluate]'",
        ),
        (
            "train",
            "sklearn",
            "sklearn is not installed; run in the checkout: pip install --constraint constraints.txt '.[train]'",
        ),
    ],
)
def test_a_missing_package_is_named_with_its_extra(
    run: Run, monkeypatch: pytest.MonkeyPatch, verb: str, package: str, cure: str
) -> None:
    """The error comes before any question is asked, and names the exact command."""
    monkeypatch.setitem(sys.modules, package, None)
    ran = run(verb)

    assert ran.exit_code == 1
    assert ran.stderr == f"waymark: {cure}\n"
