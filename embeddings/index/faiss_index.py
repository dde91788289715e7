"""Search vectors by cosine with FAISS, exactly.

In: unit vectors, one a row. Out: rows with cosines, best first, equal ones by row.
Left out: what a row stands for, which the generation knows; approximate indexes, which a starter collection of some
hundred passages does not need.
"""

from pathlib import Path
from typing import NamedTuple, Self

import faiss
import numpy as np
import numpy.typing as npt

from embeddings.models.encoder import Matrix, Vector

Rows = npt.NDArray[np.int64]


class Ranking(NamedTuple):
    """Rows that a search found and their scores, best first: int64 and float32, both of shape (found,)."""

    rows: Rows
    scores: npt.NDArray[np.float32]


def best_first(rows: Rows, scores: npt.NDArray[np.float32], limit: int) -> Ranking:
    """Order by score, equal scores by row, and keep the best."""
    order = np.lexsort((rows, -scores))[:limit]
    return Ranking(rows[order], scores[order])


class DenseIndex:
    """An exact FAISS index over inner products."""

    def __init__(self, index: faiss.Index) -> None:
        """Wrap a FAISS index; `build` and `load` make one."""
        self._index = index

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Return the number of values in a vector."""
        return int(self._index.d)

    @classmethod
    def build(cls, vectors: Matrix) -> Self:
        """Index unit vectors, shape (rows, dimension)."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    def save(self, file: Path) -> None:
        """Write the index in FAISS's own format."""
        faiss.write_index(self._index, str(file))

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read what `save` wrote. Raises RuntimeError (FAISS's) for a file that is none of its own."""
        return cls(faiss.read_index(str(file)))

    def search(self, vector: Vector, limit: int, *, only: Rows | None = None) -> Ranking:
        """Return the rows nearest to a unit vector with their cosines; `only` names the rows that may be found."""
        if only is not None and not len(only):
            return Ranking(np.empty(0, np.int64), np.empty(0, np.float32))
        chosen = None
        if only is not None:
            chosen = faiss.SearchParameters(sel=faiss.IDSelectorBatch(only))  # type: ignore[call-arg]
        found = min(limit, len(self) if only is None else len(only))
        scores, rows = self._index.search(vector[np.newaxis], max(1, found), params=chosen)
        return best_first(rows[0], scores[0], limit)
