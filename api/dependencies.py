"""How a route reaches the assistant: the state of the application, and how a question is asked and logged.

Where there is no assistant, where it fails, and where answering is switched off, a person at risk still gets the help
card.
"""

import logging
import sqlite3
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, TypedDict

from fastapi import Depends, HTTPException, Request

from api.errors import AssistantUnavailable
from api.schemas import AskRequest
from embeddings import GenerationProblem, ModelProblem
from qa import Answer, Assistant, Provenance, Reception, Settings
from qa.answers import STATUSES
from qa.replies import reply

NO_PROVENANCE = Provenance("", "", "", version("waymark"))  # of an answer for which nothing was searched

logger = logging.getLogger(__name__)


class State(TypedDict):
    """What lives as long as the application; the assistant is None where its index or its model is broken."""

    assistant: Assistant | None
    reception: Reception
    settings: Settings


def load_assistant(settings: Settings, say: Callable[[str], None]) -> Assistant | None:
    """Load the assistant, or log what is wrong with the index or the model, with the cure, and return None."""
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
    """Refuse a body that is not declared as JSON, before it is parsed."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)


def answer_to(body: AskRequest, state: State) -> Answer:
    """Answer a question, and log the status without a word of the question: who asks may be a person at risk.

    Raises AssistantUnavailable with the help card where no answer can be given to a person at risk.
    """
    begin = time.perf_counter()
    answer = _ask_assistant(body, state) if state["settings"].is_answering() else _refuse(body, state["reception"])
    seconds = time.perf_counter() - begin
    logger.info("answered status=%s statements=%d seconds=%.2f", answer.status, len(answer.statements), seconds)
    return answer


def _ask_assistant(body: AskRequest, state: State) -> Answer:
    assistant, reception = state["assistant"], state["reception"]
    if assistant is None:
        received = reception.receive(body.question, body.language)
        # Without the encoder only the rules look for distress, and they may miss it.
        card = received.help or reception.operators_card(received.language)
        raise AssistantUnavailable(reply("unavailable", received.language), card)
    try:
        return assistant.ask(body.question, body.to_turns(), filters=body.filters.to_filters(), language=body.language)
    except Exception as error:
        received = reception.receive(body.question, body.language)
        if received.help is None:
            raise
        raise AssistantUnavailable(reply("unavailable", received.language), received.help) from error


def _refuse(body: AskRequest, reception: Reception) -> Answer:
    """Return the answer that says that answering is switched off."""
    received = reception.receive(body.question, body.language)
    return Answer(
        id="",
        question=received.question,
        standalone_question=received.question,
        language=received.language,
        status=STATUSES["answering_off"],
        provenance=NO_PROVENANCE,
        message=reply("answering_off", received.language),
        reason="answering_off",
        help=received.help or reception.operators_card(received.language),
    )
