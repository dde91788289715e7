"""The lexical index: BM25 search over English stems, without stop words.

In: texts, one per row, and the terms of questions. Out: Rankings of rows by BM25 score.
Left out: stemming of other languages, whose questions are searched by vectors.
"""

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import bm25s
import numpy as np

from corpus.terms import terms_of
from embeddings.index.ranking import Ranking, RowNumbers, empty_ranking, top_k


class Bm25Index:
    """A BM25 index (the variant of Lucene: k1 1.5, b 0.75)."""

    def __init__(self, index: bm25s.BM25) -> None:
        """Wrap an index of bm25s; `build` and `load` make one."""
        self._index = index

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._index.scores["num_docs"])

    @classmethod
    def build(cls, texts: Iterable[str]) -> Self:
        """Index texts, one per row."""
        number_of: dict[str, int] = {}
        # Numbers, since terms take three times the memory: 2.6 kB a passage are left, most of it for sorting.
        rows = [array("i", (number_of.setdefault(term, len(number_of)) for term in terms_of(text))) for text in texts]
        index = bm25s.BM25()
        index.index((rows, number_of), show_progress=False)
        return cls(index)

    def save(self, folder: Path) -> None:
        """Write the index as JSON and NumPy files."""
        self._index.save(str(folder), allow_pickle=False, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote; only the terms are read into memory."""
        return cls(bm25s.BM25.load(str(folder), mmap=True, allow_pickle=False, show_progress=False))

    def search(self, terms: Sequence[str], limit: int, *, only: RowNumbers | None = None) -> Ranking:
        """Return at most `limit` rows that share terms with a question; if `only` is given, only rows among these."""
        known = [term for term in terms if term in self._index.vocab_dict]
        if not known:
            return empty_ranking()
        scores = self._index.get_scores(known)
        rows = np.flatnonzero(scores > 0)
        if only is not None:
            rows = np.intersect1d(rows, only)
        return top_k(rows.astype(np.int64), scores[rows], limit)
