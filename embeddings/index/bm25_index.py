"""The lexical index: BM25 search over English stems, without stop words.

In: texts, one per row, and the terms of questions. Out: Rankings of rows by BM25 score.
Scores are computed when the index is built, and kept by term. Terms are known by a digest of 64 bits, so that all is
mapped: of a million terms, two have the same one once in 37 million collections.
Left out: stemming of other languages, whose questions are searched by vectors.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple, Self

import bm25s
import numpy as np
import numpy.typing as npt

from corpus.documents.terms import terms_of
from embeddings.index.ranking import Ranking, RowNumbers, empty_ranking, top_k

TERMS = "terms.npy"  # the digests of all terms, sorted
BLOCK = 20_000  # rows whose scores are computed at a time

Numbers = npt.NDArray[np.int32]


class Bm25Index:
    """A BM25 index (the variant of Lucene: k1 1.5, b 0.75)."""

    def __init__(self, index: bm25s.BM25, terms: npt.NDArray[np.uint64]) -> None:
        """Wrap an index of bm25s whose columns are those of `terms`; `build` and `load` make one."""
        self._index, self._terms = index, terms

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self._index.scores["num_docs"])

    @classmethod
    def build(cls, texts: Iterable[str], folder: Path | None = None) -> Self:
        """Index texts, one per row; what grows with them is kept in files without a name, on the disk of a folder.

        It is what `bm25s` builds, which needs 2.6 kB of memory a passage; this needs only that of the terms.
        """
        index = bm25s.BM25()
        with TemporaryFile(dir=folder) as file:
            counted = _count(texts, file)
            order = np.argsort(counted.terms)
            column_of = np.empty(len(order), np.int64)
            column_of[order] = np.arange(len(order))
            documents = np.zeros(len(order), np.int64)  # that have the term of a column
            for block in counted.blocks(file):
                documents += np.bincount(column_of[block.terms], minlength=len(order))
            ends = np.cumsum(documents)
            scores, rows = (_new_array(kind, int(documents.sum()), folder) for kind in (np.float32, np.int32))
            weight = np.log(1 + (len(counted.lengths) - documents + 0.5) / (documents + 0.5)).astype(np.float32)
            lengths = counted.lengths / (counted.lengths.mean() or 1)  # where no text has any term
            filled = ends - documents  # up to where scores stand for the term of a column
            for block in counted.blocks(file):
                by_column = np.argsort(column_of[block.terms], kind="stable")
                columns, times = column_of[block.terms][by_column], block.times[by_column].astype(np.float32)
                places = filled[columns] + np.arange(len(columns)) - np.searchsorted(columns, columns)
                rows[places] = block.rows[by_column]
                length = lengths[block.rows[by_column]].astype(np.float32)
                scores[places] = weight[columns] * (times / (index.k1 * (1 - index.b + index.b * length) + times))
                filled += np.bincount(columns, minlength=len(order))
        index.scores = {
            "data": scores,
            "indices": rows,
            "indptr": np.concatenate([[0], ends]),
            "num_docs": len(counted.lengths),
        }
        index.vocab_dict, index.nonoccurrence_array = {}, None
        return cls(index, counted.terms[order])

    def save(self, folder: Path) -> None:
        """Write the index as JSON and NumPy files."""
        self._index.save(str(folder), allow_pickle=False, show_progress=False)
        np.save(folder / TERMS, self._terms, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        index = bm25s.BM25.load(str(folder), mmap=True, allow_pickle=False, show_progress=False)
        return cls(index, np.load(folder / TERMS, mmap_mode="r", allow_pickle=False))

    def search(self, terms: Sequence[str], limit: int, *, only: RowNumbers | None = None) -> Ranking:
        """Return at most `limit` rows that share terms with a question; if `only` is given, only rows among these."""
        digests = np.array([_digest(term) for term in terms], np.uint64)
        columns = np.searchsorted(self._terms, digests)
        known = columns[self._terms[np.minimum(columns, len(self._terms) - 1)] == digests] if len(self._terms) else []
        if not len(known):
            return empty_ranking()
        scores = self._index.get_scores_from_ids(known)
        rows = np.flatnonzero(scores > 0) if only is None else only[scores[only] > 0]
        return top_k(rows.astype(np.int64), scores[rows], limit)


class _Block(NamedTuple):
    """The distinct terms of some rows: the row, the number of the term, and how often the row has it."""

    rows: Numbers
    terms: Numbers
    times: Numbers


class _Counted(NamedTuple):
    """The digests of terms by number; by row how many terms it has, and how many of them are distinct."""

    terms: npt.NDArray[np.uint64]
    lengths: Numbers
    distinct: Numbers

    def blocks(self, file: BinaryIO) -> Iterator[_Block]:
        """Yield what `_count` wrote into a file, some rows at a time."""
        file.seek(0)
        for begin in range(0, len(self.distinct), BLOCK):
            distinct = self.distinct[begin : begin + BLOCK]
            pairs = np.frombuffer(file.read(8 * int(distinct.sum())), np.int32).reshape(-1, 2)
            rows = np.repeat(np.arange(begin, begin + len(distinct), dtype=np.int32), distinct)
            yield _Block(rows, pairs[:, 0], pairs[:, 1])


def _count(texts: Iterable[str], file: BinaryIO) -> _Counted:
    """Count the terms of texts; those of each row go into a file as pairs of a term's number and how often it is."""
    number_of: dict[str, int] = {}
    lengths, distinct = array("i"), array("i")
    for text in texts:
        counts = Counter(terms_of(text))
        pairs = array("i")
        for term, times in counts.items():
            pairs.extend((number_of.setdefault(term, len(number_of)), times))
        file.write(pairs.tobytes())
        lengths.append(counts.total())
        distinct.append(len(counts))
    terms = np.fromiter(map(_digest, number_of), np.uint64, len(number_of))
    return _Counted(terms, np.array(lengths, np.int32), np.array(distinct, np.int32))


def _new_array(kind: type, length: int, folder: Path | None) -> npt.NDArray[Any]:
    """Return an array in a file without a name on the disk of a folder."""
    with TemporaryFile(dir=folder) as file:
        return np.memmap(file, kind, "w+", shape=max(1, length))[:length]


def _digest(term: str) -> int:
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest())
