"""The routes of staff: files that become documents, builds of the index as jobs, and which generation serves.

Each needs a key: `ingest` for documents and jobs, `admin` for generations.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.asking.dependencies import AssistantDep, StateDep, require_json
from api.asking.streaming import HEARTBEAT, HEARTBEAT_S, UNBUFFERED
from api.formats.errors import problem_responses
from api.formats.schemas import FilterValues, Writable
from api.formats.schemas import Request as RequestBody
from api.guards.keys import needs
from corpus import UnreadableDocument
from corpus.loaders.metadata import SIDECAR
from corpus.loaders.website.crawling import Manners
from corpus.loaders.website.fetching import Unreachable
from embeddings import BuildInProgress, GenerationProblem, MilvusProblem, StoreProblem
from embeddings.index import publishing
from qa import Settings
from qa.ingest.generations import IndexGeneration, list_generations, serve_again
from qa.ingest.jobs import JOB, Job, JobConflict, JobState, cancel_job, read_job, read_jobs, start_job
from qa.ingest.own_documents import NameTaken, OwnDocuments, OwnFile, fetch_page
from qa.records.keys import Scope

MAX_NAME = 200  # bytes of the name of a file
FETCHES, FETCH_S = CapacityLimiter(2), 30.0  # pages that are fetched at a time, and the seconds that each may take
LOOK_S = 0.5  # between two looks at a job that is watched
NO_JOB = "There is no job of this id."
INGEST, ADMIN = [Depends(needs(Scope.INGEST))], [Depends(needs(Scope.ADMIN))]
RAW_BODY = {
    "requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
EVENTS: dict[int | str, dict[str, object]] = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}

router = APIRouter()


def _check_name(name: str) -> str:
    if name.startswith(".") or name == SIDECAR or not name.isprintable() or len(name.encode()) > MAX_NAME:
        raise PydanticCustomError("file_name", "can't be the name of a file here; rename it")
    return name


FileName = Annotated[str, StringConstraints(min_length=1), Writable, AfterValidator(_check_name)]
Words = Annotated[str, StringConstraints(max_length=300), Writable]
Address = Annotated[str, StringConstraints(max_length=2000), Writable]


class Told(BaseModel):
    """What staff tell of a file, which goes before what it tells itself; `address` is a page to fetch in its place."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    address: Address = ""
    title: Words = ""
    publisher: Words = ""
    published: Words = ""
    kind: Words = ""
    url: Address = ""
    countries: FilterValues = []
    themes: FilterValues = []

    def to_row(self) -> dict[str, str]:
        """Return what was told as a row of the sidecar, without the address."""
        given = self.model_dump(include=self.model_fields_set - {"address"})
        texts = {name: value if isinstance(value, str) else "; ".join(value) for name, value in given.items()}
        return {name: " ".join(text.split()) for name, text in texts.items()}  # a row is one line


class FileList(BaseModel):
    """The files of staff, and the ids of documents that the next build leaves out."""

    files: list[OwnFile]
    deleted: list[str]


class JobRequest(RequestBody):
    """A job to start: a build of the index."""

    kind: Literal["build"] = "build"


def _own_documents(state: StateDep) -> Iterator[OwnDocuments]:
    try:
        yield OwnDocuments(state["settings"].documents)
    except OSError as error:
        raise HTTPException(507) from error


OwnDep = Annotated[OwnDocuments, Depends(_own_documents)]


@router.get("/v1/files", dependencies=INGEST, responses=problem_responses(401, 403, 503, 507))
def files(own: OwnDep, state: StateDep) -> FileList:
    """List the files that staff added, and what they deleted of the documents that serve."""
    assistant = state["serving"].assistant
    deleted = [id for id in sorted(own.deleted()) if assistant and id in assistant.documents]
    return FileList(files=own.files(), deleted=deleted)


@router.put(
    "/v1/files/{name}",
    dependencies=INGEST,
    status_code=201,
    responses=problem_responses(401, 403, 408, 409, 413, 415, 422, 503, 507) | {200: {"model": OwnFile}},
    openapi_extra=RAW_BODY,
)
async def put_file(
    name: FileName, told: Annotated[Told, Query()], own: OwnDep, state: StateDep, request: Request, response: Response
) -> OwnFile:
    """Add a document, or replace it, by the bytes of its file, or by an address; the next build has it served."""
    row = told.to_row()
    try:
        with own.receiving(name) as received:
            if told.address:
                fetch = partial(_fetch, told.address, received, state["settings"])
                row = {"url": await to_thread.run_sync(fetch, limiter=FETCHES)} | row
            else:
                await _receive(request, received)
            stored, is_new = await run_in_threadpool(own.store, received, name, row)
    except Unreachable as error:
        raise HTTPException(422, f"The page at this address was not added: {error}.") from error
    except UnreadableDocument as error:
        raise HTTPException(415, f"The file was not added: {error}.") from error
    except NameTaken as error:
        raise HTTPException(409, f"The file was not added: {error}.") from error
    response.status_code = 201 if is_new else 200
    return stored


