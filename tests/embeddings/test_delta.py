"""A tuned model comes back from its difference."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from embeddings.models.delta import add_difference, save_difference

MATRICES = arrays.arrays(np.float32, (3, 4), elements=st.floats(-0.125, 0.125, width=32))


@given(MATRICES, MATRICES)
def test_a_difference_gives_the_tuned_tensors_again(base: np.ndarray, moved: np.ndarray) -> None:
    """Whatever moved, no weight comes back farther off than a step of its row, and nothing else is kept."""
    tuned = {"matrix": base + moved, "vector": (base + moved)[0]}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "difference.safetensors"
        save_difference({"matrix": base, "vector": base[0], "other": base}, tuned, file)
        again = add_difference({"matrix": base, "vector": base[0]}, file)
    steps = np.abs(moved).max(axis=1, keepdims=True) / 127

    assert again.keys() == tuned.keys()
    assert (np.abs(again["matrix"] - tuned["matrix"]) <= 2 * steps + 1e-4).all()
    assert np.allclose(again["vector"], tuned["vector"], atol=1e-3)
