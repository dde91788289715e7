"""Numbers that were made of shipped texts with the shipped encoder, so that nothing is encoded when a server starts.

In: a key of the texts and the encoder. Out: the numbers, which `make classifiers` has written, or else made now, once
in a process, since it may load an index again.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from embeddings.models.encoder import Matrix

CLASSIFIERS = Path(__file__).parent / "tuned" / "classifiers.safetensors"


def key_of(made_from: Sequence[object]) -> str:
    """Return the key of numbers that are made from what can be written as JSON."""
    return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()


def numbers_of(key: str, make: Callable[[], Matrix]) -> Matrix:
    """Return the numbers of a key: those shipped, else those made by `make`."""
    numbers = _numbers()
    if key not in numbers:
        numbers[key] = make()
    return numbers[key]


@cache
def _numbers() -> dict[str, Matrix]:
    from safetensors.numpy import load_file

    return load_file(CLASSIFIERS) if CLASSIFIERS.exists() else {}
