"""The quotes of a permalink, word for word as in the generation that it names.

In: the parts of its path, and the documents that serve, or those of that generation where it is kept. Out: Citations.
"""

from functools import partial
from itertools import count
from pathlib import Path

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool

from api.asking.dependencies import State
from api.formats.schemas import Quotes
from api.guards.lanes import RETRY_S, Busy
from corpus import Document
from embeddings import GenerationProblem
from embeddings.index.generation import read_documents
from embeddings.index.publishing import generations
from qa import Assistant, Citation
from qa.answers.addresses import UnknownPlace, evidence_at, places_in


async def quotes_at(generation: str, path: str, assistant: Assistant, state: State, request: Request) -> Quotes:
    """Return the quotes of a permalink. Raises HTTPException: 404 for none, 410 where they can't be had any more.

    The documents that serve are looked at first, since words that still stand in their places are the same words. To
    read others takes long, and is done like a question among the others: without room for it, 503.
    """
    try:
        places = places_in(path)
    except UnknownPlace as error:
        raise HTTPException(404) from error
    evidence = await run_in_threadpool(evidence_at, places, assistant.citable)
    is_current = evidence is not None
    kept = [folder for folder in generations(state["settings"].index) if folder.name == generation]
    if evidence is None and kept:
        try:
            work = state["lanes"].start(partial(_documents, kept[0], {place["id"] for place in places}))
            await work.wait(request)
            evidence = evidence_at(places, work.task.result())
        except (Busy, TimeoutError) as error:
            raise HTTPException(503, headers={"retry-after": str(RETRY_S)}) from error
    if evidence is None:
        raise HTTPException(410)
    citations = list(map(Citation, count(1), evidence))
    return Quotes(generation=generation, is_current=is_current, citations=citations)


def _documents(folder: Path, ids: set[str]) -> dict[str, Document]:
    """Return the documents of these ids in a generation; none where it is damaged."""
    try:
        documents = read_documents(folder, whole=False)
        return {id: documents[id] for id in ids if id in documents}
    except GenerationProblem:
        return {}
