"""The commands about keys: a key is shown once, listed, and revoked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from qa.records.database import Database
from qa.records.keys import find_key, read_keys

Run = Callable[..., Result]


def test_a_key_is_created_listed_and_revoked(run: Run, tmp_path: Path) -> None:
    """The standard output has the key alone; the list tells what it is good for and never the key."""
    created = run("keys", "create", "notebooks", "--scope", "ask", "--scope", "search", "--expires", "90d")
    text = created.stdout.strip()
    key = find_key(read_keys(Database(f"sqlite:///{tmp_path / 'var' / 'records.sqlite'}")), text)
    listed = run("keys", "list")
    assert key
    revoked, again = run("keys", "revoke", key.id), run("keys", "revoke", key.id)

    assert key.expires
    assert (key.expires - key.created).days == 90
    assert all(word in listed.stdout for word in (key.id, "notebooks", "ask search"))
    assert text[12:] not in listed.stdout + created.stderr
    assert revoked.exit_code == 0
    assert "revoked" in run("keys", "list").stdout
    assert again.exit_code == 1
    assert "waymark keys list" in again.stderr


def test_a_name_is_listed_as_it_was_given(run: Run) -> None:
    """Brackets are no markup, which ended the list with a traceback, or left words out."""
    for name in ("[bold]Ama", "Kofi [/x]"):
        run("keys", "create", name, "--scope", "ask")

    assert all(name in run("keys", "list").stdout for name in ("[bold]Ama", "Kofi [/x]"))


@pytest.mark.parametrize("options", [[], ["--scope", "all"], ["--scope", "ask", "--expires", "soon"]], ids=str)
def test_a_key_has_scopes_and_days(run: Run, options: list[str]) -> None:
    """Without a scope that is known, or with what are no days, no key is made."""
    assert run("keys", "create", "notebooks", *options).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [("keys", "create", "\udcff", "--scope", "ask"), ("records", "erase", "--containing", "\udcff")],
    ids=str,
)
def test_bytes_that_are_no_text_are_told_in_a_line(run: Run, arguments: tuple[str, ...]) -> None:
    """A shell hands on any bytes; what can't be stored or sought says so."""
    told = run(*arguments)

    assert told.exit_code == 1
    assert "no text in UTF-8" in told.stderr


def test_a_database_that_is_gone_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands say in a line why the database can't be used."""
    monkeypatch.setenv("WAYMARK_DATABASE", "sqlite:////dev/null/records.sqlite")
    result = run("keys", "list")

    assert result.exit_code == 1
    assert result.stderr.startswith("waymark: the database of records can't be used: ")
