"""Turn texts into unit vectors with a sentence-transformers model.

In: questions and texts of documents. Out: float32 vectors of length 1, so that an inner product is a cosine.
Left out: choosing and unpacking the model's folder (weights) and remembering vectors (cache).
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from embeddings.weights import ModelProblem

Vector = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float32]

BATCH = 32
WEIGHTS = (".safetensors", ".bin", ".json", ".txt", ".model")


class Encoder(Protocol):
    """Turns texts into unit vectors. Equal fingerprints mean equal vectors for equal texts."""

    name: str
    fingerprint: str
    dimension: int

    def encode_query(self, question: str) -> Vector:
        """Return the vector of a question: float32, shape (dimension,), length 1."""

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of documents' texts: float32, shape (len(texts), dimension), each of length 1."""


class SentenceEncoder:
    """An encoder over any sentence-transformers folder; its prompts for queries and documents are the folder's."""

    def __init__(self, folder: Path, name: str) -> None:
        """Load the model, which people know by `name`. Raises ModelProblem where the folder holds none."""
        # The folder is complete, so a hub is never asked for what a model may lack.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError) as error:
            raise ModelProblem(f"{folder} holds no sentence-transformers model: {error}; choose another") from error
        self.name = name
        self.fingerprint = folder_digest(folder)
        self.dimension = self._model.get_embedding_dimension() or 0

    def encode_query(self, question: str) -> Vector:
        """Return the vector of a question: float32, shape (dimension,), length 1."""
        vector: Vector = self._model.encode_query(question, normalize_embeddings=True, show_progress_bar=False)
        return vector

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of documents' texts: float32, shape (len(texts), dimension), each of length 1."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        vectors: Matrix = self._model.encode_document(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return vectors


def folder_digest(folder: Path) -> str:
    """Return the SHA-256 of a model folder: of its files' names and contents, in sorted order."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.suffix in WEIGHTS):
        with file.open("rb") as content:
            of_file = hashlib.file_digest(content, "sha256").hexdigest()
        digest.update(f"{file.relative_to(folder).as_posix()} {of_file}\n".encode())
    return digest.hexdigest()
