"""Build an index of documents; and the process of a job that builds one: `python -m qa.ingest.building`.

In: the settings, the serving generation, and the folder of the documents of staff. Out: a new generation: the documents
of the serving one, without those that were deleted, with those of the folder in place of others of the same ids. The
process writes lines of JSON, each with fields of its Job that are new (jobs.py).
"""

import json
import os
import sys
from collections.abc import Callable, Collection
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from corpus import Document, read_collection
from corpus.documents.collection import changes_between
from embeddings import (
    BuildInProgress,
    GenerationProblem,
    IndexPlan,
    ModelProblem,
    RayProblem,
    StoreProblem,
    build_generation,
    current_generation,
    model_folder,
    ray_encoding,
)
from embeddings.index.generation import read_documents
from embeddings.index.publishing import generations
from qa.ingest.canaries import BrokenCanaries, check_canaries, load_canaries
from qa.ingest.generations import send_to_store
from qa.ingest.own_documents import OwnDocuments
from qa.pipeline.retrieval import load_encoder
from qa.settings import Settings

BUILDING = "Building the index, in seconds"  # the task whose progress is told
NICENESS = 19  # the answering threads have 10
PROBLEMS = (BrokenCanaries, BuildInProgress, GenerationProblem, ModelProblem, RayProblem, StoreProblem, OSError)

Progress = Callable[[str, int, int], None]  # of a task's name, how much of it is done, and its total


def build_index(
    documents: Collection[Document],
    settings: Settings,
    notify: Callable[[str], None],
    progress: Progress,
    ray: str = "",
) -> str:
    """Build an index of documents and have it serve; return its id. Raises one of PROBLEMS.

    Passages are encoded by the Ray at an address where one is given.
    """
    canaries = load_canaries(settings)
    encoder = load_encoder(settings, notify)
    plan = IndexPlan(
        encoder,
        settings.index,
        settings.cache,
        created_by=f"waymark {version('waymark')}",
        vectors=settings.vectors,
        kept=settings.generations,
        exact=settings.exact_passages,
    )
    with (
        ray_encoding(ray, model_folder(settings.encoder, settings.models), encoder) if ray else nullcontext() as submit
    ):
        return build_generation(
            documents,
            replace(plan, submit=submit),
            check=partial(check_canaries, canaries, encoder),
            progress=partial(progress, BUILDING),
            then=partial(send_to_store, settings),
        )


def main() -> None:
    """Build an index of the documents of the serving one and of staff, and tell how it goes and ends."""
    os.nice(NICENESS)
    outcome = {"state": "failed", "problem": "it broke off; the server's log says why"}
    try:
        outcome = {"state": "done", "generation": _build(Settings())}
    except PROBLEMS as problem:
        outcome["problem"] = str(problem)
    finally:
        _tell(**outcome, ended=datetime.now(UTC).isoformat())


def _build(settings: Settings) -> str:
    own = OwnDocuments(settings.documents)
    deleted = own.deleted()
    before = read_documents(current_generation(settings.index)) if generations(settings.index) else {}
    show = _by_percent()
    collection = read_collection(
        [own.folder], partial(show, "Reading files"), cache=settings.extractions, ocr=settings.ocr
    )
    after = {id: document for id, document in before.items() if id not in deleted}
    after |= {document.id: document for document in collection.documents}
    _tell(
        documents=asdict(changes_between(before, after)),
        files=[asdict(report) for report in collection.reports],
    )
    if not after:
        raise GenerationProblem("no document would be left, so no index was built; add one")
    return build_index(after.values(), settings, lambda _: None, show)


def _by_percent() -> Progress:
    """Return a function that tells of progress when another percent of a task is done."""
    last = ("", 0)

    def show(task: str, done: int, total: int) -> None:
        nonlocal last
        if last != (last := (task, done * 100 // max(1, total))):
            _tell(task=task, done=done, total=total)

    return show


def _tell(**fields: object) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
