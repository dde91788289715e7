"""The routes of staff: who may use them, files in and out, builds that are served, and generations that serve again."""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

import api.asking.following
import api.asking.serving
import api.routes.staff
import qa.ingest.jobs
import qa.pipeline.retrieval
from api.app import create_app
from corpus import load_documents
from corpus.loaders.finding import MAX_BYTES
from doubles.fakes import HashingEncoder
from doubles.faults import flip_bit, full_disk
from doubles.websites import Page, web_page, website
from drivers.http_client import assert_problem
from embeddings import IndexPlan, build_generation
from embeddings.index import store as index_store
from embeddings.index.publishing import serving_id
from qa import Settings
from qa.ingest.jobs import JobConflict, cancel_job, read_jobs
from qa.records.database import Database
from qa.records.keys import Scope, create_key

PATIENCE_S = 60
BUILDER = """
import qa.pipeline.retrieval
from doubles.fakes import HashingEncoder
qa.pipeline.retrieval.model_folder = lambda *_: None
qa.pipeline.retrieval.SentenceEncoder = lambda *_: HashingEncoder()
from qa.ingest.building import main
main()
"""
TEMA = b"# Tema\n\nDenmark funds the shelter in Tema.\n"
ROUTES = [
    ("GET", "/v1/files", Scope.INGEST),
    ("PUT", "/v1/files/tema.md", Scope.INGEST),
    ("DELETE", "/v1/documents/tema", Scope.INGEST),
    ("POST", "/v1/jobs", Scope.INGEST),
    ("GET", "/v1/jobs", Scope.INGEST),
    ("GET", "/v1/jobs/000001", Scope.INGEST),
    ("GET", "/v1/jobs/000001/events", Scope.INGEST),
    ("POST", "/v1/jobs/000001/cancel", Scope.INGEST),
    ("GET", "/v1/generations", Scope.ADMIN),
    ("POST", "/v1/generations/000001-00000000/publish", Scope.ADMIN),
]


