"""The store of an index, from which several servers take up what one machine builds: any that fsspec knows.

In: the folder of an index, and the address of a store, as `s3://bucket/waymark`. Out: a generation of the folder,
sent to the store; or the one that serves from there, fetched and serving in the folder.
A store looks as the folder does: a folder a generation, and the file `current`, which is written last. What is fetched
is compared with its manifest before it serves, and no more are kept in the folder than there would be without a store.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from embeddings.extras import how_to_install
from embeddings.index.manifest import MANIFEST, GenerationProblem, check_files
from embeddings.index.publishing import (
    CURRENT,
    ID,
    STAGING,
    BuildInProgress,
    build_lock,
    generations,
    publish,
    remove_unpublished,
    serving_id,
    set_current,
    staging_folder,
)


class StoreProblem(RuntimeError):
    """The store of the index can't be read or written, or has another index than is thought."""


class NotFetched(StoreProblem):
    """The generation of an id is not whole in the store, or could not be copied; the message names the cure."""

    def __init__(self, id: str, error: Exception) -> None:
        """Take the id, and what went wrong."""
        if isinstance(error, GenerationProblem):  # whose cure is another build
            problem = f"{error} on the machine that builds".replace(STAGING, "")
        else:
            problem = f"{type(error).__name__}: {error}; free space, or mend the store or the way to it"
        super().__init__(f"index {id} can't be copied from the store: {problem}")
        self.id = id


def send(folder: Path, address: str) -> None:
    """Copy a published generation into a store and have it serve from there; remove what is older than all kept here.

    It is called before another generation may serve here: a server that follows the store would go back to what the
    store has so far. Raises StoreProblem, also where another machine has built a newer one, and GenerationProblem.
    """
    names = [*check_files(folder).checksums, MANIFEST]  # the manifest comes last, so that its folder is whole
    with _opened(address) as store:
        stored = _whole(store)
        if folder.name not in stored:
            if stored and folder.name < stored[-1]:
                raise StoreProblem(
                    f"index {folder.name} serves here alone, since the store has {stored[-1]}, which is newer:"
                    " run `waymark serve` here until it has fetched that, and build again"
                )
            for name in names:
                there = PurePosixPath(folder.name, name)
                store.makedirs(str(there.parent), exist_ok=True)
                store.put_file(str(folder / name), str(there))
        _set_current(store, folder.name)
        for id in stored:
            if id < generations(folder.parent)[-1].name:
                store.rm(id, recursive=True)


def fetch(root: Path, address: str, kept: int, passed_over: str = "") -> bool:
    """Have the generation serve that serves from a store; copy it if it is not here, and keep `kept` of them.

    Return whether it serves; it does not where its id is that to be passed over. Raises StoreProblem, NotFetched where
    it is not whole or can't be copied, and BuildInProgress. What served then serves on.
    """
    with _opened(address) as store:
        id = _not_serving(store, root)
        if id in {"", passed_over}:
            return not id
        root.mkdir(parents=True, exist_ok=True)
        with build_lock(root):
            if id := _not_serving(store, root):  # another one may have been published here and sent meanwhile
                _take_up(store, id, root, kept)
    return True


def _not_serving(store: Any, root: Path) -> str:  # noqa: ANN401 - of fsspec
    """Return the id of the generation that serves from a store; empty where it serves here. Raises StoreProblem."""
    id = str(store.cat_file(CURRENT).decode(errors="replace").strip())
    if not ID.fullmatch(id):
        raise StoreProblem(f"the file `{CURRENT}` of the store names no index")
    return "" if id == serving_id(root) else id


def _take_up(store: Any, id: str, root: Path, kept: int) -> None:  # noqa: ANN401 - of fsspec
    """Have a generation of a store serve here. Raises NotFetched."""
    if (root / id).exists():
        with suppress(GenerationProblem):
            check_files(root / id)
            set_current(root, id)
            return
        (root / id).rename(staging_folder(root, id))  # it is damaged, and is fetched anew
    remove_unpublished(root)
    staging = staging_folder(root, id)
    try:
        store.get(id, str(staging), recursive=True)
        built = store.modified(f"{id}/{MANIFEST}").timestamp()
        os.utime(staging / MANIFEST, (built, built))
        check_files(staging)
        publish(staging, root, id, kept)
    except Exception as error:
        raise NotFetched(id, error) from error
    finally:
        remove_unpublished(root)


def _set_current(store: Any, id: str) -> None:  # noqa: ANN401 - of fsspec
    """Have a generation serve from a store: by a rename where it has one, so that nobody reads half of an id."""
    content, new = f"{id}\n".encode(), f"{CURRENT}.new"
    store.pipe_file(new, content)
    try:
        store.mv(new, CURRENT)
    except Exception:  # each kind of store has errors of its own
        store.pipe_file(CURRENT, content)


@contextmanager
def _opened(address: str) -> Iterator[Any]:
    """Yield the file system of a store, without a memory of what was listed; its errors are StoreProblems."""
    try:
        from fsspec.core import url_to_fs
        from fsspec.implementations.dirfs import DirFileSystem

        files, folder = url_to_fs(address, use_listings_cache=False)
        yield DirFileSystem(folder, files)
    except (BuildInProgress, GenerationProblem, StoreProblem):
        raise
    except ImportError as error:
        raise StoreProblem(
            f"the store of the index needs another package: {error}; {how_to_install('store')}"
        ) from error
    except Exception as error:  # each kind of store has errors of its own
        raise StoreProblem(f"the store of the index can't be used: {type(error).__name__}: {error}") from error


def _whole(store: Any) -> list[str]:  # noqa: ANN401 - of fsspec
    """Return the ids of the generations that were sent to the end, oldest first."""
    ids = (path.rpartition("/")[2] for path in store.glob("*"))
    return sorted(id for id in ids if ID.fullmatch(id) and store.exists(f"{id}/{MANIFEST}"))
