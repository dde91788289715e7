"""The door for assistants that speak the Model Context Protocol by HTTP, at `/mcp`.

In: messages of the protocol. Out: its answers, by the tools of mcp_tools.py. These and the packages of the protocol are
loaded for the first message, since they take 36 MB and most servers never get one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
from anyio.abc import TaskStatus
from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from api.guards.keys import admits
from qa import Settings
from qa.records.keys import Scope

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")


@asynccontextmanager
async def mcp_by_http(settings: Settings) -> AsyncIterator[ASGIApp]:
    """Yield the application that answers at `/mcp` until the end of the block."""
    lock, started = anyio.Lock(), list[ASGIApp]()

    async def application(scope: AsgiScope, receive: Receive, send: Send) -> None:
        async with lock:
            if not started:
                started.append(await tasks.start(_run, settings))
        await started[0](scope, receive, send)

    async with anyio.create_task_group() as tasks:
        yield application
        tasks.cancel_scope.cancel()


async def _run(settings: Settings, *, task_status: TaskStatus[ASGIApp]) -> None:
    """Load and run the server of the tools, and tell the application that answers for it."""
    manager = await run_in_threadpool(_session_manager, settings)
    async with manager.run():
        task_status.started(manager.handle_request)
        await anyio.sleep_forever()


def _session_manager(settings: Settings) -> "StreamableHTTPSessionManager":
    from mcp.server.transport_security import TransportSecuritySettings

    from api.tools.mcp_tools import mcp_server

    hosts = (*THIS_MACHINE, *settings.hosts)
    origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
    security = TransportSecuritySettings(
        allowed_hosts=[*hosts, *(f"{host}:*" for host in hosts)],
        allowed_origins=[*settings.allowed_origins, *origins, *(f"{origin}:*" for origin in origins)],
    )
    server = mcp_server()
    server.streamable_http_app(stateless_http=True, json_response=True, transport_security=security)
    return server.session_manager


class _Handled(Response):
    """A response that an application sends itself."""

    def __init__(self, application: ASGIApp) -> None:
        super().__init__()
        self._application = application

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)


router = APIRouter(include_in_schema=False, dependencies=[Depends(admits(Scope.ASK)), Depends(admits(Scope.SEARCH))])


@router.post("/mcp/")
@router.post("/mcp")
async def mcp(request: Request) -> Response:
    """Take a message of the protocol; a key needs both scopes, since all tools are reached here."""
    return _Handled(request.state.mcp)