Send = Callable[..., Response]
Build = Callable[[], dict[str, Any]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of the index that is served."""
    return tmp_path / "var" / "index"


@pytest.fixture
def client(source: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Serve the three documents with the fake encoder, and look often what was published; no job outlives its test."""
    monkeypatch.setenv("WAYMARK_VAR", str(root.parent))
    monkeypatch.setenv("WAYMARK_MIN_CONFIDENCE", "0.5")
    monkeypatch.setenv("WAYMARK_READER", "false")
    monkeypatch.setenv("WAYMARK_WEBSITE_DELAY", "0")
    monkeypatch.setenv("WAYMARK_WEBSITE_PRIVATE", "true")
    monkeypatch.setenv("PYTHONPATH", ":".join(sys.path))
    monkeypatch.setattr(qa.pipeline.retrieval, "model_folder", lambda *_: None)
    monkeypatch.setattr(qa.pipeline.retrieval, "SentenceEncoder", lambda *_: HashingEncoder())
    monkeypatch.setattr(qa.ingest.jobs, "COMMAND", (sys.executable, "-c", BUILDER))
    monkeypatch.setattr(api.asking.serving, "CHECK_S", 0.02)
    build_generation(
        load_documents([source]), IndexPlan(HashingEncoder(), root, root.parent / "v.sqlite", created_by="tests")
    )
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client
    for job in read_jobs(Settings().jobs):
        with suppress(JobConflict):  # it has ended
            cancel_job(Settings().jobs, job.id)


@pytest.fixture
def keys(client: TestClient) -> dict[Scope, str]:
    """Return a key of each scope."""
    assert client
    database = Database(Settings().database_url)
    return {scope: create_key(database, "tests", [scope])[1] for scope in Scope}


@pytest.fixture
def send(client: TestClient, keys: dict[Scope, str]) -> Send:
    """Return a function that sends requests with a key, of the scope `ingest` unless another is named."""

    def send(method: str, path: str, scope: Scope = Scope.INGEST, **options: Any) -> Response:  # noqa: ANN401
        return client.request(method, path, headers={"authorization": f"Bearer {keys[scope]}"}, **options)

    return send


@pytest.fixture
def build(send: Send) -> Build:
    """Return a function that builds an index and returns the job when it has ended."""

    def build() -> dict[str, object]:
        started = send("POST", "/v1/jobs", json={})
        assert started.status_code == 202, started.text
        end = time.monotonic() + PATIENCE_S
        while (job := send("GET", started.headers["location"]).json())["state"] == "running":
            assert time.monotonic() < end, job
            time.sleep(0.05)
        return dict(job)

    return build


def ask_until(client: TestClient, generation: object, question: str) -> str:
    """Return the text of an answer of a generation, as soon as it serves."""
    end = time.monotonic() + PATIENCE_S
    while client.get("/readyz").json()["generation"] != generation:
        assert time.monotonic() < end
        time.sleep(0.02)
    return str(client.post("/v1/ask", json={"question": question}).json()["text"])


@pytest.mark.parametrize(("method", "path", "scope"), ROUTES, ids=str)
def test_each_route_needs_a_key_of_its_scope(
    client: TestClient, send: Send, method: str, path: str, scope: Scope
) -> None:
    """Without one, or with one of another scope, nothing is done, nor told."""
    sent: dict[tuple[str, str], dict[str, Any]] = {
        ("POST", "/v1/jobs"): {"json": {"kind": "build"}},
        ("PUT", "/v1/files/tema.md"): {"content": b"A shelter opened in Tema."},
    }
    options = sent.get((method, path), {})
    assert_problem(client.request(method, path, **options), 401)
    for other in set(Scope) - {scope}:
        assert_problem(send(method, path, other, **options), 403)

    assert send("GET", "/v1/files").json() == {"files": [], "deleted": []}
    assert read_jobs(Settings().jobs) == []
    assert send(method, path, scope, **options).status_code in {200, 201, 202, 404}


@pytest.mark.process
def test_documents_are_added_replaced_and_deleted(client: TestClient, send: Send, build: Build) -> None:
    """What was sent is served after the build, and its file is told of before."""
    told = {"title": "A shelter in Tema", "countries": ["Ghana", "Togo"], "publisher": "Line one\nline two"}
    added = send("PUT", "/v1/files/tema.md", content=TEMA, params=told)
    replaced = send("PUT", "/v1/files/ghana-shelter.txt", content=b"Sweden funds the shelter in Accra.")
    deleted = send("DELETE", "/v1/documents/colombia-hotline")
    waiting = send("GET", "/v1/files").json()
    job = build()
    answer = ask_until(client, job["generation"], "Who funds the shelter in Tema?")
    document = client.get("/v1/documents/tema").json()

    assert (added.status_code, replaced.status_code, deleted.status_code) == (201, 201, 204)
    assert added.json() | {"stored": ""} == {"file": "tema.md", "document": "tema", "bytes": len(TEMA), "stored": ""}
    assert [file["file"] for file in waiting["files"]] == ["ghana-shelter.txt", "tema.md"]
    assert waiting["deleted"] == ["colombia-hotline"]
    assert job["state"] == "done"
    assert job["documents"] == {"added": 1, "changed": 1, "unchanged": 1, "removed": 1}
    assert [file["outcome"] for file in job["files"]] == ["read", "read"]
    assert job["done"] == job["total"] > 0
    assert "Denmark" in answer
    assert (document["title"], document["countries"]) == ("A shelter in Tema", ["Ghana", "Togo"])
    assert document["publisher"] == "Line one line two"
    assert client.get("/v1/documents/colombia-hotline").status_code == 404
    assert send("PUT", "/v1/files/tema.md", content=TEMA).status_code == 200
    assert [{**listed, "files": job["files"]} for listed in send("GET", "/v1/jobs").json()] == [job]


@pytest.mark.process
def test_a_page_is_added_by_its_address(client: TestClient, send: Send, build: Build) -> None:
    """It is cited by the address at which it was found; one that is not there is refused with the reason."""
    with website({"/tema": web_page(text="Denmark funds the shelter in Tema.")}) as site:
        refused = send("PUT", "/v1/files/accra.html", params={"address": f"{site.address}/accra"})
        added = send("PUT", "/v1/files/tema.html", params={"address": f"{site.address}/tema"})
    ask_until(client, build()["generation"], "Who funds the shelter in Tema?")

    assert "it answered 404" in assert_problem(refused, 422)["detail"]
    assert added.status_code == 201
    assert client.get("/v1/documents/tema").json()["url"] == f"{site.address}/tema"


def test_a_slow_page_is_refused_after_a_while(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are fetched at a time, so that they take no thread from other requests."""
    monkeypatch.setattr(api.routes.staff, "FETCH_S", 1.0)

    def put(number: int) -> Response:
        return send("PUT", f"/v1/files/{number}.html", params={"address": f"{site.address}/slow"})

    with website({"/slow": Page(seconds=60)}) as site, ThreadPoolExecutor() as pool:
        begin = time.monotonic()
        refused = list(pool.map(put, range(4)))
        seconds = time.monotonic() - begin

    assert {"was not added" in assert_problem(each, 422)["detail"] for each in refused} == {True}
    assert 2 <= seconds < PATIENCE_S / 4


@pytest.mark.parametrize(
    ("name", "body", "params", "status", "told"),
    [
        ("tema.exe", b"MZ", {}, 415, "none of those that are read"),
        ("tema.zip", b"PK\x03\x04", {}, 415, "none of those that are read"),
        ("tema.md", b"", {}, 415, "it is empty; send the bytes of the file"),
        ("Tema!.md", TEMA, {}, 409, "tema.md is the same document"),
        ("documents.csv", TEMA, {}, 422, "can't be the name of a file here"),
        (".tema.md", TEMA, {}, 422, "can't be the name of a file here"),
        ("te%0Ama.md", TEMA, {}, 422, "can't be the name of a file here"),
        ("a" * 250 + ".md", TEMA, {}, 422, "can't be the name of a file here"),
        ("accra.md", TEMA, {"colour": "red"}, 422, "not known here"),
        ("%2E%2E%2Faccra.md", TEMA, {}, 404, "nothing at this address"),
    ],
)
def test_a_file_that_can_not_be_added_is_refused_with_the_reason(
    send: Send, name: str, body: bytes, params: dict[str, str], status: int, told: str
) -> None:
    """Nothing of it stays."""
    send("PUT", "/v1/files/tema.md", content=TEMA)
    refused = send("PUT", f"/v1/files/{name}", content=body, params=params)

    assert told in assert_problem(refused, status)["detail"]
    assert [file["file"] for file in send("GET", "/v1/files").json()["files"]] == ["tema.md"]


def test_a_file_may_be_longer_than_a_question_but_not_than_what_is_read(
    client: TestClient, send: Send, keys: dict[Scope, str]
) -> None:
    """A declared length is refused before the body is read; who has no key can't send more than a question."""
    long = send("PUT", "/v1/files/long.md", content=b"Norway pays. " * 10_000)
    headers = {"authorization": f"Bearer {keys[Scope.INGEST]}", "content-length": str(MAX_BYTES + 1)}
    longer = client.put("/v1/files/longer.md", content=b"", headers=headers)

    assert long.json()["bytes"] == 130_000
    assert "200,000,000 bytes" in assert_problem(longer, 413)["detail"]
    described = client.get("/openapi.json").json()["paths"]["/v1/files/{name}"]["put"]["responses"]["413"]
    assert "65,536" not in str(described)


def test_a_full_disk_is_told(send: Send) -> None:
    """What was there stays as it was."""
    send("PUT", "/v1/files/tema.md", content=TEMA)
    with full_disk(200_000):
        refused = send("PUT", "/v1/files/tema.md", content=b"Norway pays. " * 50_000)

    assert_problem(refused, 507)
    assert send("GET", "/v1/files").json()["files"][0]["bytes"] == len(TEMA)


def test_what_is_not_there_is_told(send: Send) -> None:
    """A document, a job and a generation of an unknown id are not found, a second build has to wait."""
    assert_problem(send("DELETE", "/v1/documents/nope"), 404)
    for path in ("/v1/jobs/000009", "/v1/jobs/000009/events", "/v1/jobs/%2E%2E"):
        assert_problem(send("GET", path), 404)
    assert_problem(send("POST", "/v1/jobs/000009/cancel"), 404)
    assert_problem(send("POST", "/v1/generations/000009-00000000/publish", Scope.ADMIN), 404)


@pytest.mark.process
def test_a_job_is_watched_and_cancelled(client: TestClient, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events come until it ends; another can't be started meanwhile, and what served serves on."""
    slow = "HashingEncoder.encode_passages = lambda *_: __import__('time').sleep(600)\nfrom qa.ingest.building"
    monkeypatch.setattr(
        qa.ingest.jobs, "COMMAND", (sys.executable, "-c", BUILDER.replace("from qa.ingest.building", slow))
    )
    before = client.get("/readyz").json()["generation"]
    send("PUT", "/v1/files/tema.md", content=TEMA)
    id = send("POST", "/v1/jobs", json={"kind": "build"}).json()["id"]
    with ThreadPoolExecutor() as pool:
        watched = pool.submit(send, "GET", f"/v1/jobs/{id}/events")
        end = time.monotonic() + PATIENCE_S
        while not send("GET", f"/v1/jobs/{id}").json()["files"] and time.monotonic() < end:
            time.sleep(0.05)
        second = send("POST", "/v1/jobs", json={})
        cancelled = send("POST", f"/v1/jobs/{id}/cancel").json()
        events = watched.result().text.strip().split("\n\n")

    assert "a build is running" in assert_problem(second, 409)["detail"]
    assert cancelled["state"] == "cancelled"
    assert events[0].startswith("event: running\n")
    assert events[-1].startswith("event: cancelled\n")
    assert json.loads(events[-1].partition("data: ")[2])["id"] == id
    assert_problem(send("POST", f"/v1/jobs/{id}/cancel"), 409)
    assert client.get("/readyz").json()["generation"] == before


@pytest.mark.process
def test_an_earlier_generation_serves_again(client: TestClient, send: Send, build: Build, root: Path) -> None:
    """It is verified before: a damaged one is told as such, and does not serve."""
    first = client.get("/readyz").json()["generation"]
    send("PUT", "/v1/files/tema.md", content=TEMA)
    second = build()["generation"]
    listed = send("GET", "/v1/generations", Scope.ADMIN).json()
    published = send("POST", f"/v1/generations/{first}/publish", Scope.ADMIN)
    ask_until(client, first, "Who funds the shelter in Accra?")
    flip_bit(root / second / "vectors.faiss")
    refused = send("POST", f"/v1/generations/{second}/publish", Scope.ADMIN)
    states = {listed["id"]: listed["state"] for listed in send("GET", "/v1/generations", Scope.ADMIN).json()}

    assert [(one["id"], one["documents"], one["serves"]) for one in listed] == [(second, 4, True), (first, 3, False)]
    assert published.status_code == 204
    assert "damaged" in assert_problem(refused, 409)["detail"]
    assert states == {first: "whole", second: "damaged"}
    assert client.get("/v1/documents/tema").status_code == 404


def test_what_is_published_serves_where_a_store_is_followed(
    client: TestClient, source: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is sent to the store: a server that follows it went back to the other one within five seconds."""
    store = f"file://{tmp_path}/store"
    first = client.get("/readyz").json()["generation"]
    plan = IndexPlan(HashingEncoder(), root, root.parent / "v.sqlite", created_by="tests")
    second = build_generation(load_documents([source])[:2], plan)
    for id in (first, second):
        index_store.send(root / id, store)
    monkeypatch.setenv("WAYMARK_INDEX_STORE", store)
    monkeypatch.setattr(api.asking.following, "LOOK_S", 0.02)
    key = create_key(Database(Settings().database_url), "tests", [Scope.ADMIN])[1]
    with TestClient(create_app(), raise_server_exceptions=False) as following:
        headers = {"authorization": f"Bearer {key}"}
        published = following.post(f"/v1/generations/{first}/publish", headers=headers)
        ask_until(following, first, "Who funds the shelter in Accra?")
        time.sleep(0.5)
        serving = serving_id(root)
        shutil.rmtree(tmp_path / "store")
        (tmp_path / "store").touch()
        refused = following.post(f"/v1/generations/{second}/publish", headers=headers)
        alone = serving_id(root)

    assert published.status_code == 204
    assert (serving, alone) == (first, second)
    assert "It could not be sent to the store, and serves here alone" in assert_problem(refused, 409)["detail"]
    assert "the store of the index can't be used" in assert_problem(refused, 409)["detail"]
