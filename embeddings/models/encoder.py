"""Turn texts into unit vectors with a sentence-transformers model, exported to ONNX.

In: questions and texts of documents. Out: float32 vectors of length 1, so that an inner product is a cosine.
Left out: choosing the model (weights), exporting it (exporting) and remembering vectors (cache).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from embeddings.models.onnx_export import FACTS, MODEL
from embeddings.models.tokenizer import load_tokenizer

Vector = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float32]

BATCH = 32


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
    """An encoder that runs an exported model; its prompts for queries and documents are the model's own."""

    def __init__(self, folder: Path, name: str) -> None:
        """Load the model, which people know by `name`, from a folder that `embeddings.models.onnx_export` made."""
        import onnxruntime

        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        self.name = name
        self.fingerprint: str = facts["fingerprint"]
        self.dimension: int = facts["dimension"]
        self._prompts: dict[str, str] = facts["prompts"]
        self._pad: int = facts["pad"]
        self._tokenize = load_tokenizer(folder, facts["max_tokens"])
        options = onnxruntime.SessionOptions()
        # Threads that wait by spinning would take the processor from other requests.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])

    def encode_query(self, question: str) -> Vector:
        """Return the vector of a question: float32, shape (dimension,), length 1."""
        vector: Vector = self._encode([self._prompts["query"] + question])[0]
        return vector

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of documents' texts: float32, shape (len(texts), dimension), each of length 1."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        # Texts of like length share a batch, since a batch is padded to its longest.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for begin in range(0, len(order), BATCH):
            places = order[begin : begin + BATCH]
            vectors[places] = self._encode([self._prompts["document"] + texts[place] for place in places])
        return vectors

    def _encode(self, texts: Sequence[str]) -> Matrix:
        tokens = self._tokenize(texts)
        ids = np.full((len(tokens), max(map(len, tokens))), self._pad, np.int64)
        for row, one in zip(ids, tokens, strict=True):
            row[: len(one)] = one
        lengths = np.array([[len(one)] for one in tokens])
        mask = (np.arange(ids.shape[1]) < lengths).astype(np.int64)
        [vectors] = self._session.run(["vectors"], {"input_ids": ids, "attention_mask": mask})
        matrix: Matrix = vectors
        return matrix
