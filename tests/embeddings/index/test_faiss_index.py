"""The dense index finds the rows of the largest cosines, exactly or nearly, and among allowed rows exactly."""

import itertools
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.index import faiss_index
from embeddings.index.faiss_index import MIN_RECALL, FaissIndex
from embeddings.models.encoder import Matrix

ROWS = 3_000


@pytest.fixture(scope="module")
def vectors() -> Matrix:
    """Return unit vectors in groups, as those of texts are."""
    random = np.random.default_rng(0)
    made = random.normal(size=(30, 32))[random.integers(30, size=ROWS)] + random.normal(size=(ROWS, 32)) / 2
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def graph(vectors: Matrix, tmp_path_factory: pytest.TempPathFactory) -> FaissIndex:
    """Return a graph that was saved and loaded."""
    file = tmp_path_factory.mktemp("graph") / "vectors.faiss"
    built = FaissIndex.build(vectors, exact=0)
    built.measure_recall(vectors, vectors[:10])
    built.save(file)
    return FaissIndex.load(file)


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


def test_a_graph_finds_nearly_what_a_plain_computation_finds(vectors: Matrix, graph: FaissIndex) -> None:
    """Its recall is at least that which is asked for, its cosines are those of 8 bits, and an exact index has all."""
    found = graph.search(vectors[7], 50)

    assert not graph.is_exact
    assert graph.measure_recall(vectors, vectors[::100]) >= MIN_RECALL
    assert np.allclose(found.scores, vectors[found.rows] @ vectors[7], atol=0.02)
    assert FaissIndex.build(vectors[:9]).measure_recall(vectors[:9], vectors[:9]) == 1


@given(st.sampled_from([1, 5, 40, 149, 151, 400, 1500, ROWS]), st.sampled_from([10, 50_000]), st.integers(0, 2**32 - 1))
def test_filters_are_exact_in_a_graph(vectors: Matrix, graph: FaissIndex, allowed: int, walk: int, seed: int) -> None:
    """Of any allowed rows as many are found as are asked for and no others, by walking it or by comparing all."""
    random = np.random.default_rng(seed)
    only, query = np.sort(random.choice(ROWS, allowed, replace=False)), vectors[random.integers(ROWS)]
    with patch.object(faiss_index, "WALK", walk):
        found = graph.search(query, 20, only=only)
    cosines = np.sort(vectors[only] @ query)[::-1][:20]

    assert len(set(found.rows.tolist())) == len(found.rows) == min(20, allowed)
    assert set(found.rows.tolist()) <= set(only.tolist())
    if walk == 50_000:
        assert np.allclose(np.sort(vectors[found.rows] @ query)[::-1], cosines, atol=0.02)
    assert np.mean(vectors[found.rows] @ query >= cosines[-1] - 0.02) >= MIN_RECALL
