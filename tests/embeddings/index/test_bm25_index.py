"""The lexical index finds rows by their words."""

from pathlib import Path

import numpy as np

from embeddings.index.bm25_index import Bm25Index, terms_of

TEXTS = ["A shelter opened in Accra.", "The hotline of Colombia took 28,000 calls.", "Victims were freed in Accra."]


def test_terms_are_stems_without_stop_words() -> None:
    """Case, endings and stop words make no difference; numbers stay."""
    assert terms_of("The Victims of TRAFFICKING, 2015") == terms_of("victim trafficked 2015")
    assert terms_of("the of and") == []


def test_rows_that_share_rarer_words_come_first(tmp_path: Path) -> None:
    """Also after saving and loading, and among some rows; unknown words find nothing."""
    Bm25Index.build(TEXTS).save(tmp_path / "bm25")
    index = Bm25Index.load(tmp_path / "bm25")

    assert len(index) == 3
    assert index.search(terms_of("shelter in Accra"), 3).rows.tolist() == [0, 2]
    assert index.search(terms_of("shelter in Accra"), 3, only=np.array([2])).rows.tolist() == [2]
    assert index.search(terms_of("tungsten"), 3).rows.tolist() == []
    assert index.search([], 3).rows.tolist() == []
    assert not list((tmp_path / "bm25").glob("*.pkl"))


def test_the_inverse_document_frequency_is_highest_for_rare_terms() -> None:
    """It is ln(1 + (N - df + 0.5) / (df + 0.5)), where a term that no text has counts as in none."""
    index = Bm25Index.build(TEXTS)

    assert [round(index.idf(term), 4) for term in ("tungsten", "colombia", "accra")] == [2.0794, 0.9808, 0.47]
    assert "accra" in index
    assert "tungsten" not in index