@router.delete(
    "/v1/documents/{id}", dependencies=INGEST, status_code=204, responses=problem_responses(401, 403, 404, 503, 507)
)
def delete_document(id: str, own: OwnDep, state: StateDep) -> None:
    """Delete a document, and its file if staff added it; the next build leaves it out."""
    assistant = state["serving"].assistant
    if not own.delete(id, is_served=assistant is not None and id in assistant.documents):
        raise HTTPException(404, "There is no document of this id.")


@router.post(
    "/v1/jobs",
    dependencies=[*INGEST, Depends(require_json)],
    status_code=202,
    responses=problem_responses(400, 401, 403, 408, 409, 413, 415, 422, 503, 507),
)
def post_job(body: JobRequest, own: OwnDep, state: StateDep, response: Response) -> Job:
    """Start a build of the serving documents and the files, without what was deleted; it serves when it is done."""
    try:
        job = start_job(state["settings"].jobs)
    except JobConflict as error:
        raise HTTPException(409, f"No job was started: {error}.") from error
    response.headers["location"] = f"/v1/jobs/{job.id}"
    return job


@router.get("/v1/jobs", dependencies=INGEST, responses=problem_responses(401, 403, 503))
def jobs(state: StateDep) -> list[Job]:
    """List the last jobs, newest first, without what became of their files."""
    return [replace(job, files=()) for job in read_jobs(state["settings"].jobs)]


@router.get("/v1/jobs/{id}", dependencies=INGEST, responses=problem_responses(401, 403, 404, 503))
def job(id: str, state: StateDep) -> Job:
    """Tell how a job stands, and what became of each file."""
    try:
        return read_job(state["settings"].jobs, id)
    except LookupError as error:
        raise HTTPException(404, NO_JOB) from error


@router.get("/v1/jobs/{id}/events", dependencies=INGEST, responses=problem_responses(401, 403, 404, 503) | EVENTS)
async def job_events(id: str, state: StateDep) -> Response:
    """Tell how a job stands whenever that changes, until it ends, without its files; an event is named as the state."""
    folder = state["settings"].jobs
    first = await run_in_threadpool(job, id, state)
    return EventSourceResponse(_events(folder, first), headers=UNBUFFERED)


@router.post("/v1/jobs/{id}/cancel", dependencies=INGEST, responses=problem_responses(401, 403, 404, 409, 503))
def cancel(id: str, state: StateDep) -> Job:
    """End a job before it is done; what serves goes on serving."""
    try:
        return cancel_job(state["settings"].jobs, id)
    except LookupError as error:
        raise HTTPException(404, NO_JOB) from error
    except JobConflict as error:
        raise HTTPException(409, f"It was not cancelled: {error}.") from error


@router.get("/v1/generations", dependencies=ADMIN, responses=problem_responses(401, 403, 503))
def generations(state: StateDep) -> list[IndexGeneration]:
    """List the generations of the index, newest first."""
    return list_generations(state["settings"].index)


@router.post(
    "/v1/generations/{id}/publish",
    dependencies=ADMIN,
    status_code=204,
    responses=problem_responses(401, 403, 404, 409, 503),
)
async def publish(id: str, assistant: AssistantDep, state: StateDep) -> None:
    """Have a generation serve again, once it is verified."""
    if id not in {folder.name for folder in publishing.generations(state["settings"].index)}:
        raise HTTPException(404, "There is no generation of this id.")
    try:
        await state["lanes"].load(partial(serve_again, state["settings"], assistant.encoder, id))
    except StoreProblem as error:
        detail = f"It could not be sent to the store, and serves here alone until that is followed again: {error}."
        raise HTTPException(409, detail) from error
    except (BuildInProgress, GenerationProblem, MilvusProblem) as error:
        raise HTTPException(409, f"It was not published: {error}.") from error


async def _receive(request: Request, file: Path) -> None:
    with file.open("wb") as received:
        async for piece in request.stream():
            await run_in_threadpool(received.write, piece)


def _fetch(address: str, file: Path, settings: Settings) -> str:
    manners = Manners(settings.website_agent, settings.website_delay, settings.website_private, FETCH_S)
    return fetch_page(address, file, manners)


async def _events(folder: Path, job: Job) -> AsyncIterator[bytes]:
    told, quiet = None, 0.0
    while True:
        if (short := replace(job, files=())) != told:
            yield format_sse_event(event=job.state, data_str=JOB.dump_json(short).decode())
            told, quiet = short, 0.0
        elif quiet >= HEARTBEAT_S:
            yield HEARTBEAT
            quiet = 0.0
        if job.state is not JobState.RUNNING:
            return
        await asyncio.sleep(LOOK_S)
        quiet += LOOK_S
        job = await run_in_threadpool(read_job, folder, job.id)
