"""Under a flood of the costliest requests, cries for help are answered, and afterwards all is as before."""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx2
import numpy as np
import pytest

from api.lanes import ALWAYS_JUDGED
from processes import free_port, wait_until_ready
from qa.evaluation.speed import peak_memory

CLIENTS = 120
SECONDS = float(os.environ.get("FLOOD_SECONDS", "60"))
CRIES = [
    "They took my passport and I am locked in the house",
    "Mi jefe me quitó el pasaporte y no me deja salir",
    "She hits me every day. " + "I do not know what to do and I am afraid. " * 18 + "They took my passport",
]
COUNTRIES = "Who funds all the shelters in Ghana, Togo, Benin, Mali, Niger and Chad? "


def words(characters: int, seed: int) -> str:
    """Return words that are in no language, so that all are looked up, in many tokens."""
    choice = random.Random(seed)  # noqa: S311 - a flood, no secret
    text = "".join(choice.choice("aeilnorstud  ") + choice.choice("aeilnorstud") for _ in range(characters))
    return text[:characters]


def costliest(seed: int) -> dict[str, Any]:
    """Return one of the costliest legal requests: many sub-questions, many turns, long words, long scripts."""
    turns = [{"question": words(990, seed + turn), "answer": words(1800, turn)} for turn in range(20)]
    questions = [COUNTRIES + words(160, seed), COUNTRIES + words(900, seed), "谁资助了加纳的人口贩运受害者庇护所" * 58]
    if seed % 4 == 3:
        return {"question": "why me? " * 7000}
    return {"question": questions[seed % 3], "history": turns if seed % 2 else []}


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    """Serve the shipped index by the command; yield its address and process id."""
    url, command = f"http://127.0.0.1:{(port := free_port())}", "from qa.cli.app import app; app()"
    arguments = [sys.executable, "-c", command, "serve", "--port", str(port)]
    with subprocess.Popen(arguments, stderr=subprocess.DEVNULL, text=True) as process:
        wait_until_ready(url, process)
        yield url, process.pid
        process.terminate()
        begin = time.monotonic()
        process.wait(30)
        print(f"ended {time.monotonic() - begin:.1f} s after SIGTERM")  # noqa: T201 - figures of a measurement


async def flood(url: str) -> tuple[Counter[int | str], list[tuple[float, bool]], list[float]]:
    """Flood a server; return the statuses of floods, the seconds and success of cries, and the seconds of probes."""
    end = time.monotonic() + SECONDS
    statuses: Counter[int | str] = Counter()
    cries: list[tuple[float, bool]] = []
    probes: list[float] = []
    bodies = [json.dumps(costliest(seed)).encode() for seed in range(CLIENTS)]

    async def ask_on(client: httpx2.AsyncClient, body: bytes, accept: str) -> None:
        headers = {"content-type": "application/json", "accept": accept}
        while time.monotonic() < end:
            try:
                response = await client.post(f"{url}/v1/ask", content=body, headers=headers)
            except httpx2.HTTPError as error:
                statuses[type(error).__name__] += 1
                continue
            assert response.status_code == 200 or (response.json()["help"] and response.headers["retry-after"])
            statuses[response.status_code] += 1

    async def cry(client: httpx2.AsyncClient, number: int) -> None:
        begin = time.perf_counter()
        response = await client.post(f"{url}/v1/ask", json={"question": CRIES[number % len(CRIES)]})
        cries.append((time.perf_counter() - begin, bool(response.json().get("help"))))
        begin = time.perf_counter()
        assert (await client.get(f"{url}/healthz")).status_code == 200
        probes.append(time.perf_counter() - begin)

    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(timeout=120, limits=limits) as client, asyncio.TaskGroup() as group:
        for number, body in enumerate(bodies):
            group.create_task(ask_on(client, body, "text/event-stream" if number % 2 else "application/json"))
        await asyncio.sleep(2)
        number = 0
        while time.monotonic() < end:
            group.create_task(cry(client, number))
            number += 1
            await asyncio.sleep(1)
    return statuses, cries, probes


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.process
def test_cries_for_help_are_answered_under_a_flood(server: tuple[str, int]) -> None:
    """Each cry gets the card, 95 of 100 within a second; probes answer; memory stays in bounds; then all is as before."""
    url, process_id = server
    question = {"question": "Who funds the shelter in Accra?"}
    before = httpx2.post(f"{url}/v1/ask", json=question, timeout=60).json()
    statuses, cries, probes = asyncio.run(flood(url))
    after = httpx2.post(f"{url}/v1/ask", json=question, timeout=60).json()
    cry_p95, probe_p95 = np.percentile([seconds for seconds, _ in cries], 95), np.percentile(probes, 95)
    memory = peak_memory(process_id)
    print(f"{statuses=} cries={len(cries)} {cry_p95=:.3f} {max(cries)=} {probe_p95=:.3f} {max(probes)=:.3f} {memory=}")  # noqa: T201

    assert max(map(len, CRIES)) > ALWAYS_JUDGED
    assert set(statuses) <= {200, 503}
    assert all(has_card for _, has_card in cries)
    assert cry_p95 < 1
    assert probe_p95 < 0.2
    assert all(megabytes < 700 for megabytes in memory.values())
    assert {**after, "timings_ms": {}} == {**before, "timings_ms": {}}
