"""The dependencies of routes: the state of the application, and functions that answer and log a question in its lane.

Without an assistant, where it fails, and while answering is switched off, a person at risk still gets the help card.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from importlib.metadata import version
from itertools import islice
from typing import Annotated, TypedDict

from fastapi import Depends, HTTPException, Request
from starlette.types import ASGIApp

from api.asking.cache import cache_key
from api.asking.serving import Serving
from api.formats.errors import MAX_ERRORS, AssistantUnavailable, log_failure, unknown_values
from api.formats.schemas import AskRequest, FiltersIn, SearchRequest
from api.guards.keys import Keyring
from api.guards.lanes import RETRY_S, Busy, Lanes, Work
from api.guards.limits import Limits
from api.guards.metrics import Metrics
from embeddings import GenerationProblem, MilvusProblem
from qa import Answer, Assistant, HelpCard, Intake, Provenance, Settings
from qa.answers.answer import STATUSES
from qa.answers.hits import NO_FILTERS, SearchResult, results_of
from qa.answers.replies import reply
from qa.records.recording import Answered, Recorder
from qa.safety.intake import PreparedQuestion
from qa.writer.rewriting import Tell

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
    mcp: ASGIApp
    metrics: Metrics
    recorder: Recorder | None
    serving: Serving
    settings: Settings


async def state_of(request: Request) -> State:
    """Return the state of the application that got a request."""
    state: State = {name: getattr(request.state, name) for name in State.__annotations__}  # type: ignore[assignment]
    return state


StateDep = Annotated[State, Depends(state_of)]


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
    """A question that is being answered; `note` takes its answer, and returns what the asker gets.

    `drafts` are answers as far as a language model has written them.
    """

    prepared: PreparedQuestion
    work: Work[Answer]
    drafts: asyncio.Queue[Answer]
    intake: Intake
    metrics: Metrics
    note: Callable[[Answer], Answer]

    def answer(self) -> Answer:
        """Return the answer of work that has ended. Raises AssistantUnavailable where there is none."""
        with self.metrics.counting_refusals():
            try:
                answer = self.work.task.result()
            except TimeoutError as error:
                card = _card(self.prepared, self.intake)
                raise _busy(card, self.prepared.language) from error
        return self.note(answer)


async def take_question(body: AskRequest, state: State, request: Request) -> AskedQuestion:
    """Judge a question by rules and start to answer it, or have its answer ready where it was answered before.

    The safety step comes first, so that the help card is shown whatever fails after it. Who may be at risk does not
    wait for others, but gets the card without documents. A card that is sent before the answer is in the answer too:
    where it is not sent alone, the classifier judges first. Raises AssistantUnavailable, with the card, where there is
    no room, or the client has asked too much, and RequestValidationError for filters that no document has.
    """
    with state["metrics"].counting_refusals():
        await check_rate(body.question, body.language, state, request)
        try:
            return await _judged_and_started(body, state)
        except Busy as error:
            raise await _without_room(body.question, body.language, state) from error


async def _judged_and_started(body: AskRequest, state: State) -> AskedQuestion:
    lanes, intake, settings, answers = state["lanes"], state["intake"], state["settings"], state["serving"].answers
    earlier = [turn.question for turn in body.history]
    prepared = await lanes.judge(partial(intake.prepare, body.question, body.language, earlier), len(body.question))
    key = None if prepared.help else cache_key(prepared, body)  # a cry for help is judged anew each time
    assistant = state["serving"].assistant
    check_filters(body.filters, assistant, prepared)
    drafts: asyncio.Queue[Answer] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def tell(draft: Answer) -> None:
        loop.call_soon_threadsafe(drafts.put_nowait, draft)

    if prepared.help and lanes.is_idle and assistant and settings.is_answering():
        confirm = partial(_confirm_help, prepared, assistant, is_follow_up=bool(body.history))
        prepared = await lanes.judge(confirm, len(body.question))
    if prepared.help and not lanes.is_idle:  # others may have come meanwhile
        work = lanes.start_beside(partial(_refuse, prepared, intake, "busy"))
    elif settings.is_answering() and (answer := answers.get(key)):
        state["metrics"].cached_answers.inc()
        work = lanes.start_beside(lambda: answer)
    else:
        work = lanes.start(partial(_answer, prepared, body, state, tell))

    def note(answer: Answer) -> Answer:
        answers.put(key, answer)
        return _note(answer, body, state)

    return AskedQuestion(prepared, work, drafts, intake, state["metrics"], note)


async def answer_to(body: AskRequest, state: State, request: Request) -> Answer:
    """Answer a question; raise what `take_question` raises, and ClientDisconnect where the client leaves before."""
    asked = await take_question(body, state, request)
    await asked.work.wait(request)
    return asked.answer()


async def answer_for_staff(body: AskRequest, state: State, request: Request) -> Answer:
    """Answer a question beside the lanes of the public; raise what `answer_to` raises."""
    with state["metrics"].counting_refusals():
        await check_rate(body.question, body.language, state, request)
        try:
            answer = await state["lanes"].answer_staff(partial(_judge_and_answer, body, state), request)
        except TimeoutError as error:
            raise _busy(*state["intake"].card_unjudged(body.question, body.language)) from error
    return _note(answer, body, state)


async def search_results(
    body: SearchRequest, assistant: Assistant, state: State, request: Request
) -> list[SearchResult]:
    """Search as a question among the others; raise what `answer_to` raises."""

    def search() -> list[SearchResult]:
        hits = assistant.search(body.query, body.limit, filters=body.filters.to_filters())
        return results_of(hits, assistant.documents)

    with state["metrics"].counting_refusals():
        await check_rate(body.query, None, state, request)
        check_filters(body.filters, assistant)
        try:
            work = state["lanes"].start(search)
            await work.wait(request)
            return work.task.result()
        except (Busy, TimeoutError) as error:
            raise await _without_room(body.query, None, state) from error
        except (GenerationProblem, MilvusProblem) as error:
            raise HTTPException(503, headers={"retry-after": str(RETRY_S)}) from error


async def check_rate(text: str, language: str | None, state: State, request: Request) -> None:
    """Count a question of a client. Raises AssistantUnavailable where it has asked too many."""
    if seconds := await state["limits"].seconds_to_wait(request):
        card, language = state["intake"].card_unjudged(text, language)
        raise AssistantUnavailable("too_many", language, card, HTTPStatus.TOO_MANY_REQUESTS, seconds)


def check_filters(filters: FiltersIn, assistant: Assistant | None, prepared: PreparedQuestion | None = None) -> None:
    """Raise RequestValidationError for values that no document has, unless the asker may be at risk.

    No more are looked for than a problem lists: to find the nearest ones of each takes time.
    """
    wanted = filters.to_filters()
    if not assistant or wanted == NO_FILTERS or (prepared and prepared.help):
        return
    if unknown := list(islice(wanted.unknown_values(assistant.facets), MAX_ERRORS)):
        raise unknown_values(unknown)


def _judge_and_answer(body: AskRequest, state: State) -> Answer:
    prepared = state["intake"].prepare(body.question, body.language, [turn.question for turn in body.history])
    check_filters(body.filters, state["serving"].assistant, prepared)
    return _answer(prepared, body, state)


def _note(answer: Answer, body: AskRequest, state: State) -> Answer:
    """Count and record an answer; return it, open to a vote where that is recorded, it has statements and no card."""
    state["metrics"].count_answer(answer)
    if (recorder := state["recorder"]) is None:
        return answer
    recorder.record(Answered(answer, is_follow_up=bool(body.history)))
    return replace(answer, takes_feedback=bool(answer.statements) and answer.help is None)


def _confirm_help(prepared: PreparedQuestion, assistant: Assistant, *, is_follow_up: bool) -> PreparedQuestion:
    try:
        return assistant.confirm_help(prepared, is_follow_up=is_follow_up)
    except Exception as error:
        log_failure(error)
        return prepared


def _answer(prepared: PreparedQuestion, body: AskRequest, state: State, tell: Tell = lambda _: None) -> Answer:
    """Answer a question, and log the status but not the question: the user may be a person at risk."""
    begin = time.perf_counter()
    if state["settings"].is_answering():
        answer = _ask_assistant(prepared, body, state, tell)
    else:
        answer = _refuse(prepared, state["intake"], "answering_off")
    seconds = time.perf_counter() - begin
    logger.info("answered status=%s statements=%d seconds=%.2f", answer.status, len(answer.statements), seconds)
    return answer


def _ask_assistant(prepared: PreparedQuestion, body: AskRequest, state: State, tell: Tell) -> Answer:
    assistant = state["serving"].assistant  # the work ends with this one, whatever is published meanwhile
    if assistant is None:
        raise _unavailable(prepared, state["intake"])
    try:
        bounded = assistant.bounded(body.documents, body.words) if body.documents or body.words else assistant
        filters = body.filters.to_filters()
        answer, trace = bounded.answer(prepared, body.to_turns(), drop=body.drop, filters=filters, tell=tell)
        return replace(answer, trace=trace.explained(assistant.scorers)) if body.explain else answer
    except (GenerationProblem, MilvusProblem) as error:  # it has been logged
        raise _unavailable(prepared, state["intake"], RETRY_S) from error
    except Exception as error:
        log_failure(error)
        raise _unavailable(prepared, state["intake"]) from error


def _card(prepared: PreparedQuestion, intake: Intake) -> HelpCard:
    """Return the help card, always: without the assistant only the rules detect distress, and they may miss it."""
    return prepared.help or intake.operators_card(prepared.language)


def _unavailable(prepared: PreparedQuestion, intake: Intake, retry_s: int = 0) -> AssistantUnavailable:
    return AssistantUnavailable("unavailable", prepared.language, _card(prepared, intake), retry_s=retry_s)


def _busy(card: HelpCard, language: str) -> AssistantUnavailable:
    return AssistantUnavailable("busy", language, card, retry_s=RETRY_S)


async def _without_room(text: str, language: str | None, state: State) -> AssistantUnavailable:
    """Pause, and return the refusal of a text that the rules have not judged."""
    return _busy(*await state["lanes"].refuse(partial(state["intake"].card_unjudged, text, language)))


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
