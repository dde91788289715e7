"""Remember what was read of files, so that a file is parsed again only where it, or its reader, has changed.

In: files, and a function that reads them. Out: what was read of each, now or before.
The cache is an SQLite file. Its key is the SHA-256 of a file's bytes, of its format, and of what the loaders are: their
sources, and the versions of the libraries that they parse with. So nothing is told by times of files, which some file
systems and copies do not keep.
"""

import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cache, partial
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path

from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.finding import FoundFile
from corpus.loaders.isolation import BrokenOff
from corpus.sqlite_cache import use_cache

Progress = Callable[[int, int], None]
Result = Extraction | UnreadableDocument
Load = Callable[[Sequence[FoundFile]], Iterator[Result]]  # yields what is read of each file, in their order

TABLE = "CREATE TABLE IF NOT EXISTS extractions (key BLOB PRIMARY KEY, extraction BLOB, used INTEGER) WITHOUT ROWID"
LIBRARIES = ("charset-normalizer", "lxml", "markdown-it-py", "openpyxl", "pypdfium2", "striprtf", "trafilatura")
BATCH = 100  # files read between two commits: at most so many are lost when a run is broken off
KEPT_DAYS = 90  # after the last use
DAY_S = 86_400
REFUSED = "refused"


def read_cached(
    files: Sequence[FoundFile], load: Load, file: Path | None, progress: Progress
) -> dict[FoundFile, Result]:
    """Return what `load` yields of each file; `file` is the cache, if there is one.

    `progress` is called with the number of files done and of all. What broke off is tried again by the next run.
    """
    keys = {found: key for found in files if (key := _key(found))} if file else {}
    known: dict[bytes, Result] = {}
    is_usable = file is not None and use_cache(
        file, TABLE, lambda database: known.update(_cached(keys.values(), database))
    )
    read = {found: known[key] for found, key in keys.items() if key in known}
    if read:
        progress(len(read), len(files))
    new = [found for found in files if found not in read]
    unsaved: dict[bytes, Result] = {}
    for found, result in zip(new, load(new), strict=True):
        read[found] = result
        # A file that was written meanwhile may have been read in another state than its key tells.
        if found in keys and not isinstance(result, BrokenOff) and _key(found) == keys[found]:
            unsaved[keys[found]] = result
        if is_usable and file and (len(unsaved) == BATCH or len(read) == len(files)):
            is_usable = use_cache(file, TABLE, partial(_add, unsaved))
            unsaved = {}
        progress(len(read), len(files))
    return read


def _key(found: FoundFile) -> bytes | None:
    """Return the key of what is read of a file, None where it can't be read."""
    try:
        with found.path.open("rb") as content:
            return file_digest(content, lambda: sha256(f"{_loaders()} {found.format} ".encode())).digest()
    except OSError:
        return None


@cache
def _loaders() -> str:
    """Return what tells these loaders from earlier and later ones."""
    sources = sorted(Path(__file__).parents[1].rglob("*.py"))
    digest = sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return " ".join([digest, *map(version, LIBRARIES)])


def _cached(keys: Iterable[bytes], database: sqlite3.Connection) -> Iterator[tuple[bytes, Result]]:
    """Yield what was read before, but what is damaged; forget what was not used for long."""
    today = int(time.time() / DAY_S)
    for key in keys:
        row = database.execute("SELECT extraction, used FROM extractions WHERE key = ?", (key,)).fetchone()
        if row and (result := _unpacked(row[0])):
            yield key, result
            if row[1] != today:
                database.execute("UPDATE extractions SET used = ? WHERE key = ?", (today, key))
    database.execute("DELETE FROM extractions WHERE used < ?", (today - KEPT_DAYS,))


def _add(read: Mapping[bytes, Result], database: sqlite3.Connection) -> None:
    today = int(time.time() / DAY_S)
    rows = ((key, _packed(result), today) for key, result in read.items())
    database.executemany("INSERT OR REPLACE INTO extractions VALUES (?, ?, ?)", rows)


def _packed(result: Result) -> bytes:
    """Return a result as packed JSON, whose checksum tells damage: SQLite has none."""
    told = asdict(result) if isinstance(result, Extraction) else {REFUSED: str(result)}
    return zlib.compress(json.dumps(told).encode(), level=1)


def _unpacked(stored: bytes) -> Result | None:
    """Return the result that was packed, None where it is damaged."""
    try:
        told = json.loads(zlib.decompress(stored))
    except (zlib.error, TypeError, ValueError):
        return None
    if REFUSED in told:
        return UnreadableDocument(told[REFUSED])
    # JSON has lists where an Extraction has tuples.
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return Extraction(**(told | lists))
