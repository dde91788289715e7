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
from http_client import QUESTION, assert_problem
from processes import PATIENCE_S, eventually, free_port, wait_until_ready
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
    assert found[f'waymark_index_built_timestamp_seconds{{generation="{generation}"}}'] == assistant.built
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


def children(process_id: int) -> list[int]:
    """Return the processes that a process started and that serve."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        text = status.read_text(encoding="utf-8")
        if f"PPid:\t{process_id}\n" in text and "spawn_main" in (status.parent / "cmdline").read_text(encoding="utf-8"):
            found.append(int(status.parent.name))
    return found


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.process
def test_workers_count_and_log_together_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    """Whichever worker is asked tells the figures of all; killing one keeps nobody from being answered."""
    url, command = f"http://127.0.0.1:{(port := free_port())}", "from qa.cli.app import app; app()"
    arguments = [sys.executable, "-c", command, "serve", "--port", str(port), "--workers", "2"]
    environment = {**os.environ, "WAYMARK_LOGS": "json"}
    log = tmp_path / "log"
    with log.open("w") as stderr, subprocess.Popen(arguments, env=environment, stderr=stderr, text=True) as server:
        wait_until_ready(url, server)

        def ask(number: int) -> int:
            with httpx2.Client(timeout=PATIENCE_S) as client:  # a new connection, so that either worker may take it
                return client.post(f"{url}/v1/ask", json={"question": f"Who funds shelter {number}?"}).status_code

        def counted() -> dict[str, float]:
            with httpx2.Client(timeout=PATIENCE_S) as client:
                return figures(client.get(f"{url}/metrics").text)

        statuses = [ask(number) for number in range(8)]
        assert eventually(lambda: counted()[ASKED] == 8)
        before = {counted()[ASKED] for _ in range(8)}
        first = children(server.pid)
        os.kill(first[0], signal.SIGKILL)
        replaced = eventually(lambda: len(set(children(server.pid)) - set(first)) == 1)
        wait_until_ready(url, server)
        statuses += [ask(number) for number in range(8)]
        waiting = counted()["waymark_questions"]
        server.terminate()
        server.wait(PATIENCE_S)

    lines = log.read_text(encoding="utf-8").splitlines()
    asked = [line for line in lines if "route=/v1/ask" in line]

    assert before == {8}
    assert statuses == [200] * 16
    assert replaced
    assert waiting == 0
    assert len({json.loads(line)["request_id"] for line in asked}) == 16
    assert "funds" not in "".join(lines)
