"""The figures of `GET /metrics`: what they count, who may read them, and that they hold no text."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.guards.metrics import SHARED, _forget_dead_workers
from drivers.http_client import QUESTION, assert_problem
from drivers.processes import PATIENCE_S, eventually, free_port, wait_until_ready
from qa import Assistant, Settings

CRY = "They took my passport and I am locked in the house"
LOCAL = ("127.0.0.1", 50000)
ASKED = 'waymark_requests_total{route="/v1/ask",status="200"}'


@pytest.fixture
def local(assistant: Assistant) -> Iterator[TestClient]:
    """Return a client on the machine of the server, where each client may ask five times."""
    with TestClient(create_app(assistant, Settings(rate="5/hour")), client=LOCAL) as client:
        yield client


def figures(text: str) -> dict[str, float]:
    """Return the figures of a text of Prometheus, by name and labels."""
    return {name: float(value) for name, value in re.findall(r"^(waymark\S*(?:{.*})?) (\S+)$", text, re.MULTILINE)}


def test_figures_count_without_a_word_of_a_text(local: TestClient, assistant: Assistant) -> None:
    """Requests, answers, refusals, help cards, steps and the index are counted, by labels with few values."""
    for question in (QUESTION, QUESTION, "What is the boiling point of tungsten?", CRY, "hello", "again"):
        local.post("/v1/ask", json={"question": question})
    local.head("/documents/ghana-shelter")
    local.get("/no-such-place")
    local.get("/static/page.css")
    text = local.get("/metrics").text
    found = figures(text)

    assert found[ASKED] == 5
    assert found['waymark_requests_total{route="/v1/ask",status="429"}'] == 1
    assert found['waymark_requests_total{route="/documents/{id}",status="200"}'] == 1
    assert found['waymark_requests_total{route="none",status="404"}'] == 1
    assert found['waymark_requests_total{route="/static",status="200"}'] == 1
    assert found['waymark_answers_total{reason="",status="answered"}'] == 2
    assert found['waymark_refusals_total{reason="too_many"}'] == 1
    assert found["waymark_cached_answers_total"] == found["waymark_help_cards_total"] == 1
    assert found['waymark_step_seconds_count{step="retrieve"}'] >= 2
    assert found["waymark_questions"] == 0
    generation = assistant.provenance.generation
    assert found[f'waymark_index_built_timestamp_seconds{{generation="{generation}"}}'] == assistant.generation.built
    assert not any(word in text for word in ("Accra", "passport", "tungsten", "ghana"))


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.1", {}, 403),
        ("::ffff:192.0.2.1", {}, 403),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 403),
    ],
)
def test_figures_are_for_the_networks_that_the_operator_names(
    assistant: Assistant, peer: str, headers: dict[str, str], status: int
) -> None:
    """Nobody else may read them, and nobody through a proxy, which hides who asks."""
    with TestClient(create_app(assistant), client=(peer, 50000)) as client:
        response = client.get("/metrics", headers=headers)

    assert response.status_code == status
    if status == 403:
        assert_problem(response, 403)


@pytest.mark.parametrize("error", [ProcessLookupError, PermissionError])
def test_what_dead_workers_had_at_work_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    """Also where the number of a dead worker is that of somebody else's process by now, which may not be asked."""

    def kill(*_: int) -> None:
        raise error

    monkeypatch.setenv(SHARED, str(tmp_path))
    monkeypatch.setattr(os, "kill", kill)
    (tmp_path / "gauge_livesum_4711.db").touch()
    _forget_dead_workers()

    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.process
def test_workers_count_and_log_together_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    """Whichever worker is asked tells the figures of all; killing one keeps nobody from being answered."""
    url, command = f"http://127.0.0.1:{(port := free_port())}", "from qa.cli.app import app; app()"
    arguments = [sys.executable, "-c", command, "serve", "--port", str(port), "--workers", "2"]
    environment, log = {**os.environ, "WAYMARK_LOGS": "json"}, tmp_path / "log"

    def get(path: str, **body: str) -> httpx2.Response:
        with httpx2.Client(
            base_url=url, timeout=PATIENCE_S
        ) as client:  # a new connection, which either worker may take
            return client.post(path, json=body) if body else client.get(path)

    def asked() -> float:
        return figures(get("/metrics").text).get(ASKED, 0)

    def workers() -> list[str]:
        return re.findall(r"Started server process \[(\d+)\]", log.read_text(encoding="utf-8"))

    with log.open("w") as stderr, subprocess.Popen(arguments, env=environment, stderr=stderr, text=True) as server:
        try:
            wait_until_ready(url, server)
            statuses = [get("/v1/ask", question=f"Who funds shelter {number}?").status_code for number in range(8)]
            counted = eventually(lambda: asked() == 8)
            counts = {asked() for _ in range(8)}
            os.kill(int(workers()[0]), signal.SIGKILL)
            replaced = eventually(lambda: len(workers()) == 3)
            statuses += [get("/v1/ask", question=f"Who funds home {number}?").status_code for number in range(8)]
            waiting = figures(get("/metrics").text)["waymark_questions"]
        finally:
            server.terminate()
            server.wait(PATIENCE_S)
    lines = log.read_text(encoding="utf-8")
    ids = {json.loads(line)["request_id"] for line in lines.splitlines() if "route=/v1/ask" in line}

    assert counted
    assert counts == {8}
    assert statuses == [200] * 16
    assert replaced
    assert waiting == 0
    assert len(ids) == 16
    assert "funds" not in lines
