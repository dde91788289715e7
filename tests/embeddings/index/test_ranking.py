"""The best rows come first, in an order that does not depend on their input order."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embeddings.index.ranking import empty_ranking, top_k

SCORES = st.dictionaries(st.integers(0, 50), st.sampled_from([0.0, 0.25, 0.5]), max_size=20)


@given(SCORES, st.integers(0, 25), st.randoms(use_true_random=False))
def test_rows_are_ordered_by_score_and_then_by_number(scores: dict[int, float], k: int, random: Random) -> None:
    """Whatever the order of the input, the result is that of a plain sort, cut off at k."""
    rows = list(scores)
    random.shuffle(rows)
    found = top_k(np.array(rows, np.int64), np.array([scores[row] for row in rows], np.float32), k)

    assert found.rows.tolist() == sorted(scores, key=lambda row: (-scores[row], row))[:k]
    assert found.scores.tolist() == [scores[row] for row in found.rows.tolist()]


def test_an_empty_ranking_has_the_types_of_any_other() -> None:
    """It can be merged with others."""
    empty, other = empty_ranking(), top_k(np.array([1]), np.array([0.5], np.float32), 1)

    assert [array.dtype for array in empty] == [array.dtype for array in other]
    assert [array.shape for array in empty] == [(0,), (0,)]
