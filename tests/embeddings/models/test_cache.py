"""Vectors are encoded once and kept."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings import Matrix
from embeddings.models.cache import encode_cached
from embeddings.models.pooling import PassageText
from fakes import HashingEncoder

PASSAGES = [
    PassageText("Accra.", ("A shelter opened.", "It has 40 beds.")),
    PassageText("", ("The hotline of Colombia took 28,000 calls.",)),
    PassageText("", ("Victims were freed in Accra.",)),
]
NEW = PassageText("", ("New.",))


class CountingEncoder(HashingEncoder):
    """Counts the passages that it encodes."""

    def __init__(self) -> None:
        """Begin at none."""
        self.encoded = 0

    def encode_passages(self, passages: Sequence[PassageText]) -> list[Matrix]:
        """Encode and count."""
        self.encoded += len(passages)
        return super().encode_passages(passages)


def test_only_new_passages_are_encoded(tmp_path: Path) -> None:
    """A second run encodes what is new, once each, gives equal vectors, and shares nothing with another encoder."""
    file, encoder, progress = tmp_path / "vectors.sqlite", CountingEncoder(), []
    first = encode_cached(PASSAGES, encoder, file)
    second = encode_cached([*PASSAGES, NEW, NEW], encoder, file, lambda *counts: progress.append(counts))
    other = CountingEncoder()
    other.fingerprint = "0" * 64
    encode_cached(PASSAGES, other, file)

    assert encoder.encoded == 4
    assert progress == [(4, 5), (5, 5)]
    assert [len(vectors) for vectors in first] == [3, 2, 2]
    assert all(map(np.array_equal, first, second[:3]))
    assert all(map(np.allclose, first, encoder.encode_passages(PASSAGES)))
    assert other.encoded == 3
    assert encode_cached([], encoder, file) == []
