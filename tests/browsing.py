"""What tests in a browser share: a server on a free port, Debian's Chromium, and the way into the widget."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from playwright.sync_api import Browser, expect
from starlette.types import ASGIApp

from qa.evaluation import browser_speed
from qa.evaluation.browser_speed import BrowserProblem

PATIENCE = 20  # seconds that a busy machine may take


@contextmanager
def served(application: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port of this machine until the block ends, and return where."""
    config = uvicorn.Config(application, port=0, access_log=False, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium until the block ends; skip the test where it is missing."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(browser_speed.chromium())
        except BrowserProblem as problem:
            pytest.skip(str(problem))
        expect.set_options(timeout=PATIENCE * 1000)
        yield browser
