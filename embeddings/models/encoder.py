"""Turn questions and passages into unit vectors with a sentence-transformers model, exported to ONNX.

In: questions, and passages with their sentences. Out: float32 vectors of length 1: an inner product is a cosine.
Left out: finding the model (pretrained.py), exporting it (onnx_export.py) and caching vectors (cache.py).
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from embeddings.models.onnx_export import CONFIG, MODEL, load_words
from embeddings.models.pooling import PassageText, PassageTokenizer, TokenizedPassage, padded, padded_length, pooling
from embeddings.models.pretrained import ModelProblem
from embeddings.models.tokenizer import load_tokenizer

Vector = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float32]

BATCH = 16  # windows of passages that run through the model together
# Tokens that two windows of a passage share, but no more than about half of one; each token's state is of the window
# where it is further inside.
OVERLAP = 128
UNLIMITED = 10**9  # tokens
OPENVINO = "OpenVINOExecutionProvider"
OPENVINO_SETTINGS = {"INFERENCE_PRECISION_HINT": "bf16"}
MOST_REMEMBERED = 1000  # vectors of questions, of 1.5 KB each
LENGTHS = 16  # a text is padded to a multiple of so many tokens, since OpenVINO prepares itself for each new length


class Encoder(Protocol):
    """Turns texts into unit vectors. Equal fingerprints mean equal vectors for equal texts."""

    name: str
    fingerprint: str
    dimension: int

    def encode_query(self, question: str) -> Vector:
        """Return the vector of a question: float32, shape (dimension,), length 1."""

    def encode_passages(self, passages: Sequence[PassageText]) -> list[Matrix]:
        """Return the vectors of each passage and of its sentences: float32, shape (1 + sentences, dimension), length 1.

        The first is the passage's.
        """


class RecentVectors:
    """The vectors of the last questions: a conversation brings its earlier ones again with each new one.

    Any thread may ask for them. They are kept by digests, from which no word can be read, and in memory alone.
    """

    def __init__(self, encode: Callable[[str], Vector], most: int = MOST_REMEMBERED) -> None:
        """Take the function that encodes a question, and how many vectors are kept."""
        self._encode, self._most = encode, most
        self._vectors: OrderedDict[bytes, Vector] = OrderedDict()  # the one asked for longest ago is the first
        self._lock = Lock()

    def of(self, question: str) -> Vector:
        """Return the vector of a question; it can't be written to, since others get the same one."""
        key = hashlib.sha256(question.encode()).digest()
        with self._lock:
            vector = self._vectors.get(key)
        if vector is None:
            vector = self._encode(question)
            vector.flags.writeable = False
        with self._lock:
            self._vectors[key] = vector
            self._vectors.move_to_end(key)
            if len(self._vectors) > self._most:
                self._vectors.popitem(last=False)
        return vector


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """Consecutive tokens of a text, and their weights in the means of its parts: shape (parts, tokens)."""

    text: int  # the number of its text
    ids: tuple[int, ...]
    weights: Matrix


