"""Open a cache, an SQLite file that may be lost: a broken one is made anew, and one that can't be used is done without.

In: the file of a cache, and what to do with it. Out: whether it can be used further.
"""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

# Codes of errors of a file that is no such database, and the bits that these are in.
BROKEN, PRIMARY_CODE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}, 0xFF

logger = logging.getLogger(__name__)


def use_cache(file: Path, table: str, call: Callable[[sqlite3.Connection], None]) -> bool:
    """Call a function with the database of a cache, whose table is made by the SQL `table` where it is not there.

    Return whether the cache can be used further. A broken one is removed.
    """
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
