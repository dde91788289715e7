"""The commands that check and confirm the lines of the help card."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]


def test_check_lists_lines_to_confirm_and_lines_to_verify(run: Run) -> None:
    """`waymark help-lines check` names lines that nobody confirmed, contradictions, and lines that nobody sees."""
    result = run("help-lines", "check")

    assert result.exit_code == 0
    assert "Ukraine, 527" in result.stdout
    assert "contradicted: " in result.stdout
    assert "Bahrain, 995" in result.stdout.partition("Not shown until confirmed")[2]
    assert "0 of them confirmed" in result.stderr


def test_confirm_writes_into_the_operators_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`waymark help-lines confirm` writes into the file that is named or set; without one it says how to name it."""
    file = tmp_path / "mine.yaml"
    without = run("help-lines", "confirm", "Ukraine", "527")
    named = run("help-lines", "confirm", "Ukraine", "527", "--file", str(file))
    monkeypatch.setenv("WAYMARK_HELP_LINES", str(file))
    unknown = run("help-lines", "confirm", "Ukraine", "528")

    assert without.exit_code == unknown.exit_code == 1
    assert "WAYMARK_HELP_LINES" in without.stderr
    assert "there is no line 528 of Ukraine" in unknown.stderr
    assert named.exit_code == 0
    assert "1 of them confirmed" in run("help-lines", "check").stderr


def test_help_page_is_written_in_all_languages(run: Run, tmp_path: Path) -> None:
    """`waymark help-page` writes one file with all languages, the chosen one first."""
    file = tmp_path / "help.html"
    result = run("help-page", str(file), "--language", "es")

    assert result.exit_code == 0
    assert file.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="es"')


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["help.html", "--language", "de"], "the page is in ar, en, es, fr, ru, zh; give one of them"),
        (["nowhere/help.html"], "nowhere/help.html; correct the path, or make its folder"),
    ],
)
def test_help_page_is_refused_with_the_cure(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], cure: str
) -> None:
    """A language that it does not have is not replaced by another one, and a missing folder is told as that."""
    monkeypatch.chdir(tmp_path)
    result = run("help-page", *arguments)

    assert result.exit_code == 1
    assert cure in result.stderr
    assert list(tmp_path.rglob("help.html")) == []
