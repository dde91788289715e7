"""How a route reaches the assistant: what the running application holds, and how a question is put and logged.

The help card comes first: where there is no assistant, where it fails, and where answering is switched off, a person at
risk is still told where to turn.
"""

import logging
import sqlite3
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, TypedDict

from fastapi import Depends, HTTPException, Request

from api.errors import Unanswerable
from api.schemas import AskRequest
from embeddings import GenerationProblem, ModelProblem
from qa import Answer, Assistant, Provenance, Reception, Settings
from qa.replies import reply
from qa.safety.router import STATUSES

NOBODY = Provenance("", "", "", version("waymark"))  # what made an answer that no document was asked for

logger = logging.getLogger(__name__)


class State(TypedDict):
    """What lives as long as the application does; there is no assistant where its index or its model is broken."""

    assistant: Assistant | None
    reception: Reception
    settings: Settings


def load_assistant(settings: Settings, say: Callable[[str], None]) -> Assistant | None:
    """Load the assistant, or tell in the log what is wrong with the index or the model, with the cure."""
    try:
        return Assistant.from_settings(settings, say)
    except (GenerationProblem, ModelProblem, OSError, sqlite3.Error) as problem:
        logger.error("no questions are answered: %s", problem)
        return None


async def _state(request: Request) -> State:
    state: State = {name: getattr(request.state, name) for name in State.__annotations__}  # type: ignore[assignment]
    return state


StateDep = Annotated[State, Depends(_state)]


async def _assistant(state: StateDep) -> Assistant:
    if state["assistant"] is None:
        raise HTTPException(503)
    return state["assistant"]


AssistantDep = Annotated[Assistant, Depends(_assistant)]


async def require_json(request: Request) -> None:
    """Refuse a body that does not say that it is JSON, before it is looked at."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)


def answer_to(asked: AskRequest, state: State) -> Answer:
    """Ask, and log how it ended without a word of the question: who asks may be a person at risk."""
    begin = time.perf_counter()
    answer = _answered(asked, state) if state["settings"].is_answering() else _switched_off(asked, state["reception"])
    seconds = time.perf_counter() - begin
    logger.info("answered status=%s statements=%d seconds=%.2f", answer.status, len(answer.statements), seconds)
    return answer


def _answered(asked: AskRequest, state: State) -> Answer:
    assistant, reception = state["assistant"], state["reception"]
    if assistant is None:
        received = reception.receive(asked.question, asked.language)
        # Without the encoder the rules alone listen, and may miss a cry.
        card = received.help or reception.operators_card(received.language)
        raise Unanswerable(reply("unavailable", received.language), card)
    try:
        return assistant.ask(asked.question, asked.turns(), filters=asked.filters.wanted(), language=asked.language)
    except Exception as error:
        received = reception.receive(asked.question, asked.language)
        if received.help is None:
            raise
        raise Unanswerable(reply("unavailable", received.language), received.help) from error


def _switched_off(asked: AskRequest, reception: Reception) -> Answer:
    received = reception.receive(asked.question, asked.language)
    return Answer(
        id="",
        question=received.question,
        standalone_question=received.question,
        language=received.language,
        status=STATUSES["answering_off"],
        provenance=NOBODY,
        message=reply("answering_off", received.language),
        reason="answering_off",
        help=received.help or reception.operators_card(received.language),
    )
