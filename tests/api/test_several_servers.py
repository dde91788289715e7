"""Several servers are as one: they agree on keys and limits, and take up what is published without a failed request."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from corpus import Document
from doubles.fakes import HashingEncoder
from drivers import processes
from drivers.processes import eventually, free_port, wait_until_ready
from embeddings import IndexPlan, build_generation
from embeddings.index.store import send
from qa.records.database import Database
from qa.records.keys import Scope, create_key, revoke_key

SERVER = """
import api.asking.following, api.asking.serving, qa.pipeline.retrieval
from doubles.fakes import HashingEncoder
from qa.cli.app import app
api.asking.following.LOOK_S = api.asking.serving.CHECK_S = 0.05
qa.pipeline.retrieval.model_folder = lambda *_: None
qa.pipeline.retrieval.SentenceEncoder = lambda *_: HashingEncoder()
app()
"""
QUESTION = {"question": "Who funds the shelter in Accra?"}
START_S = 300  # for two servers on a busy machine
FUNDERS = ("Norway", "Sweden", "Canada", "Chile")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """Start a PostgreSQL; yield the address of its database."""
    with processes.postgresql() as server:
        yield server.get_uri()


def publish(folder: Path, funder: str) -> str:
    """Publish an index that tells of a funder, in a folder and in the store beside it; return its id."""
    document = Document("shelter", "The shelter in Accra", f"{funder} funds the shelter in Accra. It has 40 beds.")
    cache = folder / "vectors.sqlite"
    id = build_generation([document], IndexPlan(HashingEncoder(), folder / "index", cache, created_by="tests"))
    send(folder / "index" / id, f"file://{folder.parent}/store")
    return id


@pytest.fixture
def servers(tmp_path: Path, redis: str, database: str) -> Iterator[list[str]]:
    """Start a server on the folder in which indexes are built, and one that follows a store; yield their addresses."""
    publish(tmp_path / "one", FUNDERS[0])
    common = os.environ | {
        "PYTHONPATH": ":".join(sys.path),
        "WAYMARK_READER": "false",
        "WAYMARK_MIN_CONFIDENCE": "0.01",
        "WAYMARK_REDIS": redis,
        "WAYMARK_DATABASE": database,
        "WAYMARK_RATE_KEY": "3/hour",
    }
    own = {"one": {}, "other": {"WAYMARK_INDEX_STORE": f"file://{tmp_path}/store"}}
    started = {}
    with ExitStack() as stack:
        for name, settings in own.items():
            environment = common | settings | {"WAYMARK_VAR": str(tmp_path / name)}
            arguments = [sys.executable, "-c", SERVER, "serve", "--port", str(port := free_port())]
            server = stack.enter_context(subprocess.Popen(arguments, env=environment, text=True))
            stack.callback(server.send_signal, signal.SIGTERM)
            started[f"http://127.0.0.1:{port}"] = server
        for address, server in started.items():
            wait_until_ready(address, server, START_S)
        yield list(started)


def ask(address: str, key: str = "") -> httpx2.Response:
    """Ask a server, perhaps with a key."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return httpx2.post(f"{address}/v1/ask", json=QUESTION, headers=headers, timeout=60)


@pytest.mark.slow
@pytest.mark.process
def test_servers_agree(servers: list[str], database: str, tmp_path: Path) -> None:
    """A limit is one for both, a revoked key is none on both, and both go over to each index that is published."""
    records = Database(database)
    (_, limited), (revoked, secret) = (create_key(records, name, [Scope.ASK]) for name in ("limited", "revoked"))
    statuses = [ask(server, limited).status_code for server in (*servers, *servers)]
    before = [ask(server, secret).status_code for server in servers]
    revoke_key(records, revoked.id)
    ended, told = threading.Event(), [Counter[str](), Counter[str]()]

    def ask_on(server: str, answered: Counter[str]) -> None:
        while not ended.is_set():
            answer = ask(server).raise_for_status().json()
            answered.update(name for name in FUNDERS if f"{name} funds" in str(answer["statements"]))
            httpx2.get(f"{server}/readyz").raise_for_status()

    def serves(id: str) -> bool:
        return all(httpx2.get(f"{server}/readyz").json()["generation"] == id for server in servers)

    with ThreadPoolExecutor() as pool:
        asking = list(map(pool.submit, [ask_on, ask_on], servers, told))
        for funder in FUNDERS[1:]:
            id = publish(tmp_path / "one", funder)
            assert eventually(lambda: serves(id))  # noqa: B023 - called here
            time.sleep(1)
        ended.set()
    refused = eventually(lambda: [ask(server, secret).status_code for server in servers] == [401, 401])

    assert [job.result() for job in asking] == [None, None]  # no request failed
    assert [set(answered) for answered in told] == [set(FUNDERS)] * 2
    assert statuses == [200, 200, 200, 429]
    assert before == [200, 200]
    assert refused
