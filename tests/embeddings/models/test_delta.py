"""A tuned model is restored from its quantised difference."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from embeddings.models.delta import LEVELS, add_difference, save_difference

MATRICES = arrays.arrays(np.float32, (3, 4), elements=st.floats(-0.125, 0.125, width=32))


@given(MATRICES, MATRICES)
def test_a_difference_gives_the_tuned_tensors_again(base: np.ndarray, change: np.ndarray) -> None:
    """Whatever changed, no weight is off by more than the scale of its row, and only tuned tensors are stored."""
    tuned = {"matrix": base + change, "vector": (base + change)[0]}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "difference.safetensors"
        save_difference({"matrix": base, "vector": base[0], "other": base}, tuned, file)
        restored = add_difference({"matrix": base, "vector": base[0]}, file)
    scales = np.abs(change).max(axis=1, keepdims=True) / LEVELS

    assert restored.keys() == tuned.keys()
    assert (np.abs(restored["matrix"] - tuned["matrix"]) <= 2 * scales + 1e-4).all()
    assert np.allclose(restored["vector"], tuned["vector"], atol=1e-3)
