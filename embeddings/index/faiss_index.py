"""The dense index: exact search of vectors by cosine, with FAISS.

In: unit vectors, one per row. Out: Rankings of rows by cosine.
Left out: which passage a row is (generation.py); approximate search, which pays from some 50,000 rows on.
"""

import errno
from pathlib import Path
from typing import Self

import faiss
import numpy as np

from embeddings.index.ranking import Ranking, RowNumbers, empty_ranking, top_k
from embeddings.models.encoder import Matrix, Vector


class FaissIndex:
    """An exact FAISS index over inner products."""

    def __init__(self, index: faiss.Index) -> None:
        """Wrap an index of FAISS; `empty`, `build` and `load` make one."""
        self._index = index

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Return the number of values in a vector."""
        return int(self._index.d)

    @classmethod
    def empty(cls, dimension: int) -> Self:
        """Return an index without rows."""
        return cls(faiss.IndexFlatIP(dimension))

    @classmethod
    def build(cls, vectors: Matrix) -> Self:
        """Index unit vectors, shape (rows, dimension)."""
        index = cls.empty(vectors.shape[1])
        index.add(vectors)
        return index

    def add(self, vectors: Matrix) -> None:
        """Add unit vectors, shape (rows, dimension), behind the others."""
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def save(self, file: Path) -> None:
        """Write the index in the format of FAISS. Raises OSError where the disk is full."""
        try:
            faiss.write_index(self._index, str(file))
        except RuntimeError as error:  # of FAISS, whatever the system says
            raise OSError(errno.EIO, "the index can't be written", str(file)) from error

    @classmethod
    def load(cls, file: Path) -> Self:
        """Map what `save` wrote. Raises RuntimeError, as FAISS does, for any other file."""
        return cls(faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC))

    def search(self, vector: Vector, limit: int, *, only: RowNumbers | None = None) -> Ranking:
        """Return at most `limit` rows by their cosine with a unit vector; if `only` is given, only rows among these."""
        if only is not None and not len(only):
            return empty_ranking()
        selected = None
        if only is not None:
            selected = faiss.SearchParameters(sel=faiss.IDSelectorBatch(only))  # type: ignore[call-arg]
        k = min(limit, len(self) if only is None else len(only))
        scores, rows = self._index.search(vector[np.newaxis], max(1, k), params=selected)
        return top_k(rows[0], scores[0], limit)
