"""The dependencies of routes: the state of the application, and functions that answer and log a question in its lane.

Without an assistant, where it fails, and while answering is switched off, a person at risk still gets the help card.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from importlib.metadata import version
from typing import Annotated, TypedDict

from fastapi import Depends, HTTPException, Request

from api.errors import AssistantUnavailable, log_failure
from api.keys import Keyring
from api.lanes import PAUSE_S, RETRY_S, Busy, Lanes, Work
from api.limits import Limits
from api.schemas import AskRequest, SearchRequest
from api.serving import Serving
from qa import Answer, Assistant, HelpCard, Intake, Provenance, Settings
from qa.answers import STATUSES
from qa.records.recording import Answered, Recorder
from qa.replies import reply
from qa.retrieval import Hit
from qa.safety.intake import PreparedQuestion

NO_PROVENANCE = Provenance("", "", "", version("waymark"))  # of an answer without a search

logger = logging.getLogger(__name__)


class State(TypedDict):
    """The state of the application.

    `answered_forms` are the random tokens of forms that were answered, the last of them: see `api.routes.pages`.
    """

    answered_forms: deque[str]
    intake: Intake
    keyring: Keyring
    lanes: Lanes
    limits: Limits
    recorder: Recorder | None
    serving: Serving
    settings: Settings


async def _state(request: Request) -> State:
    state: State = {name: getattr(request.state, name) for name in State.__annotations__}  # type: ignore[assignment]
    return state


StateDep = Annotated[State, Depends(_state)]


async def _assistant(state: StateDep) -> Assistant:
    if state["serving"].assistant is None:
        raise HTTPException(503)
    return state["serving"].assistant


AssistantDep = Annotated[Assistant, Depends(_assistant)]


async def require_json(request: Request) -> None:
    """Refuse a body that is not declared as JSON, before it is parsed."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question that is being answered; `record` takes its answer."""

    prepared: PreparedQuestion
    work: Work[Answer]
    intake: Intake
    record: Callable[[Answer], None]

    def answer(self) -> Answer:
        """Return the answer of work that has ended. Raises AssistantUnavailable where its deadline has passed."""
        try:
            answer = self.work.task.result()
        except TimeoutError as error:
            card = _card(self.prepared, self.intake)
            raise _busy(card, self.prepared.language) from error
        self.record(answer)
        return answer


async def take_question(body: AskRequest, state: State, request: Request) -> AskedQuestion:
    """Judge a question by rules and start to answer it.

    The safety step comes first, so that the help card is shown whatever fails after it. Who may be at risk does not
    wait for others, but gets the card without documents. A card that is sent before the answer is in the answer too:
    where it is not sent alone, the classifier judges first. Raises AssistantUnavailable, with the card, where there is
    no room, or the client has asked too much.
    """
    lanes, intake = state["lanes"], state["intake"]
    await check_rate(body.question, body.language, state, request)
    try:
        prepare = partial(intake.prepare, body.question, body.language, is_follow_up=bool(body.history))
        prepared = await lanes.judge(prepare, len(body.question))
        assistant = state["serving"].assistant
        if prepared.help and lanes.is_idle and assistant and state["settings"].is_answering():
            confirm = partial(_confirm_help, prepared, assistant, is_follow_up=bool(body.history))
            prepared = await lanes.judge(confirm, len(body.question))
        if prepared.help and not lanes.is_idle:  # others may have come meanwhile
            work = lanes.start_beside(partial(_refuse, prepared, intake, "busy"))
        else:
            work = lanes.start(partial(_answer, prepared, body, state))
        return AskedQuestion(prepared, work, intake, partial(_record, body, state))
    except Busy as error:
        raise await _without_room(body.question, body.language, intake) from error


async def answer_to(body: AskRequest, state: State, request: Request) -> Answer:
    """Answer a question; raise what `take_question` raises, and ClientDisconnect where the client leaves before."""
    asked = await take_question(body, state, request)
    await asked.work.wait(request)
    return asked.answer()


async def hits_of(body: SearchRequest, assistant: Assistant, state: State, request: Request) -> list[Hit]:
    """Search as a question among the others; raise what `answer_to` raises."""
    await check_rate(body.query, None, state, request)
    search = partial(assistant.search, body.query, body.limit, filters=body.filters.to_filters())
    try:
        work = state["lanes"].start(search)
        await work.wait(request)
        return work.task.result()
    except (Busy, TimeoutError) as error:
        raise await _without_room(body.query, None, state["intake"]) from error


async def check_rate(text: str, language: str | None, state: State, request: Request) -> None:
    """Count a question of a client. Raises AssistantUnavailable where it has asked too many."""
    if seconds := await state["limits"].seconds_to_wait(request):
        card, language = state["intake"].card_unjudged(text, language)
        raise AssistantUnavailable(reply("too_many", language), card, HTTPStatus.TOO_MANY_REQUESTS, seconds)


def _record(body: AskRequest, state: State, answer: Answer) -> None:
    if recorder := state["recorder"]:
        recorder.record(Answered(answer, is_follow_up=bool(body.history)))


def _confirm_help(prepared: PreparedQuestion, assistant: Assistant, *, is_follow_up: bool) -> PreparedQuestion:
    try:
        return assistant.confirm_help(prepared, is_follow_up=is_follow_up)
    except Exception as error:
        log_failure(error)
        return prepared


def _answer(prepared: PreparedQuestion, body: AskRequest, state: State) -> Answer:
    """Answer a question, and log the status but not the question: the user may be a person at risk."""
    begin = time.perf_counter()
    if state["settings"].is_answering():
        answer = _ask_assistant(prepared, body, state)
    else:
        answer = _refuse(prepared, state["intake"], "answering_off")
    seconds = time.perf_counter() - begin
    logger.info("answered status=%s statements=%d seconds=%.2f", answer.status, len(answer.statements), seconds)
    return answer


def _ask_assistant(prepared: PreparedQuestion, body: AskRequest, state: State) -> Answer:
    assistant = state["serving"].assistant  # the work ends with this one, whatever is published meanwhile
    if assistant is None:
        raise _unavailable(prepared, state["intake"])
    try:
        return assistant.answer(prepared, body.to_turns(), drop=body.drop, filters=body.filters.to_filters())[0]
    except Exception as error:
        log_failure(error)
        raise _unavailable(prepared, state["intake"]) from error


def _card(prepared: PreparedQuestion, intake: Intake) -> HelpCard:
    """Return the help card, always: without the assistant only the rules detect distress, and they may miss it."""
    return prepared.help or intake.operators_card(prepared.language)


def _unavailable(prepared: PreparedQuestion, intake: Intake) -> AssistantUnavailable:
    return AssistantUnavailable(reply("unavailable", prepared.language), _card(prepared, intake))


def _busy(card: HelpCard, language: str) -> AssistantUnavailable:
    return AssistantUnavailable(reply("busy", language), card, retry_s=RETRY_S)


async def _without_room(text: str, language: str | None, intake: Intake) -> AssistantUnavailable:
    """Pause, and return the refusal of a text that the rules have not judged."""
    await asyncio.sleep(PAUSE_S)
    return _busy(*intake.card_unjudged(text, language))


def _refuse(prepared: PreparedQuestion, intake: Intake, reason: str) -> Answer:
    """Return an answer that holds the help card, and a message why it holds nothing else."""
    return Answer(
        id="",
        question=prepared.text,
        standalone_question=prepared.text,
        language=prepared.language,
        status=STATUSES[reason],
        provenance=NO_PROVENANCE,
        message=reply(reason, prepared.language),
        reason=reason,
        help=_card(prepared, intake),
    )
