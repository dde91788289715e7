"""The dependencies of routes: the state of the application, and a function that answers and logs a question.

Without an assistant, where it fails, and while answering is switched off, a person at risk still gets the help card.
"""

import logging
import sqlite3
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated, TypedDict

from fastapi import Depends, HTTPException, Request

from api.errors import AssistantUnavailable, log_failure
from api.schemas import AskRequest
from embeddings import GenerationProblem, ModelProblem
from qa import Answer, Assistant, HelpCard, Intake, Provenance, Settings
from qa.answers import STATUSES
from qa.replies import reply
from qa.safety.intake import PreparedQuestion

NO_PROVENANCE = Provenance("", "", "", version("waymark"))  # of an answer without a search

logger = logging.getLogger(__name__)


class State(TypedDict):
    """The state of the application; the assistant is None where its index or its model can't be loaded."""

    assistant: Assistant | None
    intake: Intake
    settings: Settings


def load_assistant(settings: Settings, notify: Callable[[str], None]) -> Assistant | None:
    """Return the assistant; if the index or the model can't be loaded, log why, with the cure, and return None."""
    try:
        return Assistant.from_settings(settings, notify)
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
    """Answer a question, and log the status but not the question: the user may be a person at risk.

    The safety step comes first, so that the help card is shown whatever fails after it. Raises AssistantUnavailable
    with the card where a question can't be answered now.
    """
    begin = time.perf_counter()
    prepared = state["intake"].prepare(body.question, body.language, is_follow_up=bool(body.history))
    if state["settings"].is_answering():
        answer = _ask_assistant(prepared, body, state)
    else:
        answer = _refuse(prepared, state["intake"])
    seconds = time.perf_counter() - begin
    logger.info("answered status=%s statements=%d seconds=%.2f", answer.status, len(answer.statements), seconds)
    return answer


def _ask_assistant(prepared: PreparedQuestion, body: AskRequest, state: State) -> Answer:
    if state["assistant"] is None:
        raise _unavailable(prepared, state["intake"])
    try:
        assistant, filters = state["assistant"], body.filters.to_filters()
        return assistant.answer(prepared, body.to_turns(), drop=body.drop, filters=filters)[0]
    except Exception as error:
        log_failure(error)
        raise _unavailable(prepared, state["intake"]) from error


def _card(prepared: PreparedQuestion, intake: Intake) -> HelpCard:
    """Return the help card, always: without the assistant only the rules detect distress, and they may miss it."""
    return prepared.help or intake.operators_card(prepared.language)


def _unavailable(prepared: PreparedQuestion, intake: Intake) -> AssistantUnavailable:
    return AssistantUnavailable(reply("unavailable", prepared.language), _card(prepared, intake))


def _refuse(prepared: PreparedQuestion, intake: Intake) -> Answer:
    """Return an answer whose message says that answering is switched off."""
    return Answer(
        id="",
        question=prepared.text,
        standalone_question=prepared.text,
        language=prepared.language,
        status=STATUSES["answering_off"],
        provenance=NO_PROVENANCE,
        message=reply("answering_off", prepared.language),
        reason="answering_off",
        help=_card(prepared, intake),
    )
