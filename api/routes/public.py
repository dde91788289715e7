"""The JSON API: ask, search, list and read documents; and the probes of liveness and readiness."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.responses import JSONResponse, Response

from api.dependencies import AssistantDep, StateDep, answer_to, hits_of, require_json, take_question
from api.errors import problem_responses
from api.examples import ANSWER, DOCUMENT, HIT, example_response
from api.schemas import (
    AskRequest,
    DocumentList,
    DocumentOut,
    DocumentsQuery,
    Health,
    SearchRequest,
    SearchResponse,
)
from api.streaming import stream_answer, wants_events
from corpus.catalogue import FACETS, list_documents
from qa import Answer
from qa.answers import answer_json
from qa.retrieval import SearchResult

POST_PROBLEMS = problem_responses(400, 408, 413, 415, 422, 429, 503)
ANSWER_EXAMPLE = example_response(answer_json(ANSWER))
ANSWER_EXAMPLE[200]["content"]["text/event-stream"] = {"schema": {"type": "string"}}
HITS_EXAMPLE = example_response(SearchResponse(hits=[SearchResult.of(HIT, DOCUMENT)]).model_dump())
DOCUMENT_EXAMPLE = example_response(DocumentOut.model_validate(DOCUMENT).model_dump())
DOCUMENTS_EXAMPLE = example_response(DocumentList.model_validate(list_documents([DOCUMENT], {})).model_dump())

router = APIRouter()


@router.post(
    "/v1/ask",
    dependencies=[Depends(require_json)],
    response_model=Answer,
    responses=POST_PROBLEMS | ANSWER_EXAMPLE,
)
async def ask(body: AskRequest, state: StateDep, request: Request) -> Response:
    """Answer a question with its sources, or say that the documents don't answer it; as events where accepted."""
    if wants_events(request.headers.get("accept", "")):
        return stream_answer(await take_question(body, state, request))
    return JSONResponse(answer_json(await answer_to(body, state, request)))


@router.post("/v1/search", dependencies=[Depends(require_json)], responses=POST_PROBLEMS | HITS_EXAMPLE)
async def search(body: SearchRequest, assistant: AssistantDep, state: StateDep, request: Request) -> SearchResponse:
    """Find the passages that match a query, best first."""
    hits = await hits_of(body, assistant, state, request)
    return SearchResponse(hits=[SearchResult.of(hit, assistant.documents[hit.passage.document_id]) for hit in hits])


@router.get("/v1/documents", responses=problem_responses(404, 422, 503) | DOCUMENTS_EXAMPLE)
def documents(query: Annotated[DocumentsQuery, Query()], assistant: AssistantDep) -> DocumentList:
    """List the documents, newest first, and count them by facet."""
    wanted = query.model_dump(include=set(FACETS))
    try:
        listing = list_documents(assistant.entries(), wanted, words=query.q, limit=query.limit, after=query.after)
    except ValueError as error:
        raise HTTPException(404, "No document of the id in `after` is in this list; begin it anew.") from error
    return DocumentList.model_validate(listing)


@router.get("/v1/documents/{id}", responses=problem_responses(404, 503) | DOCUMENT_EXAMPLE)
def document(id: str, assistant: AssistantDep) -> DocumentOut:
    """Return a document with its full text, in which the offsets of quotes are counted."""
    if (found := assistant.documents.get(id)) is None:
        raise HTTPException(404, "There is no document of this id.")
    return DocumentOut.model_validate(found)


@router.get("/healthz", responses=problem_responses(), response_model_exclude_defaults=True)
async def healthz() -> Health:
    """Report that the process lives. Takes no thread, so it answers while all of them work."""
    return Health(status="ok")


@router.get("/readyz", responses=problem_responses(503))
async def readyz(assistant: AssistantDep, state: StateDep) -> Health:
    """Report that questions are answered, and with what: the index and the model are loaded, perhaps the reader too."""
    return Health(
        status="ready" if assistant.documents else "empty",
        reader="trained" if assistant.has_reader else "none",
        generation=assistant.provenance.generation,
        age_s=round(time.time() - assistant.built),
        problem=state["serving"].problem,
    )
