"""Wait until the files of a collection have changed.

In: paths of files and folders. Out: their state, once it is another one and stands still.
They are looked at every few seconds: of a folder on another machine, no system tells what changes.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

SECONDS = 2.0  # between two looks; files that stand still so long are taken for whole

State = Mapping[Path, tuple[int, int, int]]


def state_of(paths: Sequence[Path], apart: Path) -> State:
    """Return the inode, size and time of each file that is not hidden, without the folder `apart`."""
    state = {}
    for file in (file for path in paths for file in _files(path, apart.resolve())):
        with suppress(OSError):  # it is gone meanwhile
            status = file.stat()
            state[file] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return state


def wait_for_change(paths: Sequence[Path], before: State, apart: Path) -> State:
    """Return the next state of files that is another one than `before` and that stands still."""
    last = before
    while True:
        time.sleep(SECONDS)
        now = state_of(paths, apart)
        if now == last != before:
            return now
        last = now


def _files(path: Path, apart: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
    for parent, folders, names in os.walk(path):
        here = Path(parent)
        folders[:] = [name for name in folders if name[0] != "." and (here / name).resolve() != apart]
        yield from (here / name for name in names if name[0] != ".")
