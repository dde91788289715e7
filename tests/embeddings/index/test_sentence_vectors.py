"""Vectors of sentences take a quarter of their room on disk, and hardly change."""

from pathlib import Path

import numpy as np
import pytest

from doubles.faults import flip_bit
from embeddings import GenerationProblem, Matrix
from embeddings.index.sentence_vectors import ENDS, VECTORS, SentenceVectors, new_sentence_vectors

TOLERANCE = 2e-3  # of a cosine


def unit_vectors(number: int, seed: int) -> Matrix:
    """Return random vectors of length 1."""
    vectors = np.random.default_rng(seed).normal(size=(number, 384)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_cosines_are_kept(tmp_path: Path) -> None:
    """Each passage has its own sentences, of length 1, with the cosines that they had."""
    passages = [unit_vectors(number, seed) for seed, number in enumerate([3, 1, 40])]
    with new_sentence_vectors(tmp_path, 384) as add:
        for vectors in passages:
            add(vectors)
    kept = SentenceVectors.load(tmp_path)
    questions = unit_vectors(50, seed=9)

    assert (len(kept), kept.sentences) == (3, 44)
    for row, vectors in enumerate(passages):
        assert np.allclose(np.linalg.norm(kept[row], axis=1), 1)
        assert np.allclose(kept[row] @ questions.T, vectors @ questions.T, atol=TOLERANCE)


def test_the_file_is_an_array_of_bytes(tmp_path: Path) -> None:
    """NumPy reads it, with a row for each sentence."""
    with new_sentence_vectors(tmp_path, 384) as add:
        add(unit_vectors(5, seed=0))
        add(unit_vectors(2, seed=1))
    vectors = np.load(tmp_path / VECTORS)

    assert (vectors.shape, vectors.dtype) == ((7, 384), np.int8)
    assert np.abs(vectors).max(axis=1).tolist() == [127] * 7
    assert np.load(tmp_path / ENDS)[:, 0].tolist() == [5, 7]


@pytest.mark.parametrize("name", [VECTORS, ENDS])
def test_no_vector_is_read_that_was_not_written(tmp_path: Path, name: str) -> None:
    """Of the passages around a byte that has changed, none has other vectors than it had."""
    with new_sentence_vectors(tmp_path, 384) as add:
        for seed in range(8):
            add(unit_vectors(3, seed))
    written = [SentenceVectors.load(tmp_path)[row] for row in range(8)]
    flip_bit(tmp_path / name)
    kept, refused = SentenceVectors.load(tmp_path), 0
    for row in range(8):
        try:
            assert (kept[row] == written[row]).all()
        except GenerationProblem:
            refused += 1

    assert kept.is_damaged
    assert 1 <= refused <= 2
