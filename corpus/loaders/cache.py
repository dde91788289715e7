"""Remember what was read of files, so that a file is parsed again only where it, or its reader, has changed.

In: files, and a function that reads them. Out: what was read of each, now or before.
The cache is an SQLite file. Its key is the SHA-256 of a file's bytes, of its format, and of what the loaders are: their
sources, and the versions of the libraries that they parse with. So nothing is told by times of files, which some file
systems and copies do not keep.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.finding import FoundFile
from corpus.loaders.isolation import BrokenOff
from corpus.sqlite_cache import JsonCache, code_of

Progress = Callable[[int, int], None]
Result = Extraction | UnreadableDocument
Load = Callable[[Sequence[FoundFile]], Iterator[Result]]  # yields what is read of each file, in their order

LIBRARIES = ("charset-normalizer", "lxml", "markdown-it-py", "openpyxl", "pypdfium2", "striprtf", "trafilatura")
BATCH = 100  # files read between two commits: at most so many are lost when a run is broken off
REFUSED = "refused"


def read_cached(
    files: Sequence[FoundFile], load: Load, file: Path | None, progress: Progress
) -> dict[FoundFile, Result]:
    """Return what `load` yields of each file; `file` is the cache, if there is one.

    `progress` is called with the number of files done and of all. What broke off is tried again by the next run.
    """
    cache = JsonCache(file)
    keys = {found: key for found in files if (key := _key(found))} if file else {}
    known = cache.read(keys.values())
    cache.forget()
    read = {found: _result(known[key]) for found, key in keys.items() if key in known}
    if read:
        progress(len(read), len(files))
    new = [found for found in files if found not in read]
    unsaved: dict[bytes, object] = {}
    for found, result in zip(new, load(new), strict=True):
        read[found] = result
        # A file that was written meanwhile may have been read in another state than its key tells.
        if found in keys and not isinstance(result, BrokenOff) and _key(found) == keys[found]:
            unsaved[keys[found]] = asdict(result) if isinstance(result, Extraction) else {REFUSED: str(result)}
        if len(unsaved) == BATCH or len(read) == len(files):
            cache.add(unsaved)
            unsaved = {}
        progress(len(read), len(files))
    return read


def _key(found: FoundFile) -> bytes | None:
    """Return the key of what is read of a file, None where it can't be read."""
    try:
        with found.path.open("rb") as content:
            return file_digest(content, lambda: sha256(f"{code_of(*LIBRARIES)} {found.format} ".encode())).digest()
    except OSError:
        return None


def _result(told: dict[str, Any]) -> Result:
    """Return the result that was remembered."""
    if REFUSED in told:
        return UnreadableDocument(told[REFUSED])
    # JSON has lists where an Extraction has tuples.
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return Extraction(**(told | lists))
