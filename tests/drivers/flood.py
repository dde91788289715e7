"""Flood a server with the costliest legal requests: `PYTHONPATH=tests python -m drivers.flood ADDRESS CLIENTS SECONDS`.

Prints how many requests ended with each status, as JSON. A process of its own, so that it delays nobody who measures.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from typing import Any

import httpx2

COUNTRIES = "Who funds all the shelters in Ghana, Togo, Benin, Mali, Niger and Chad? "
STORY = "谁资助了加纳的人口贩运受害者庇护所"


def words(characters: int, seed: int) -> str:
    """Return words that are in no language, so that all are looked up, in many tokens."""
    return "".join(random.Random(seed).choices("aeilnorstud  ", k=characters))  # noqa: S311 - a flood, no secret


def costliest(seed: int) -> dict[str, Any]:
    """Return one of the costliest legal requests: many sub-questions, many turns, long words, long scripts."""
    turns = [{"question": words(990, seed + turn), "answer": words(1800, turn)} for turn in range(20)]
    questions = [COUNTRIES + words(160, seed), COUNTRIES + words(900, seed), STORY * 58, "why me? " * 7000]
    return {"question": questions[seed % 4], "history": turns if seed % 8 in {0, 1, 2} else []}


async def flood(url: str, clients: int, seconds: float) -> Counter[str]:
    """Have clients ask without pause; return the number of answers of each status, and of failures by their type."""
    bodies = [json.dumps(costliest(seed)).encode() for seed in range(clients)]
    end = time.monotonic() + seconds
    ended: Counter[str] = Counter()

    async def ask_on(client: httpx2.AsyncClient, body: bytes, accept: str) -> None:
        headers = {"content-type": "application/json", "accept": accept}
        while time.monotonic() < end:
            try:
                response = await client.post(f"{url}/v1/ask", content=body, headers=headers)
            except httpx2.HTTPError as error:
                ended[type(error).__name__] += 1
                continue
            has_card = '"help"' in response.text and "retry-after" in response.headers
            ended[f"{response.status_code}{'' if response.is_success or has_card else ' without help'}"] += 1

    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(timeout=120, limits=limits) as client, asyncio.TaskGroup() as group:
        for number, body in enumerate(bodies):
            group.create_task(ask_on(client, body, "text/event-stream" if number % 2 else "application/json"))
    return ended


if __name__ == "__main__":
    address, number, duration = sys.argv[1:]
    sys.stdout.write(json.dumps(asyncio.run(flood(address, int(number), float(duration)))))
