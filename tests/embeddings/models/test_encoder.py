"""The default encoder, with its real weights, and the fake one of the tests."""

import numpy as np
import pytest

from doubles.fakes import HashingEncoder
from embeddings import Encoder, Matrix, SentenceEncoder, model_folder
from embeddings.models.encoder import _windows
from embeddings.models.pooling import PassageText, TokenizedPassage, pooling
from embeddings.models.pretrained import DEFAULT_MODEL
from qa import Settings

pytestmark = pytest.mark.model


def vectors_of(encoder: Encoder, *texts: str) -> Matrix:
    """Return the vectors of texts, each a passage by itself."""
    return np.array([vectors[0] for vectors in encoder.encode_passages([PassageText("", (text,)) for text in texts])])


@pytest.mark.parametrize("name", ["default", "fake"])
def test_vectors_have_unit_length(shipped_encoder: Encoder, name: str) -> None:
    """Whatever the text, its vector is float32 and of length 1, as the protocol says; no texts give no rows."""
    encoder = shipped_encoder if name == "default" else HashingEncoder()
    passages = [PassageText("", ("",)), PassageText("A title.", ("one", "one two", "\u8c01", "one " * 1200))]
    vectors = np.concatenate(encoder.encode_passages(passages))
    vector = encoder.encode_query("Who pays?")

    assert vectors.shape == (2 + 5, encoder.dimension)
    assert vector.shape == (encoder.dimension,)
    assert vectors.dtype == vector.dtype == np.float32
    assert np.linalg.norm([*vectors, vector], axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.encode_passages([]) == []


def test_a_question_is_encoded_once(shipped_encoder: Encoder) -> None:
    """Each turn of a conversation brings the earlier ones again."""
    assert shipped_encoder.encode_query("Who pays again?") is shipped_encoder.encode_query("Who pays again?")


def test_a_text_has_another_vector_as_a_question_than_as_a_document(shipped_encoder: Encoder) -> None:
    """The prompts differ."""
    question, [document] = shipped_encoder.encode_query("Who pays?"), vectors_of(shipped_encoder, "Who pays?")

    assert question @ document < 0.999


@pytest.mark.parametrize(
    "question",
    [
        "Who funds the shelter in Ghana?",
        "¿Quién financia el refugio en Ghana?",
        "من يمول المأوى في غانا؟",
        "谁资助了加纳的庇护所？",
        "Кто оплачивает приют в Гане?",
    ],
)
def test_a_question_is_nearest_to_its_answer(shipped_encoder: Encoder, question: str) -> None:
    """The unpacked weights are the right ones: this holds across four scripts."""
    texts = ["Norway pays for the shelter in Ghana.", "The law was passed in 1998.", "Tungsten melts at 3,422 degrees."]

    assert (vectors_of(shipped_encoder, *texts) @ shipped_encoder.encode_query(question)).argmax() == 0


def test_equal_texts_get_equal_vectors_in_any_batch(shipped_encoder: Encoder) -> None:
    """Padding changes a vector by no more than the rounding of the engine."""
    [alone] = vectors_of(shipped_encoder, "A shelter.")
    batched = vectors_of(shipped_encoder, "A shelter.", "A much longer text about one. " * 9)[0]

    assert alone @ batched > 0.9999


def test_a_sentence_is_encoded_within_its_passage(shipped_encoder: Encoder) -> None:
    """A sentence that names its subject by a pronoun lies nearer to a question about it than when it stands alone."""
    sentences = ("A shelter for boys opened in Baku.", "It has 40 beds.", "The lecture was on tax law.")
    [[_, _, beds, lecture]] = shipped_encoder.encode_passages([PassageText("Help in Azerbaijan.", sentences)])
    [alone] = vectors_of(shipped_encoder, "It has 40 beds.")
    question = shipped_encoder.encode_query("How many boys can sleep in the shelter in Baku?")

    assert question @ beds > question @ alone
    assert question @ beds > question @ lecture


def test_a_passage_longer_than_the_window_is_read_to_its_end(shipped_encoder: Encoder) -> None:
    """The last of 150 sentences is found, and lies nearer to itself in a shorter passage than any other does."""
    filler = tuple(f"Sentence {number} tells of a lecture." for number in range(150))
    told = "Norway pays for the shelter in Ghana."
    [vectors, short] = shipped_encoder.encode_passages(
        [PassageText("Notes.", (*filler, told)), PassageText("Notes.", (*filler[-9:], told))]
    )

    assert (vectors[1:] @ shipped_encoder.encode_query("Who funds the shelter in Ghana?")).argmax() == 150
    assert (vectors[1:] @ short[-1]).argmax() == 150


@pytest.mark.parametrize("size", [16, 64, 128, 129, 131, 256, 300, 512])
@pytest.mark.parametrize("tokens", [40, 41, 400, 511, 512, 513, 700, 1400])
def test_windows_weigh_every_token_once(tokens: int, size: int) -> None:
    """Together the windows of a text have the weights of the whole, and none is longer than the model takes."""
    parts = ((0, tokens), (3, tokens // 2), (tokens // 2, tokens - 1))
    windows = list(_windows(0, TokenizedPassage(tuple(range(tokens)), parts), size))
    weights = np.zeros((3, tokens))
    for window in windows:
        weights[:, window.ids] += window.weights

    assert all(len(window.ids) <= size for window in windows)
    assert len(windows) <= 1 + tokens // (size // 3)
    assert np.allclose(weights, pooling([parts], tokens)[0])


def test_an_index_made_on_one_engine_serves_on_another(shipped_encoder: SentenceEncoder) -> None:
    """Passages encoded by OpenVINO, where it is there, have the vectors that onnxruntime itself gives, to rounding."""
    plain = SentenceEncoder(model_folder(DEFAULT_MODEL, Settings().models), DEFAULT_MODEL)
    plain.__dict__["_session_for_many"] = plain.__dict__["_session"]
    passages = [
        PassageText("A title.", ("A shelter opened in Baku.", "\u8c01\u8d44\u52a9\u4e86\u6536\u5bb9\u6240\uff1f"))
    ]
    [fast], [exact] = shipped_encoder.encode_passages(passages), plain.encode_passages(passages)

    assert (fast * exact).sum(axis=1).min() > 0.9995
