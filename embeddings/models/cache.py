"""Cache the vectors of texts, so that a rebuild encodes only new texts, and a crashed build can be continued.

In: texts and an encoder. Out: their vectors, from the cache or encoded now and added to it.
The cache is an SQLite file; its key is the encoder's fingerprint and the text's SHA-256.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from embeddings.models.encoder import Encoder, Matrix

BATCH = 64  # texts encoded between two commits: at most so many are lost when a build crashes
QUERY_KEYS = 500  # keys in one SQL query; the limit of old versions of SQLite is 999

Progress = Callable[[int, int], None]  # is called with the number of texts done and of all texts


def encode_cached(
    texts: Sequence[str], encoder: Encoder, file: Path, progress: Progress = lambda done, total: None
) -> Matrix:
    """Return the vectors of texts: float32, shape (len(texts), dimension), each of length 1; `file` is the cache."""
    file.parent.mkdir(parents=True, exist_ok=True)
    keys = [hashlib.sha256(text.encode()).digest() for text in texts]
    text_of = dict(zip(keys, texts, strict=True))
    with closing(sqlite3.connect(file)) as database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS vectors"
            " (encoder TEXT, text BLOB, vector BLOB, PRIMARY KEY (encoder, text)) WITHOUT ROWID"
        )
        known = _cached_vectors(database, encoder, list(text_of))
        # Texts of similar length share a batch, since a batch is padded to its longest text.
        missing = sorted((key for key in text_of if key not in known), key=lambda key: (len(text_of[key]), key))
        done = len(keys) - len(missing)
        progress(done, len(keys))
        for begin in range(0, len(missing), BATCH):
            batch = missing[begin : begin + BATCH]
            vectors = encoder.encode_documents([text_of[key] for key in batch]).astype("<f4")
            with database:
                rows = (
                    (encoder.fingerprint, key, vector.tobytes()) for key, vector in zip(batch, vectors, strict=True)
                )
                database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
            known.update(zip(batch, vectors, strict=True))
            done += len(batch)
            progress(done, len(keys))
    return np.array([known[key] for key in keys], np.float32).reshape(len(keys), encoder.dimension)


def _cached_vectors(database: sqlite3.Connection, encoder: Encoder, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
    """Return the cached vectors of texts, by the digest of the text."""
    cached: dict[bytes, np.ndarray] = {}
    for begin in range(0, len(keys), QUERY_KEYS):
        batch = keys[begin : begin + QUERY_KEYS]
        marks = ",".join("?" * len(batch))
        rows = database.execute(
            f"SELECT text, vector FROM vectors WHERE encoder = ? AND text IN ({marks})",  # noqa: S608 - only marks
            (encoder.fingerprint, *batch),
        )
        cached.update({key: np.frombuffer(vector, "<f4") for key, vector in rows})
    return cached
