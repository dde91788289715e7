"""Fixture of the tests of the command line: run commands with a fake encoder and reader in a temporary folder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import qa.cli.app
import qa.pipeline.retrieval
import qa.reader.reading
from doubles.fakes import HashingEncoder, PhraseReader


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Return a function that runs `waymark` with its arguments, apart from the index and models of this machine."""
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("WAYMARK_MIN_CONFIDENCE", "0.5")
    monkeypatch.setenv("WAYMARK_SURE_CONFIDENCE", "0.5")
    monkeypatch.setattr(qa.pipeline.retrieval, "model_folder", lambda *_: tmp_path)
    monkeypatch.setattr(qa.pipeline.retrieval, "SentenceEncoder", lambda *_: HashingEncoder())
    monkeypatch.setattr(qa.reader.reading, "cross_encoder_folder", lambda *_: tmp_path)
    monkeypatch.setattr(qa.reader.reading, "CrossEncoder", lambda _: PhraseReader("Norway"))
    return lambda *arguments: CliRunner().invoke(qa.cli.app.app, arguments)
