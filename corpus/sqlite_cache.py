"""Open an SQLite cache: a damaged file is recreated; one that can't be opened or written is ignored.

In: the file of a cache, and what to do with it, or values of JSON to remember. Out: the values that it has.
"""

import json
import logging
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from functools import cache, partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

# Codes of errors of a file that is no such database, and the bits that these are in.
BROKEN, PRIMARY_CODE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}, 0xFF

VALUES = "CREATE TABLE IF NOT EXISTS vals (key BLOB PRIMARY KEY, used INTEGER, value BLOB) WITHOUT ROWID"
KEPT_DAYS = 90  # after the last use,
NOTED_DAYS = 7  # which is written down no more often than so
DAY_S = 86_400

logger = logging.getLogger(__name__)


class SqliteCache:
    """A cache with a table of its own; done without as soon as its file can't be used."""

    def __init__(self, file: Path | None, table: str) -> None:
        """Take the file, if there is one, and the SQL that makes the table where it is not there."""
        self._file, self._table = file, table

    def use(self, call: Callable[[sqlite3.Connection], object]) -> None:
        """Call a function with the database, if it can be used."""
        if self._file and not _use(self._file, self._table, call):
            self._file = None


def _use(file: Path, table: str, call: Callable[[sqlite3.Connection], object]) -> bool:
    """Call a function with a database; return whether it can be used further. A broken one is removed."""
    with suppress(OSError):  # the database tells then that it can't be opened
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(table)
            call(database)
            return True
    except (TypeError, ValueError, sqlite3.Error) as error:  # the first for values of other types
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & PRIMARY_CODE not in BROKEN:
            logger.warning("the cache %s is not used: %s", file, error)
            return False
    logger.warning("the cache %s is broken, and is made anew", file)
    with suppress(OSError):
        file.unlink()
        file.with_name(f"{file.name}-journal").unlink(missing_ok=True)
    return not file.exists()


class JsonCache:
    """Values of JSON by key, in an SQLite file."""

    def __init__(self, file: Path | None) -> None:
        """Take the file; without one, nothing is remembered."""
        self._cache, self._today = SqliteCache(file, VALUES), int(time.time() / DAY_S)

    def read(self, keys: Iterable[bytes]) -> dict[bytes, Any]:
        """Return the values that are known and whole."""
        known: dict[bytes, Any] = {}
        self._cache.use(partial(self._read, keys, known))
        return known

    def add(self, values: Mapping[bytes, Any]) -> None:
        """Remember values, packed with a checksum that tells damage: SQLite has none."""
        rows = [(key, self._today, zlib.compress(json.dumps(value).encode(), level=1)) for key, value in values.items()]
        self._cache.use(lambda database: database.executemany("INSERT OR REPLACE INTO vals VALUES (?, ?, ?)", rows))

    def forget(self) -> None:
        """Forget what was not used for long."""
        oldest = self._today - KEPT_DAYS
        self._cache.use(lambda database: database.execute("DELETE FROM vals WHERE used < ?", (oldest,)))

    def _read(self, keys: Iterable[bytes], known: dict[bytes, Any], database: sqlite3.Connection) -> None:
        for key in keys:
            for used, value in database.execute("SELECT used, value FROM vals WHERE key = ?", (key,)):
                with suppress(zlib.error, ValueError):
                    known[key] = json.loads(zlib.decompress(value))
                if used < self._today - NOTED_DAYS:
                    database.execute("UPDATE vals SET used = ? WHERE key = ?", (self._today, key))


@cache
def code_of(*libraries: str) -> str:
    """Return what tells the code of `corpus`, and the libraries that it uses, from earlier and later ones."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    digest = sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return " ".join([digest, *map(version, libraries)])
