"""The vectors of sentences, in int8, mapped from disk.

In: the unit vectors of the sentences of each passage, in the order of the rows. Out: them again, by row, if they are
those that were written: those of each passage have a CRC-32, which is compared whenever they are read.
A vector is scaled so that its largest value is 127. The scale is not kept: a unit vector has it from its length.
"""

import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
import numpy.typing as npt

from embeddings.index.manifest import GenerationProblem
from embeddings.models.encoder import Matrix

VECTORS = "sentences.npy"  # int8, a row a sentence
ENDS = "sentence_ends.npy"  # int64, for each passage the number of the sentences up to its last, and their CRC-32
LARGEST = 127  # the largest int8


class SentenceVectors:
    """The unit vectors of each passage's sentences, by row: float32, shape (sentences of the passage, dimension).

    `is_damaged` tells whether some were read that are not what was written.
    """

    def __init__(self, vectors: npt.NDArray[np.int8], ends: npt.NDArray[np.int64]) -> None:
        """Take the vectors of all sentences, and where those of each passage end, with their sum; `load` reads them."""
        self._vectors, self._ends, self._sums = vectors, ends[:, 0], ends[:, 1]
        self.is_damaged = False

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
        """Return the vectors of a passage. Raises GenerationProblem where they are damaged."""
        begin = self._ends[row - 1] if row else 0
        stored = self._vectors[begin : self._ends[row]]
        if zlib.crc32(stored.data) != self._sums[row]:
            self.is_damaged = True
            raise GenerationProblem(f"{VECTORS} is damaged; run: waymark index")
        vectors: Matrix = stored.astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


@contextmanager
def new_sentence_vectors(folder: Path, dimension: int) -> Iterator[Callable[[Matrix], None]]:
    """Write vectors into a folder; yield a function that takes those of the next passage's sentences."""
    ends, sentences = array("q"), 0
    with (folder / VECTORS).open("wb") as file:
        _write_header(file, 0, dimension)

        def add(vectors: Matrix) -> None:
            nonlocal sentences
            scaled = _scaled(vectors)
            file.write(scaled.data)
            sentences += len(vectors)
            ends.extend((sentences, zlib.crc32(scaled.data)))

        yield add
        file.seek(0)
        _write_header(file, sentences, dimension)
    np.save(folder / ENDS, np.frombuffer(ends, np.int64).reshape(-1, 2), allow_pickle=False)


def _scaled(vectors: Matrix) -> npt.NDArray[np.int8]:
    scaled: Matrix = vectors * (LARGEST / np.abs(vectors).max(axis=1, keepdims=True))
    return np.rint(scaled).astype(np.int8)


def _write_header(file: BinaryIO, rows: int, dimension: int) -> None:
    """Write the header of an array; NumPy leaves room in it for any number of rows."""
    header = {"descr": "|i1", "fortran_order": False, "shape": (rows, dimension)}
    np.lib.format.write_array_header_1_0(file, header)
