"""Turn texts into the token ids that a model was trained with.

In: the tokenizer of a model, once, when it is exported. Out: a function from texts to token ids.
A Unigram vocabulary, which multilingual models have, is kept in the format of SentencePiece: the 250,000 pieces of
XLM-R take 70 MB of memory there and 290 in the package `tokenizers`, and texts are cut three times as fast. Any other
tokenizer is kept as it is.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

PIECES, TOKENIZER = "pieces.model", "tokenizer.json"
SPACES = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}
# The normaliser and the splitter that are applied here to a vocabulary of pieces. One with others is kept as it is.
NORMALISER = {"type": "Sequence", "normalizers": [{"type": "NFKC"}, SPACES]}
SPLITTER = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": False}

# Both formats must give the same ids for these texts, cut off at SAMPLE_TOKENS; else the tokenizer is kept as it is.
SAMPLES = ("query: Who pays?", "passage: \u00bfQui\u00e9n paga? " * 9, "a  \uff21\ufb01", "\u8c01\u8d44\u52a9\u4e86")
SAMPLE_TOKENS = 32

Tokenize = Callable[[Sequence[str]], list[list[int]]]


def save_tokenizer(tokenizer: Any, folder: Path) -> None:  # noqa: ANN401 - a fast tokenizer of transformers
    """Write a tokenizer into a model's folder, as `pieces.model` or as `tokenizer.json`."""
    tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    saved = json.loads((folder / TOKENIZER).read_text(encoding="utf-8"))
    is_known = saved["normalizer"] == NORMALISER and saved["pre_tokenizer"] == SPLITTER and tokenizer.bos_token
    if saved["model"]["type"] == "Unigram" and is_known:
        (folder / PIECES).write_bytes(_sentencepiece_model(saved["model"], tokenizer))
        is_same = _load_pieces(folder, SAMPLE_TOKENS)(SAMPLES) == _load_json(folder, SAMPLE_TOKENS)(SAMPLES)
        (folder / (TOKENIZER if is_same else PIECES)).unlink()


def load_tokenizer(folder: Path, max_tokens: int) -> Tokenize:
    """Return a function that gives the token ids of each text, cut off at `max_tokens`, special tokens included."""
    return (_load_pieces if (folder / PIECES).exists() else _load_json)(folder, max_tokens)


def _sentencepiece_model(unigram: dict[str, Any], tokenizer: Any) -> bytes:  # noqa: ANN401 - as above
    """Return a Unigram model of `tokenizers` in the format of SentencePiece."""
    from sentencepiece.sentencepiece_model_pb2 import ModelProto, TrainerSpec  # type: ignore[attr-defined]

    model = ModelProto()
    kinds = dict.fromkeys(tokenizer.all_special_ids, ModelProto.SentencePiece.CONTROL)
    kinds[unigram["unk_id"]] = ModelProto.SentencePiece.UNKNOWN
    for id, (piece, score) in enumerate(unigram["vocab"]):
        model.pieces.add(piece=piece, score=score, type=kinds.get(id, ModelProto.SentencePiece.NORMAL))
    model.trainer_spec.model_type = TrainerSpec.UNIGRAM
    model.trainer_spec.vocab_size = len(unigram["vocab"])
    model.trainer_spec.unk_id = unigram["unk_id"]
    model.trainer_spec.bos_id = tokenizer.bos_token_id
    model.trainer_spec.eos_id = tokenizer.eos_token_id
    model.trainer_spec.pad_id = tokenizer.pad_token_id
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = False
    model.normalizer_spec.remove_extra_whitespaces = False
    serialised: bytes = model.SerializeToString()
    return serialised


def _load_pieces(folder: Path, max_tokens: int) -> Tokenize:
    processor = _processor((folder / PIECES).read_bytes())
    begin, end = processor.bos_id(), processor.eos_id()

    def tokenize(texts: Sequence[str]) -> list[list[int]]:
        normalised = (re.sub(" {2,}", " ", unicodedata.normalize("NFKC", text)) for text in texts)
        # Every text begins with a blank, since the vocabulary marks the beginning of a word by one.
        encoded = processor.encode([text if text.startswith(" ") else f" {text}" for text in normalised])
        return [[begin, *ids[: max_tokens - 2], end] for ids in encoded]

    return tokenize


@lru_cache(maxsize=1)
def _processor(model: bytes) -> Any:  # noqa: ANN401 - of sentencepiece
    """Return the processor of a vocabulary; encoder and reader share one, of 70 MB."""
    from sentencepiece import SentencePieceProcessor

    return SentencePieceProcessor(model_proto=model)


def _load_json(folder: Path, max_tokens: int) -> Tokenize:
    from tokenizers import Tokenizer

    content = (folder / TOKENIZER).read_text(encoding="utf-8")
    try:
        tokenizer = Tokenizer.from_str(content)
    except Exception as error:  # it raises plain ones
        raise ValueError(f"{folder / TOKENIZER} holds no tokenizer") from error
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return lambda texts: [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
