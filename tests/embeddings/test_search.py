"""The two indexes and the cache of vectors."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.index.bm25_index import LexicalIndex, terms_of
from embeddings.index.faiss_index import DenseIndex
from embeddings.models.cache import encode_cached
from fakes import HashingEncoder

TEXTS = ["A shelter opened in Accra.", "The hotline of Colombia took 28,000 calls.", "Victims were freed in Accra."]


@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_dense_search_equals_a_plain_computation(rows: int, limit: int, seed: int) -> None:
    """The rows found are those of the largest inner products, best first, ties by row."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = DenseIndex.build(vectors).search(vectors[0], limit)
    expected = sorted(range(rows), key=lambda row: (-float(vectors[row] @ vectors[0]), row))[:limit]

    assert found.rows[0] == 0
    assert np.allclose(found.scores, [vectors[row] @ vectors[0] for row in expected], atol=1e-5)
    assert all(one >= after for one, after in itertools.pairwise(found.scores))


def test_dense_search_can_be_kept_to_some_rows(tmp_path: Path) -> None:
    """Only the allowed rows are found, also after saving and loading, and none where none is allowed."""
    DenseIndex.build(np.eye(4, dtype=np.float32)).save(tmp_path / "vectors.faiss")
    index = DenseIndex.load(tmp_path / "vectors.faiss")
    vector = np.array([0, 1, 0, 0], np.float32)

    assert (len(index), index.dimension) == (4, 4)
    assert index.search(vector, 3, only=np.array([2, 1])).rows.tolist() == [1, 2]
    assert index.search(vector, 3, only=np.array([], np.int64)).rows.tolist() == []


def test_terms_are_stems_without_stop_words() -> None:
    """Case, endings and stop words make no difference; numbers stay."""
    assert terms_of("The Victims of TRAFFICKING, 2015") == terms_of("victim trafficked 2015")
    assert terms_of("the of and") == []


def test_lexical_search_finds_shared_words_and_knows_how_rare_they_are(tmp_path: Path) -> None:
    """Rows that share rarer words come first, also after saving and loading; unknown words find nothing."""
    LexicalIndex.build(TEXTS).save(tmp_path / "bm25")
    index = LexicalIndex.load(tmp_path / "bm25")

    assert index.search(terms_of("shelter in Accra"), 3).rows.tolist() == [0, 2]
    assert index.search(terms_of("shelter in Accra"), 3, only=np.array([2])).rows.tolist() == [2]
    assert index.search(terms_of("tungsten"), 3).rows.tolist() == []
    assert index.search([], 3).rows.tolist() == []
    assert index.idf("tungsten") > index.idf("colombia") > index.idf("accra") > 0
    assert not list((tmp_path / "bm25").glob("*.pkl"))


class CountingEncoder(HashingEncoder):
    """Counts the texts that it encodes."""

    def __init__(self) -> None:
        """Begin at none."""
        self.encoded = 0

    def encode_documents(self, texts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Encode and count."""
        self.encoded += len(texts)
        return super().encode_documents(texts)


def test_only_new_texts_are_encoded(tmp_path: Path) -> None:
    """A second run encodes what changed, gives equal vectors, and another encoder shares nothing with it."""
    encoder, progress = CountingEncoder(), []
    first = encode_cached(TEXTS, encoder, tmp_path / "vectors.sqlite")
    second = encode_cached(
        [*TEXTS, "New.", "New."], encoder, tmp_path / "vectors.sqlite", lambda *told: progress.append(told)
    )
    other = CountingEncoder()
    other.fingerprint = "0" * 64
    encode_cached(TEXTS, other, tmp_path / "vectors.sqlite")

    assert encoder.encoded == 4
    assert progress == [(4, 5), (5, 5)]
    assert np.array_equal(first, second[:3])
    assert np.allclose(first, encoder.encode_documents(TEXTS))
    assert other.encoded == 3


def test_a_broken_encoder_is_noticed() -> None:
    """The fake encoder keeps its own promise of unit vectors, on which the others rest."""
    vectors = HashingEncoder().encode_documents(["", "one", "one two"])

    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
