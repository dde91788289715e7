"""Vectors are encoded once and kept."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings import Matrix
from embeddings.models.cache import encode_cached
from fakes import HashingEncoder

TEXTS = ["A shelter opened in Accra.", "The hotline of Colombia took 28,000 calls.", "Victims were freed in Accra."]


class CountingEncoder(HashingEncoder):
    """Counts the texts that it encodes."""

    def __init__(self) -> None:
        """Begin at none."""
        self.encoded = 0

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Encode and count."""
        self.encoded += len(texts)
        return super().encode_documents(texts)


def test_only_new_texts_are_encoded(tmp_path: Path) -> None:
    """A second run encodes what is new, once each, gives equal vectors, and shares nothing with another encoder."""
    file, encoder, progress = tmp_path / "vectors.sqlite", CountingEncoder(), []
    first = encode_cached(TEXTS, encoder, file)
    second = encode_cached([*TEXTS, "New.", "New."], encoder, file, lambda *counts: progress.append(counts))
    other = CountingEncoder()
    other.fingerprint = "0" * 64
    encode_cached(TEXTS, other, file)

    assert encoder.encoded == 4
    assert progress == [(4, 5), (5, 5)]
    assert np.array_equal(first, second[:3])
    assert np.allclose(first, encoder.encode_documents(TEXTS))
    assert other.encoded == 3


def test_no_texts_give_no_vectors(tmp_path: Path) -> None:
    """The matrix has no rows and the dimension of the encoder."""
    assert encode_cached([], HashingEncoder(), tmp_path / "vectors.sqlite").shape == (0, HashingEncoder.dimension)
