"""The process of a build: which documents it takes, and what it writes of its way and its end."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import qa.ingest.building
import qa.ingest.generations
from corpus import load_documents
from doubles.fakes import HashingEncoder
from doubles.faults import full_disk
from embeddings import BuildInProgress, IndexPlan, build_generation, current_generation
from embeddings.index.generation import read_documents
from embeddings.index.publishing import build_lock, set_current
from embeddings.index.store import fetch, send
from qa.ingest.building import BUILDING
from qa.ingest.own_documents import OwnDocuments

Run = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of the index."""
    return tmp_path / "var" / "index"


@pytest.fixture
def own(tmp_path: Path) -> OwnDocuments:
    """Return the folder of the documents of staff, with one."""
    own = OwnDocuments(tmp_path / "var" / "documents")
    (own.folder / "tema.md").write_text("# Tema\n\nDenmark funds the shelter in Tema.\n", encoding="utf-8")
    return own


@pytest.fixture
def serving(source: Path, root: Path) -> str:
    """Publish the three documents; return the id of the index."""
    return build_generation(
        load_documents([source]), IndexPlan(HashingEncoder(), root, root.parent / "v.sqlite", created_by="t")
    )


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that builds with the fake encoder in this process, and returns what it writes."""
    monkeypatch.setenv("WAYMARK_VAR", str(root.parent))
    monkeypatch.setattr(os, "nice", lambda _: 0)
    monkeypatch.setattr(qa.ingest.building, "load_encoder", lambda *_: HashingEncoder())

    def run() -> list[dict[str, Any]]:
        qa.ingest.building.main()
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def ids(root: Path) -> list[str]:
    """Return the ids of the documents that serve."""
    return sorted(read_documents(current_generation(root)))


@pytest.mark.usefixtures("serving")
def test_a_build_adds_replaces_and_leaves_out(run: Run, own: OwnDocuments, root: Path) -> None:
    """It is over what serves, with the files read anew and without the deleted."""
    (own.folder / "ghana-shelter.txt").write_text("The shelter in Accra has moved to Kumasi.", encoding="utf-8")
    (own.folder / "scan.bin").write_bytes(b"\0")
    own.delete("colombia-hotline", is_served=True)
    lines = run()
    told = {name: value for line in lines for name, value in line.items()}
    moved = read_documents(current_generation(root))["ghana-shelter"]

    assert ids(root) == ["ghana-shelter", "pakistan-conference", "tema"]
    assert "Kumasi" in moved.text
    assert told["state"] == "done"
    assert told["generation"] == current_generation(root).name
    assert told["documents"] == {"added": 1, "changed": 1, "unchanged": 1, "removed": 1}
    assert [(file["file"], file["outcome"]) for file in told["files"]] == [
        ("ghana-shelter.txt", "read"),
        ("scan.bin", "skipped"),
        ("tema.md", "read"),
    ]
    assert {line.get("task") for line in lines} == {None, "Reading files", BUILDING}
    assert told["done"] == told["total"] > 0


@pytest.mark.parametrize("is_added_again", [False, True])
def test_what_was_deleted_stays_so_after_an_older_index_served_again(
    run: Run, own: OwnDocuments, root: Path, serving: str, *, is_added_again: bool
) -> None:
    """Unless it was added again, also where its file was the only one that it came from."""
    run()
    older = current_generation(root).name
    for id in ("colombia-hotline", "tema"):
        own.delete(id, is_served=True)
    run()
    set_current(root, older)
    if is_added_again:
        (own.folder / "tema.md").write_text("Sweden funds the shelter in Tema.", encoding="utf-8")
    run()

    assert ids(root) == ["ghana-shelter", "pakistan-conference", *(["tema"] if is_added_again else [])]


def test_the_first_build_needs_no_index(run: Run, own: OwnDocuments, root: Path) -> None:
    """Documents may all come by the API."""
    assert own.files()
    assert run()[-1]["state"] == "done"
    assert ids(root) == ["tema"]


def test_a_deleted_document_that_is_added_again_is_served(run: Run, own: OwnDocuments, root: Path) -> None:
    """The files go before what was deleted."""
    run()
    own.delete("tema", is_served=True)
    (own.folder / "tema.md").write_text("Sweden funds the shelter in Tema.", encoding="utf-8")

    assert run()[-1]["state"] == "done"
    assert ids(root) == ["tema"]


def test_where_nothing_would_be_left_the_old_index_serves(run: Run, own: OwnDocuments, root: Path) -> None:
    """The last document can't be deleted."""
    run()
    before = current_generation(root)
    own.delete("tema", is_served=True)
    told = run()[-1]

    assert (told["state"], "no document would be left" in told["problem"]) == ("failed", True)
    assert current_generation(root) == before
    assert own.deleted() == {"tema"}


def test_another_build_is_told(run: Run, own: OwnDocuments, root: Path, serving: str) -> None:
    """While `waymark index` builds, a job ends and says so."""
    assert own.files()
    with build_lock(root):
        told = run()[-1]

    assert "another build is running" in told["problem"]
    assert current_generation(root).name == serving


@pytest.mark.usefixtures("own")
def test_no_other_index_serves_until_a_new_one_is_sent(
    run: Run, root: Path, serving: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that follows the store beside a build can't go back to what the store has so far."""
    store = f"file://{tmp_path}/store"
    send(root / serving, store)
    monkeypatch.setenv("WAYMARK_INDEX_STORE", store)

    def look_and_send(folder: Path, address: str) -> None:
        with pytest.raises(BuildInProgress):
            fetch(root, address, 3)
        send(folder, address)

    monkeypatch.setattr(qa.ingest.generations, "send", look_and_send)
    told = run()[-1]

    assert told["state"] == "done"
    assert told["generation"] == current_generation(root).name != serving
    assert fetch(tmp_path / "other", store, 3)
    assert current_generation(tmp_path / "other").name == told["generation"]


@pytest.mark.usefixtures("own")
def test_a_full_disk_is_told(run: Run, root: Path, serving: str) -> None:
    """The old index serves on."""
    with full_disk(4096):
        told = run()[-1]

    assert told["state"] == "failed"
    assert told["problem"]
    assert current_generation(root).name == serving


@pytest.mark.usefixtures("own")
def test_what_nobody_foresaw_is_told_too(run: Run, monkeypatch: pytest.MonkeyPatch, root: Path, serving: str) -> None:
    """The job has failed; the log holds the rest."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("what the log shows")

    monkeypatch.setattr(qa.ingest.building, "build_generation", fail)
    with pytest.raises(RuntimeError):
        run()

    assert current_generation(root).name == serving
