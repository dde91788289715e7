"""The dense index: search of vectors by cosine, with FAISS: exact, and by a graph where there are many.

In: unit vectors, one per row. Out: Rankings of rows by cosine.
Up to EXACT rows every vector is compared, in 32 bits. Above, an HNSW graph over vectors of 8 bits a value is walked; a
search among some allowed rows compares each of these, where that takes less than to walk past the others.
Left out: which passage a row is (generation.py).
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Self

import faiss
import numpy as np
import numpy.typing as npt
from faiss.contrib.exhaustive_search import knn_ground_truth

from embeddings.index.ranking import Ranking, RowNumbers, empty_ranking, top_k
from embeddings.models.encoder import Matrix, Vector

# Measured in docs/adr/0054.
EXACT = 100_000  # rows
GRAPH = "HNSW32,SQ8"
CONSIDERED_TO_BUILD = 80  # nearest rows that are looked at for the links of a new one
CONSIDERED = 2048, 4096, 8192  # nearest rows that a search keeps while it walks: the first that finds enough
WALK = 50_000  # allowed rows that can be compared while the graph is walked, if all rows are allowed
BLOCK = 20_000  # rows that are added at a time
TRAINED_BY = 100_000  # rows, at even distances, of which the smallest and largest values are taken
DEPTH = 50  # nearest rows of which the recall is measured
MIN_RECALL = 0.97
CORES = os.cpu_count() or 1


class FaissIndex:
    """A FAISS index over inner products."""

    def __init__(self, index: faiss.Index) -> None:
        """Wrap an index of FAISS; `build` and `load` make one."""
        self._index = index

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Return the number of values in a vector."""
        return int(self._index.d)

    @property
    def is_exact(self) -> bool:
        """Whether every vector is compared."""
        return not isinstance(self._index, faiss.IndexHNSW)

    @classmethod
    def build(
        cls,
        vectors: Matrix,
        exact: int = EXACT,
        show: Callable[[float], None] = lambda share: None,
        threads: int = CORES,
    ) -> Self:
        """Index unit vectors, shape (rows, dimension), exactly if they are no more than `exact`; they may be mapped.

        `show` is called with the share that is indexed.
        """
        rows, dimension = vectors.shape
        faiss.omp_set_num_threads(threads)
        if rows <= exact:
            index = faiss.IndexFlatIP(dimension)
        else:
            index = faiss.index_factory(dimension, GRAPH, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = CONSIDERED_TO_BUILD
            index.train(np.ascontiguousarray(vectors[:: -(-rows // TRAINED_BY)], np.float32))
        for begin in range(0, rows, BLOCK):
            index.add(np.ascontiguousarray(vectors[begin : begin + BLOCK], np.float32))
            show(index.ntotal / rows)
        return cls(index)

    def measure_recall(self, vectors: Matrix, queries: Matrix) -> float:
        """Return which part of the rows nearest to queries is found; look at more of them until MIN_RECALL is reached.

        `vectors` are those that were indexed.
        """
        if self.is_exact:
            return 1.0
        nearest = nearest_rows(vectors, queries)
        for considered in CONSIDERED:
            self._index.hnsw.efSearch = considered  # is saved with the index
            recall = recall_of(self.search, queries, nearest)
            if recall >= MIN_RECALL:
                break
        return recall

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
        # FAISS's own threads wait for each other at work: among 10,000 rows that takes 4 ms of the processor for 0.5.
        faiss.omp_set_num_threads(1)
        k = max(1, min(limit, len(self) if only is None else len(only)))
        if only is None:
            return _best(self._index, vector, k)
        selector = faiss.IDSelectorBitmap(_bits(only, len(self)))
        times = len(self) / len(only)  # as many rows lie on the way as are allowed
        if not self.is_exact and len(only) > WALK * times:
            considered = round(self._index.hnsw.efSearch * times)
            found = _best(self._index, vector, k, faiss.SearchParametersHNSW(sel=selector, efSearch=considered))
            if len(found.rows) == k:  # the graph may lead to fewer than there are
                return found
        compared = self._index if self.is_exact else self._index.storage
        return _best(compared, vector, k, faiss.SearchParameters(sel=selector))


def nearest_rows(vectors: Matrix, queries: Matrix) -> npt.NDArray[np.int64]:
    """Return the DEPTH rows that are nearest to each query, by comparing all; shape (queries, DEPTH)."""
    blocks = (np.ascontiguousarray(vectors[begin : begin + BLOCK]) for begin in range(0, len(vectors), BLOCK))
    _, nearest = knn_ground_truth(queries, blocks, min(DEPTH, len(vectors)), faiss.METRIC_INNER_PRODUCT)
    return np.asarray(nearest, np.int64)


def recall_of(search: Callable[[Vector, int], Ranking], queries: Matrix, nearest: npt.NDArray[np.int64]) -> float:
    """Return which part of the rows nearest to queries a search finds."""
    pairs = zip(queries, nearest, strict=True)
    return float(np.mean([np.isin(rows, search(query, DEPTH).rows) for query, rows in pairs]))


def _best(index: faiss.Index, vector: Vector, k: int, parameters: faiss.SearchParameters | None = None) -> Ranking:
    """Return the rows that an index of FAISS finds, at most `k`; where there are fewer, it fills up with -1."""
    scores, rows = index.search(vector[np.newaxis], k, params=parameters)
    return top_k(rows[0][rows[0] >= 0], scores[0][rows[0] >= 0], k)


def _bits(rows: RowNumbers, length: int) -> npt.NDArray[np.uint8]:
    """Return which of all rows are among some, a bit a row."""
    chosen = np.zeros(length, bool)
    chosen[rows] = True
    return np.packbits(chosen, bitorder="little")
