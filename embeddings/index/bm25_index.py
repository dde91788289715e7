"""The lexical index: words are searched by BM25, with English stemming and stop words.

In: texts, one a row, and the terms of questions. Out: Rankings of rows by BM25 score; the inverse document frequency
of a term.
Left out: stemming of other languages, whose questions are searched by meaning.
"""

import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

from embeddings.index.ranking import Ranking, RowNumbers, empty_ranking, top_k

WORD = r"(?u)\b\w+\b"
STOP_WORDS = frozenset(STOPWORDS_EN_PLUS)

logging.getLogger("bm25s").setLevel(logging.WARNING)


def terms_of(text: str) -> list[str]:
    """Return the stems of a text's words in their order, without stop words.

    >>> terms_of("How many victims were trafficked to Accra in 2015?")
    ['mani', 'victim', 'traffick', 'accra', '2015']
    """
    stemmer = Stemmer.Stemmer("english")
    terms: list[list[str]] = bm25s.tokenize(
        [text], token_pattern=WORD, stopwords=list(STOP_WORDS), stemmer=stemmer, return_ids=False, show_progress=False
    )
    return terms[0]


class Bm25Index:
    """A BM25 index (the variant of Lucene: k1 1.5, b 0.75)."""

    def __init__(self, index: bm25s.BM25) -> None:
        """Wrap an index of bm25s; `build` and `load` make one."""
        self._index = index

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._index.scores["num_docs"])

    @classmethod
    def build(cls, texts: Sequence[str]) -> Self:
        """Index texts, one a row."""
        index = bm25s.BM25()
        index.index([terms_of(text) for text in texts], show_progress=False)
        return cls(index)

    def save(self, folder: Path) -> None:
        """Write the index as JSON and NumPy files."""
        self._index.save(str(folder), allow_pickle=False, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        return cls(bm25s.BM25.load(str(folder), allow_pickle=False, show_progress=False))

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

    def idf(self, term: str) -> float:
        """Return the inverse document frequency of a term, as Lucene has it: ln(1 + (N - df + 0.5) / (df + 0.5)).

        It is highest for a term that no text has.
        """
        frequency = int(self._document_frequencies[self._index.vocab_dict[term]]) if term in self else 0
        return float(np.log1p((len(self) - frequency + 0.5) / (frequency + 0.5)))

    def __contains__(self, term: str) -> bool:
        """Return whether any text has the term."""
        return term in self._index.vocab_dict

    @cached_property
    def _document_frequencies(self) -> npt.NDArray[np.int64]:
        # The scores are a sparse matrix with a column a term, which has an entry for each text that has the term.
        frequencies: npt.NDArray[np.int64] = np.diff(self._index.scores["indptr"]).astype(np.int64)
        return frequencies
