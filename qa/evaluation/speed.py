"""Measure the throughput of encoding, indexing and searching, and a server's start-up time, memory and load.

In: an index, questions and settings. Out: figures by name, with their unit in the name.
Left out: the latency of single answers, which each answer reports (`timings_ms`).
"""

import itertools
import math
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from embeddings import Encoder, Generation, IndexPlan, build_generation
from embeddings.models.pooling import PassageText
from qa.pipeline.retrieval import retrieve
from qa.query.query import make_query
from qa.query.question import Question
from qa.settings import Settings

SAMPLE_TEXTS = 128  # encoded
SAMPLE_DOCUMENTS = 16  # indexed
SAMPLE_QUERIES = 200  # searched
START_S = 120.0  # within which a server must be ready
REFUSALS = (429, 503)
POLL_S = 0.05

Item = TypeVar("Item")


class ServerFailed(RuntimeError):
    """The server did not start, or is not there; the message holds the last line that it wrote, or its address."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server: one started for this run, or one that ran already, of which only the address is known."""

    url: str
    started_s: float
    process_id: int = 0


@contextmanager
def local_server(environment: Mapping[str, str]) -> Iterator[Server]:
    """Run `waymark serve` on a free port of this machine, with these settings, until the block ends."""
    port = _free_port()
    command = [sys.executable, "-c", "from qa.cli.app import app; app()", "serve", "--port", str(port)]
    begin = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        lines: list[str] = []
        # A pipe that nobody reads fills up and stops the server.
        reader = threading.Thread(target=lambda: lines.extend(process.stderr or []), daemon=True)
        reader.start()
        url = f"http://127.0.0.1:{port}"
        try:
            while not _is_ready(url):
                if process.poll() is not None or time.perf_counter() - begin > START_S:
                    reader.join(timeout=1)
                    last = lines[-1].strip() if lines else "it wrote nothing"
                    raise ServerFailed(f"the server did not start: {last}")
                time.sleep(POLL_S)
            yield Server(url, time.perf_counter() - begin, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=START_S)
            reader.join()


def running_server(url: str) -> Server:
    """Return the server at an address. Raises ServerFailed where none is ready there."""
    if not _is_ready(url):
        raise ServerFailed(f"no server is ready at {url}; start it, or correct the address")
    return Server(url, 0.0)


def served_environment(settings: Settings) -> dict[str, str]:
    """Return the variables of a server to be measured: it answers every question anew."""
    return {"WAYMARK_VAR": str(settings.var), "WAYMARK_ENCODER": settings.encoder, "WAYMARK_CACHED_ANSWERS": "0"}


def peak_memory(process_id: int) -> dict[str, float]:
    """Return the largest memory that a running process had so far, in MB; nothing where the system is not Linux."""
    status = Path(f"/proc/{process_id}/status")
    kilobytes = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8")) if status.exists() else []
    return {"memory: peak MB": int(kilobytes[0]) / 1024} if kilobytes else {}


def load_test(url: str, questions: Sequence[str], *, users: int, seconds: float) -> dict[str, float]:
    """Have users ask without pause for some seconds; count and time the answers, and count refusals and errors.

    A refusal is a status 429 or 503 that says when to ask again.
    """
    import requests

    times: list[float] = []
    refused = errors = 0
    end = time.perf_counter() + seconds

    def ask_until_the_end(first: int) -> None:
        nonlocal refused, errors
        with requests.Session() as session:
            for question in itertools.cycle([*questions[first:], *questions[:first]]):
                begin = time.perf_counter()
                if begin > end:
                    return
                try:
                    response = session.post(f"{url}/v1/ask", json={"question": question}, timeout=START_S)
                except requests.RequestException:
                    errors += 1
                    continue
                if response.ok:
                    times.append(time.perf_counter() - begin)
                elif response.status_code in REFUSALS and "Retry-After" in response.headers:
                    refused += 1
                else:
                    errors += 1

    threads = [threading.Thread(target=ask_until_the_end, args=(user * 7 % len(questions),)) for user in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    p50, p95, p99 = np.percentile(times or [math.nan], [50, 95, 99]) * 1000
    return {
        "load: users": float(users),
        "load: answers a second": len(times) / seconds,
        "load: refused": float(refused),
        "load: errors": float(errors),
        "load: p50 ms": float(p50),
        "load: p95 ms": float(p95),
        "load: p99 ms": float(p99),
    }


def throughput(folder: Path, encoder: Encoder, queries: Sequence[str]) -> dict[str, float]:
    """Encode, index and search a sample of an index, without cache; return the rate of each per second."""
    generation = Generation.load(folder, encoder)
    passages = list(generation.passages)
    texts = [PassageText("", (passage.text_in_context,)) for passage in evenly_spaced(passages, SAMPLE_TEXTS)]
    encoding = _seconds(lambda: encoder.encode_passages(texts))
    documents = evenly_spaced(list(generation.documents.values()), SAMPLE_DOCUMENTS)
    ids = {document.id for document in documents}
    indexed = sum(passage.document_id in ids for passage in passages)
    with TemporaryDirectory() as folder_name:
        root = Path(folder_name)
        indexing = _seconds(
            lambda: build_generation(
                documents, IndexPlan(encoder, root, root / "vectors.sqlite", created_by="waymark benchmark")
            )
        )
    sample = evenly_spaced(queries, SAMPLE_QUERIES)
    searching = _seconds(lambda: [retrieve(make_query(Question(query), encoder), generation) for query in sample])
    return {
        "encoding: texts a second": len(texts) / encoding,
        "indexing: passages a second, with their sentences": indexed / indexing,
        "search: queries a second": len(sample) / searching,
    }


def evenly_spaced(items: Sequence[Item], number: int) -> Sequence[Item]:
    """Return at most `number` items, at even distances over a sequence.

    >>> evenly_spaced("abcdefghijk", 5)
    'adgj'
    """
    return items[:: max(1, math.ceil(len(items) / number))]


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _is_ready(url: str) -> bool:
    from requests import RequestException, get

    try:
        return bool(get(f"{url}/readyz", timeout=5).ok)
    except RequestException:
        return False
