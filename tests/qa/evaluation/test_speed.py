"""The load test counts answers, refusals and errors apart."""

from collections.abc import Iterator
from itertools import cycle

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from drivers.browsing import served
from drivers.processes import free_port
from qa.evaluation.speed import ServerFailed, load_test, running_server

RESPONSES = [
    JSONResponse({}),
    JSONResponse({}, 429, {"retry-after": "5"}),
    JSONResponse({}, 503, {"retry-after": "5"}),
    JSONResponse({}, 503),
    JSONResponse({}, 500),
]


@pytest.fixture
def url() -> Iterator[str]:
    """Serve each of the responses in turn."""
    responses = cycle(RESPONSES)

    async def ask(_: Request) -> Response:
        return next(responses)

    with served(Starlette(routes=[Route("/v1/ask", ask, methods=["POST"])])) as url:
        yield url


def test_a_refusal_that_says_when_to_come_again_is_no_error(url: str) -> None:
    """Only 429 and 503 with Retry-After are refusals; all else that is no answer is an error."""
    figures = load_test(url, ["Who?", "Where?"], users=1, seconds=0.5)
    rounds = figures["load: answers a second"] * 0.5

    assert rounds >= 1
    assert figures["load: refused"] == pytest.approx(2 * rounds, abs=2)
    assert figures["load: errors"] == pytest.approx(2 * rounds, abs=2)
    assert 0 < figures["load: p50 ms"] <= figures["load: p95 ms"]


def test_a_server_that_is_not_there_is_told() -> None:
    """Nothing is measured of an address at which nobody answers."""
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(ServerFailed, match=f"no server is ready at {url}; start it"):
        running_server(url)
