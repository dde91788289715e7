"""A fake encoder, so that tests of everything above it take no model and no time."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from embeddings import Matrix, Vector


class HashingEncoder:
    """Counts words in hashed places: equal texts get equal vectors, texts that share words near ones."""

    name = "hashing"
    fingerprint = "f" * 64
    dimension = 256

    def encode_query(self, question: str) -> Vector:
        """Return the vector of a question, as if it were a document."""
        vector: Vector = self.encode_documents([question])[0]
        return vector

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return one unit vector a text."""
        vectors = np.full((len(texts), self.dimension), 1e-3, np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
