"""Publish generations: switch atomically which one of an index folder serves.

In: the folder `var/index/`, and a generation built beside the serving one. Out: the folder of the serving one, and of
those that may serve in its place.
The file `current` holds the id of the serving generation. The last generations are kept, so that an earlier one can
serve again. Generations that were rolled back from never serve as a fallback; the next build deletes them.
Left out: what is in a generation (generation.py), and building it (builder.py).
"""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.index.generation import Generation
from embeddings.index.manifest import GenerationProblem, check_files
from embeddings.index.milvus_index import drop_collection, point_alias
from embeddings.models.encoder import Encoder

CURRENT = "current"
LOCK = ".lock"
STAGING = ".building-"  # the prefix of folders that are not published yet, or no longer
KEPT_GENERATIONS = 3  # including the serving one
ID = re.compile(r"\d{6}-[0-9a-f]{8}")


class BuildInProgress(RuntimeError):
    """Another process is building an index in the same folder; the message names the cure."""


def current_generation(root: Path) -> Path:
    """Return the folder of the generation that serves. Raises GenerationProblem where there is none."""
    if not (id := serving_id(root)):
        raise GenerationProblem(f"no index serves in {root}; run: waymark index")
    return root / id


def generations(root: Path) -> list[Path]:
    """Return the folders of all generations, newest first."""
    return sorted((folder for folder in root.glob("*") if ID.fullmatch(folder.name)), reverse=True)


def earlier_generations(root: Path) -> list[Path]:
    """Return the generations before the serving one, newest first; all, where it is not known which one serves."""
    serving = serving_id(root)
    return [folder for folder in generations(root) if not serving or folder.name < serving]


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system releases when its holder dies. Raises BuildInProgress if it is held."""
    with (root / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildInProgress(f"another build is running in {root}; wait for it to end") from error
        yield


def next_id(root: Path, corpus_digest: str) -> str:
    """Return the id of a new generation: a number above all others, and the beginning of its documents' digest."""
    last_number = max((int(folder.name[:6]) for folder in generations(root)), default=0)
    return f"{last_number + 1:06d}-{corpus_digest[:8]}"


def staging_folder(root: Path, id: str) -> Path:
    """Return the path of the folder in which a generation is built."""
    return root / f"{STAGING}{id}"


def remove_unpublished(root: Path, vectors: str = "") -> None:
    """Remove what is not published: what crashed builds left behind, and generations that are not kept.

    Their collections on the Milvus at `vectors` go first. Raises MilvusProblem.
    """
    for path in root.glob(f"{STAGING}*"):
        drop_collection(path, vectors)
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def publish(staging: Path, root: Path, id: str, kept: int, vectors: str = "") -> None:
    """Make a built generation the serving one, at `root/id`; its collection is on the Milvus at `vectors`.

    Only the last `kept` of those that served are kept; the others are left for `remove_unpublished`.
    """
    serving = serving_id(root)
    served = [folder for folder in generations(root) if not serving or folder.name <= serving]
    # All of it is on the disk before it is renamed, so that a power cut can't publish half of it.
    for path in [*staging.rglob("*"), staging]:
        sync(path)
    point_alias(staging, vectors)
    staging.rename(root / id)
    sync(root)
    set_current(root, id)
    for folder in generations(root):
        if folder.name != id and folder not in served[: kept - 1]:
            folder.rename(staging_folder(root, folder.name))


def roll_back(
    root: Path,
    encoder: Encoder,
    id: str = "",
    vectors: str = "",
    then: Callable[[Path], None] = lambda folder: None,
) -> str:
    """Have an earlier generation serve again, or the one of this id, once it is verified; return its id.

    `then` is called with its folder when it serves, before any other may. Raises GenerationProblem or MilvusProblem
    where it can't serve, and BuildInProgress while another build runs.
    """
    if not generations(root):
        raise GenerationProblem(f"there is no index in {root}; run: waymark index")
    with build_lock(root):
        chosen = [folder for folder in generations(root) if folder.name == id] if id else earlier_generations(root)
        if not chosen:
            wanted = f"of the id {id}" if id else "before the serving one"
            raise GenerationProblem(f"there is no index {wanted}; waymark generations shows those there are")
        check_files(chosen[0])
        Generation.load(chosen[0], encoder, vectors)
        point_alias(chosen[0], vectors)
        set_current(root, chosen[0].name)
        then(chosen[0])
        return chosen[0].name


def set_current(root: Path, id: str) -> None:
    """Make a generation the serving one, by an atomic rename of the file `current`."""
    new = root / f"{CURRENT}.new"
    new.write_text(f"{id}\n", encoding="utf-8")
    sync(new)
    new.replace(root / CURRENT)
    sync(root)


def serving_id(root: Path) -> str:
    """Return the id of the generation that serves; empty where the file `current` is missing or damaged."""
    try:
        id = (root / CURRENT).read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return ""
    return id if ID.fullmatch(id) else ""


def sync(path: Path) -> None:
    """Flush a file or the entries of a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
