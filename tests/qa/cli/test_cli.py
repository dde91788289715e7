"""The command line: what it prints, where, and what it says when something is wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import qa.assistant
import qa.cli.app
from fakes import HashingEncoder


@pytest.fixture(autouse=True)
def fake_encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have the commands use the fake encoder, in a folder of their own."""
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("WAYMARK_MIN_CONFIDENCE", "0.5")
    for module in (qa.cli.app, qa.assistant):
        monkeypatch.setattr(module, "model_folder", lambda *_: tmp_path)
        monkeypatch.setattr(module, "SentenceEncoder", lambda *_: HashingEncoder())


def run(*arguments: str) -> Result:
    """Run `waymark` with arguments."""
    return CliRunner().invoke(qa.cli.app.app, arguments)


def test_an_answer_goes_to_standard_output_with_its_source(source: Path) -> None:
    """`waymark index` and `waymark ask` give the statement, the title, the address and the quote."""
    indexed = run("index", str(source))
    asked = run("ask", "Who funds the shelter in Accra?")

    assert indexed.exit_code == asked.exit_code == 0
    assert indexed.stdout == ""
    assert "serves 3 documents" in indexed.stderr
    assert "Norway funds the shelter in Accra. [" in asked.stdout
    assert "Summary of: Shelter for trafficked children opens in Accra, IOM, 2015-03-12" in asked.stdout


def test_json_is_what_the_interface_promises(source: Path) -> None:
    """`--json` prints one JSON object, with quotes that stand in the document where it says."""
    run("index", str(source))
    answer = json.loads(run("ask", "Who funds the shelter in Accra?", "--json").stdout)
    found = json.loads(run("search", "shelter in Accra", "--limit", "1", "--json").stdout)

    assert answer["status"] == "answered"
    assert all(one["end"] - one["start"] == len(one["quote"]) for one in answer["citations"])
    assert found["hits"][0]["document_id"] == "ghana-shelter"
    assert found["hits"][0]["url"] == "https://example.org/accra-shelter"
    assert len(found["hits"]) == 1


def test_explain_shows_what_was_found_and_turned_down(source: Path) -> None:
    """`--explain` names the passages with their scores, the sentences with signals and verdicts, the confidence."""
    run("index", str(source))
    shown = run("ask", "Who funds the shelter in Accra?", "--explain").stdout
    confidence = json.loads(run("ask", "Who funds the shelter in Accra?", "--json").stdout)["confidence"]

    assert "Passages found" in shown
    assert "ghana-shelter#1" in shown
    assert "below best" in shown
    assert f"Confidence {confidence:.2f} " in shown
    assert "Documents weighed" in shown
    assert "(taken)" in shown
    assert "not taken" in shown


def test_index_holds_just_what_is_named_and_add_keeps_the_rest(source: Path) -> None:
    """Without `--add` the index is built anew; with it, documents are added, and one of the same id is replaced."""
    run("index", str(source / "ghana-shelter.md"))
    (source / "ghana-shelter.md").write_text("# Changed\n\nThe shelter has moved to Kumasi.\n", encoding="utf-8")
    added = run("index", "--add", str(source / "ghana-shelter.md"), str(source / "colombia-hotline.md"))
    moved = run("ask", "Where has the shelter moved?")
    anew = run("index", str(source / "colombia-hotline.md"))

    assert "serves 2 documents" in added.stderr
    assert "Kumasi" in moved.stdout
    assert "serves 1 documents" in anew.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["ask", "Who?"], "run: waymark index", id="no index"),
        pytest.param(["index", "--add", "x.md"], "run: waymark index", id="nothing to add to"),
        pytest.param(["index", "/nowhere.md"], "is not there; check the path", id="no such file"),
    ],
)
def test_what_goes_wrong_is_one_line_with_the_cure(arguments: list[str], told: str) -> None:
    """An error is one line on the standard error, and the exit status 1."""
    result = run(*arguments)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("waymark: ")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the environment variable to correct."""
    monkeypatch.setenv("WAYMARK_ANSWER_WORDS", "many")

    assert "the setting WAYMARK_ANSWER_WORDS is wrong" in run("ask", "Who?").stderr
