"""Cache the vectors of passages, so that a rebuild encodes only new ones, and a crashed build can be continued.

In: passages and an encoder. Out: their vectors, from the cache or encoded now and added to it.
The cache is an SQLite file; its key is the encoder's fingerprint and the passage's SHA-256. A broken one is made anew.
"""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from embeddings.models.encoder import Encoder, Matrix
from embeddings.models.pooling import PassageText

WINDOW = 2048  # passages that are sorted by length and then encoded, before any of their vectors is used
BATCH = 64  # passages encoded between two commits: at most so many are lost when a build crashes
QUERY_KEYS = 500  # keys in one SQL query; the limit of old versions of SQLite is 999
# Codes of errors of a file that is no such database, and the bits that these are in.
BROKEN, PRIMARY_CODE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}, 0xFF
LENGTH_TOLERANCE = 1e-3  # of a unit vector

Progress = Callable[[int, int], None]  # is called with the number of passages done and of all passages

logger = logging.getLogger(__name__)


def encode_cached(
    passages: Sequence[PassageText], encoder: Encoder, file: Path, progress: Progress = lambda done, total: None
) -> list[Matrix]:
    """Return the vectors that `encoder.encode_passages` gives; `file` is the cache.

    The log says where a broken cache was made anew, and where one that can't be read or written was done without.
    """
    return list(encode_each(passages, encoder, file, lambda done: progress(done, len(passages))))


def encode_each(
    passages: Iterable[PassageText], encoder: Encoder, file: Path, progress: Callable[[int], None]
) -> Iterator[Matrix]:
    """Yield the vectors of each passage, in order, as `encode_cached` returns them; no more than WINDOW are in memory.

    `progress` is called with the number of passages done.
    """
    remaining, done, is_usable = iter(passages), 0, True
    while window := list(islice(remaining, WINDOW)):
        keys = [_digest(passage) for passage in window]
        passage_of = dict(zip(keys, window, strict=True))
        known: dict[bytes, Matrix] = {}
        is_usable = is_usable and _use(file, partial(_read, encoder, passage_of, known))
        # Passages of similar length share a batch, since a batch is padded to its longest one.
        missing = sorted(
            (key for key in passage_of if key not in known), key=lambda key: (len(str(passage_of[key])), key)
        )
        done += len(keys) - len(missing)
        progress(done)
        for begin in range(0, len(missing), BATCH):
            batch = missing[begin : begin + BATCH]
            vectors = dict(zip(batch, encoder.encode_passages([passage_of[key] for key in batch]), strict=True))
            is_usable = is_usable and _use(file, partial(_add, encoder, vectors))
            known.update(vectors)
            done += len(batch)
            progress(done)
        yield from (known[key] for key in keys)


def _digest(passage: PassageText) -> bytes:
    return hashlib.sha256(json.dumps([passage.context, *passage.sentences]).encode()).digest()


def _use(file: Path, call: Callable[[sqlite3.Connection], None]) -> bool:
    """Call a function with the cache; return whether that can be used further. Remove a broken one."""
    with suppress(OSError):  # the database tells then that it can't be opened
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS passages"
                " (encoder TEXT, passage BLOB, vectors BLOB, PRIMARY KEY (encoder, passage)) WITHOUT ROWID"
            )
            call(database)
            return True
    except (TypeError, ValueError, sqlite3.Error) as error:  # the first for values of other types
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & PRIMARY_CODE not in BROKEN:
            logger.warning("vectors are not cached in %s: %s", file, error)
            return False
    logger.warning("the cache of vectors %s is broken, and is made anew", file)
    with suppress(OSError):
        file.unlink()
        file.with_name(f"{file.name}-journal").unlink(missing_ok=True)
    return not file.exists()


def _add(encoder: Encoder, vectors: Mapping[bytes, Matrix], database: sqlite3.Connection) -> None:
    rows = ((encoder.fingerprint, key, of_passage.astype("<f4").tobytes()) for key, of_passage in vectors.items())
    database.executemany("INSERT OR REPLACE INTO passages VALUES (?, ?, ?)", rows)


def _read(
    encoder: Encoder, passages: Iterable[bytes], known: dict[bytes, Matrix], database: sqlite3.Connection
) -> None:
    """Add the vectors of those passages that are cached, by their digests; damaged ones are passed over."""
    keys = list(passages)
    for begin in range(0, len(keys), QUERY_KEYS):
        batch = keys[begin : begin + QUERY_KEYS]
        marks = ",".join("?" * len(batch))
        rows = database.execute(
            f"SELECT passage, vectors FROM passages WHERE encoder = ? AND passage IN ({marks})",  # noqa: S608 - only marks
            (encoder.fingerprint, *batch),
        )
        for key, stored in rows:
            if (vectors := _vectors(stored, encoder.dimension)) is not None:
                known[key] = vectors


def _vectors(stored: bytes, dimension: int) -> Matrix | None:
    """Return the unit vectors that were stored, None where they are damaged: SQLite has no checksums."""
    if len(stored) % (4 * dimension):
        return None
    vectors = np.frombuffer(stored, "<f4").reshape(-1, dimension)
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.linalg.norm(vectors, axis=1)
    return vectors if np.allclose(lengths, 1, atol=LENGTH_TOLERANCE) else None
