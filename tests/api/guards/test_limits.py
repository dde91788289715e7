"""Who asks too much gets 429 with what is left in headers: a client, a key, an end user of a key; with Redis or not."""

import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from api.app import create_app
from api.guards.limits import REDIS_S, client_address, site_of
from drivers.http_client import QUESTION, assert_problem
from drivers.processes import free_port
from qa import Assistant, Settings
from qa.records.database import Database
from qa.records.keys import Scope, create_key

Ask = Callable[..., httpx2.Response]


@pytest.fixture
def keys(tmp_path: Path) -> list[str]:
    """Return two keys."""
    database = Database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    return [create_key(database, name, [Scope.ASK])[1] for name in ("one", "other")]


@pytest.fixture
def asking(assistant: Assistant, tmp_path: Path) -> Iterator[Callable[..., Ask]]:
    """Return a function of settings that returns a function which asks with some headers."""
    clients = []

    def asker(**settings: object) -> Ask:
        address = f"sqlite:///{tmp_path / 'records.sqlite'}"
        client = TestClient(create_app(assistant, Settings.model_validate({"database": address, **settings})))
        clients.append(client.__enter__())

        def ask(key: str = "", **headers: str) -> httpx2.Response:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            bearer = {"authorization": f"Bearer {key}"} if key else {}
            return client.post("/v1/ask", json={"question": QUESTION}, headers=names | bearer)

        return ask

    yield asker
    for client in clients:
        client.__exit__(None, None, None)


def test_a_rate_holds_for_each_client_behind_a_proxy(asking: Callable[..., Ask]) -> None:
    """A client that asks too often gets 429 with Retry-After and the card; a forged address does not help it."""
    ask = asking(rate="2/minute", proxies=1, rate_exempt="192.0.2.0/24")
    statuses = [ask(x_forwarded_for=f"1.2.3.{number}, 203.0.113.9").status_code for number in range(2)]
    refused = ask(x_forwarded_for="9.9.9.9, 203.0.113.9")
    other = ask(x_forwarded_for="203.0.113.10")
    exempt = [ask(x_forwarded_for="192.0.2.7") for _ in range(4)]

    assert statuses == [200, 200]
    assert assert_problem(refused, 429)["help"]["lines"]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit-policy"] == '"client";q=2;w=60'
    assert refused.headers["ratelimit"] == f'"client";r=0;t={refused.headers["retry-after"]}'
    assert other.status_code == 200
    assert other.headers["ratelimit"] == '"client";r=1;t=60'
    assert {response.status_code for response in exempt} == {200}
    assert "ratelimit" not in exempt[0].headers


def test_a_key_counts_for_itself(asking: Callable[..., Ask], keys: list[str]) -> None:
    """Questions with a key count for the key, and for its end user; the address they come from has its own count."""
    ask = asking(rate="1/minute", rate_key="3/minute", rate_user="2/minute")
    ana = [ask(keys[0], x_end_user="ana").status_code for _ in range(4)]
    ben = ask(keys[0], x_end_user="ben")
    over = ask(keys[0])
    other = ask(keys[1], x_end_user="ana")
    public = [ask().status_code for _ in range(2)]

    assert ana == [200, 200, 429, 429]
    assert ben.headers["ratelimit-policy"] == '"user";q=2;w=60, "key";q=3;w=60'
    assert ben.headers["ratelimit"].startswith('"user";r=1;t=60, "key";r=0;t=')
    assert over.status_code == 429
    assert other.status_code == 200
    assert public == [200, 429]


def test_processes_count_together_in_redis(asking: Callable[..., Ask], redis: str) -> None:
    """What one server process counted, another knows."""
    one, other = (asking(rate="3/minute", redis=redis) for _ in range(2))

    assert [ask().status_code for ask in (one, other, one, other, one)] == [200, 200, 200, 429, 429]


def test_without_redis_each_process_counts(asking: Callable[..., Ask], caplog: pytest.LogCaptureFixture) -> None:
    """Where Redis is gone, questions are answered and counted in memory, and the log tells it once."""
    ask = asking(rate="2/minute", redis=f"redis://127.0.0.1:{free_port()}")

    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    assert caplog.text.count("Redis can't be used") == 1


def test_a_missing_package_of_redis_is_named(
    asking: Callable[..., Ask], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The server ended with a traceback; now it answers, each process counts alone, and the log names the cure."""
    monkeypatch.setitem(sys.modules, "redis", None)
    ask = asking(rate="2/minute", redis="redis://127.0.0.1:1")

    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    assert "WAYMARK_REDIS needs another package" in caplog.text
    assert "'.[redis]'" in caplog.text


def test_where_redis_hangs_questions_do_not_wait_for_each_other(asking: Callable[..., Ask]) -> None:
    """All who ask meanwhile wait for one answer of Redis that does not come, and not for one each."""
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(16) as threads:
        ask = asking(rate="99/minute", redis=f"redis://127.0.0.1:{silent.getsockname()[1]}", questions_waiting=99)
        begin = time.monotonic()
        statuses = [response.status_code for response in threads.map(lambda _: ask(), range(16))]

    assert statuses == [200] * 16
    assert time.monotonic() - begin < 16 * REDIS_S


def test_addresses_of_one_site_are_one_client() -> None:
    """Of an IPv6 address only the part counts that its user can't change; of one that stands for an IPv4 one, all."""
    assert site_of("2001:db8::1") == site_of("2001:db8::ffff")
    assert site_of("::ffff:203.0.113.9") == "203.0.113.9" != site_of("::ffff:203.0.113.10")
    assert site_of("testclient") == "testclient"


def test_the_header_counts_behind_proxies_alone() -> None:
    """Where fewer proxies than the operator has told of have written into it, the address is the peer's."""
    forged = Headers({"x-forwarded-for": "203.0.113.9"})

    assert client_address("198.51.100.1", forged, 0) == "198.51.100.1"
    assert client_address("198.51.100.1", forged, 2) == "198.51.100.1"


@pytest.mark.parametrize(
    ("hop", "address"),
    [
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_port_of_a_client_does_not_count(hop: str, address: str) -> None:
    """Else each of its connections would have a rate of its own."""
    assert client_address("10.0.0.1", Headers({"x-forwarded-for": hop}), 1) == address


@pytest.mark.parametrize("exempt", ["2001:db8::7", "2001:db8::/32", "198.51.100.7"])
def test_an_exempt_address_has_no_rate(asking: Callable[..., Ask], exempt: str) -> None:
    """It may be one address of IPv6 too, and of IPv4 however it is written; another one has its rate."""
    ask = asking(rate="1/minute", proxies=1, rate_exempt=exempt)
    address = "::ffff:198.51.100.7" if exempt == "198.51.100.7" else "2001:db8::7"

    assert [ask(x_forwarded_for=address).status_code for _ in range(3)] == [200] * 3
    assert [ask(x_forwarded_for="2001:dead::1").status_code for _ in range(2)] == [200, 429]
