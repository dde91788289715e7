"""Cache the vectors of passages, so that a rebuild encodes only new ones, and a crashed build can be continued.

In: passages and an encoder. Out: their vectors, from the cache or encoded now and added to it.
The cache is an SQLite file; its key is the encoder's fingerprint and the passage's SHA-256.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from embeddings.models.encoder import Encoder, Matrix
from embeddings.models.pooling import PassageText

BATCH = 64  # passages encoded between two commits: at most so many are lost when a build crashes
QUERY_KEYS = 500  # keys in one SQL query; the limit of old versions of SQLite is 999

Progress = Callable[[int, int], None]  # is called with the number of passages done and of all passages


def encode_cached(
    passages: Sequence[PassageText], encoder: Encoder, file: Path, progress: Progress = lambda done, total: None
) -> list[Matrix]:
    """Return the vectors that `encoder.encode_passages` gives; `file` is the cache."""
    file.parent.mkdir(parents=True, exist_ok=True)
    keys = [_digest(passage) for passage in passages]
    passage_of = dict(zip(keys, passages, strict=True))
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS passages"
            " (encoder TEXT, passage BLOB, vectors BLOB, PRIMARY KEY (encoder, passage)) WITHOUT ROWID"
        )
        known = _cached_vectors(database, encoder, list(passage_of))
        # Passages of similar length share a batch, since a batch is padded to its longest one.
        missing = sorted(
            (key for key in passage_of if key not in known), key=lambda key: (len(str(passage_of[key])), key)
        )
        done = len(keys) - len(missing)
        progress(done, len(keys))
        for begin in range(0, len(missing), BATCH):
            batch = missing[begin : begin + BATCH]
            vectors = encoder.encode_passages([passage_of[key] for key in batch])
            with database:
                rows = (
                    (encoder.fingerprint, key, of_passage.astype("<f4").tobytes())
                    for key, of_passage in zip(batch, vectors, strict=True)
                )
                database.executemany("INSERT OR REPLACE INTO passages VALUES (?, ?, ?)", rows)
            known.update(zip(batch, vectors, strict=True))
            done += len(batch)
            progress(done, len(keys))
    return [known[key] for key in keys]


def _digest(passage: PassageText) -> bytes:
    return hashlib.sha256(json.dumps([passage.context, *passage.sentences]).encode()).digest()


def _cached_vectors(database: sqlite3.Connection, encoder: Encoder, keys: Sequence[bytes]) -> dict[bytes, Matrix]:
    """Return the cached vectors of passages, by the digest of the passage."""
    cached: dict[bytes, Matrix] = {}
    for begin in range(0, len(keys), QUERY_KEYS):
        batch = keys[begin : begin + QUERY_KEYS]
        marks = ",".join("?" * len(batch))
        rows = database.execute(
            f"SELECT passage, vectors FROM passages WHERE encoder = ? AND passage IN ({marks})",  # noqa: S608 - only marks
            (encoder.fingerprint, *batch),
        )
        cached.update({key: np.frombuffer(vectors, "<f4").reshape(-1, encoder.dimension) for key, vectors in rows})
    return cached
