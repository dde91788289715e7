"""The JSON API: ask, search, list and read documents; probes of liveness and readiness; figures for Prometheus."""

import time
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import JSONResponse, Response

from api.asking.dependencies import (
    AssistantDep,
    State,
    StateDep,
    answer_for_staff,
    answer_to,
    check_rate,
    require_json,
    search_results,
    take_question,
)
from api.asking.quotes import quotes_at
from api.asking.streaming import stream_answer, wants_events
from api.formats.errors import AssistantUnavailable, problem_responses, refusal_body
from api.formats.examples import ANSWER, DOCUMENT, HIT, example_response
from api.formats.schemas import (
    AskRequest,
    BatchRequest,
    BatchResponse,
    DocumentList,
    DocumentOut,
    DocumentsQuery,
    FeedbackRequest,
    Health,
    Quotes,
    SearchRequest,
    SearchResponse,
)
from api.guards.keys import admits, needs
from api.guards.limits import is_within
from corpus.documents.catalogue import FACETS, list_documents
from qa import Answer
from qa.answers.answer import answer_json
from qa.answers.hits import SearchResult
from qa.records.keys import Scope
from qa.records.recording import Vote

POST_PROBLEMS = problem_responses(400, 401, 403, 408, 413, 415, 422, 429, 503)
ANSWER_EXAMPLE = example_response(answer_json(ANSWER))
ANSWER_EXAMPLE[200]["content"]["text/event-stream"] = {"schema": {"type": "string"}}
BATCH_EXAMPLE = example_response({"results": [{"answer": answer_json(ANSWER), "problem": None}]})
QUOTES_EXAMPLE = example_response(
    Quotes(generation=ANSWER.provenance.generation, is_current=True, citations=list(ANSWER.citations)).model_dump(
        mode="json"
    )
)
HITS_EXAMPLE = example_response(SearchResponse(hits=[SearchResult.of(HIT, DOCUMENT)]).model_dump())
DOCUMENT_EXAMPLE = example_response(DocumentOut.model_validate(DOCUMENT).model_dump())
DOCUMENTS_EXAMPLE = example_response(DocumentList.model_validate(list_documents([DOCUMENT], {})).model_dump())

router = APIRouter()


@router.post(
    "/v1/ask",
    dependencies=[Depends(admits(Scope.ASK)), Depends(require_json)],
    response_model=Answer,
    responses=POST_PROBLEMS | ANSWER_EXAMPLE,
)
async def ask(body: AskRequest, state: StateDep, request: Request) -> Response:
    """Answer a question with its sources, or say that the documents don't answer it; as events where accepted."""
    if wants_events(request.headers.get("accept", "")):
        return stream_answer(await take_question(body, state, request))
    return JSONResponse(answer_json(await answer_to(body, state, request)))


@router.post(
    "/v1/ask/batch",
    dependencies=[Depends(needs(Scope.ASK)), Depends(require_json)],
    response_model=BatchResponse,
    responses=POST_PROBLEMS | BATCH_EXAMPLE,
)
async def ask_batch(body: BatchRequest, state: StateDep, request: Request) -> Response:
    """Answer questions of staff one after another, as far as those of the public leave time."""
    return JSONResponse({"results": [await _result(question, state, request) for question in body.questions]})


async def _result(question: AskRequest, state: State, request: Request) -> dict[str, Any]:
    try:
        return {"answer": answer_json(await answer_for_staff(question, state, request)), "problem": None}
    except (AssistantUnavailable, RequestValidationError) as error:
        return {"answer": None, "problem": refusal_body(error)}


@router.get(
    "/v1/answers/{generation}/{path}",
    dependencies=[Depends(admits(Scope.ASK))],
    response_model=Quotes,
    responses=problem_responses(401, 403, 404, 410, 503) | QUOTES_EXAMPLE,
)
async def answer(generation: str, path: str, assistant: AssistantDep, state: StateDep, request: Request) -> Response:
    """Return the quotes of an answer by its `permalink`, word for word as in the generation that it names."""
    quotes = await quotes_at(generation, path, assistant, state, request)
    return JSONResponse(quotes.model_dump(mode="json"))


