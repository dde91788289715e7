"""Fixtures of the tests of the web application: a client, a running server, a browser and a session in it."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from api.app import create_app
from conftest import DOCUMENTS, assistant_over
from drivers.browsing import FRENCH_DOCUMENT, HOSTILE_DOCUMENT, Visit, chromium, served
from drivers.processes import free_port
from qa import Assistant


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    """Return a client of a running application over three documents."""
    with TestClient(create_app(assistant), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the application over the three documents, a hostile and a French one; yield its address."""
    documents = {**DOCUMENTS, "hostile.md": HOSTILE_DOCUMENT, "niamey.md": FRENCH_DOCUMENT}
    with served(create_app(assistant_over(tmp_path_factory.mktemp("browser"), documents))) as address:
        yield address


@pytest.fixture(scope="module")  # not "session", since its event loop would block tests that start their own
def browser() -> Iterator[Browser]:
    """Start a browser for the tests of a file."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Yield a browser session, in which nothing may be reported, fetched from elsewhere, stored, or put into a URL."""
    visit = Visit(browser, address)
    yield visit
    assert visit.messages == []
    assert all(url.startswith(address) for url in visit.requests)
    assert not any("Accra" in url or "funds" in url for url in visit.requests)
    assert visit.context.cookies() == []
    if visit.page.url.startswith(address):
        assert visit.page.evaluate("localStorage.length + sessionStorage.length") == 0
    visit.context.close()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """Start a Redis of its own; return its address."""
    if not (program := shutil.which("redis-server") or shutil.which("valkey-server")):
        pytest.skip("not part of the project: there is no redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        time.sleep(0.5)
        yield f"redis://127.0.0.1:{port}"
        process.terminate()
