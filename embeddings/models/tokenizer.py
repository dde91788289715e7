"""Turn texts into the token ids that a model was trained with.

In: the tokenizer of a model, once, when it is exported. Out: a function from texts to token ids.
A Unigram vocabulary, which is what multilingual models have, is kept in SentencePiece's own form: of the 250,000 pieces
of XLM-R it makes 70 MB of memory where the package `tokenizers` makes 290, and cuts texts three times as fast.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PIECES, TOKENIZER = "pieces.model", "tokenizer.json"
SPACES = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}
# The one way of preparing texts that is read here; a Unigram vocabulary that comes with another is kept as it is.
NORMALISER = {"type": "Sequence", "normalizers": [{"type": "NFKC"}, SPACES]}
SPLITTER = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": False}

# What must give the same ids in both forms: else the model's own tokenizer is kept.
SAMPLES = ("query: Who pays?", "passage: \u00bfQui\u00e9n paga? " * 9, "a  \uff21\ufb01", "\u8c01\u8d44\u52a9\u4e86")
FEW = 32  # tokens to which they are cut

Tokenize = Callable[[Sequence[str]], list[list[int]]]


def save_tokenizer(tokenizer: Any, folder: Path) -> None:  # noqa: ANN401 - a tokenizer of transformers
    """Write the tokenizer into a model's folder."""
    tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    made = json.loads((folder / TOKENIZER).read_text(encoding="utf-8"))
    is_known = made["normalizer"] == NORMALISER and made["pre_tokenizer"] == SPLITTER and tokenizer.bos_token
    if made["model"]["type"] == "Unigram" and is_known:
        (folder / PIECES).write_bytes(_pieces(made["model"], tokenizer))
        is_same = _load_pieces(folder, FEW)(SAMPLES) == _load_other(folder, FEW)(SAMPLES)
        (folder / (TOKENIZER if is_same else PIECES)).unlink()


def load_tokenizer(folder: Path, max_tokens: int) -> Tokenize:
    """Return what gives the token ids of texts, cut off at `max_tokens`."""
    return (_load_pieces if (folder / PIECES).exists() else _load_other)(folder, max_tokens)


def _pieces(model: dict[str, Any], tokenizer: Any) -> bytes:  # noqa: ANN401
    from sentencepiece.sentencepiece_model_pb2 import ModelProto, TrainerSpec  # type: ignore[attr-defined]

    made = ModelProto()
    kinds = dict.fromkeys(tokenizer.all_special_ids, ModelProto.SentencePiece.CONTROL)
    kinds[model["unk_id"]] = ModelProto.SentencePiece.UNKNOWN
    for id, (piece, score) in enumerate(model["vocab"]):
        made.pieces.add(piece=piece, score=score, type=kinds.get(id, ModelProto.SentencePiece.NORMAL))
    made.trainer_spec.model_type = TrainerSpec.UNIGRAM
    made.trainer_spec.vocab_size = len(model["vocab"])
    made.trainer_spec.unk_id = model["unk_id"]
    made.trainer_spec.bos_id = tokenizer.bos_token_id
    made.trainer_spec.eos_id = tokenizer.eos_token_id
    made.trainer_spec.pad_id = tokenizer.pad_token_id
    made.normalizer_spec.name = "identity"
    made.normalizer_spec.add_dummy_prefix = False
    made.normalizer_spec.remove_extra_whitespaces = False
    serialised: bytes = made.SerializeToString()
    return serialised


def _load_pieces(folder: Path, max_tokens: int) -> Tokenize:
    from sentencepiece import SentencePieceProcessor

    pieces = SentencePieceProcessor(model_file=str(folder / PIECES))
    begin, end = pieces.bos_id(), pieces.eos_id()

    def tokenize(texts: Sequence[str]) -> list[list[int]]:
        prepared = (re.sub(" {2,}", " ", unicodedata.normalize("NFKC", text)) for text in texts)
        # Every text begins with a blank, as if each of its words followed another.
        cut = pieces.encode([text if text.startswith(" ") else f" {text}" for text in prepared])
        return [[begin, *ids[: max_tokens - 2], end] for ids in cut]

    return tokenize


def _load_other(folder: Path, max_tokens: int) -> Tokenize:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return lambda texts: [one.ids for one in tokenizer.encode_batch(list(texts))]
