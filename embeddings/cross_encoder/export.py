"""Export the trained cross-encoder to ONNX once, in 8 bits, so that serving needs no torch.

In: the file of its trained weights, stored as their difference from those of multilingual-e5-small. Out: a folder with
`model.onnx`, its weights, the table of word embeddings and the tokenizer.
Two thirds of the matrices are quantised to 8 bits, and so are their inputs at run time. The others, at the end of each
layer, stay in 32: a few of their inputs are so large that 8 bits left little of the rest (docs/adr/0028). Weights have
7 bits, since processors without VNNI add products of 8 up in 16 bits, which overflow (docs/adr/0075).
"""

import logging
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.cross_encoder.training import HEADS, CrossEncoderModel
from embeddings.models.delta import SCALE, add_difference, save_difference
from embeddings.models.finetuning import Tensors
from embeddings.models.onnx_export import MODEL, save_words, write_graph
from embeddings.models.pretrained import (
    DEFAULT_MODEL,
    TUNED,
    ModelProblem,
    Notify,
    check_digest,
    make_once,
    read_e5,
    source_folder,
    whole_folder,
)
from embeddings.models.tokenizer import save_tokenizer

Array = npt.NDArray[np.float32]

FORMAT_VERSION = 4  # of an exported folder, and part of its name, so that another version is exported again
TRAINED = TUNED.with_name("reader.safetensors")
SHA256 = "9e4aa3d37f20d442d5e70c3a406e730da16e2568b5cc4c89b3091741e7193f6d"  # of the file
NAME = "waymark-reader"
FEED_FORWARD_OUTPUT = re.compile(r"layer\.\d+/output/dense/MatMul$")  # nodes of the graph that stay in 32 bits


def cross_encoder_folder(models: Path, notify: Notify = lambda _: None) -> Path:
    """Return the folder of the exported cross-encoder, which is written under `models` at first use.

    Raises ModelProblem, with the cure, where its weights are missing or damaged.
    """
    try:
        check_digest(TRAINED, SHA256)
    except OSError as error:
        raise ModelProblem(f"{TRAINED} can't be read: {error.strerror}; install waymark again") from error
    target = models / f"{NAME}-{SHA256[:8]}-{FORMAT_VERSION}.onnx"

    def export() -> None:
        notify("Preparing the reader for fast use (once, half a minute)")
        weights = load_trained(read_e5().tensors, TRAINED)
        export_cross_encoder(source_folder(DEFAULT_MODEL, models, notify), weights, target)

    make_once(target, target.exists, export)
    return target


def save_trained(base: Mapping[str, Array], weights: Tensors, file: Path) -> None:
    """Write trained weights into a small file: those of the layers as the difference from `base`."""
    heads = {name: np.zeros_like(weight) for name, weight in weights.items() if name.startswith(HEADS)}
    save_difference({**base, **heads}, weights, file)


def load_trained(base: Mapping[str, Array], file: Path) -> Tensors:
    """Return the trained weights of a file that `save_trained` wrote."""
    from safetensors.numpy import load_file

    names = (name for name in load_file(file) if name.startswith(HEADS) and not name.endswith(SCALE))
    return add_difference({**base, **{name: np.zeros(1, np.float32) for name in names}}, file)


def _tokenizer(base: Path) -> Any:  # noqa: ANN401 - a tokenizer of transformers
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(base, local_files_only=True)


def export_cross_encoder(base: Path, weights: Tensors, target: Path) -> None:
    """Write the exported folder; `base` is that of an encoder with the same word embeddings and lower layers.

    Raises ModelProblem, with the cure, where it can't be written.
    """
    with whole_folder(target) as staging, tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / MODEL
        model = CrossEncoderModel(base, weights)
        save_words(model.encoder, staging)
        _write_graph(model, whole)
        _quantise(whole, staging / MODEL)
        save_tokenizer(_tokenizer(base), staging)


def _write_graph(model: CrossEncoderModel, file: Path) -> None:
    import torch

    class Scores(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.heads = model.encoder, model.heads

        def forward(self, words: Any, mask: Any, pooling: Any) -> Any:  # noqa: ANN401 - tensors
            return model.scores(words, mask, pooling)

    size = model.encoder.config.hidden_size
    sample = {
        "words": torch.zeros(2, 9, size),
        "mask": torch.ones(2, 9, dtype=torch.long),
        "pooling": torch.full((2, 3, 9), 1 / 9),
    }
    axes = {0: "readings", 1: "tokens"}
    varying = {
        "words": axes,
        "mask": axes,
        "pooling": {0: "readings", 1: "sentences", 2: "tokens"},
        "passages": {0: "readings"},
        "sentences": {0: "readings", 1: "sentences"},
        "phrases": axes,
    }
    write_graph(Scores(), sample, file, varying)


def _quantise(whole: Path, file: Path) -> None:
    """Write a graph with most matrices in 8 bits, and its weights into a file of their own, which is memory-mapped."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = onnx.load(str(whole), load_external_data=False).graph.node
    logging.disable(logging.WARNING)  # it recommends a preparation that only images need
    try:
        quantize_dynamic(
            whole,
            file,
            op_types_to_quantize=["MatMul", "Gemm"],
            nodes_to_exclude=[node.name for node in nodes if FEED_FORWARD_OUTPUT.search(node.name)],
            per_channel=True,
            weight_type=QuantType.QInt8,
            reduce_range=True,
            use_external_data_format=True,
        )
    finally:
        logging.disable(logging.NOTSET)
