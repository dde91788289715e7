"""The page of staff about what the records tell, and the unanswered questions as a suite of the benchmark."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from api.dependencies import AssistantDep, StateDep
from api.keys import DATABASE_GONE, needs_in_browser
from api.rendering import render_page
from qa.records.database import DatabaseGone
from qa.records.insights import Insights, learn
from qa.records.keys import Scope

router = APIRouter(prefix="/staff/insights", include_in_schema=False)
router.dependencies.append(Depends(needs_in_browser(Scope.ADMIN)))


async def _insights(assistant: AssistantDep, state: StateDep) -> Insights:
    """Learn in the lane of what takes long and gives way to questions."""
    if (recorder := state["recorder"]) is None:
        raise HTTPException(404, "No records are kept here.")
    try:
        call = partial(learn, recorder.database, assistant.encoder.encode_query, assistant.documents)
        return await state["lanes"].load(call)
    except DatabaseGone as error:
        raise HTTPException(503, DATABASE_GONE) from error


InsightsDep = Annotated[Insights, Depends(_insights)]


@router.get("")
async def page(request: Request, found: InsightsDep, assistant: AssistantDep) -> HTMLResponse:
    """Show what was not answered, what did not help, and which documents are cited."""
    tables = list(found.tables({entry.id: entry.title for entry in assistant.entries()}))
    return await run_in_threadpool(render_page, request, "insights.html", tables=tables)


@router.get("/questions.jsonl")
async def suite(found: InsightsDep) -> Response:
    """Return the questions without an answer as a suite."""
    headers = {"content-disposition": "attachment; filename=questions.jsonl"}
    return Response(found.suite(), media_type="application/jsonl", headers=headers)
