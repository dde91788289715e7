"""An exported model gives the vectors of sentence-transformers, and is exported again when it changes."""

from pathlib import Path

import numpy as np
import pytest

from embeddings import ModelProblem, SentenceEncoder, model_folder
from embeddings.models.onnx_export import folder_digest
from embeddings.models.pooling import PassageText
from embeddings.models.pretrained import DEFAULT_MODEL, source_folder
from qa import Settings

COSINE_TOLERANCE = 2e-4  # of an engine that computes in bfloat16


@pytest.mark.filterwarnings("ignore")
@pytest.mark.model
def test_the_exported_encoder_equals_sentence_transformers() -> None:
    """Questions and documents get the same vectors as from the library, in any script and length, to rounding."""
    from sentence_transformers import SentenceTransformer

    models = Settings().models
    library = SentenceTransformer(str(source_folder(DEFAULT_MODEL, models)), device="cpu", local_files_only=True)
    encoder = SentenceEncoder(model_folder(DEFAULT_MODEL, models), DEFAULT_MODEL)
    texts = [
        "Who pays?",
        "\u00bfQui\u00e9n paga el refugio? " * 40,
        "\u8c01\u8d44\u52a9\u4e86\u6536\u5bb9\u6240\uff1f",
        "a",
        "",
        "  two  blanks \t\n\uff21\ufb01 \u200b \U0001f6a8",
    ]
    passages = [PassageText("", (text,)) for text in texts]
    documents = library.encode_document(texts, normalize_embeddings=True, show_progress_bar=False)
    question = library.encode_query(texts[1], normalize_embeddings=True, show_progress_bar=False)

    vectors = np.array([of_passage[0] for of_passage in encoder.encode_passages(passages)])
    assert (vectors * documents).sum(axis=1).min() > 1 - COSINE_TOLERANCE
    assert encoder.encode_query(texts[1]) @ question > 1 - COSINE_TOLERANCE


@pytest.mark.filterwarnings("ignore")
def test_a_model_is_exported_once_and_again_when_it_changes(tiny_model: Path, tmp_path: Path) -> None:
    """The second use takes the exported folder; other prompts in the model's folder give another fingerprint."""
    messages: list[str] = []
    folder = model_folder(str(tiny_model), tmp_path / "models", messages.append)
    first = SentenceEncoder(folder, "tiny")
    model_folder(str(tiny_model), tmp_path / "models", messages.append)

    assert len(messages) == 1
    assert first.fingerprint == folder_digest(tiny_model)
    assert [vectors.shape for vectors in first.encode_passages([PassageText("", ("who is it?",))])] == [
        (2, first.dimension)
    ]

    config = tiny_model / "config_sentence_transformers.json"
    config.write_text(config.read_text(encoding="utf-8").replace("passage: ", ""), encoding="utf-8")
    second = SentenceEncoder(model_folder(str(tiny_model), tmp_path / "models", messages.append), "tiny")

    assert len(messages) == 2
    assert first.fingerprint != second.fingerprint
    assert [path for path in (tmp_path / "models").iterdir() if path.is_dir()] == [folder]


def test_a_folder_without_a_model_is_an_error_with_the_cure(tmp_path: Path) -> None:
    """The message says to choose another."""
    with pytest.raises(ModelProblem, match=r"no sentence-transformers model.*choose another"):
        model_folder(str(tmp_path), tmp_path / "models")


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_export_is_an_error_with_the_cure(tiny_model: Path, tmp_path: Path) -> None:
    """Whichever of its files is damaged or missing, the message says to delete the folder."""
    folder = model_folder(str(tiny_model), tmp_path)
    for file in sorted(folder.iterdir()):
        content = file.read_bytes()
        file.write_bytes(b"damaged")
        with pytest.raises(ModelProblem, match="delete it"):
            SentenceEncoder(folder, "tiny")
        file.unlink()
        with pytest.raises(ModelProblem, match="delete it"):
            SentenceEncoder(folder, "tiny")
        file.write_bytes(content)

    assert SentenceEncoder(folder, "tiny").dimension
