"""The doors for tools that speak OpenAI's API: `/v1/chat/completions`, `/v1/responses` and `/v1/models`.

In: a conversation, which the client sends whole. Out: the answer to its last question as text with annotations; a
refusal says its message, and a help card comes first. Problems have OpenAI's shape. OpenAI describes these routes, so
`/openapi.json` does not.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.sse import EventSourceResponse
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.asking.dependencies import AskedQuestion, State, StateDep, answer_to, require_json, take_question
from api.asking.streaming import HEARTBEAT, HEARTBEAT_S, UNBUFFERED
from api.formats.errors import DETAILS, HANDLERS, MEDIA_TYPE, AssistantUnavailable, log_failure
from api.guards.keys import admits
from api.tools.answer_text import RULE, AnswerText, answer_text
from api.tools.openai_replies import MODEL, ChatCompletion, Json, ModelResponse, Reply
from api.tools.openai_requests import ChatRequest, Message, ResponseRequest, is_task, to_ask
from qa.answers.help import HelpCard, card_text
from qa.records.keys import Scope

NOTHING = AnswerText("{}")  # the answer to a task, which is read as JSON: neither title nor tags nor questions
PROBLEMS = (HTTPException, RequestValidationError, AssistantUnavailable)


class OpenAiRoute(APIRoute):
    """A route whose problems have the shape of OpenAI's errors."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return a handler that answers with an error what the other raises as a problem."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except PROBLEMS as error:
                on_error = next(HANDLERS[kind] for kind in PROBLEMS if isinstance(error, kind))
                return _as_error(await on_error(request, error), getattr(error, "card", None))

        return handled


router = APIRouter(
    include_in_schema=False,
    route_class=OpenAiRoute,
    dependencies=[Depends(admits(Scope.ASK))],
)


@router.get("/v1/models")
async def models(state: StateDep) -> Json:
    """List the one model there is, created when the index was built."""
    assistant = state["serving"].assistant
    created = int(assistant.generation.built) if assistant else 0
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": created, "owned_by": MODEL}]}


@router.post("/v1/chat/completions", dependencies=[Depends(require_json)])
async def chat(body: ChatRequest, state: StateDep, request: Request) -> Response:
    """Answer the last question of a conversation."""
    reply = ChatCompletion(to_ask(body.messages), tells_usage=body.tells_usage)
    return await _reply(reply, body.messages, state, request, streams=bool(body.stream))


@router.post("/v1/responses", dependencies=[Depends(require_json)])
async def responses(body: ResponseRequest, state: StateDep, request: Request) -> Response:
    """Answer the last question of a conversation, in the newer form."""
    return await _reply(ModelResponse(to_ask(body.input)), body.input, state, request, streams=bool(body.stream))


async def _reply(
    reply: Reply, messages: Sequence[Message], state: State, request: Request, *, streams: bool
) -> Response:
    if is_task(messages):
        if streams:
            return EventSourceResponse(iter([*reply.begin(), *_rest(reply, NOTHING)]))
        return JSONResponse(reply.whole(NOTHING))
    site = str(request.base_url).rstrip("/")
    if streams:
        asked = await take_question(reply.asked, state, request)
        return EventSourceResponse(_events(asked, reply, site), headers=UNBUFFERED)
    told = answer_text(await answer_to(reply.asked, state, request), site)
    return JSONResponse(await run_in_threadpool(reply.whole, told))  # to count the tokens of long turns takes time


async def _events(asked: AskedQuestion, reply: Reply, site: str) -> AsyncIterator[bytes]:
    """Yield the events of a reply: where the rules show the help card, it does not wait for the answer."""
    card = asked.prepared.help
    sent = f"{card_text(card)}{RULE}" if card else ""
    try:
        for event in reply.begin():
            yield event
        if sent:
            yield reply.delta(sent)
        while not (await asyncio.wait({asked.work.task}, timeout=HEARTBEAT_S))[0]:
            yield HEARTBEAT
        answer = asked.answer()
        told = answer_text(replace(answer, help=card or answer.help), site)
    except AssistantUnavailable as error:
        yield reply.fail(_error(error.status, error.detail, error.card))
    except Exception as error:
        log_failure(error)
        yield reply.fail(_error(HTTPStatus.INTERNAL_SERVER_ERROR, DETAILS[500]))
    else:
        for event in await run_in_threadpool(list, _rest(reply, told, sent)):
            yield event
    finally:
        asked.work.stop()


def _rest(reply: Reply, told: AnswerText, sent: str = "") -> Iterator[bytes]:
    """Yield the events behind what was sent, with a line of the text in each."""
    for line in told.text.removeprefix(sent).splitlines(keepends=True):
        yield reply.delta(line)
    yield from reply.end(told)


def _as_error(problem: Response, card: HelpCard | None) -> Response:
    """Return the error that says what a problem says; a page stays what it is."""
    if problem.media_type != MEDIA_TYPE:
        return problem
    body = json.loads(bytes(problem.body))
    status = HTTPStatus.BAD_REQUEST if problem.status_code == HTTPStatus.UNPROCESSABLE_ENTITY else problem.status_code
    param = body["errors"][0]["field"] if "errors" in body else None
    headers = {name: value for name, value in problem.headers.items() if not name.startswith("content-")}
    return JSONResponse({"error": _error(status, body["detail"], card, param)}, status, headers)


def _error(status: int, detail: str, card: HelpCard | None = None, param: str | None = None) -> Json:
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        kind = "rate_limit_error"
    message = f"{card_text(card)}{RULE}{detail}" if card else detail
    return {"message": message, "type": kind, "param": param, "code": None}
