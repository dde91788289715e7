"""An index goes by a store to other machines, whole or not at all."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from corpus import Document
from doubles.fakes import HashingEncoder
from doubles.faults import flip_bit
from embeddings import (
    BuildInProgress,
    Generation,
    IndexPlan,
    StoreProblem,
    build_generation,
    current_generation,
)
from embeddings.index import store as index_store
from embeddings.index.manifest import check_files, time_built
from embeddings.index.publishing import build_lock, generations, roll_back, serving_id, set_current
from embeddings.index.store import NotFetched, fetch, send

ENCODER = HashingEncoder()
KEPT = 2


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store."""
    return f"{request.param}://{tmp_path}/store"


@pytest.fixture
def build(tmp_path: Path) -> Callable[[str], str]:
    """Return a function that builds an index of a text on the first machine; it returns the id."""
    root, cache = tmp_path / "one", tmp_path / "vectors.sqlite"

    def build(text: str) -> str:
        document = Document("shelter", "The shelter", text)
        return build_generation([document], IndexPlan(ENCODER, root, cache, created_by="tests", kept=KEPT))

    return build


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """Return the folder of the machine that builds."""
    return tmp_path / "one"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Return the folder of a machine that follows the store."""
    return tmp_path / "other"


def texts(root: Path) -> list[str]:
    """Return the texts of the index that serves."""
    return [document.text for document in Generation.load(current_generation(root), ENCODER).documents.values()]


def test_what_is_sent_serves_elsewhere(store: str, build: Callable[[str], str], one: Path, other: Path) -> None:
    """Each generation is fetched once and has its age; a rollback too, and old ones go on both sides."""
    ids = []
    for number in range(3):
        ids.append(build(f"It has {number} beds."))
        send(current_generation(one), store)
        fetch(other, store, KEPT)
    roll_back(one, ENCODER)
    send(current_generation(one), store)
    fetch(other, store, KEPT)
    files, place = fsspec.url_to_fs(store)

    assert texts(other) == ["It has 1 beds."]
    assert time_built(other / ids[2]) == pytest.approx(time_built(one / ids[2]), abs=5)
    assert [folder.name for folder in generations(other)] == [ids[2], ids[1]]
    assert sorted(Path(path).name for path in files.ls(place, detail=False)) == [ids[1], ids[2], "current"]


def test_what_is_not_whole_does_not_serve(store: str, build: Callable[[str], str], one: Path, other: Path) -> None:
    """Where a file is damaged, what served serves on, and nothing of the other is left; mended, it serves."""
    build("It has 1 beds.")
    send(current_generation(one), store)
    fetch(other, store, KEPT)
    id = build("It has 2 beds.")
    send(current_generation(one), store)
    files, place = fsspec.url_to_fs(store)
    whole = files.cat_file(f"{place}/{id}/vectors.faiss")
    files.pipe_file(f"{place}/{id}/vectors.faiss", whole[:-9])
    with pytest.raises(NotFetched, match="damaged; run: waymark index on the machine that builds") as refused:
        fetch(other, store, KEPT)
    is_fetched = fetch(other, store, KEPT, passed_over=refused.value.id)
    served = texts(other)
    left = [path.name for path in other.iterdir() if path.name.startswith(".building")]
    files.pipe_file(f"{place}/{id}/vectors.faiss", whole)
    fetch(other, store, KEPT)

    assert not is_fetched
    assert served == ["It has 1 beds."]
    assert left == []
    assert texts(other) == ["It has 2 beds."]


def test_no_half_of_an_id_is_ever_read(build: Callable[[str], str], one: Path, tmp_path: Path) -> None:
    """Who has opened the file `current` of a store reads what it held, while another generation takes its place."""
    store = tmp_path / "store"
    first = build("It has 1 beds.")
    send(current_generation(one), f"file://{store}")
    with (store / "current").open() as opened:
        second = build("It has 2 beds.")
        send(current_generation(one), f"file://{store}")

        assert opened.read() == f"{first}\n"
    assert (store / "current").read_text(encoding="utf-8") == f"{second}\n"
    assert not (store / "current.new").exists()


def test_a_store_without_renames_serves_too(
    build: Callable[[str], str], one: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the file `current` is written over, as it stands."""

    def refuse(*_: object) -> None:
        raise NotImplementedError

    store, id = f"memory://{other}", build("It has 1 beds.")
    monkeypatch.setattr(MemoryFileSystem, "mv", refuse)
    send(current_generation(one), store)
    fetch(other, store, KEPT)

    assert current_generation(other).name == id