@router.post(
    "/v1/search",
    dependencies=[Depends(admits(Scope.SEARCH)), Depends(require_json)],
    responses=POST_PROBLEMS | HITS_EXAMPLE,
)
async def search(body: SearchRequest, assistant: AssistantDep, state: StateDep, request: Request) -> SearchResponse:
    """Find the passages that match a query, best first."""
    return SearchResponse(hits=await search_results(body, assistant, state, request))


@router.post(
    "/v1/feedback",
    dependencies=[Depends(admits(Scope.ASK)), Depends(require_json)],
    responses=problem_responses(400, 401, 403, 404, 408, 413, 415, 422, 429, 503),
    status_code=HTTPStatus.ACCEPTED,
    response_class=Response,
)
async def feedback(body: FeedbackRequest, state: StateDep, request: Request) -> None:
    """Take what somebody thought of an answer, where the operator keeps records."""
    if (recorder := state["recorder"]) is None:
        raise HTTPException(404, "No records are kept here.")
    await check_rate(body.comment, None, state, request)
    recorder.record(Vote(body.answer_id, body.useful, body.reason, body.comment))


@router.get(
    "/v1/documents",
    dependencies=[Depends(admits(Scope.SEARCH))],
    responses=problem_responses(401, 403, 404, 422, 503) | DOCUMENTS_EXAMPLE,
)
def documents(query: Annotated[DocumentsQuery, Query()], assistant: AssistantDep) -> DocumentList:
    """List the documents, newest first, and count them by facet."""
    wanted = query.model_dump(include=set(FACETS))
    try:
        listing = list_documents(assistant.entries(), wanted, words=query.q, limit=query.limit, after=query.after)
    except ValueError as error:
        raise HTTPException(404, "No document of the id in `after` is in this list; begin it anew.") from error
    return DocumentList.model_validate(listing)


@router.get(
    "/v1/documents/{id}",
    dependencies=[Depends(admits(Scope.SEARCH))],
    responses=problem_responses(401, 403, 404, 503) | DOCUMENT_EXAMPLE,
)
def document(id: str, assistant: AssistantDep) -> DocumentOut:
    """Return a document with its full text, in which the offsets of quotes are counted."""
    if (found := assistant.citable.get(id)) is None:
        raise HTTPException(404, "There is no document of this id.")
    return DocumentOut.model_validate(found)


@router.get("/healthz", responses=problem_responses(), response_model_exclude_defaults=True)
async def healthz() -> Health:
    """Report that the process lives. Takes no thread, so it answers while all of them work."""
    return Health(status="ok")


@router.get("/readyz", responses=problem_responses(503))
async def readyz(assistant: AssistantDep, state: StateDep) -> Health:
    """Report that questions are answered, and with what: the index and the model are loaded, perhaps the reader too."""
    milvus = assistant.generation.on_milvus
    return Health(
        status="ready" if assistant.documents else "empty",
        reader="trained" if assistant.has_reader else "none",
        writer="llm" if assistant.model and assistant.model.writes else "extractive",
        writer_problem=assistant.model.problem if assistant.model else "",
        generation=assistant.provenance.generation,
        age_s=round(time.time() - assistant.generation.built),
        problem=state["serving"].problem or state["serving"].store_problem or (milvus.milvus.problem if milvus else ""),
    )


@router.get("/metrics", include_in_schema=False)
def metrics(state: StateDep, request: Request) -> Response:
    """Return figures for Prometheus, to the networks that the operator names, but to nobody through a proxy."""
    peer = request.client.host if request.client else ""
    if "x-forwarded-for" in request.headers or not is_within(peer, state["settings"].metrics_from):
        raise HTTPException(
            403, "Figures are shown to the networks in WAYMARK_METRICS_FROM alone, and not through a proxy."
        )
    return Response(
        state["metrics"].text(state["serving"].assistant, state["recorder"]), media_type=CONTENT_TYPE_PLAIN_0_0_4
    )
