"""An answer as server-sent events, so that a page can show it piece by piece.

Events, in order: `status` (searching); `status` again, with all of the answer but its statements and citations, so that
a help card shows first; a `citation` before the first `statement` that cites it; `done` with the whole answer, or
`error` with a problem. While the assistant works, a comment goes out now and then, so that nothing on the way takes
the connection for dead. A client that leaves ends the stream: a question that still waits for a thread is never put.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any

from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool

from api.dependencies import State, answer_to
from api.errors import DETAILS, Unanswerable, log_failure, problem_body
from api.schemas import AskRequest, AskResponse

HEARTBEAT_S = 10.0
EVENTS = {"text/event-stream": {"schema": {"type": "string"}}}  # for OpenAPI
HEARTBEAT = format_sse_event(comment="still working")


def wants_events(accept: str) -> bool:
    """Tell whether a client asks for a stream; who takes anything gets JSON.

    >>> wants_events("text/event-stream"), wants_events("application/json, */*")
    (True, False)
    """
    return "text/event-stream" in (kind.partition(";")[0].strip().lower() for kind in accept.split(","))


def streamed(asked: AskRequest, state: State) -> EventSourceResponse:
    """Answer by a stream of events."""
    return EventSourceResponse(_events(asked, state), headers={"x-accel-buffering": "no"})


async def _events(asked: AskRequest, state: State) -> AsyncIterator[bytes]:
    yield _event("status", {"status": "searching"})
    work = asyncio.ensure_future(run_in_threadpool(answer_to, asked, state))
    try:
        while not (await asyncio.wait({work}, timeout=HEARTBEAT_S))[0]:
            yield HEARTBEAT
        answer = AskResponse.of(work.result()).model_dump(mode="json")
    except Unanswerable as error:
        yield _event("error", problem_body(HTTPStatus.SERVICE_UNAVAILABLE, error.detail, card=error.card))
    except Exception as error:
        log_failure(error)
        yield _event("error", problem_body(HTTPStatus.INTERNAL_SERVER_ERROR, DETAILS[500]))
    else:
        for piece in _pieces(answer):
            yield piece
    finally:
        work.cancel()


def _pieces(answer: dict[str, Any]) -> Iterator[bytes]:
    yield _event("status", {name: value for name, value in answer.items() if name not in {"statements", "citations"}})
    sent: set[int] = set()
    for statement in answer["statements"]:
        for number in statement["citations"]:
            if number not in sent:
                yield _event("citation", answer["citations"][number - 1])
                sent.add(number)
        yield _event("statement", statement)
    yield _event("done", answer)


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
