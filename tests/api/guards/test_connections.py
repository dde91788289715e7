"""Connections: those that say nothing or little are closed, lengths that contradict are refused, HEAD is answered."""

import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.guards import connections, middleware
from api.guards.connections import TimedConnection
from drivers.browsing import served
from qa import Assistant

ASK = b"POST /v1/ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


@pytest.fixture
def address(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve with short patience."""
    monkeypatch.setattr(connections, "HEAD_S", 0.3)
    monkeypatch.setattr(middleware, "BODY_S", 0.3)
    with served(create_app(assistant), http=TimedConnection, timeout_keep_alive=1) as address:
        yield address


def reply_to(address: str, *parts: bytes) -> bytes:
    """Send parts to a server, and return all that it sends until it closes the connection."""
    parsed = urlsplit(address)
    with closing(socket.create_connection((parsed.hostname, parsed.port), timeout=10)) as connection:
        for part in parts:
            connection.sendall(part)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
        return received


@pytest.mark.parametrize(
    "sent", [b"", b"GET /healthz HTTP/1.1\r\nHos", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /"], ids=repr
)
def test_connection_without_a_whole_head_is_closed(address: str, sent: bytes) -> None:
    """A connection on which no head comes, or a part of one, at first or after an answer, is closed in time."""
    received = reply_to(address, sent)

    assert received.count(b"HTTP/1.1 200 OK") == sent.count(b"\r\n\r\n")


def test_idle_connection_is_closed_after_its_answer(address: str) -> None:
    """A connection that asks nothing more is closed in time."""
    assert b'{"status":"ok"}' in reply_to(address, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")


def test_slow_body_is_refused(address: str) -> None:
    """A body that does not come in time gets a problem, and the connection is closed."""
    received = reply_to(address, ASK + b'Content-Length: 50\r\n\r\n{"question"')

    assert received.startswith(b"HTTP/1.1 408")
    assert b"application/problem+json" in received


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 2\r\nContent-Length: 20\r\n",
        b"Content-Length: 2, 20\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
    ],
)
def test_contradicting_lengths_are_refused(address: str, lengths: bytes) -> None:
    """A request whose length can be read in two ways is refused, and nothing behind it is read as another one."""
    received = reply_to(address, ASK + lengths + b"\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")

    assert received.startswith(b"HTTP/1.1 400")
    assert received.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/widget.js", "/documents/ghana-shelter", "/nope"])
def test_head_is_answered_like_get_without_a_body(client: TestClient, path: str) -> None:
    """HEAD gives the status and headers of GET."""
    got, head = client.get(path), client.head(path)

    assert head.status_code == got.status_code
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]
