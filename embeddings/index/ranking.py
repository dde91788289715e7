"""Rankings: the result of every search, rows with scores, best first.

In: row numbers and scores. Out: the best of them, in order.
"""

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

RowNumbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Allowed: TypeAlias = Any  # what a search is restricted to: RowNumbers, or the filter of an index on Milvus


class Ranking(NamedTuple):
    """The rows that a search found and their scores, best first: int64 and float32, both of shape (rows found,)."""

    rows: RowNumbers
    scores: Scores


def top_k(rows: RowNumbers, scores: Scores, k: int) -> Ranking:
    """Return the `k` rows of the highest scores, those of equal score by row number.

    >>> top_k(np.array([4, 7, 2]), np.array([0.5, 0.9, 0.5], np.float32), 2).rows.tolist()
    [7, 2]
    """
    if k < len(scores):  # sorting hundreds of thousands takes fifty times as long as finding the least of the best
        best = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
        rows, scores = rows[best], scores[best]
    order = np.lexsort((rows, -scores))[:k]
    return Ranking(rows[order], scores[order])


def empty_ranking() -> Ranking:
    """Return the ranking of a search that found nothing."""
    return Ranking(np.empty(0, np.int64), np.empty(0, np.float32))
