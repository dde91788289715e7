"""Connections that say nothing are closed, so that they can't take up all places.

In: what a client sends. Out: the same to uvicorn, within a time limit for the head of each request.
uvicorn limits the time between two requests (`timeout_keep_alive`) but not that of a first or half-sent head; the time
of a body is limited by `middleware.limit_body`.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0  # within which the head of a request must have come


class TimedConnection(H11Protocol):
    """A connection of uvicorn that is closed where the head of a request does not come in time."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Open the connection and wait for the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; where it is but a part of a head, the time goes on."""
        super().data_received(data)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time limit."""
        super().connection_lost(exc)
        self._stop_waiting()

    def _wait_for_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif not self._timer:
            self._timer = self.loop.call_later(HEAD_S, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
