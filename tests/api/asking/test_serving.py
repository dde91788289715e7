"""A server goes over to what is published while it serves, and passes over what is damaged."""

import gc
import json
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from fsspec.implementations.memory import MemoryFileSystem

import api.asking.following
import api.asking.integrity
import api.asking.serving
import qa.pipeline.retrieval
from api.app import create_app
from api.asking.integrity import Check
from corpus import Document, load_documents
from doubles.fakes import HashingEncoder
from doubles.faults import flip_bit, make_older, read_only, truncate
from embeddings import IndexPlan, build_generation
from embeddings.index.publishing import CURRENT, roll_back
from embeddings.index.store import send
from qa import Assistant, Settings

QUESTION = {"question": "Who funds the shelter in Accra?"}
MOVED = Document("moved", "The shelter has moved", "Sweden funds the shelter in Accra today. The shelter has moved.")
PATIENCE_S = 20


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Serve a folder of its own, with the fake encoder, and look often whether something was published."""
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("WAYMARK_MIN_CONFIDENCE", "0.5")
    monkeypatch.setenv("WAYMARK_READER", "false")
    monkeypatch.setattr(qa.pipeline.retrieval, "model_folder", lambda *_: tmp_path)
    monkeypatch.setattr(qa.pipeline.retrieval, "SentenceEncoder", lambda *_: HashingEncoder())
    monkeypatch.setattr(api.asking.serving, "CHECK_S", 0.02)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of the index that is served."""
    return tmp_path / "var" / "index"


@pytest.fixture
def build(source: Path, root: Path) -> Callable[..., str]:
    """Return a function that publishes the three documents, and those that it is given; it returns the id."""

    def build(*more: Document) -> str:
        documents = [*load_documents([source]), *more]
        return build_generation(
            documents, IndexPlan(HashingEncoder(), root, root.parent / "vectors.sqlite", created_by="tests")
        )

    return build


@pytest.fixture
def start() -> Iterator[Callable[[], TestClient]]:
    """Return a function that starts a server and returns a client of it."""
    clients: list[TestClient] = []

    def start() -> TestClient:
        clients.append(TestClient(create_app(settings=Settings())).__enter__())
        return clients[-1]

    yield start
    for client in clients:
        client.__exit__(None, None, None)


def wait_for(client: TestClient, **wanted: str) -> dict[str, Any]:
    """Return what `/readyz` tells once it tells what is wanted."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        told: dict[str, Any] = client.get("/readyz").json()
        if wanted.items() <= told.items():
            return told
        time.sleep(0.02)
    raise AssertionError(f"{told} has not {wanted}")


def test_what_is_published_and_gone_back_to_serves_without_a_restart(
    start: Callable[[], TestClient], build: Callable[..., str], root: Path
) -> None:
    """Answers are of the new generation, and then of the old one again; the probe tells which serves."""
    old = build()
    client = start()
    before = client.post("/v1/ask", json=QUESTION).json()
    new = build(MOVED)
    wait_for(client, generation=new, problem="")
    after = client.post("/v1/ask", json=QUESTION).json()
    roll_back(root, HashingEncoder())
    wait_for(client, generation=old)
    again = client.post("/v1/ask", json=QUESTION).json()

    assert "Sweden" not in json.dumps(before)
    assert "Sweden" in json.dumps(after["statements"])
    assert (after["provenance"]["generation"], again["provenance"]["generation"]) == (new, old)
    assert again["statements"] == before["statements"]


def test_an_answer_at_work_ends_with_the_old_generation(
    start: Callable[[], TestClient], build: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question that is being answered while another generation is taken up is answered from one of them alone."""
    old = build()
    client, begun, let_go = start(), threading.Event(), threading.Event()
    encode = HashingEncoder.encode_query

    def slow(encoder: HashingEncoder, question: str) -> Any:  # noqa: ANN401 - a vector
        begun.set()
        let_go.wait(PATIENCE_S)
        return encode(encoder, question)

    monkeypatch.setattr(HashingEncoder, "encode_query", slow)
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(client.post, "/v1/ask", json=QUESTION)
        begun.wait(PATIENCE_S)
        new = build(MOVED)
        wait_for(client, generation=new)
        let_go.set()
        answer = asked.result().json()

    assert answer["provenance"]["generation"] == old
    assert answer["statements"]
    assert "Sweden" not in json.dumps(answer)


