"""The JSON interface: ask, search, read a document; and whether the service lives."""

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.sse import EventSourceResponse

from api.dependencies import AssistantDep, StateDep, answer_to, require_json
from api.errors import documented
from api.schemas import AskRequest, AskResponse, DocumentOut, Health, HitOut, SearchRequest, SearchResponse
from api.streaming import EVENTS, streamed, wants_events

POST_PROBLEMS = documented(400, 413, 415, 422, 503)

router = APIRouter()


@router.post(
    "/v1/ask",
    dependencies=[Depends(require_json)],
    response_model=AskResponse,
    responses=POST_PROBLEMS | {200: {"content": EVENTS}},
)
def ask(asked: AskRequest, state: StateDep, request: Request) -> AskResponse | EventSourceResponse:
    """Answer one question with its sources, or say that the documents don't tell; piece by piece where asked to."""
    if wants_events(request.headers.get("accept", "")):
        return streamed(asked, state)
    return AskResponse.of(answer_to(asked, state))


@router.post("/v1/search", dependencies=[Depends(require_json)], responses=POST_PROBLEMS)
def search(wanted: SearchRequest, assistant: AssistantDep) -> SearchResponse:
    """Find the passages that fit a query, best first."""
    hits = assistant.search(wanted.query, wanted.limit, filters=wanted.filters.wanted())
    return SearchResponse(hits=[HitOut.of(hit, assistant.documents[hit.passage.document_id]) for hit in hits])


@router.get("/v1/documents/{id}", responses=documented(404, 503))
def document(id: str, assistant: AssistantDep) -> DocumentOut:
    """Give a document with its whole text, in which quotes are counted."""
    if (found := assistant.documents.get(id)) is None:
        raise HTTPException(404, "There is no document of this id.")
    return DocumentOut.model_validate(found)


@router.get("/healthz", responses=documented())
async def healthz() -> Health:
    """Tell that the process lives. Takes no thread, so it answers while all of them work."""
    return Health(status="ok")


@router.get("/readyz", responses=documented(503))
async def readyz(assistant: AssistantDep) -> Health:
    """Tell that questions are answered: the index and the model are loaded."""
    return Health(status="ready" if assistant.documents else "empty")
