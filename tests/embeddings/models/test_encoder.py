"""The default encoder, with its real weights, and the fake one of the tests."""

import numpy as np
import pytest

from embeddings import Encoder
from fakes import HashingEncoder

pytestmark = pytest.mark.model


@pytest.mark.parametrize("name", ["default", "fake"])
def test_vectors_have_unit_length(shipped_encoder: Encoder, name: str) -> None:
    """Whatever the text, its vector is float32 and of length 1, as the protocol says; no texts give no rows."""
    encoder = shipped_encoder if name == "default" else HashingEncoder()
    vectors = encoder.encode_documents(["", "one", "one two", "\u8c01"])
    vector = encoder.encode_query("Who pays?")

    assert vectors.shape == (4, encoder.dimension)
    assert vector.shape == (encoder.dimension,)
    assert vectors.dtype == vector.dtype == np.float32
    assert np.linalg.norm([*vectors, vector], axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.encode_documents([]).shape == (0, encoder.dimension)


def test_a_text_has_another_vector_as_a_question_than_as_a_document(shipped_encoder: Encoder) -> None:
    """The prompts differ."""
    question, [document] = shipped_encoder.encode_query("Who pays?"), shipped_encoder.encode_documents(["Who pays?"])

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

    assert (shipped_encoder.encode_documents(texts) @ shipped_encoder.encode_query(question)).argmax() == 0


def test_equal_texts_get_equal_vectors_in_any_batch(shipped_encoder: Encoder) -> None:
    """Padding changes a vector by no more than rounding."""
    alone = shipped_encoder.encode_documents(["A shelter."])[0]
    batched = shipped_encoder.encode_documents(["A shelter.", "A much longer text about one. " * 9])[0]

    assert alone == pytest.approx(batched, abs=1e-5)
