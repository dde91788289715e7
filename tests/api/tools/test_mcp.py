"""The door for assistants that speak the Model Context Protocol, tried with the SDK's own client."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import httpx2
import pytest
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult

from api.app import create_app
from conftest import assistant_over
from drivers.browsing import served
from drivers.http_client import QUESTION
from qa import Assistant, Settings
from qa.records.database import Database
from qa.records.keys import Scope, create_key

CRY = "They took my passport and I am locked in the house"
CARD = "You are not alone. Help is available"
STATEMENT = "Norway funds the shelter in Accra. [1]"
ROOT = Path(__file__).parents[3]
UNKNOWN_COUNTRY = {"type": "unknown", "loc": ("body", "filters", "countries"), "msg": "no document has it"}
# `waymark mcp` with the fake encoder.
COMMAND = """
import qa.pipeline.retrieval
from doubles.fakes import HashingEncoder
qa.pipeline.retrieval.model_folder = lambda *_: None
qa.pipeline.retrieval.SentenceEncoder = lambda *_: HashingEncoder()
from qa.cli.app import app
app(["mcp"])
"""


def calling(server: Any, use: Callable[[Client], Awaitable[Any]], mode: str = "auto") -> Any:  # noqa: ANN401 - of the SDK
    """Return what a client of a server gets."""

    async def called() -> object:
        async with Client(server, mode=mode) as client:
            return await use(client)

    return asyncio.run(called())


def texts(result: CallToolResult) -> list[str]:
    """Return the texts of a result."""
    return [content.text for content in result.content if content.type == "text"]


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without its milliseconds."""
    return answer | {"timings_ms": {}}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_tools_answer_by_http(address: str, path: str, mode: str) -> None:
    """Each tool gives text and what the API gives, to clients of the protocol's newest form and of older ones."""

    async def use(client: Client) -> tuple[list[str], dict[str, CallToolResult]]:
        calls = {
            "ask": {"question": QUESTION},
            "search": {"query": "shelter in Accra", "limit": 1, "filters": {"countries": ["Ghana"]}},
            "read_document": {"id": "ghana-shelter", "start": 5},
        }
        tools = (await client.list_tools()).tools
        return [tool.name for tool in tools], {name: await client.call_tool(name, sent) for name, sent in calls.items()}

    names, results = calling(f"{address}{path}", use, mode)
    asked = httpx2.post(f"{address}/v1/ask", json={"question": QUESTION}).json()
    found = httpx2.post(f"{address}/v1/search", json={"query": "shelter in Accra", "limit": 1}).json()
    document = httpx2.get(f"{address}/v1/documents/ghana-shelter").json()

    assert names == ["ask", "search", "read_document", "figures"]
    assert without_times(results["ask"].structured_content) == without_times(asked)
    assert STATEMENT in texts(results["ask"])[0]
    assert results["search"].structured_content == found
    assert found["hits"][0]["text"] in texts(results["search"])[0]
    assert results["read_document"].structured_content == document | {
        "text": document["text"][5:],
        "start": 5,
        "characters": len(document["text"]),
    }


def test_the_help_card_is_the_first_text(address: str) -> None:
    """It stands apart from the answer, which follows."""
    result = calling(f"{address}/mcp", lambda client: client.call_tool("ask", {"question": CRY}))
    card, answer = texts(result)

    assert card.startswith(CARD)
    assert CARD not in answer
    assert result.structured_content["help"]["title"] == CARD


def test_refusals_carry_the_card(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of the API hold: who asks too much gets an error whose first text is the card."""
    monkeypatch.setenv("WAYMARK_RATE", "1/hour")

    async def use(client: Client) -> list[CallToolResult]:
        return [await client.call_tool("ask", {"question": CRY}) for _ in range(2)]

    with served(create_app(assistant, Settings())) as address:
        answered, refused = calling(f"{address}/mcp", use)

    assert not answered.is_error
    assert refused.is_error
    assert refused.structured_content is None
    assert texts(refused)[0].startswith(CARD)


def test_errors_tell_what_to_mend_and_the_log_quotes_nothing(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An unknown document, an argument that is out of bounds and a failure are errors of their tools."""

    async def use(client: Client) -> list[CallToolResult]:
        unknown = await client.call_tool("read_document", {"id": "nope"})
        wrong = await client.call_tool("search", {"query": CRY, "limit": 99})
        results = [unknown, wrong]
        for error in (RequestValidationError([UNKNOWN_COUNTRY]), RuntimeError(CRY)):
            monkeypatch.setattr(Assistant, "search", Mock(side_effect=error))
            results.append(await client.call_tool("search", {"query": "shelter"}))
        return results

    with served(create_app(assistant)) as address:
        results = calling(f"{address}/mcp", use)

    told = ["no document of this id", "less than or equal to 50", "countries: no document", "It has been logged"]
    assert all(result.is_error for result in results)
    assert [words in texts(result)[0] for result, words in zip(results, told, strict=True)] == [True] * 4
    assert "failed with RuntimeError" in caplog.text
    assert "passport" not in caplog.text


def test_strange_hosts_and_origins_are_refused(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that gives its own name to this machine's address is not answered; the operator's names are."""
    monkeypatch.setenv("WAYMARK_HOSTS", "waymark.example.org")
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accept = {"accept": "application/json, text/event-stream"}
    sent = [
        {"host": "rebound.example.org"},
        {"host": "localhost:8000"},
        {"host": "localhost:8000", "origin": "https://rebound.example.org"},
        {"host": "waymark.example.org"},
    ]
    with TestClient(create_app(assistant, Settings())) as client:
        statuses = [client.post("/mcp", json=call, headers=accept | headers).status_code for headers in sent]

    assert statuses == [421, 200, 403, 200]


def test_an_internal_server_wants_a_key(assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the public side off, no call is answered without a key of both scopes."""
    monkeypatch.setenv("WAYMARK_PUBLIC", "false")
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path))
    database = Database(Settings().database_url)
    half, right = (create_key(database, "a tool", scopes)[1] for scopes in ([Scope.ASK], [Scope.ASK, Scope.SEARCH]))
    with TestClient(create_app(assistant, Settings()), base_url="http://localhost") as client:
        headers = {"accept": "application/json, text/event-stream"}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        sent = [{}, *({"authorization": f"Bearer {key}"} for key in (half, right))]
        statuses = [client.post("/mcp", json=call, headers=headers | key).status_code for key in sent]

    assert statuses == [401, 403, 200]


@pytest.mark.process
def test_tools_answer_by_standard_input(tmp_path: Path) -> None:
    """`waymark mcp` gives the same tools to an assistant that starts it, and ends with it."""
    assistant_over(tmp_path)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
        "WAYMARK_VAR": str(tmp_path),
        "WAYMARK_READER": "false",
        "WAYMARK_MIN_CONFIDENCE": "0.5",
    }
    server = stdio_client(StdioServerParameters(command=sys.executable, args=["-c", COMMAND], env=environment))

    async def use(client: Client) -> tuple[CallToolResult, CallToolResult]:
        return (
            await client.call_tool("ask", {"question": QUESTION}),
            await client.call_tool("ask", {"question": CRY}),
        )

    answered, cried = calling(server, use)

    assert "Norway funds the shelter in Accra. [1]" in texts(answered)[0]
    assert answered.structured_content["citations"][0]["document_id"] == "ghana-shelter"
    assert texts(cried)[0].startswith(CARD)