class SentenceEncoder:
    """An encoder that runs an exported model, with the prompts that the model has for queries and for documents."""

    def __init__(self, folder: Path, name: str, *, threads: int = 0) -> None:
        """Load a model from a folder that `onnx_export.model_folder` returned; `name` is shown to people.

        It computes in so many threads, in as many as there are cores if 0. Raises ModelProblem, with the cure, where a
        file of the folder is missing or damaged.
        """
        with damage_told(folder):
            config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
            self._tokenize = PassageTokenizer(load_tokenizer(folder, UNLIMITED), UNLIMITED)
            self._words = load_words(folder)
            self._session = open_session(folder / MODEL, threads=threads)
        self.name = name
        self.fingerprint: str = config["fingerprint"]
        self.dimension: int = config["dimension"]
        self._prompts: dict[str, str] = config["prompts"]
        self._pad: int = config["pad"]
        self._max_tokens: int = config["max_tokens"]
        self._model = folder / MODEL
        self._threads = threads
        self._recent = RecentVectors(self._encode_query)

    @cached_property
    def _session_for_many(self) -> Any:  # noqa: ANN401 - of onnxruntime
        """The session that encodes passages, which a server does not need."""
        return open_session(self._model, for_many=True, threads=self._threads)

    def encode_query(self, question: str) -> Vector:
        """Return the vector of a question: float32, shape (dimension,), length 1. It can't be written to."""
        return self._recent.of(question)

    def _encode_query(self, question: str) -> Vector:
        text = PassageText("", (self._prompts["query"] + question,))
        [vectors] = self._encode([text], self._session, batch_size=1)  # less memory, where it takes several windows
        vector: Vector = vectors[0]
        return vector

    def encode_passages(self, passages: Sequence[PassageText]) -> list[Matrix]:
        """Return the vectors of each passage and of its sentences: float32, shape (1 + sentences, dimension), length 1.

        The first is the passage's.
        """
        prompt = self._prompts["document"]
        return self._encode([passage.behind(prompt) for passage in passages], self._session_for_many, BATCH)

    def _encode(self, texts: Sequence[PassageText], session: Any, batch_size: int) -> list[Matrix]:  # noqa: ANN401 - of onnxruntime
        tokenized = list(map(self._tokenize, texts))
        sums = [np.zeros((len(text.parts), self.dimension), np.float32) for text in tokenized]
        windows = chain.from_iterable(_windows(number, text, self._max_tokens) for number, text in enumerate(tokenized))
        # Windows of similar length share a batch, since a batch is padded to its longest one.
        ordered = iter(sorted(windows, key=lambda window: len(window.ids)))
        while batch := list(islice(ordered, batch_size)):
            for window, vectors in zip(batch, self._run(batch, session), strict=True):
                sums[window.text] += vectors[: len(window.weights)]
        return [of_text / np.linalg.norm(of_text, axis=1, keepdims=True) for of_text in sums]

    def _run(self, windows: Sequence[_Window], session: Any) -> Matrix:  # noqa: ANN401 - of onnxruntime
        """Return the weighted sums of token states, shape (windows, parts, dimension), in one run of the model."""
        texts = [window.ids for window in windows]
        ids, mask = padded(texts, self._pad, padded_length(texts, LENGTHS))
        weights = np.zeros((len(windows), max(len(window.weights) for window in windows), ids.shape[1]), np.float32)
        for row, window in zip(weights, windows, strict=True):
            row[: window.weights.shape[0], : window.weights.shape[1]] = window.weights
        words = self._words[ids].astype(np.float32)
        [vectors] = session.run(["vectors"], {"words": words, "mask": mask, "pooling": weights})
        matrix: Matrix = vectors
        return matrix


def _windows(text: int, tokenized: TokenizedPassage, size: int) -> Iterator[_Window]:
    """Yield windows of at most `size` tokens, each between the first and the last token, which overlap."""
    ids, [weights] = tokenized.ids, pooling([tokenized.parts], len(tokenized.ids))
    if len(ids) <= size:
        yield _Window(text, ids, weights)
        return
    inside = size - 2
    overlap = min(OVERLAP, inside // 4 * 2 + 2)
    for begin in range(1, len(ids) - 1 - overlap, inside - overlap):
        end = min(begin + inside, len(ids) - 1)
        own_begin = 0 if begin == 1 else begin + overlap // 2
        own_end = len(ids) if end == len(ids) - 1 else end - overlap // 2
        places = np.array([0, *range(begin, end), len(ids) - 1])
        own = (places >= own_begin) & (places < own_end)
        yield _Window(text, tuple(ids[place] for place in places), weights[:, places] * own)


@contextmanager
def damage_told(folder: Path) -> Iterator[None]:
    """Raise ModelProblem, with the cure, where a file of an exported folder can't be loaded in the block."""
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    of_graphs = (errors.Fail, errors.InvalidArgument, errors.InvalidGraph, errors.InvalidProtobuf, errors.NoSuchFile)
    try:
        yield
    except (*of_graphs, errors.RuntimeException, OSError, RuntimeError, ValueError) as error:
        raise ModelProblem(f"{folder} is damaged; delete it, and it is made again at the next start") from error


def open_session(file: Path, *, for_many: bool = False, threads: int = 0) -> Any:  # noqa: ANN401 - of onnxruntime, imported here only
    """Return a session of onnxruntime that runs an exported model on the processor.

    A session `for_many` texts runs by OpenVINO where that is there (package onnxruntime-openvino), in bfloat16 if the
    processor computes in it: twice as many passages a second, for 150 MB more memory; a cosine changes by under 1e-4.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait by spinning would take the processor from other requests.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # A server would keep the memory of its costliest question; to ask for it anew costs no time that can be measured.
    options.enable_cpu_mem_arena = for_many
    providers: list[Any] = ["CPUExecutionProvider"]
    if for_many and OPENVINO in onnxruntime.get_available_providers():
        cpu = OPENVINO_SETTINGS | {"INFERENCE_NUM_THREADS": threads}  # of OpenVINO too, 0 means all
        providers.insert(0, (OPENVINO, {"device_type": "CPU", "load_config": json.dumps({"CPU": cpu})}))
    return onnxruntime.InferenceSession(str(file), options, providers=providers)
