"""The lexical index finds rows by their words."""

from pathlib import Path

import numpy as np

from corpus.terms import terms_of
from embeddings.index.bm25_index import Bm25Index

TEXTS = ["A shelter opened in Accra.", "The hotline of Colombia took 28,000 calls.", "Victims were freed in Accra."]


def test_rows_that_share_rarer_words_come_first(tmp_path: Path) -> None:
    """The order holds after saving and loading, and among a selection of rows; unknown words find nothing."""
    Bm25Index.build(TEXTS).save(tmp_path / "bm25")
    index = Bm25Index.load(tmp_path / "bm25")

    assert len(index) == 3
    assert index.search(terms_of("shelter in Accra"), 3).rows.tolist() == [0, 2]
    assert index.search(terms_of("shelter in Accra"), 3, only=np.array([2])).rows.tolist() == [2]
    assert index.search(terms_of("tungsten"), 3).rows.tolist() == []
    assert index.search([], 3).rows.tolist() == []
    assert not list((tmp_path / "bm25").glob("*.pkl"))
