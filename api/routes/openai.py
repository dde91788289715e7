"""The doors for tools that speak OpenAI's API: `/v1/chat/completions`, `/v1/responses` and `/v1/models`.

In: a conversation, which the client sends whole. Out: the answer to its last question as text with annotations; a
refusal says its message, and the help card comes first. Problems have OpenAI's shape. OpenAI describes these routes, so
`/openapi.json` does not.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.sse import EventSourceResponse
from starlette.responses import JSONResponse, Response

from api.answer_text import RULE, AnswerText, answer_text
from api.dependencies import AskedQuestion, State, StateDep, answer_to, take_question
from api.errors import DETAILS, HANDLERS, AssistantUnavailable, log_failure
from api.keys import admits
from api.openai_replies import MODEL, ChatCompletion, Json, ModelResponse, Reply, error_of
from api.openai_requests import ChatRequest, Message, ResponseRequest, is_task, to_ask
from api.streaming import HEARTBEAT, HEARTBEAT_S
from qa.help import card_text
from qa.records.keys import Scope

NO_TASK = AnswerText("{}")  # what a client asks for by a task is JSON, which may be empty
KINDS = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
