"""Builds, publishing and rollbacks are killed at any moment, while a client asks a server all the while."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from drivers.processes import free_port, wait_until_ready
from embeddings.index.manifest import check_files
from embeddings.index.publishing import CURRENT, current_generation, generations

PYTHONPATH = ":".join(sys.path)
KILLS = 200
PATIENCE_S = 5  # for the sign of a moment; a job takes a tenth of a second
SERVER = """
import api.asking.serving, qa.pipeline.retrieval
from doubles.fakes import HashingEncoder
from qa.cli.app import app
api.asking.serving.CHECK_S = 0.05
qa.pipeline.retrieval.model_folder = lambda *_: None
qa.pipeline.retrieval.SentenceEncoder = lambda *_: HashingEncoder()
app()
"""
QUESTION = {"question": "Who funds shelter 7 in Accra?"}


class Jobs:
    """Starts builds and rollbacks in processes, and kills them."""

    def __init__(self, parent: "subprocess.Popen[str]") -> None:
        """Take the process that they are forked off."""
        self._parent = parent
        self.process = 0

    def start(self, job: str, argument: object) -> None:
        """Start a job."""
        self.process = int(self._told(f"{job} {argument}"))

    def end(self) -> int:
        """Wait for the end of the job; return its exit status, which is negative for a signal."""
        return int(self._told(""))

    def is_running(self) -> bool:
        """Return whether the job has not ended."""
        return Path(f"/proc/{self.process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"

    def _told(self, line: str) -> str:
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.write(f"{line}\n")
        self._parent.stdin.flush()
        return self._parent.stdout.readline()


class Asking(threading.Thread):
    """A client that asks all the while."""

    def __init__(self, url: str) -> None:
        """Take the address of the server."""
        super().__init__()
        self._url, self._stopped = url, threading.Event()
        self.answered: Counter[str] = Counter()  # by each generation
        self.failed: list[str] = []

    def run(self) -> None:
        """Ask until the end."""
        with httpx2.Client(timeout=60) as client:
            while not self._stopped.is_set():
                try:
                    answer = client.post(f"{self._url}/v1/ask", json=QUESTION).raise_for_status().json()
                    client.get(f"{self._url}/readyz").raise_for_status()
                except httpx2.HTTPError as error:
                    self.failed.append(repr(error))
                    continue
                self.answered[answer["provenance"]["generation"]] += 1
                if "Norway funds shelter 7" not in str(answer["statements"]):
                    self.failed.append(str(answer))

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        self.join()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of the index."""
    return tmp_path / "var" / "index"


@pytest.fixture
def jobs(root: Path) -> Iterator[Jobs]:
    """Yield the jobs, after a first build."""
    arguments = [sys.executable, "-m", "drivers.index_work", str(root)]
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, env=environment, stdin=pipe, stdout=pipe, text=True) as parent:
        jobs = Jobs(parent)
        jobs.start("build", 1)
        assert jobs.end() == 0
        yield jobs


@pytest.fixture
def server(tmp_path: Path, jobs: Jobs) -> Iterator[str]:
    """Serve the index with the fake encoder; yield the address. The log holds no failure."""
    url, log = f"http://127.0.0.1:{(port := free_port())}", tmp_path / "server.log"
    environment = os.environ | {
        "PYTHONPATH": PYTHONPATH,
        "WAYMARK_VAR": str(tmp_path / "var"),
        "WAYMARK_READER": "false",
        "WAYMARK_MIN_CONFIDENCE": "0.01",
    }
    arguments = [sys.executable, "-c", SERVER, "serve", "--port", str(port)]
    with log.open("w") as output, subprocess.Popen(arguments, env=environment, stderr=output, text=True) as process:
        wait_until_ready(url, process)
        yield url
        process.terminate()
        assert process.wait(60) == -signal.SIGTERM
    assert "failed with" not in log.read_text(encoding="utf-8")


def moment_of(root: Path) -> tuple[object, ...]:
    """Return what changes in the folder as a job goes on: what stands there, and which file is `current`."""
    names = frozenset(os.listdir(root))  # noqa: PTH208 - the quickest, since a moment is short
    return names, (root / CURRENT).stat().st_ino


@pytest.mark.slow
@pytest.mark.process
def test_whenever_a_job_is_killed_a_whole_index_serves(root: Path, jobs: Jobs, server: str) -> None:
    """Of 200 kills, half aimed at the renames, none leaves a damaged index serving or fails one request."""
    random.seed(18)
    begin = time.monotonic()
    jobs.start("build", 2)
    assert jobs.end() == 0
    seconds = time.monotonic() - begin
    asking, ended, changed = Asking(server), Counter[int](), Counter[int]()
    asking.start()
    while ended[-signal.SIGKILL] < KILLS:
        newest = random.choice(generations(root)).name  # noqa: S311 - no secret
        job = random.choice([("build", ended.total()), ("build", ended.total()), ("roll_back", newest)])  # noqa: S311
        before, changes = moment_of(root), random.randrange(8)  # noqa: S311
        jobs.start(*job)
        if changes < 4:
            time.sleep(random.uniform(0, seconds))  # noqa: S311
        # Of the changes in the folder, those after the first are renames, or come between two of them.
        seen, end = 0, time.monotonic() + PATIENCE_S
        while changes >= 4 and seen < changes - 2 and jobs.is_running() and time.monotonic() < end:
            after = moment_of(root)
            seen, before = seen + (after != before), after
        os.kill(jobs.process, signal.SIGKILL)
        ended[jobs.end()] += 1
        changed[seen] += 1
        check_files(current_generation(root))  # raises where it is not whole
    jobs.start("build", "last")
    assert jobs.end() == 0
    last = current_generation(root).name
    while httpx2.get(f"{server}/readyz").json()["generation"] != last:
        time.sleep(0.1)
    asking.stop()
    sys.stdout.write(f"{ended=} {changed=} {asking.answered.total()=} by {len(asking.answered)} generations\n")

    assert asking.failed == []
    assert len(asking.answered) > KILLS / 10
    assert not [path.name for path in root.iterdir() if path.name.startswith(".building")]
    assert httpx2.get(f"{server}/readyz").json()["problem"] == ""
