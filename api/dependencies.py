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
from qa import Answer, Assistant, Intake, Provenance, Settings
from qa.answers import STATUSES
from qa.replies import reply
from qa.safety.intake import PreparedQuestion

NOBODY = Provenance("", "", "", version("waymark"))  # what made an answer that no document was asked for

logger = logging.getLogger(__name__)


class State(TypedDict):
    """What lives as long as the application does; there is no assistant where its index or its model is broken."""

    assistant: Assistant | None
    intake: Intake
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
    """Ask, and log how it ended without a word of the question: who asks may be a person at risk.

    The safety step comes first, so that the help card is there whatever fails after it.
    """
    begin = time.perf_counter()
    prepared = state["intake"].prepare(asked.question, asked.language, is_follow_up=bool(asked.history))
    if state["settings"].is_answering():
        answer = _answered(prepared, asked, state)
    else:
        answer = _switched_off(prepared, state["intake"])
    seconds = time.perf_counter() - begin
    logger.info("answered status=%s statements=%d seconds=%.2f", answer.status, len(answer.statements), seconds)
    return answer


def _answered(prepared: PreparedQuestion, asked: AskRequest, state: State) -> Answer:
    unavailable = reply("unavailable", prepared.language)
    if state["assistant"] is None:
        # Without the encoder the rules alone recognise distress, and may miss a cry.
        raise Unanswerable(unavailable, prepared.help or state["intake"].operators_card(prepared.language))
    try:
        return state["assistant"].answer(prepared, asked.turns(), filters=asked.filters.wanted())[0]
    except Exception as error:
        if prepared.help is None:
            raise
        raise Unanswerable(unavailable, prepared.help) from error


def _switched_off(prepared: PreparedQuestion, intake: Intake) -> Answer:
    return Answer(
        id="",
        question=prepared.text,
        standalone_question=prepared.text,
        language=prepared.language,
        status=STATUSES["answering_off"],
        provenance=NOBODY,
        message=reply("answering_off", prepared.language),
        reason="answering_off",
        help=prepared.help or intake.operators_card(prepared.language),
    )
