"""Documents and jobs as an operator meets them: the real commands, the real encoder, and a machine that goes down."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from drivers.processes import free_port, wait_until_ready
from qa import Settings
from qa.ingest.building import BUILDING

COMMAND = [sys.executable, "-c", "from qa.cli.app import app; app()"]
PATIENCE_S = 300
QUESTION = {"question": "Who funds the shelter in Tema?"}


class Operator:
    """Runs the commands, and a server that can be killed and started again."""

    def __init__(self, var: Path) -> None:
        """Take the folder of its files."""
        models = Settings().models.resolve()
        var.mkdir()
        (var / "models").symlink_to(models)
        self._environment = os.environ | {"WAYMARK_VAR": str(var), "PYTHONPATH": ":".join(sys.path)}
        self._server: subprocess.Popen[str] | None = None
        self.client = httpx2.Client(timeout=PATIENCE_S)

    def run(self, *arguments: str) -> str:
        """Run a command; return what it prints."""
        done = subprocess.run(
            [*COMMAND, *arguments], env=self._environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout.strip()

    def start(self) -> None:
        """Start the server."""
        url = f"http://127.0.0.1:{(port := free_port())}"
        self._server = subprocess.Popen([*COMMAND, "serve", "--port", str(port)], env=self._environment, text=True)
        wait_until_ready(url, self._server)
        self.client.base_url = httpx2.URL(url)

    def kill(self) -> None:
        """Kill the server."""
        if self._server:
            self._server.kill()
            self._server.wait()

    def wait(self, path: str, **wanted: object) -> dict[str, Any]:
        """Return what an address tells as soon as it tells what is wanted."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            told: dict[str, Any] = self.client.get(path).json()
            if wanted.items() <= told.items():
                return told
            time.sleep(0.1)
        raise AssertionError(f"{told} has not {wanted}")


@pytest.fixture
def operator(tmp_path: Path, source: Path) -> Iterator[Operator]:
    """Serve the three documents; nothing outlives the test."""
    operator = Operator(tmp_path / "var")
    operator.run("index", str(source))
    key = operator.run("keys", "create", "tests", "--scope", "ingest", "--scope", "ask")
    operator.client.headers["authorization"] = f"Bearer {key}"
    operator.start()
    with operator.client:
        yield operator
    operator.kill()


def kill_job(folder: Path, id: str) -> None:
    """Kill a job with all its processes, as a machine does that goes down."""
    record = (folder / f"{id}.jsonl").read_text(encoding="utf-8")
    with suppress(ProcessLookupError):
        os.killpg(int(record.split('"process": ')[1].partition("}")[0]), signal.SIGKILL)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.process
def test_a_job_that_went_down_with_its_server_is_told_as_interrupted(operator: Operator, tmp_path: Path) -> None:
    """What was built before serves after the restart, and the next build serves what was added meanwhile."""
    client = operator.client
    client.put("/v1/files/tema.md", content=b"Denmark funds the shelter in Tema.").raise_for_status()
    first = operator.wait(client.post("/v1/jobs", json={}).headers["location"], state="done")
    operator.wait("/readyz", generation=first["generation"])
    long = "\n".join(f"Sweden funds shelter {number} in Kumasi, which has {number} beds." for number in range(4000))
    client.put("/v1/files/long.txt", content=long.encode()).raise_for_status()
    second = client.post("/v1/jobs", json={}).json()["id"]
    operator.wait(f"/v1/jobs/{second}", state="running", task=BUILDING)
    operator.kill()
    kill_job(tmp_path / "var" / "jobs", second)
    operator.start()
    told = client.get(f"/v1/jobs/{second}").json()
    answer = client.post("/v1/ask", json=QUESTION).json()
    client.delete("/v1/documents/long").raise_for_status()
    third = operator.wait(client.post("/v1/jobs", json={}).headers["location"], state="done")

    assert told["state"] == "interrupted"
    assert answer["provenance"]["generation"] == first["generation"]
    assert "Denmark funds the shelter in Tema." in answer["text"]
    assert third["documents"] == {"added": 0, "changed": 0, "unchanged": 4, "removed": 0}
