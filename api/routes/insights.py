"""The pages of staff about what the records tell: tables, traces of votes, and unanswered questions as a suite."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from starlette.responses import HTMLResponse, Response

from api.asking.dependencies import AssistantDep, State, StateDep
from api.formats.rendering import render_page
from api.guards.keys import DATABASE_GONE, needs_in_browser
from qa import Assistant
from qa.records.database import Database, DatabaseGone
from qa.records.insights import Insights, learn, read_unanswered, read_vote, suite_of
from qa.records.keys import Scope

router = APIRouter(prefix="/staff/insights", include_in_schema=False)
router.dependencies.append(Depends(needs_in_browser(Scope.ADMIN)))


async def _records(state: StateDep) -> AsyncIterator[Database]:
    """Yield the database, and turn its being gone into a problem."""
    if (recorder := state["recorder"]) is None:
        raise HTTPException(404, "No records are kept here.")
    try:
        yield recorder.database
    except DatabaseGone as error:
        raise HTTPException(503, DATABASE_GONE) from error


RecordsDep = Annotated[Database, Depends(_records)]
RecordId = Annotated[int, Field(ge=1, lt=2**31)]  # what every database takes for one


async def _learn(database: Database, assistant: Assistant, state: State) -> Insights:
    """Learn in the lane of what takes long and gives way to questions."""
    return await state["lanes"].load(partial(learn, database, assistant.encoder.encode_query, assistant.documents))


@router.get("")
async def page(request: Request, database: RecordsDep, assistant: AssistantDep, state: StateDep) -> HTMLResponse:
    """Show what was not answered, what did not help, and which documents are cited."""
    found = await _learn(database, assistant, state)
    tables = list(found.tables({entry.id: entry.title for entry in assistant.entries()}))
    return await run_in_threadpool(render_page, request, "insights.html", tables=tables)


@router.get("/questions.jsonl")
async def suite(
    database: RecordsDep, assistant: AssistantDep, state: StateDep, id: Annotated[list[RecordId] | None, Query()] = None
) -> Response:
    """Return the questions without an answer as a suite: those of some ids, or one of each group."""
    if id:
        lines = suite_of(await run_in_threadpool(read_unanswered, database, id))
    else:
        lines = (await _learn(database, assistant, state)).suite()
    headers = {"content-disposition": "attachment; filename=questions.jsonl"}
    return Response(lines, media_type="application/jsonl", headers=headers)


@router.get("/votes/{id}")
async def vote(
    id: RecordId, request: Request, database: RecordsDep, assistant: AssistantDep, state: StateDep
) -> HTMLResponse:
    """Show the trace of an answer with a vote: it is not kept, but found anew by the question without personal data.

    It is found by quotes alone: who looks at a vote sends nothing to a language model.
    """
    found = await run_in_threadpool(read_vote, database, id)
    if found is None or not found.question:
        raise HTTPException(404, "There is no vote of this id whose question is known.")
    answer, trace = await state["lanes"].load(partial(assistant.without_model().explain, found.question))
    shown: dict[str, Any] = {
        "vote": found,
        "answer": answer,
        "trace": trace.explained(assistant.scorers),
        "model": assistant.model,
    }
    return await run_in_threadpool(render_page, request, "vote.html", **shown)
