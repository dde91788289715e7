"""Store a tuned model as its quantised difference from the model it was tuned from.

In: the tensors of both. Out: a small safetensors file, and from it the tuned tensors again.
The difference of a matrix is quantised to 8 bits: integers from -127 to 127, and a float16 scale for each row. The
difference of a vector is stored in 16 bits.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

Tensors = Mapping[str, npt.NDArray[np.float32]]

LEVELS = 127  # the largest quantised value
SCALE = ".step"  # is added to a matrix's name to name its scales


def save_difference(base: Tensors, tuned: Tensors, file: Path) -> None:
    """Write `tuned` minus `base` into a file, for the tensors of `tuned`; `base` may have more."""
    stored: dict[str, npt.NDArray[np.generic]] = {}
    for name, values in tuned.items():
        difference = values - base[name]
        if difference.ndim == 1:
            stored[name] = difference.astype(np.float16)
            continue
        scales = (np.abs(difference).max(axis=1) / LEVELS).astype(np.float16)
        # A row that has not changed has scale 0 and may be divided by anything.
        divisors = np.where(scales > 0, scales.astype(np.float32), 1)
        stored[name] = np.clip(np.rint(difference / divisors[:, None]), -LEVELS, LEVELS).astype(np.int8)
        stored[name + SCALE] = scales
    save_file(stored, file)


def add_difference(base: Tensors, file: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Return the tuned tensors of a file that `save_difference` wrote, given the tensors they were tuned from."""
    stored = load_file(file)
    tuned: dict[str, npt.NDArray[np.float32]] = {}
    for name, difference in stored.items():
        if not name.endswith(SCALE):
            scales = stored[name + SCALE].astype(np.float32)[:, None] if difference.ndim > 1 else np.float32(1)
            tuned[name] = base[name] + difference.astype(np.float32) * scales
    return tuned
