"""Servers that search on Milvus go over to what is published, and tell of it where Milvus does not answer."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient

import api.asking.serving
import qa.pipeline.retrieval
from api.app import create_app
from corpus import Document, load_documents
from doubles.fakes import HashingEncoder
from doubles.milvus_server import PATIENCE_S, MilvusServer
from embeddings import IndexPlan, Vector, build_generation
from qa import Settings

PAUSE_S = 0.1  # between two questions of a client
QUESTION = {"question": "Who funds the shelter in Accra?"}
MOVED = Document("moved", "The shelter has moved", "Sweden funds the shelter in Accra today. The shelter has moved.")


@pytest.fixture
def milvus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MilvusServer]:
    """Return a Milvus that servers search on, with the fake encoder; they look often whether it changed."""
    server = MilvusServer(tmp_path / "milvus")
    settings = {"VAR": str(tmp_path / "var"), "VECTORS": server.address, "MIN_CONFIDENCE": "0.5", "READER": "false"}
    for name, value in (settings | {"CACHED_ANSWERS": "0"}).items():
        monkeypatch.setenv(f"WAYMARK_{name}", value)
    monkeypatch.setattr(qa.pipeline.retrieval, "model_folder", lambda *_: tmp_path)
    monkeypatch.setattr(qa.pipeline.retrieval, "SentenceEncoder", lambda *_: HashingEncoder())
    monkeypatch.setattr(api.asking.serving, "CHECK_S", 0.05)
    yield server
    server.stop()


@pytest.fixture
def build(source: Path, milvus: MilvusServer) -> Callable[..., str]:
    """Return a function that publishes the three documents, and those that it is given; it returns the id."""

    def build(*more: Document) -> str:
        documents, settings = [*load_documents([source]), *more], Settings()
        return build_generation(
            documents,
            IndexPlan(HashingEncoder(), settings.index, settings.cache, created_by="tests", vectors=milvus.address),
        )

    return build


@pytest.fixture
def start() -> Iterator[Callable[[], TestClient]]:
    """Return a function that starts a server and returns a client of it."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(TestClient(create_app(settings=Settings())))


def wait_for(client: TestClient, **wanted: str) -> None:
    """Return once `/readyz` tells what is wanted."""
    end = time.monotonic() + PATIENCE_S
    while not wanted.items() <= (told := client.get("/readyz").json()).items():
        assert time.monotonic() < end, f"{told} has not {wanted}"
        time.sleep(0.02)


@pytest.mark.slow
def test_two_servers_take_up_what_is_published_without_a_failed_question(
    start: Callable[[], TestClient], build: Callable[..., str]
) -> None:
    """While they are asked all the time, each answer is of one generation alone."""
    ids = [build()]
    clients, done, answers = [start(), start()], Event(), []

    def ask(client: TestClient) -> None:
        while not done.is_set():
            answers.append(client.post("/v1/ask", json=QUESTION).json())
            time.sleep(PAUSE_S)

    asking = [Thread(target=ask, args=(client,)) for client in clients]
    for thread in asking:
        thread.start()
    for more in ([MOVED], [], [MOVED]):
        ids.append(build(*more))
        for client in clients:
            wait_for(client, generation=ids[-1], problem="")
    done.set()
    for thread in asking:
        thread.join()
    told: dict[str, set[str]] = {}
    for answer in answers:
        told.setdefault(answer["provenance"]["generation"], set()).add(str(answer["statements"]))

    assert {answer["status"] for answer in answers} == {"answered"}
    assert [("Sweden" in str(told[id])) for id in ids if id in told] == [
        id in (ids[1], ids[3]) for id in ids if id in told
    ]
    assert all(len(statements) == 1 for statements in told.values())


def test_without_milvus_the_help_card_is_shown_until_it_answers_again(
    start: Callable[[], TestClient], build: Callable[..., str], milvus: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searches and questions, one at work too, get 503 and when to ask again; all else is served. The probe tells."""
    id = build()
    client, encode = start(), HashingEncoder.encode_query

    def stop_and_encode(encoder: HashingEncoder, question: str) -> Vector:
        milvus.stop()
        return encode(encoder, question)

    with monkeypatch.context() as patched:
        patched.setattr(HashingEncoder, "encode_query", stop_and_encode)
        question = client.post("/v1/ask", json=QUESTION)
    search = client.post("/v1/search", json={"query": "shelter"})
    wait_for(client, generation=id, problem="Milvus does not answer")
    served = [client.get(path).status_code for path in ("/", "/help", "/v1/documents/ghana-shelter")]
    milvus.start()  # not `restart`, which asks through the client of the server and so clears its problem
    wait_for(client, generation=id, problem="")
    again: dict[str, Any] = client.post("/v1/ask", json=QUESTION).json()

    assert (question.status_code, search.status_code) == (503, 503)
    assert int(question.headers["retry-after"]) == int(search.headers["retry-after"]) > 0
    assert question.json()["help"]["lines"]
    assert served == [200, 200, 200]
    assert again["status"] == "answered"


def test_a_server_that_starts_without_milvus_answers_once_it_is_there(
    start: Callable[[], TestClient], build: Callable[..., str], milvus: MilvusServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It need not be restarted."""
    monkeypatch.setattr(api.asking.serving, "RETRY_S", 0.5)
    id = build()
    milvus.stop()
    client = start()
    before = client.get("/readyz").status_code
    milvus.start()
    wait_for(client, generation=id, problem="")

    assert before == 503
    assert client.post("/v1/ask", json=QUESTION).json()["status"] == "answered"