def test_what_is_damaged_here_is_fetched_anew(store: str, build: Callable[[str], str], one: Path, other: Path) -> None:
    """One that is gone back to may have been damaged since it was fetched; the store has it whole."""
    first, second = build("It has 1 beds."), build("It has 2 beds.")
    for id in (first, second):
        send(one / id, store)
        fetch(other, store, KEPT)
    flip_bit(other / first / "sentences.npy", 0.9)
    send(one / first, store)
    fetch(other, store, KEPT)

    assert texts(other) == ["It has 1 beds."]
    assert check_files(other / first)
    assert [folder.name for folder in generations(other)] == [second, first]


def test_what_was_sent_in_part_is_no_index(
    build: Callable[[str], str], one: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one before serves until it is sent again."""
    store, put, puts = f"memory://{other}", MemoryFileSystem.put_file, iter(range(3))

    def break_off(*arguments: str) -> None:
        if next(puts, None) is None:
            raise ConnectionResetError("the network is gone")
        put(*arguments)

    build("It has 1 beds.")
    send(current_generation(one), store)
    id = build("It has 2 beds.")
    monkeypatch.setattr(MemoryFileSystem, "put_file", break_off)
    with pytest.raises(StoreProblem, match="the network is gone"):
        send(current_generation(one), store)
    monkeypatch.undo()
    fetch(other, store, KEPT)
    before = texts(other)
    send(current_generation(one), store)
    fetch(other, store, KEPT)

    assert before == ["It has 1 beds."]
    assert current_generation(other).name == id


def test_a_machine_that_does_not_know_the_store_takes_nobodys_place(
    store: str, build: Callable[[str], str], one: Path, other: Path
) -> None:
    """What it builds from nothing is not sent over what others built before."""
    build("It has 1 beds.")
    id = build("It has 2 beds.")
    send(current_generation(one), store)
    shutil.rmtree(one)
    build("It has 3 beds.")
    with pytest.raises(StoreProblem, match="newer"):
        send(current_generation(one), store)
    fetch(other, store, KEPT)

    assert current_generation(other).name == id


def test_a_look_changes_nothing_while_an_index_is_sent(
    store: str, build: Callable[[str], str], one: Path, tmp_path: Path
) -> None:
    """A server that follows the store went back to what that had so far, or was at it, and the sending was refused."""

    def look_and_send(folder: Path) -> None:
        with pytest.raises(BuildInProgress):
            fetch(one, store, KEPT)
        send(folder, store)

    send(one / build("It has 1 beds."), store)
    second = build_generation(
        [Document("shelter", "The shelter", "It has 2 beds.")],
        IndexPlan(ENCODER, one, tmp_path / "vectors.sqlite", created_by="tests", kept=KEPT),
        then=look_and_send,
    )
    built = serving_id(one)
    first = roll_back(one, ENCODER, then=look_and_send)

    assert built == second
    assert first < second
    with build_lock(one):  # which a look with nothing to fetch does not need
        assert fetch(one, store, KEPT)
    assert serving_id(one) == first


def test_what_was_published_since_a_look_began_serves(
    store: str, build: Callable[[str], str], one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look read before which one was to be fetched."""
    first, second = build("It has 1 beds."), build("It has 2 beds.")
    for id in (first, second):
        send(one / id, store)
    set_current(one, first)

    @contextmanager
    def late(root: Path) -> Iterator[None]:
        roll_back(root, ENCODER, first, then=partial(send, address=store))
        with build_lock(root):
            yield

    monkeypatch.setattr(index_store, "build_lock", late)

    assert fetch(one, store, KEPT)
    assert serving_id(one) == first


@pytest.mark.parametrize(
    ("address", "cure"), [("s3://bucket/waymark", "s3fs"), ("here://waymark", "here"), ("memory://none", "current")]
)
def test_a_store_that_is_not_there_is_told(address: str, cure: str, tmp_path: Path) -> None:
    """A missing package, an unknown kind of store and an empty one."""
    with pytest.raises(StoreProblem, match=cure):
        fetch(tmp_path, address, KEPT)


def test_a_missing_package_is_named_with_the_cure(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package of its kind, a store says how it is installed."""
    monkeypatch.setitem(sys.modules, "s3fs", None)

    with pytest.raises(StoreProblem, match=r"needs another package: .*s3fs.*; .*'\.\[store\]'"):
        fetch(other, "s3://bucket/waymark", KEPT)
