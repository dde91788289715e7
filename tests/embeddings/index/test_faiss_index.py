"""The dense index finds the rows of the largest cosines."""

import itertools
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embeddings.index.faiss_index import FaissIndex


@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_search_equals_a_plain_computation(rows: int, limit: int, seed: int) -> None:
    """The rows found are those of the largest inner products, best first, ties by row."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = FaissIndex.build(vectors).search(vectors[0], limit)
    expected = sorted(range(rows), key=lambda row: (-float(vectors[row] @ vectors[0]), row))[:limit]

    assert found.rows[0] == 0
    assert np.allclose(found.scores, [vectors[row] @ vectors[0] for row in expected], atol=1e-5)
    assert all(first >= second for first, second in itertools.pairwise(found.scores))


def test_search_can_be_restricted_to_some_rows(tmp_path: Path) -> None:
    """Only the allowed rows are found, also after saving and loading, and none where none is allowed."""
    FaissIndex.build(np.eye(4, dtype=np.float32)).save(tmp_path / "vectors.faiss")
    index = FaissIndex.load(tmp_path / "vectors.faiss")
    vector = np.array([0, 1, 0, 0], np.float32)

    assert (len(index), index.dimension) == (4, 4)
    assert index.search(vector, 3, only=np.array([2, 1])).rows.tolist() == [1, 2]
    assert index.search(vector, 3, only=np.array([], np.int64)).rows.tolist() == []
