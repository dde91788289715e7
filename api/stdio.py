"""The MCP server on the standard input and output of a process, for assistants that start their tools themselves.

Run by `waymark mcp`. In and out: messages of the protocol, and nothing else; logs go to the standard error.
"""

from typing import NoReturn

import anyio
from starlette.requests import Request

from api.app import create_app
from api.tools.mcp_tools import mcp_server


def serve() -> None:
    """Load the assistant, and answer until the input ends."""
    anyio.run(_serve)


async def _serve() -> None:
    app = create_app()
    async with app.router.lifespan_context(app) as state:
        local = Request({"type": "http", "headers": [], "client": None, "state": dict(state or {})}, _never_leaves)
        await mcp_server(local).run_stdio_async()


async def _never_leaves() -> NoReturn:
    await anyio.sleep_forever()
    raise AssertionError
