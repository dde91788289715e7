"""Helpers of tests that start Waymark as a process or beside them: find a free port, and wait for what is to happen."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable

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


def wait_until_ready(url: str, server: "subprocess.Popen[str]") -> None:
    """Return once a server answers questions, has ended, or `PATIENCE_S` seconds have passed."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            status_of(f"{url}/readyz")
            return
        except OSError:
            time.sleep(0.2)


def eventually(condition: Callable[[], object]) -> bool:
    """Return whether a condition holds within some seconds."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(condition())
