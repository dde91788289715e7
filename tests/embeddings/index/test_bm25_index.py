"""The lexical index finds rows by their words."""

from pathlib import Path

import bm25s
import numpy as np
import pytest

from corpus.documents.terms import terms_of
from embeddings.index import bm25_index
from embeddings.index.bm25_index import Bm25Index

TEXTS = ["A shelter opened in Accra.", "The hotline of Colombia took 28,000 calls.", "Victims were freed in Accra."]


def test_rows_that_share_rarer_words_come_first(tmp_path: Path) -> None:
    """The order holds after saving and loading, and among a selection of rows; unknown words find nothing."""
    Bm25Index.build(TEXTS, tmp_path).save(tmp_path / "bm25")
    index = Bm25Index.load(tmp_path / "bm25")

    assert len(index) == 3
    assert index.search(terms_of("shelter in Accra"), 3).rows.tolist() == [0, 2]
    assert index.search(terms_of("shelter in Accra"), 3, only=np.array([2])).rows.tolist() == [2]
    assert index.search(terms_of("tungsten"), 3).rows.tolist() == []
    assert index.search([], 3).rows.tolist() == []
    assert not list((tmp_path / "bm25").glob("*.pkl"))


def test_scores_are_those_of_bm25s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Computed some rows at a time, with words that are rare and common, often and once in a text, they are equal."""
    monkeypatch.setattr(bm25_index, "BLOCK", 7)
    random = np.random.default_rng(0)
    texts = [" ".join(f"w{number}" for number in random.zipf(1.5, size=random.integers(1, 40))) for _ in range(50)]
    expected = bm25s.BM25()
    expected.index([terms_of(text) for text in texts], show_progress=False)
    index = Bm25Index.build(texts, tmp_path)

    for terms in (["w1"], ["w2", "w3", "w2"], terms_of(texts[3])):
        found = index.search(terms, 50)
        scores = expected.get_scores(terms)
        assert np.allclose(scores[found.rows], found.scores, atol=1e-6)
        assert len(found.rows) == np.count_nonzero(scores)
