"""A store is followed without a burden on it, and what goes wrong is told once, with the cure."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem

import api.asking.following
from api.asking.following import Follower
from corpus import Document
from doubles.fakes import HashingEncoder
from embeddings import BuildInProgress, IndexPlan, build_generation
from embeddings.index.publishing import serving_id
from embeddings.index.store import send
from qa import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return the settings of a server that follows a store."""
    return Settings(var=tmp_path / "other", index_store=f"memory://{tmp_path}")


@pytest.fixture
def build(tmp_path: Path, settings: Settings) -> Callable[[str], str]:
    """Return a function that builds an index of a text and sends it to the store; it returns the id."""
    root, cache = tmp_path / "one", tmp_path / "vectors.sqlite"

    def build(text: str) -> str:
        document = Document("shelter", "The shelter", text)
        id = build_generation([document], IndexPlan(HashingEncoder(), root, cache, created_by="tests", kept=2))
        send(root / id, settings.index_store)
        return id

    return build


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of what was copied from a store, a folder each."""
    get, copied = MemoryFileSystem.get, []
    monkeypatch.setattr(MemoryFileSystem, "get", lambda *asked, **how: copied.append(asked[1]) or get(*asked, **how))
    return copied


def follow(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Follower:
    """Return a follower that looks every 20 ms, on its way."""
    monkeypatch.setattr(api.asking.following, "LOOK_S", 0.02)
    follower = Follower(settings)
    follower.start()
    return follower


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so, for ten seconds at most."""
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_damaged_index_is_copied_ever_more_rarely(
    settings: Settings,
    build: Callable[[str], str],
    copied: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It was copied whole at each look; the log has one line with the cure, and another index is taken up at once."""
    damaged = build("It has 1 beds.")
    MemoryFileSystem().pipe_file(f"{tmp_path}/{damaged}/vectors.faiss", b"broken")
    follower = follow(settings, monkeypatch)
    time.sleep(1.5)  # 75 looks
    times, problem, logged = len(copied), follower.problem, [record.message for record in caplog.records]
    whole = build("It has 2 beds.")
    wait_until(lambda: serving_id(settings.index) == whole and not follower.problem)
    follower.end()

    assert 3 <= times <= 7
    assert problem == "the store of the index can't be followed, by NotFetched"
    assert logged == [
        f"{problem}: index {damaged} can't be copied from the store: vectors.faiss of index {damaged} is damaged;"
        " run: waymark index on the machine that builds"
    ]


def test_a_damaged_index_is_taken_up_once_it_is_whole(
    settings: Settings, build: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store may have been restored, which no name tells."""
    id, store = build("It has 1 beds."), MemoryFileSystem()
    content = store.cat_file(f"{tmp_path}/{id}/vectors.faiss")
    store.pipe_file(f"{tmp_path}/{id}/vectors.faiss", b"broken")
    follower = follow(settings, monkeypatch)
    wait_until(lambda: follower.problem != "")
    store.pipe_file(f"{tmp_path}/{id}/vectors.faiss", content)
    wait_until(lambda: serving_id(settings.index) == id and not follower.problem)
    follower.end()


def test_what_is_wrong_is_told_while_another_process_tries(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Workers that take turns at a store that is damaged do not tell of it again and again."""
    outcomes = [OSError("it is gone"), BuildInProgress("another one is at it")]
    looks = iter(range(10))

    def fail(*_: object) -> bool:
        raise outcomes[next(looks, 9) % 2]

    monkeypatch.setattr(api.asking.following, "fetch", fail)
    follower = follow(settings, monkeypatch)
    wait_until(lambda: next(looks, None) is None)
    follower.end()

    assert len(caplog.records) == 1
