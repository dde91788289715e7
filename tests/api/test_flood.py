"""Under a flood of the costliest requests, cries for help are answered; when its clients leave, a server rests."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean
from urllib.parse import urlsplit

import httpx2
import numpy as np
import pytest

from api.formats.schemas import AskRequest
from api.guards.lanes import ALWAYS_JUDGED
from drivers.flood import COUNTRIES, costliest
from drivers.processes import free_port, wait_until_ready
from qa import Assistant, Settings
from qa.evaluation.speed import peak_memory

TESTS = Path(__file__).parents[1]
GOLD = TESTS.parent / "qa" / "evaluation" / "gold"
CLIENTS = 120
SECONDS = int(os.environ.get("FLOOD_SECONDS", "60"))
CRIES = [
    "They took my passport and I am locked in the house",
    "Mi jefe me quitó el pasaporte y no me deja salir",
    "She hits me every day. " + "I do not know what to do and I am afraid. " * 18 + "They took my passport",
]


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    """Serve the shipped index by the command; yield its address and process id."""
    url, command = f"http://127.0.0.1:{(port := free_port())}", "from qa.cli.app import app; app()"
    arguments = [sys.executable, "-c", command, "serve", "--port", str(port)]
    with subprocess.Popen(arguments, stderr=subprocess.DEVNULL, text=True) as process:
        wait_until_ready(url, process)
        yield url, process.pid
        process.terminate()
        process.wait(60)


def cry(url: str, number: int) -> tuple[float, str, float]:
    """Cry for help, then probe; return the seconds of the answer, the answer if it lacks the card, the probe's seconds.

    Each goes over a new connection. To make a client takes long, which is no time of the server.
    """
    with httpx2.Client(timeout=120) as person, httpx2.Client(timeout=120) as operator:
        begin = time.perf_counter()
        answer = person.post(f"{url}/v1/ask", json={"question": CRIES[number % len(CRIES)]}).json()
        answered = time.perf_counter()
        operator.get(f"{url}/healthz").raise_for_status()
        probed = time.perf_counter()
    return answered - begin, "" if answer.get("help") else json.dumps(answer), probed - answered


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.process
def test_cries_for_help_are_answered_under_a_flood(server: tuple[str, int]) -> None:
    """Each cry gets the card, 95 of 100 within a second; probes answer; memory is bounded; then all is as before."""
    url, process_id = server
    question = {"question": "Who funds the shelter in Accra?"}
    before = httpx2.post(f"{url}/v1/ask", json=question, timeout=60).json()
    idle = np.median([cry(url, number)[0] for number in range(3)])
    arguments = [sys.executable, "-m", "drivers.flood", url, str(CLIENTS), str(SECONDS)]
    with (
        subprocess.Popen(arguments, cwd=TESTS, stdout=subprocess.PIPE, text=True) as flooding,
        ThreadPoolExecutor(CLIENTS) as people,
    ):
        time.sleep(3)  # for the flood to begin
        cries = []
        for number in range(SECONDS - 5):
            cries.append(people.submit(cry, url, number))
            time.sleep(1)
        cried, lacking, probed = zip(*(cry.result() for cry in cries), strict=True)
        statuses = json.loads(flooding.communicate(timeout=120)[0])
    after = httpx2.post(f"{url}/v1/ask", json=question, timeout=60).json()
    p95, probe_p95 = np.percentile(cried, 95), np.percentile(probed, 95)
    memory = peak_memory(process_id)
    figures = f"cries: {len(cried)}, idle {idle:.3f} s, median {np.median(cried):.3f} s, p95 {p95:.3f} s, "
    figures += f"max {max(cried):.3f} s; healthz: p95 {probe_p95:.3f} s, "
    figures += f"max {max(probed):.3f} s; load {os.getloadavg()[0]:.1f}; {memory}"
    print(f"\n{figures}; flood: {statuses}")  # noqa: T201 - figures for people

    assert max(map(len, CRIES)) > ALWAYS_JUDGED
    assert set(statuses) <= {"200", "503"}
    assert list(filter(None, lacking)) == []
    assert p95 < 1
    assert probe_p95 < 0.2
    assert all(megabytes < 700 for megabytes in memory.values())
    assert {**after, "timings_ms": {}} == {**before, "timings_ms": {}}


@pytest.mark.slow
@pytest.mark.model
def test_the_costliest_requests_cost_little_more_than_ordinary_ones() -> None:
    """No request takes more than ten times the processor time of the mean of ordinary questions."""
    assistant = Assistant.from_settings(Settings())

    def cost(request: AskRequest) -> float:
        begin = time.process_time()
        prepared = assistant.intake.prepare(request.question, earlier=[turn.question for turn in request.history])
        assistant.answer(prepared, request.to_turns())
        return time.process_time() - begin

    lines = (GOLD / "factual.jsonl").read_text(encoding="utf-8").splitlines()[::10]
    ordinary = mean(cost(AskRequest(question=json.loads(line)["question"])) for line in lines)
    heaviest = max(cost(AskRequest.model_validate(costliest(seed))) for seed in range(8))
    print(f"\nordinary {ordinary:.2f} s, heaviest {heaviest:.2f} s")  # noqa: T201 - figures for people

    assert heaviest < 10 * ordinary


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.process
def test_a_stopped_server_ends_soon_and_answers_what_is_at_work(server: tuple[str, int]) -> None:
    """After SIGTERM a question at work is still answered, and the process ends within ten seconds."""
    url, process_id = server
    question = f"{COUNTRIES} And when?"
    with ThreadPoolExecutor() as people, httpx2.Client(timeout=60) as client:
        client.get(f"{url}/healthz")
        asked = people.submit(client.post, f"{url}/v1/ask", json={"question": question})
        time.sleep(0.2)
        os.kill(process_id, 15)
        begin = time.monotonic()
        answer = asked.result(60)
        while Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").split()[2] != "Z":
            time.sleep(0.05)
            assert time.monotonic() - begin < 10

    assert answer.json()["status"]


def processor_seconds(process_id: int) -> float:
    """Return the processor time that a process has taken so far."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.process
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_server_rests_once_its_clients_have_left(server: tuple[str, int], accept: str) -> None:
    """A second after all clients have closed their connections, whatever they asked, no processor time is taken."""
    url, process_id = server
    httpx2.post(f"{url}/v1/ask", json={"question": "Who funds the shelter in Accra?"}, timeout=60)
    clients = [socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) for _ in range(12)]
    for seed, client in enumerate(clients):
        body = json.dumps(costliest(seed)).encode()
        head = f"POST /v1/ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAccept: {accept}\r\n"
        client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    time.sleep(0.7)
    before = processor_seconds(process_id)
    time.sleep(0.3)
    at_work = processor_seconds(process_id) - before
    for client in clients:
        client.close()
    time.sleep(1)
    before = processor_seconds(process_id)
    time.sleep(1)
    after = processor_seconds(process_id) - before
    print(f"\nprocessor time: {at_work / 0.3:.0%} at work, {after:.0%} after they left")  # noqa: T201 - figures for people

    assert at_work > 0.1
    assert after < 0.1
