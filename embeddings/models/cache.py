"""Cache the vectors of passages, so that a rebuild encodes only new ones, and a crashed build can be continued.

In: passages and an encoder. Out: their vectors, from the cache or encoded now and added to it.
The cache is an SQLite file; its key is the encoder's fingerprint and the passage's SHA-256. A broken one is made anew.
"""

import hashlib
import json
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from corpus.sqlite_cache import SqliteCache
from embeddings.models.encoder import Encoder, Matrix
from embeddings.models.pooling import PassageText

WINDOW = 2048  # passages that are sorted by length and then encoded, before any of their vectors is used
BATCH = 64  # passages encoded between two commits: at most so many are lost when a build crashes
AHEAD = 3  # windows that are begun elsewhere before the vectors of the one before them have all come
QUERY_KEYS = 500  # keys in one SQL query; the limit of old versions of SQLite is 999
TABLE = (
    "CREATE TABLE IF NOT EXISTS passages"
    " (encoder TEXT, passage BLOB, vectors BLOB, PRIMARY KEY (encoder, passage)) WITHOUT ROWID"
)
LENGTH_TOLERANCE = 1e-3  # of a unit vector

Progress = Callable[[int, int], None]  # is called with the number of passages done and of all passages
# Begins to encode passages elsewhere, and returns a function that waits for their vectors.
Submit = Callable[[Sequence[PassageText]], Callable[[], list[Matrix]]]


def encode_cached(
    passages: Sequence[PassageText], encoder: Encoder, file: Path, progress: Progress = lambda done, total: None
) -> list[Matrix]:
    """Return the vectors that `encoder.encode_passages` gives; `file` is the cache.

    The log says where a broken cache was made anew, and where one that can't be read or written was done without.
    """
    return list(encode_each(passages, encoder, file, lambda done: progress(done, len(passages))))


def encode_queries_cached(texts: Sequence[str], encoder: Encoder, file: Path) -> Matrix:
    """Return the vectors that `encoder.encode_query` gives, a row each; `file` is the cache, as of `encode_cached`."""
    passages = [PassageText("", (text,)) for text in texts]
    return np.concatenate(encode_cached(passages, _QueryEncoder(encoder), file))


def encode_each(
    passages: Iterable[PassageText],
    encoder: Encoder,
    file: Path,
    progress: Callable[[int], None],
    submit: Submit | None = None,
) -> Iterator[Matrix]:
    """Yield the vectors of each passage, in order, as `encode_cached` returns them; no more than WINDOW are in memory.

    `progress` is called with the number of passages done. Where `submit` is given, it encodes the passages, and up to
    AHEAD more windows are in memory.
    """
    cache, done = _Cache(file, encoder), 0
    begin, ahead = (submit, AHEAD) if submit else (lambda batch: partial(encoder.encode_passages, batch), 0)
    for keys, known, batches in _begun(iter(passages), cache, begin, ahead):
        done += len(keys) - sum(len(batch) for batch, _ in batches)
        progress(done)
        for batch, wait in batches:
            vectors = dict(zip(batch, wait(), strict=True))
            cache.add(vectors)
            known.update(vectors)
            done += len(batch)
            progress(done)
        yield from (known[key] for key in keys)


class _Window(NamedTuple):
    """Passages by their digests, in order, the vectors that are cached, and the batches of the others."""

    keys: Sequence[bytes]
    known: dict[bytes, Matrix]
    batches: Sequence[tuple[Sequence[bytes], Callable[[], list[Matrix]]]]


def _begun(passages: Iterator[PassageText], cache: "_Cache", submit: Submit, ahead: int) -> Iterator[_Window]:
    """Yield windows that are begun, each when so many more are."""
    begun: deque[_Window] = deque()
    while window := list(islice(passages, WINDOW)):
        begun.append(_begin(window, cache, submit))
        if len(begun) > ahead:
            yield begun.popleft()
    yield from begun


def _begin(passages: Sequence[PassageText], cache: "_Cache", submit: Submit) -> _Window:
    keys = [_digest(passage) for passage in passages]
    passage_of = dict(zip(keys, passages, strict=True))
    known = cache.read(passage_of)
    # Passages of similar length share a batch, since a batch is padded to its longest one.
    missing = sorted((key for key in passage_of if key not in known), key=lambda key: (len(str(passage_of[key])), key))
    batches = [missing[begin : begin + BATCH] for begin in range(0, len(missing), BATCH)]
    return _Window(keys, known, [(batch, submit([passage_of[key] for key in batch])) for batch in batches])


class _Cache:
    """The cached vectors of an encoder."""

    def __init__(self, file: Path, encoder: Encoder) -> None:
        self._cache, self._encoder = SqliteCache(file, TABLE), encoder

    def read(self, keys: Iterable[bytes]) -> dict[bytes, Matrix]:
        """Return the vectors of those passages that are cached, by their digests; damaged ones are passed over."""
        known: dict[bytes, Matrix] = {}
        self._cache.use(partial(_read, self._encoder, keys, known))
        return known

    def add(self, vectors: Mapping[bytes, Matrix]) -> None:
        """Add the vectors of passages, by their digests."""
        self._cache.use(partial(_add, self._encoder, vectors))


def _digest(passage: PassageText) -> bytes:
    return hashlib.sha256(json.dumps([passage.context, *passage.sentences]).encode()).digest()


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
        are_units = np.abs(np.linalg.norm(vectors, axis=1) - 1) <= LENGTH_TOLERANCE
    return vectors if are_units.all() else None


class _QueryEncoder:
    """An encoder that encodes every text as a question, so that the vectors of questions can be cached."""

    def __init__(self, encoder: Encoder) -> None:
        self.name = encoder.name
        self.fingerprint = f"{encoder.fingerprint} questions"
        self.dimension = encoder.dimension
        self.encode_query = encoder.encode_query

    def encode_passages(self, passages: Sequence[PassageText]) -> list[Matrix]:
        return [self.encode_query(passage.sentences[0])[np.newaxis] for passage in passages]
