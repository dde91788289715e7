"""The generations of the index: what each holds, whether it is whole, which serves; and to have one serve again."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from embeddings import Encoder, GenerationProblem, current_generation
from embeddings.index.manifest import OlderForm, check_files, time_built
from embeddings.index.publishing import generations, roll_back
from embeddings.index.store import send
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class IndexGeneration:
    """A generation. `state` is `whole`, `damaged` or `of an older form`; of the last two no more is known."""

    id: str
    serves: bool
    state: str
    built: datetime | None = None
    documents: int = 0
    passages: int = 0


def list_generations(root: Path) -> list[IndexGeneration]:
    """Return all generations, newest first."""
    serving = None
    with suppress(GenerationProblem):
        serving = current_generation(root)
    return [_described(folder, serves=folder == serving) for folder in generations(root)]


def serve_again(settings: Settings, encoder: Encoder, id: str = "") -> str:
    """Have the generation before the serving one serve again, or that of an id, from the store too; return its id.

    Raises BuildInProgress, GenerationProblem, MilvusProblem or StoreProblem.
    """
    return roll_back(settings.index, encoder, id, settings.vectors, then=partial(send_to_store, settings))


def send_to_store(settings: Settings, folder: Path) -> None:
    """Have a generation serve from the store too, where there is one. Raises GenerationProblem and StoreProblem."""
    if settings.index_store:
        send(folder, settings.index_store)


def _described(folder: Path, *, serves: bool) -> IndexGeneration:
    try:
        manifest = check_files(folder)
    except GenerationProblem as problem:
        state = "of an older form" if isinstance(problem, OlderForm) else "damaged"
        return IndexGeneration(folder.name, serves, state)
    built = datetime.fromtimestamp(time_built(folder), UTC)
    return IndexGeneration(folder.name, serves, "whole", built, manifest.documents, manifest.passages)
