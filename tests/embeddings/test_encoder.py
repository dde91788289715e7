"""The default encoder, with its real weights."""

from pathlib import Path

import numpy as np
import pytest

from embeddings import Encoder, ModelProblem, SentenceEncoder, model_folder
from embeddings.models.pretrained import DEFAULT_MODEL, E5, MADE_OF, _check_digest, _is_current, _made_of
from qa import Settings

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """Return the default encoder."""
    return SentenceEncoder(model_folder(DEFAULT_MODEL, Settings().models), DEFAULT_MODEL)


def test_vectors_have_unit_length_and_know_their_role(encoder: Encoder) -> None:
    """A text is another vector as a question than as a document, since the prompts differ."""
    question, [document] = encoder.encode_query("Who pays?"), encoder.encode_documents(["Who pays?"])

    assert question.shape == document.shape == (encoder.dimension,)
    assert question.dtype == document.dtype == np.float32
    assert [np.linalg.norm(question), np.linalg.norm(document)] == pytest.approx([1, 1], abs=1e-5)
    assert question @ document < 0.999
    assert encoder.encode_documents([]).shape == (0, encoder.dimension)


def test_the_weights_are_read_right(encoder: Encoder) -> None:
    """The unpacked model knows that a question and its answer belong together, across four scripts."""
    texts = ["Norway pays for the shelter in Ghana.", "The law was passed in 1998.", "Tungsten melts at 3,422 degrees."]
    vectors = encoder.encode_documents(texts)
    for question in (
        "Who funds the shelter in Ghana?",
        "¿Quién financia el refugio en Ghana?",
        "من يمول المأوى في غانا؟",
        "谁资助了加纳的庇护所？",
        "Кто оплачивает приют в Гане?",
    ):
        assert (vectors @ encoder.encode_query(question)).argmax() == 0, question


def test_equal_texts_get_equal_vectors_in_any_batch(encoder: Encoder) -> None:
    """Padding changes a vector by no more than rounding."""
    alone = encoder.encode_documents(["A shelter."])[0]
    among = encoder.encode_documents(["A shelter.", "A much longer text about one. " * 9])[0]

    assert alone == pytest.approx(among, abs=1e-5)


def test_a_file_with_another_digest_is_refused(tmp_path: Path) -> None:
    """Weights that are not the pinned ones are never loaded."""
    file = tmp_path / "weights.bin"
    file.write_bytes(b"not the weights")

    with pytest.raises(ModelProblem, match="SHA-256"):
        _check_digest(file, "0" * 64)


def test_an_unknown_model_is_an_error_with_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is no model here, and a folder that holds none, say so."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(ModelProblem, match="give the path of its folder"):
        model_folder("no-such/model", tmp_path)
    with pytest.raises(ModelProblem, match="no sentence-transformers model"):
        model_folder(str(tmp_path), tmp_path / "models")


def test_a_model_of_other_files_is_unpacked_anew(tmp_path: Path) -> None:
    """A folder counts as unpacked only where it names the files that now come along."""
    assert not _is_current(tmp_path, DEFAULT_MODEL)
    for name, is_current in ((E5, False), (DEFAULT_MODEL, True)):
        (tmp_path / MADE_OF).write_text(_made_of(name), encoding="utf-8")
        assert _is_current(tmp_path, DEFAULT_MODEL) == is_current
