"""Publish generations: switch atomically which one of an index folder serves.

In: the folder `var/index/`, and a generation built beside the serving one. Out: the folder of the serving one.
The file `current` holds the id of the serving generation. The last generations are kept, so that an earlier one can
serve again: going back to it is `set_current` under the lock.
Left out: what is in a generation (generation.py), and building it (builder.py).
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.index.generation import GenerationProblem

CURRENT = "current"
LOCK = ".lock"
STAGING = ".building-"  # the prefix of folders that are not published yet
KEPT_GENERATIONS = 3  # including the serving one


class BuildInProgress(RuntimeError):
    """Another process is building an index in the same folder; the message names the cure."""


def current_generation(root: Path) -> Path:
    """Return the folder of the generation that serves. Raises GenerationProblem where there is none."""
    try:
        return root / (root / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise GenerationProblem(f"there is no index in {root} yet; run: waymark index") from error


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system releases when its holder dies. Raises BuildInProgress if it is held."""
    with (root / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BuildInProgress(f"another build is running in {root}; wait for it to end") from error
        yield


def next_id(root: Path, corpus_digest: str) -> str:
    """Return the id of a new generation: a number above all others, and the beginning of its documents' digest."""
    last_number = max((int(folder.name[:6]) for folder in _generations(root)), default=0)
    return f"{last_number + 1:06d}-{corpus_digest[:8]}"


def staging_folder(root: Path, id: str) -> Path:
    """Return the path of the folder in which a generation is built."""
    return root / f"{STAGING}{id}"


def remove_unpublished(root: Path) -> None:
    """Remove what crashed builds left behind: folders, and in earlier versions a file."""
    for path in root.glob(f"{STAGING}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def publish(staging: Path, root: Path, id: str) -> None:
    """Make a built generation the serving one, at `root/id`, and remove the oldest ones beyond KEPT_GENERATIONS."""
    # All of it is on the disk before it is renamed, so that a power cut can't publish half of it.
    for path in [*staging.rglob("*"), staging]:
        _sync(path)
    staging.rename(root / id)
    set_current(root, id)
    for old in _generations(root)[:-KEPT_GENERATIONS]:
        shutil.rmtree(old)


def set_current(root: Path, id: str) -> None:
    """Make a generation the serving one, by an atomic rename of the file `current`."""
    new = root / f"{CURRENT}.new"
    new.write_text(f"{id}\n", encoding="utf-8")
    _sync(new)
    new.replace(root / CURRENT)
    _sync(root)


def _generations(root: Path) -> list[Path]:
    """Return the folders of all generations, oldest first."""
    return sorted(folder for folder in root.iterdir() if re.fullmatch(r"\d{6}-[0-9a-f]{8}", folder.name))


def _sync(path: Path) -> None:
    """Flush a file or the entries of a folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
