"""Keep a tuned model as its small difference from the model it was tuned from.

In: tensors of both. Out: a small safetensors file, and from it the tuned tensors again.
A matrix's difference is kept in 8 bits: whole steps from -127 to 127, and for each row the size of a step. Vectors,
which are few, are kept in 16 bits.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

Tensors = Mapping[str, npt.NDArray[np.float32]]

STEPS = 127
SIZE = ".step"  # ends the name of the sizes that belong to a matrix


def save_difference(base: Tensors, tuned: Tensors, file: Path) -> None:
    """Write what must be added to `base` to get `tuned`, for the tensors of `tuned`."""
    kept: dict[str, npt.NDArray[np.generic]] = {}
    for name, values in tuned.items():
        difference = values - base[name]
        if difference.ndim == 1:
            kept[name] = difference.astype(np.float16)
            continue
        size = (np.abs(difference).max(axis=1) / STEPS).astype(np.float16)
        # A row that has not moved has steps of size 0; any divisor does for it.
        divisor = np.where(size > 0, size.astype(np.float32), 1)
        kept[name] = np.clip(np.rint(difference / divisor[:, None]), -STEPS, STEPS).astype(np.int8)
        kept[name + SIZE] = size
    save_file(kept, file)


def add_difference(base: Tensors, file: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Return the tuned tensors that a file keeps, given those of the model they were tuned from."""
    kept = load_file(file)
    tuned: dict[str, npt.NDArray[np.float32]] = {}
    for name, difference in kept.items():
        if not name.endswith(SIZE):
            size = kept[name + SIZE].astype(np.float32)[:, None] if difference.ndim > 1 else np.float32(1)
            tuned[name] = base[name] + difference.astype(np.float32) * size
    return tuned
