"""Turn texts into unit vectors with a sentence-transformers model, exported to ONNX.

In: questions and texts of documents. Out: float32 vectors of length 1, so that an inner product is a cosine.
Left out: finding the model (pretrained.py), exporting it (onnx_export.py) and caching vectors (cache.py).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from embeddings.models.onnx_export import CONFIG, MODEL
from embeddings.models.tokenizer import load_tokenizer

Vector = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float32]

BATCH = 32  # texts that run through the model together


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
    """An encoder that runs an exported model, with the prompts that the model has for queries and for documents."""

    def __init__(self, folder: Path, name: str) -> None:
        """Load a model from a folder that `onnx_export.model_folder` returned; `name` is shown to people."""
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        self.name = name
        self.fingerprint: str = config["fingerprint"]
        self.dimension: int = config["dimension"]
        self._prompts: dict[str, str] = config["prompts"]
        self._pad: int = config["pad"]
        self._tokenize = load_tokenizer(folder, config["max_tokens"])
        self._session = open_session(folder / MODEL)

    def encode_query(self, question: str) -> Vector:
        """Return the vector of a question: float32, shape (dimension,), length 1."""
        vector: Vector = self._encode([self._prompts["query"] + question])[0]
        return vector

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of documents' texts: float32, shape (len(texts), dimension), each of length 1."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        # Texts of similar length share a batch, since a batch is padded to its longest text.
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for begin in range(0, len(order), BATCH):
            rows = order[begin : begin + BATCH]
            vectors[rows] = self._encode([self._prompts["document"] + texts[row] for row in rows])
        return vectors

    def _encode(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of texts in one run of the model."""
        tokens = self._tokenize(texts)
        lengths = np.array([len(ids) for ids in tokens])
        padded = np.full((len(tokens), lengths.max()), self._pad, np.int64)
        for row, ids in zip(padded, tokens, strict=True):
            row[: len(ids)] = ids
        mask = (np.arange(padded.shape[1]) < lengths[:, None]).astype(np.int64)
        [vectors] = self._session.run(["vectors"], {"input_ids": padded, "attention_mask": mask})
        matrix: Matrix = vectors
        return matrix


def open_session(file: Path) -> Any:  # noqa: ANN401 - an InferenceSession; onnxruntime is imported here only
    """Return a session of onnxruntime that runs an exported model on the processor."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Threads that wait by spinning would take the processor from other requests.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
