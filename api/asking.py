"""How a route reaches the assistant: what the running application holds, and how a question is put and logged."""

import logging
import time
from typing import Annotated, TypedDict

from fastapi import Depends, HTTPException, Request

from api.schemas import AskRequest
from qa import Answer, Assistant

logger = logging.getLogger(__name__)


class State(TypedDict):
    """What lives as long as the application does."""

    assistant: Assistant


async def _assistant(request: Request) -> Assistant:
    assistant: Assistant = request.state.assistant
    return assistant


AssistantDep = Annotated[Assistant, Depends(_assistant)]


async def require_json(request: Request) -> None:
    """Refuse a body that does not say that it is JSON, before it is looked at."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)


def answer_to(asked: AskRequest, assistant: Assistant) -> Answer:
    """Ask, and log how it ended without a word of the question: who asks may be a person at risk."""
    begin = time.perf_counter()
    answer = assistant.ask(asked.question, asked.turns(), filters=asked.filters.wanted(), language=asked.language)
    seconds = time.perf_counter() - begin
    logger.info("answered status=%s statements=%d seconds=%.2f", answer.status, len(answer.statements), seconds)
    return answer