def test_a_generation_that_was_removed_serves_until_the_next_is_loaded(
    start: Callable[[], TestClient], build: Callable[..., str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its check finds no files any more, where many are published one after the other; but what is mapped is whole."""
    monkeypatch.setattr(api.asking.serving, "CHECK_S", 0.5)
    monkeypatch.setattr(api.asking.integrity, "AGAIN_S", 0.01)
    monkeypatch.setattr(api.asking.integrity, "LOOK_S", 0.01)
    loading, may_load, over = threading.Event(), threading.Event(), Assistant.over

    def slow(*args: Any) -> Assistant:  # noqa: ANN401 - of over
        loading.set()
        may_load.wait(PATIENCE_S)
        return over(*args)

    old = build()
    client = start()
    monkeypatch.setattr(Assistant, "over", slow)
    new = build(MOVED)
    (root / old).rename(root.parent / "removed")
    assert loading.wait(PATIENCE_S)
    meanwhile = client.post("/v1/ask", json=QUESTION)
    may_load.set()
    wait_for(client, generation=new, problem="")

    assert meanwhile.status_code == 200
    assert meanwhile.json()["provenance"]["generation"] == old


def test_the_old_generation_leaves_the_memory(start: Callable[[], TestClient], build: Callable[..., str]) -> None:
    """Once another serves, nothing holds the one before."""
    build()
    client = start()
    client.post("/v1/ask", json=QUESTION)
    # By type(), since some objects of libraries warn when they are asked for their class.
    old = [weakref.ref(thing) for thing in gc.get_objects() if type(thing) is Assistant]
    wait_for(client, generation=build(MOVED))
    gc.collect()
    left = [reference for reference in old if reference() is not None]

    assert old
    assert len(left) < len(old)


def test_a_server_that_ends_while_it_loads_leaves_no_check_behind(
    build: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files of what was taken up last are not read for a server that has ended."""
    begun, let_go = threading.Event(), threading.Event()
    started: list[Check] = []
    over, start = Assistant.over, Check.start

    def slow(*arguments: Any) -> Assistant:  # noqa: ANN401 - those of the method
        begun.set()
        let_go.wait(PATIENCE_S)
        return over(*arguments)

    monkeypatch.setattr(Assistant, "over", slow)
    monkeypatch.setattr(Check, "start", lambda check: started.append(check) or start(check))
    build()
    with TestClient(create_app(settings=Settings())):
        build(MOVED)
        begun.wait(PATIENCE_S)
        threading.Timer(0.5, let_go.set).start()
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and (len(started) < 2 or any(check.is_alive() for check in started)):
        time.sleep(0.05)

    assert [check.is_alive() for check in started] == [False, False]


HARMS = {
    "truncated": lambda folder: truncate(folder / "texts.sqlite"),
    "bit-flipped": lambda folder: flip_bit(folder / "vectors.faiss"),
    "manifest bit-flipped": lambda folder: flip_bit(folder / "manifest.json", 0.01),
    "vanished file": lambda folder: (folder / "sentences.npy").unlink(),
    "vanished": shutil.rmtree,
    "older form": make_older,
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_damaged_generation_is_passed_over_at_the_start(
    start: Callable[[], TestClient],
    build: Callable[..., str],
    root: Path,
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Path], None],
) -> None:
    """The one before answers; the log and the probe tell why; what is published next serves, without a problem."""
    old, new = build(), build(MOVED)
    harm(root / new)
    client = start()
    told = client.get("/readyz").json()
    answer = client.post("/v1/ask", json=QUESTION).json()
    loud = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    wait_for(client, generation=build(), problem="")

    assert (told["status"], told["generation"]) == ("ready", old)
    assert new in told["problem"]
    assert answer["status"] == "answered"
    assert loud == [f"index {old} serves in its place: {told['problem']}"]


FILES = (
    "texts.sqlite",
    "vectors.faiss",
    "sentences.npy",
    "sentence_ends.npy",
    *(f"bm25/{name}" for name in ("data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy", "terms.npy")),
)


@pytest.mark.parametrize("name", FILES)
def test_a_byte_that_changed_in_a_large_file_is_found_while_serving(
    start: Callable[[], TestClient],
    build: Callable[..., str],
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
) -> None:
    """The one before answers from then on, until the file is whole again; a start compared sizes alone."""
    monkeypatch.setattr("embeddings.index.manifest.CHECKED_AT_START", 0)
    for setting in ("api.asking.serving.RETRY_S", "api.asking.integrity.RETRY_S", "api.asking.integrity.LOOK_S"):
        monkeypatch.setattr(setting, 0.05)
    old, new = build(), build(MOVED)
    flip_bit(root / new / name, 0.9)
    client = start()
    told = wait_for(client, generation=old)
    answer = client.post("/v1/ask", json=QUESTION).json()
    loud = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    flip_bit(root / new / name, 0.9)
    wait_for(client, generation=new, problem="")

    assert told["problem"] == f"{name} of index {new} is damaged; run: waymark index"
    assert (answer["status"], answer["provenance"]["generation"]) == ("answered", old)
    assert loud[0] == f"index {old} serves in its place: {told['problem']}"
    assert "Sweden" in json.dumps(client.post("/v1/ask", json=QUESTION).json()["statements"])


def test_a_question_that_meets_damage_is_not_answered_and_has_all_read(
    start: Callable[[], TestClient], build: Callable[..., str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It need not wait for the next day: what changed after all was read is found by the first question about it."""
    for setting in ("api.asking.serving.RETRY_S", "api.asking.integrity.LOOK_S"):
        monkeypatch.setattr(setting, 0.05)
    old, new = build(), build(MOVED)
    client = start()
    before = client.post("/v1/ask", json=QUESTION)
    whole = (root / new / "sentences.npy").read_bytes()
    with (root / new / "sentences.npy").open("r+b") as file:  # in place, as a disk does it
        file.seek(128)
        file.write(bytes(byte ^ 1 for byte in whole[128:]))
    met = client.post("/v1/ask", json=QUESTION | {"language": "en"})
    told = wait_for(client, generation=old)
    after = client.post("/v1/ask", json=QUESTION).json()

    assert before.json()["provenance"]["generation"] == new
    assert (met.status_code, "help" in met.json()) == (503, True)
    assert "sentences.npy" in told["problem"]
    assert (after["status"], after["provenance"]["generation"]) == ("answered", old)


def test_without_the_file_that_tells_which_serves_the_newest_does(
    start: Callable[[], TestClient], build: Callable[..., str], root: Path
) -> None:
    """What is whole is not left alone because a file of sixteen bytes is damaged."""
    build()
    new = build()
    (root / CURRENT).write_bytes(b"\xff" * 16)
    told = start().get("/readyz").json()

    assert told["generation"] == new
    assert "no index serves" in told["problem"]


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_damaged_generation_is_passed_over_while_serving(
    start: Callable[[], TestClient],
    build: Callable[..., str],
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[[Path], None],
) -> None:
    """The one that serves goes on; what is mended is taken up without a further word."""
    monkeypatch.setattr(api.asking.serving, "RETRY_S", 0.1)
    old = build()
    client = start()
    served_by = [client.get("/readyz").json()["generation"]]
    current = (root / CURRENT).read_bytes()
    new = build(MOVED)
    whole = root.parent / "whole"
    # The server may have been faster; what counts is how it takes the damaged one when it is told of it.
    wait_for(client, generation=new)
    (root / CURRENT).write_bytes(current)
    wait_for(client, generation=old)
    shutil.copytree(root / new, whole)
    harm(root / new)
    (root / CURRENT).write_text(f"{new}\n", encoding="utf-8")
    end = time.monotonic() + PATIENCE_S
    while not (told := client.get("/readyz").json())["problem"] and time.monotonic() < end:
        time.sleep(0.02)
    answer = client.post("/v1/ask", json=QUESTION).json()
    shutil.rmtree(root / new, ignore_errors=True)
    shutil.copytree(whole, root / new)
    mended = wait_for(client, generation=new)

    assert served_by == [old]
    assert (told["status"], told["generation"]) == ("ready", old)
    assert new in told["problem"]
    assert answer["provenance"]["generation"] == old
    assert mended["problem"] == ""


def test_a_server_that_found_no_index_takes_up_the_first_one(
    start: Callable[[], TestClient], build: Callable[..., str]
) -> None:
    """It need not be restarted."""
    client = start()
    before = client.get("/readyz").status_code
    id = build()
    wait_for(client, generation=id)

    assert before == 503
    assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"


def test_a_server_writes_nothing(
    start: Callable[[], TestClient], build: Callable[..., str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a folder that is read-only, without a cache of vectors, it starts and answers."""
    monkeypatch.setattr(Settings, "cache", root.parent / "cache" / "vectors.sqlite")
    build()
    with read_only(root.parent):
        client = start()

        assert client.get("/readyz").json()["problem"] == ""
        assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"


def test_an_unforeseen_failure_leaves_the_old_generation_and_the_watch(
    start: Callable[[], TestClient], build: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too little memory for two generations, say, is a problem that is told, and the next one is tried again."""
    old = build()
    client = start()

    def fail(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(Assistant, "over", fail)
        build()
        told = wait_for(client, problem="the index could not be loaded, by MemoryError")
    new = build()
    wait_for(client, generation=new, problem="")

    assert told["generation"] == old


def test_an_unforeseen_failure_at_the_start_has_an_earlier_generation_serve(
    start: Callable[[], TestClient], build: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails with the current one, the last good one answers; where none can be loaded, the server starts."""
    old, new = build(), build(MOVED)
    load, failing = Assistant.from_settings, [new]

    def fail(settings: Settings, notify: Callable[[str], None], folder: Path) -> Assistant:
        if folder.name in failing:
            raise RuntimeError
        return load(settings, notify, folder)

    monkeypatch.setattr(Assistant, "from_settings", fail)
    told = start().get("/readyz").json()
    failing.append(old)
    none = start().get("/readyz")

    assert told["generation"] == old
    assert told["problem"] == "the index could not be loaded, by RuntimeError"
    assert none.status_code == 503


def test_the_watch_goes_on_after_an_unforeseen_failure(
    start: Callable[[], TestClient],
    build: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What fails while the folder is looked at is logged, and what is published then is taken up all the same."""
    monkeypatch.setattr(api.asking.serving, "RETRY_S", 0.02)
    build()
    client, failed = start(), threading.Event()

    def fail(_: object) -> None:
        failed.set()
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(api.asking.serving.Serving, "_look", fail)
        assert failed.wait(PATIENCE_S)
    new = build(MOVED)
    wait_for(client, generation=new, problem="")

    assert "failed with RuntimeError" in caplog.text


def test_the_age_is_counted_from_the_build(start: Callable[[], TestClient], build: Callable[..., str]) -> None:
    """A monitor sees by it that the nightly build failed."""
    build()

    assert start().get("/readyz").json()["age_s"] < PATIENCE_S


def test_what_is_sent_to_a_store_serves(
    start: Callable[[], TestClient],
    build: Callable[..., str],
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server on another machine takes it up; while the store is gone or slow, it serves on and says so."""
    store, cat = f"memory://{tmp_path}", MemoryFileSystem.cat_file
    monkeypatch.setattr(api.asking.following, "LOOK_S", 0.02)
    monkeypatch.setattr(api.asking.following, "LATE_S", 0.1)
    monkeypatch.setenv("WAYMARK_INDEX_STORE", store)
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path / "other"))
    first = build()
    send(root / first, store)
    shutil.copytree(root, tmp_path / "other" / "index")
    client = start()
    monkeypatch.setattr(MemoryFileSystem, "cat_file", lambda *_: 1 / 0)
    gone = wait_for(client, problem="the store of the index can't be followed, by StoreProblem")
    monkeypatch.setattr(MemoryFileSystem, "cat_file", lambda *asked: time.sleep(1) or cat(*asked))
    slow = wait_for(client, problem="the store of the index has taken 0 s so far")
    answer = client.post("/v1/ask", json=QUESTION).json()
    monkeypatch.setattr(MemoryFileSystem, "cat_file", cat)
    second = build(MOVED)
    send(root / second, store)
    wait_for(client, generation=second, problem="")

    assert gone["generation"] == slow["generation"] == answer["provenance"]["generation"] == first
    assert "Sweden" in json.dumps(client.post("/v1/ask", json=QUESTION).json()["statements"])
