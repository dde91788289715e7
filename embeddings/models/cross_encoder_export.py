"""Export the trained cross-encoder to ONNX once, in 8 bits, so that serving needs no torch.

In: the encoder from which it was trained, and the file of its trained weights. Out: a folder with `model.onnx`, its
weights and its tokenizer.
Two thirds of the matrices are quantised to 8 bits, and so are their inputs at run time. The others, at the end of each
layer, stay in 32: a few of their inputs are so large that 8 bits left little of the rest (docs/adr/0028). The table of
word embeddings is kept in 16 bits.
"""

import logging
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.models.cross_encoder_training import HEADS, CrossEncoderModel
from embeddings.models.delta import SCALE, add_difference, save_difference
from embeddings.models.finetuning import Tensors
from embeddings.models.onnx_export import MODEL, in_16_bits, write_graph
from embeddings.models.pretrained import (
    DEFAULT_MODEL,
    ModelProblem,
    Notify,
    check_digest,
    source_folder,
    whole_folder,
)
from embeddings.models.tokenizer import save_tokenizer

FORMAT_VERSION = 1  # of an exported folder, and part of its name, so that another version is exported again
TRAINED = Path(__file__).parent / "tuned" / "reader.safetensors"
SHA256 = "00ea555b1193302b85b484a3b7547de97c58f53e91333530b28c4658448d13de"  # of the file
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
    if not target.exists():
        notify("Preparing the reader for fast use (once, half a minute)")
        base = source_folder(DEFAULT_MODEL, models, notify)
        export_cross_encoder(base, load_trained(base, TRAINED), target)
    return target


def save_trained(base: Path, weights: Tensors, file: Path) -> None:
    """Write trained weights into a small file: those of the layers as the difference from the encoder in `base`."""
    layers = {name: weight for name, weight in weights.items() if not name.startswith(HEADS)}
    heads = {name: weight for name, weight in weights.items() if name.startswith(HEADS)}
    start = _base_weights(base) | {name: np.zeros_like(weight) for name, weight in heads.items()}
    save_difference(start, layers | heads, file)


def load_trained(base: Path, file: Path) -> Tensors:
    """Return the trained weights of a file that `save_trained` wrote."""
    from safetensors.numpy import load_file

    names = (name for name in load_file(file) if name.startswith(HEADS) and not name.endswith(SCALE))
    heads = {name: np.zeros(1, np.float32) for name in names}
    return add_difference(_base_weights(base) | heads, file)


def _tokenizer(base: Path) -> Any:  # noqa: ANN401 - a tokenizer of transformers
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(base, local_files_only=True)


def _base_weights(base: Path) -> Tensors:
    from safetensors.numpy import load_file

    return load_file(base / "model.safetensors")


def export_cross_encoder(base: Path, weights: Tensors, target: Path) -> None:
    """Write the exported folder. Raises ModelProblem, with the cure, where it can't be written."""
    with whole_folder(target) as staging, tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / MODEL
        _write_graph(CrossEncoderModel(base, weights), whole)
        _quantise(whole, staging / MODEL)
        save_tokenizer(_tokenizer(base), staging)


def _write_graph(model: CrossEncoderModel, file: Path) -> None:
    import torch

    class Scores(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.heads = model.encoder, model.heads

        def forward(self, ids: Any, mask: Any, pooling: Any) -> Any:  # noqa: ANN401 - tensors
            return model.scores(ids, mask, pooling)[:2]

    encoder: Any = model.encoder
    encoder.embeddings.word_embeddings = in_16_bits(encoder.embeddings.word_embeddings)
    sample = {
        "ids": torch.full((2, 9), 5),
        "mask": torch.ones(2, 9, dtype=torch.long),
        "pooling": torch.full((2, 3, 9), 1 / 9),
    }
    axes = {0: "readings", 1: "tokens"}
    varying = {
        "ids": axes,
        "mask": axes,
        "pooling": {0: "readings", 1: "sentences", 2: "tokens"},
        "passages": {0: "readings"},
        "sentences": {0: "readings", 1: "sentences"},
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
            use_external_data_format=True,
        )
    finally:
        logging.disable(logging.NOTSET)
