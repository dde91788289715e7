"""Requests reach only the machines that were checked, and end in time."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from corpus.loaders.website import fetching
from corpus.loaders.website.fetching import Unreachable, fetch, is_public, normalised
from doubles.websites import Page, redirect, website

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - no server binds to it
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "fc00::1",
    "fe80::1",
    "ff02::1",
]


@pytest.mark.parametrize("machine", PRIVATE)
def test_machines_that_not_everybody_can_reach_are_private(machine: str) -> None:
    """Those of private networks, this one, and those inside an address of another kind."""
    assert not is_public(machine)


@pytest.mark.parametrize("machine", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_machines_of_the_internet_are_public(machine: str) -> None:
    """Other addresses may be connected to."""
    assert is_public(machine)


@pytest.mark.parametrize(
    "address",
    ["", "ftp://x.org/", "javascript:alert(1)", "https://", "https://a@b.org/", "http://[::1", "http://x:99999"],
)
def test_what_is_no_address_of_a_page_is_refused(address: str) -> None:
    """Other schemes, passwords and torn addresses are not fetched."""
    with pytest.raises(Unreachable):
        normalised(address)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Return a table of hosts and their IP addresses that replaces the name service; each is asked for only once."""
    table: dict[str, list[str]] = {}

    def look_up(host: str, port: int, *_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (machine, port)) for machine in table.pop(host, [host])]

    monkeypatch.setattr(fetching.socket, "getaddrinfo", look_up)
    return table


def test_a_name_with_one_private_machine_among_others_is_refused(names: dict[str, list[str]]) -> None:
    """All addresses of a name are checked, not the first alone."""
    names["both.example"] = ["8.8.8.8", "127.0.0.1"]

    with pytest.raises(Unreachable, match="private network"):
        fetch("http://both.example/", {})


def test_the_connection_goes_to_the_machine_that_was_checked(
    names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is resolved once, the server is told the name and not the number, and redirects are checked anew."""
    monkeypatch.setattr(fetching, "is_public", lambda machine: machine == "127.0.0.1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.9:1")
    with website({"/": redirect("http://inside.example/x")}) as site:
        port = site.address.rpartition(":")[2]
        names |= {"shown.example": ["127.0.0.1"], "inside.example": ["127.0.0.2"]}
        response = fetch(f"http://shown.example:{port}/", {})
        with pytest.raises(Unreachable, match="private network"):
            fetch(response.leads_to, {})

    assert response.status == 301
    assert site.requests[0][1]["host"] == f"shown.example:{port}"


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run a server of one kind of answer on this machine until the block ends; yield its port."""
    handler = type("Handler", (BaseHTTPRequestHandler,), {"do_GET": answer, "log_message": lambda *_: None})
    server = HTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] - of a client that has hung up
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_certificates_are_checked_for_the_name(
    tmp_path: Path, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is told the name of the site (SNI), and its certificate must be of that name, not of the machine."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=shown.example"]
    subprocess.run([*openssl, "-addext", "subjectAltName=DNS:shown.example"], check=True, capture_output=True)
    told: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _socket, name, _context: told.append(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(lambda request: request.send_error(404), context) as port:
        names |= {"shown.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]}
        status = fetch(f"https://shown.example:{port}/", {}, private=True).status
        with pytest.raises(Unreachable, match="SSLError"):
            fetch(f"https://other.example:{port}/", {}, private=True)

    assert status == 404
    assert told == ["shown.example", "other.example"]


def test_another_machine_of_a_name_is_tried(names: dict[str, list[str]]) -> None:
    """Where nobody listens at the first address of a name, the next one is taken."""
    with website({"/": Page(b"here")}) as site:
        names["two.example"] = ["127.0.0.2", "127.0.0.1"]
        body = fetch(f"http://two.example:{site.address.rpartition(':')[2]}/", {}, private=True).body

    assert body == b"here"


def test_a_page_that_unpacks_without_end_is_left() -> None:
    """The bound is on what is unpacked, which never is in memory as a whole."""
    packed = gzip.compress(bytes(200_000_000), compresslevel=1)
    with website({"/": Page(packed, headers={"content-encoding": "gzip"})}) as site:
        tracemalloc.start()
        with pytest.raises(Unreachable, match="more than 3 MB"):
            fetch(site.address + "/", {}, private=True, most_bytes=3_000_000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert peak < 30_000_000


def test_a_page_that_comes_byte_by_byte_is_left() -> None:
    """A server that always sends just enough to be waited for is left when the time of a page is over."""

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.05)

    begin = time.monotonic()
    with serving(drip) as port, pytest.raises(Unreachable, match="takes too long"):
        fetch(f"http://127.0.0.1:{port}/", {}, private=True, seconds=0.3)

    assert time.monotonic() - begin < 8


def test_a_page_that_breaks_off_is_no_page() -> None:
    """Half a page is not taken for the whole."""

    def half(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("content-length", "100")
        request.end_headers()
        request.wfile.write(b"half")

    with serving(half) as port, pytest.raises(Unreachable, match="can't be fetched"):
        fetch(f"http://127.0.0.1:{port}/", {}, private=True)


def test_a_page_is_asked_of_one_machine_alone(names: dict[str, list[str]]) -> None:
    """One that is too long, or breaks off, is not asked of each other machine of its host."""
    with website({"/": Page(bytes(2_000_000))}) as site:
        names["three.example"] = ["127.0.0.2", "127.0.0.1", "localhost", "127.0.0.1"]
        with pytest.raises(Unreachable, match="more than 1 MB"):
            fetch(f"http://three.example:{site.address.rpartition(':')[2]}/", {}, private=True, most_bytes=1_000_000)

    assert len(site.requests) == 1
