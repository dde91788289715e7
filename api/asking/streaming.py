"""Stream an answer as server-sent events, so that a page can show it statement by statement.

Events, in order: `status` (searching; with the help card where the answer will hold it); `status` again, with the
answer without its statements and citations, so that a help card is shown first; a `citation` before the first
`statement` that cites it; `done` with the complete answer, and so with what stands under `more` and `nearest`, or
`error` with a problem. Each sentence of a language model is sent when it is checked; if its answer does not stand in
the end, a further `status` begins the answer anew. While the assistant works, a comment is sent every HEARTBEAT_S
seconds, so that no proxy closes the connection as idle. If the client disconnects, the stream and the work end.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any

from fastapi.sse import EventSourceResponse, format_sse_event

from api.asking.dependencies import AskedQuestion
from api.formats.errors import DETAILS, AssistantUnavailable, log_failure, problem_body
from qa.answers.answer import Answer, answer_json
from qa.answers.help import help_json

HEARTBEAT_S = 10.0
HEARTBEAT = format_sse_event(comment="still working")
UNBUFFERED = {"x-accel-buffering": "no"}  # a header by which nginx hands on events at once
SENT_LATER = {
    "statements",
    "more",
    "nearest",
    "citations",
    "trace",
}  # keys of an answer that its first event is without


def wants_events(accept: str) -> bool:
    """Return whether an Accept header names server-sent events; a client that accepts anything gets JSON.

    >>> wants_events("text/event-stream"), wants_events("application/json, */*")
    (True, False)
    """
    return "text/event-stream" in (kind.partition(";")[0].strip().lower() for kind in accept.split(","))


def stream_answer(asked: AskedQuestion) -> EventSourceResponse:
    """Return the response that answers a question by a stream of events."""
    return EventSourceResponse(_events(asked), headers=UNBUFFERED)


async def _events(asked: AskedQuestion) -> AsyncIterator[bytes]:
    card = asked.prepared.help
    try:
        yield _event("status", {"status": "searching"} | ({"help": help_json(card)} if card else {}))
        sent: dict[str, Any] | None = None
        async for draft in _drafts(asked):
            if draft is None:
                yield HEARTBEAT
                continue
            for name, data in _new_events(written := answer_json(draft), sent):
                yield _event(name, data)
            sent = written
        answer = answer_json(asked.answer())
    except AssistantUnavailable as error:
        yield _event("error", problem_body(error.status, error.detail, card=error.card))
    except Exception as error:
        log_failure(error)
        yield _event("error", problem_body(HTTPStatus.INTERNAL_SERVER_ERROR, DETAILS[500]))
    else:
        for name, data in answer_events(answer, sent):
            yield _event(name, data)
    finally:
        asked.work.stop()


async def _drafts(asked: AskedQuestion) -> AsyncIterator[Answer | None]:
    """Yield the drafts of an answer until it is complete, and None where nothing has come for HEARTBEAT_S seconds."""
    while not asked.work.task.done() or not asked.drafts.empty():
        draft = asyncio.ensure_future(asked.drafts.get())
        try:
            await asyncio.wait({asked.work.task, draft}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
            if draft.done():
                yield draft.result()
            elif not asked.work.task.done():
                yield None
        finally:
            draft.cancel()


Events = Iterator[tuple[str, dict[str, Any]]]


def answer_events(answer: dict[str, Any], sent: dict[str, Any] | None = None) -> Events:
    """Yield the names and data of the events that follow the search, in order, without what was sent of a draft."""
    yield from _new_events(answer, sent)
    yield "done", answer


def _new_events(answer: dict[str, Any], sent: dict[str, Any] | None) -> Events:
    known = len(sent["statements"]) if sent else 0
    if not sent or answer["statements"][:known] != sent["statements"]:
        yield "status", {name: value for name, value in answer.items() if name not in SENT_LATER}
        known = 0
    cited = {number for statement in answer["statements"][:known] for number in statement["citations"]}
    for statement in answer["statements"][known:]:
        for number in statement["citations"]:
            if number not in cited:
                yield "citation", answer["citations"][number - 1]
                cited.add(number)
        yield "statement", statement


def _event(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
