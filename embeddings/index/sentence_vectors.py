"""The vectors of sentences, in int8, mapped from disk.

In: the unit vectors of the sentences of each passage, in the order of the rows. Out: them again, by row.
A vector is scaled so that its largest value is 127. The scale is not kept: a unit vector has it from its length.
"""

from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
import numpy.typing as npt

from embeddings.models.encoder import Matrix

VECTORS = "sentences.npy"  # int8, a row a sentence
ENDS = "sentence_ends.npy"  # int64, for each passage the number of the sentences up to its last
LARGEST = 127  # the largest int8


class SentenceVectors:
    """The unit vectors of each passage's sentences, by row: float32, shape (sentences of the passage, dimension)."""

    def __init__(self, vectors: npt.NDArray[np.int8], ends: npt.NDArray[np.int64]) -> None:
        """Take the vectors of all sentences, and where those of each passage end; `load` reads them."""
        self._vectors, self._ends = vectors, ends

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `new_sentence_vectors` wrote into a folder."""
        vectors, ends = (np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in (VECTORS, ENDS))
        return cls(np.asarray(vectors), np.asarray(ends))

    def __len__(self) -> int:
        """Return the number of passages."""
        return len(self._ends)

    @property
    def sentences(self) -> int:
        """The number of sentences."""
        return len(self._vectors)

    def __getitem__(self, row: int) -> Matrix:
        begin = self._ends[row - 1] if row else 0
        vectors: Matrix = self._vectors[begin : self._ends[row]].astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


@contextmanager
def new_sentence_vectors(folder: Path, dimension: int) -> Iterator[Callable[[Matrix], None]]:
    """Write vectors into a folder; yield a function that takes those of the next passage's sentences."""
    ends = array("q")
    with (folder / VECTORS).open("wb") as file:
        _write_header(file, 0, dimension)

        def add(vectors: Matrix) -> None:
            file.write(_scaled(vectors).tobytes())
            ends.append((ends[-1] if ends else 0) + len(vectors))

        yield add
        file.seek(0)
        _write_header(file, ends[-1] if ends else 0, dimension)
    np.save(folder / ENDS, np.frombuffer(ends, np.int64), allow_pickle=False)


def _scaled(vectors: Matrix) -> npt.NDArray[np.int8]:
    scaled: Matrix = vectors * (LARGEST / np.abs(vectors).max(axis=1, keepdims=True))
    return np.rint(scaled).astype(np.int8)


def _write_header(file: BinaryIO, rows: int, dimension: int) -> None:
    """Write the header of an array; NumPy leaves room in it for any number of rows."""
    header = {"descr": "|i1", "fortran_order": False, "shape": (rows, dimension)}
    np.lib.format.write_array_header_1_0(file, header)
