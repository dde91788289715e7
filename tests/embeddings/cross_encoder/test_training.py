"""A cross-encoder learns which sentences answer a question, and reads the same exported as trained."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from embeddings import ModelProblem
from embeddings.cross_encoder import training
from embeddings.cross_encoder.export import export_cross_encoder, load_trained, save_trained
from embeddings.cross_encoder.reading import CUT_OFF, TOKENS, CrossEncoder, CrossTokenizer, Reading, batch_of
from embeddings.cross_encoder.training import (
    CrossEncoderModel,
    Group,
    ReadingExample,
    train_cross_encoder,
)
from embeddings.models.onnx_export import MODEL, model_folder
from embeddings.models.tokenizer import load_tokenizer

READING = Reading("who?", "a", ("it is a", "who is it", "b"))
OTHER = Reading("is it b?", "c", ("no", "a b c d e f g"))
WORD = st.text(alphabet="abc", min_size=1, max_size=3)


def by_letters(texts: list[str]) -> list[list[int]]:
    """Return an id for each character that is no blank, between two that begin and end a text."""
    return [[0, *(ord(letter) for letter in text if letter != " "), 2] for text in texts]


@given(st.lists(st.lists(WORD, min_size=1, max_size=40).map(" ".join), min_size=1, max_size=12))
def test_every_token_of_a_sentence_is_counted_once(sentences: list[str]) -> None:
    """The places of sentences lie one behind the other, and what does not fit is cut off at the end."""
    tokenized = CrossTokenizer(by_letters)(Reading("who?", "a", tuple(sentences)))

    assert len(tokenized.ids) <= TOKENS
    assert all(
        before[1] == after[0] for before, after in zip(tokenized.sentences, tokenized.sentences[1:], strict=False)
    )
    for sentence, (first, end) in list(zip(sentences, tokenized.sentences, strict=False))[:-1]:
        assert [chr(id) for id in tokenized.ids[first:end]] == list(sentence.replace(" ", ""))


def test_words_are_found_in_their_sentence() -> None:
    """The place of a short answer are the tokens of its words; a phrase that is not there has none."""
    tokenizer = CrossTokenizer(by_letters)
    ids = tokenizer(READING).ids
    first, last = tokenizer.place_of(READING, 1, "o is i") or (0, 0)

    assert "".join(chr(id) for id in ids[first : last + 1]) == "whoisit"
    assert tokenizer.place_of(READING, 0, "zebra") is None


def test_the_pooling_of_a_batch_is_a_mean() -> None:
    """Each row of a sentence sums to 1 over its tokens; rows of padding are empty."""
    tokenized = [CrossTokenizer(by_letters)(reading) for reading in (READING, OTHER)]
    batch = batch_of(tokenized, [64], rows=3)

    assert batch.sentences == (3, 2)
    assert np.allclose(batch.pooling.sum(axis=2), [[1, 1, 1], [1, 1, 0], [0, 0, 0]])


@pytest.fixture
def groups() -> list[Group]:
    """Return a question with a passage that answers and one that does not, many times."""
    told = ReadingExample(READING, answers=True, telling=frozenset({1}), words="it")
    untold = ReadingExample(OTHER, answers=False, telling=frozenset())
    judged_whole = ReadingExample(OTHER, answers=False, telling=None)
    return [(told, untold), (told, judged_whole)] * 200


@pytest.mark.filterwarnings("ignore")
def test_it_learns_which_passage_answers_and_is_exported(
    tiny_model: Path, tmp_path: Path, groups: list[Group], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same groups give the same weights; the passage that tells scores higher; the exported model agrees."""
    monkeypatch.setattr(training, "LEARNING_RATE", 1e-3)  # many times as fast, for few steps
    monkeypatch.setattr(training, "HEAD_LEARNING_RATE", 1e-2)
    tokenizer = model_folder(str(tiny_model), tmp_path / "models")
    losses: list[float] = []
    weights, again = (
        train_cross_encoder(
            tiny_model, tokenizer, groups[:number], progress=lambda _step, _steps, loss: losses.append(loss)
        )
        for number in (400, 24)
    )
    twice = train_cross_encoder(tiny_model, tokenizer, groups[:24])
    base = load_file(tiny_model / "model.safetensors")
    save_trained(base, weights, tmp_path / "reader.safetensors")
    stored = load_trained(base, tmp_path / "reader.safetensors")
    export_cross_encoder(tiny_model, stored, tmp_path / "reader.onnx")
    reader = CrossEncoder(tmp_path / "reader.onnx")
    told, untold = reader.read([READING, OTHER])

    assert all((again[name] == twice[name]).all() for name in again)
    assert losses[0] > min(losses)
    assert told.passage > untold.passage
    assert min(told.sentences) > max(untold.sentences)
    assert all(phrase and phrase.of(text) in text for phrase, text in zip(told.phrases, READING.sentences, strict=True))
    assert reader.read([READING]) == [told]
    assert reader.read([]) == []
    (tmp_path / "reader.onnx" / MODEL).write_bytes(b"damaged")
    with pytest.raises(ModelProblem, match="delete it"):
        CrossEncoder(tmp_path / "reader.onnx")
    assert told.passage == pytest.approx(_as_trained(tiny_model, stored, tokenizer), abs=0.3)


def _as_trained(base: Path, weights: dict[str, np.ndarray], tokenizer: Path) -> float:
    """Return the log-odds that a passage answers by the model that is not exported."""
    import torch

    batch = batch_of([CrossTokenizer(load_tokenizer(tokenizer, TOKENS))(READING)], [64])
    model = CrossEncoderModel(base, weights)
    with torch.no_grad():
        passages, _, _ = model.scores(
            model.words(torch.from_numpy(batch.ids)), torch.from_numpy(batch.mask), torch.from_numpy(batch.pooling)
        )
    return float(passages[0])


def test_a_sentence_that_does_not_fit_has_the_least_score() -> None:
    """What was never read can't tell."""
    assert CUT_OFF < -15
