"""Remember vectors of texts, so that a rebuild encodes only what changed and a build that died goes on where it was.

In: texts and an encoder. Out: their vectors, encoded or remembered.
The key is the encoder's fingerprint and the text's SHA-256; the store is one SQLite file.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from embeddings.models.encoder import Encoder, Matrix

BATCH = 64  # texts encoded between two commits, and so lost at most when a build dies
LOOKED_UP = 500  # keys in one query; SQLite's oldest limit is 999

Progress = Callable[[int, int], None]


def encode_cached(
    texts: Sequence[str], encoder: Encoder, file: Path, progress: Progress = lambda done, total: None
) -> Matrix:
    """Return the texts' vectors, shape (len(texts), dimension); `progress` is told how many of how many are done."""
    file.parent.mkdir(parents=True, exist_ok=True)
    keys = [hashlib.sha256(text.encode()).digest() for text in texts]
    text_of = dict(zip(keys, texts, strict=True))
    with closing(sqlite3.connect(file)) as store:
        store.execute(
            "CREATE TABLE IF NOT EXISTS vectors"
            " (encoder TEXT, text BLOB, vector BLOB, PRIMARY KEY (encoder, text)) WITHOUT ROWID"
        )
        known = _remembered(store, encoder, list(text_of))
        # Texts of like length share a batch, since a batch is padded to its longest.
        missing = sorted((key for key in text_of if key not in known), key=lambda key: (len(text_of[key]), key))
        done = len(keys) - len(missing)
        progress(done, len(keys))
        for begin in range(0, len(missing), BATCH):
            batch = missing[begin : begin + BATCH]
            vectors = encoder.encode_documents([text_of[key] for key in batch]).astype("<f4")
            with store:
                rows = (
                    (encoder.fingerprint, key, vector.tobytes()) for key, vector in zip(batch, vectors, strict=True)
                )
                store.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)
            known.update(zip(batch, vectors, strict=True))
            done += len(batch)
            progress(done, len(keys))
    return np.array([known[key] for key in keys], np.float32).reshape(len(keys), encoder.dimension)


def _remembered(store: sqlite3.Connection, encoder: Encoder, keys: Sequence[bytes]) -> dict[bytes, np.ndarray]:
    found: dict[bytes, np.ndarray] = {}
    for begin in range(0, len(keys), LOOKED_UP):
        some = keys[begin : begin + LOOKED_UP]
        marks = ",".join("?" * len(some))
        rows = store.execute(
            f"SELECT text, vector FROM vectors WHERE encoder = ? AND text IN ({marks})",  # noqa: S608 - only marks
            (encoder.fingerprint, *some),
        )
        found.update({key: np.frombuffer(vector, "<f4") for key, vector in rows})
    return found
