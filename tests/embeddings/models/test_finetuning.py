"""Tuning samples batches correctly, and changes only the upper layers, reproducibly."""

from pathlib import Path

import numpy as np
import pytest
import torch

from embeddings import model_folder
from embeddings.models import finetuning
from embeddings.models.finetuning import (
    TUNED_LAYERS,
    ContrastiveExample,
    Place,
    _all_inputs,
    _batches,
    _draw_negative_questions,
    _draw_passages,
    _mask_other_positives,
    tune,
)
from embeddings.models.pooling import PassageText

IT, THAT = PassageText("a", ("It.", "b")), PassageText("c", ("That.",))
EXAMPLES = [
    ContrastiveExample(
        f"who is {letter}?",
        (Place(PassageText("a", (f"it is {letter}", "b")), 0),),
        (PassageText("", ("a zebra", "no")),),
        negative_questions=(f"is {letter} it?",),
    )
    for letter in "abcdef"
]


@pytest.mark.filterwarnings("ignore")
def test_the_same_examples_give_the_same_weights(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights of the upper six layers come back, changed; another seed changes them otherwise."""
    from safetensors.numpy import load_file

    losses: dict[int, float] = {}
    exported = model_folder(str(tiny_model), tmp_path / "models")
    first, again = (
        tune(tiny_model, exported, EXAMPLES, ["what?"], steps=2, progress=losses.__setitem__) for _ in range(2)
    )
    monkeypatch.setattr(finetuning, "SEED", 1)
    other = tune(tiny_model, exported, EXAMPLES, ["what?"], steps=2)
    original = load_file(tiny_model / "model.safetensors")

    assert {int(name.split(".")[2]) for name in first} == set(range(1, 1 + TUNED_LAYERS))
    assert all(first[name].shape == original[name].shape for name in first)
    assert all((first[name] == again[name]).all() for name in first)
    assert any((first[name] != other[name]).any() for name in first)
    assert max(np.abs(first[name] - original[name]).max() for name in first) > 0
    assert list(losses) == [1, 2]
    assert all(loss > 0 for loss in losses.values())


def test_texts_are_read_in_the_order_of_the_examples() -> None:
    """What is computed with other texts in its batch is so computed alike in every process."""
    texts = [text for example in EXAMPLES for text in _all_inputs([example], [])]

    assert _all_inputs([*EXAMPLES, *EXAMPLES], []) == list(dict.fromkeys(texts))


def test_every_example_is_drawn_before_any_comes_again() -> None:
    """Two batches of 16 hold all of 32 examples."""
    examples = [ContrastiveExample(str(number), (Place(IT, 0),), ()) for number in range(32)]
    batches = list(_batches(examples, 2, np.random.default_rng(0)))

    assert [len(batch) for batch in batches] == [16, 16]
    assert {example.question for batch in batches for example in batch} == {str(number) for number in range(32)}


def test_a_passage_that_two_questions_share_is_drawn_once() -> None:
    """So no sentence is a negative of the question that it answers."""
    batch = [ContrastiveExample("One?", (Place(IT, 1),), (THAT,)), ContrastiveExample("Two?", (Place(THAT, 0),), (IT,))]
    positives, passages = _draw_passages(batch, np.random.default_rng(0))

    assert passages == [IT, THAT]
    assert positives == [Place(IT, 1), Place(THAT, 0)]


def test_no_question_of_the_batch_is_a_negative_question() -> None:
    """Questions that another example's document does not answer, and unrelated ones, are drawn once each."""
    drawn = _draw_negative_questions([*EXAMPLES, *EXAMPLES], [EXAMPLES[0].question, "what?"], np.random.default_rng(0))

    assert sorted(drawn) == [*sorted(f"is {letter} it?" for letter in "abcdef"), "what?"]


def test_other_positives_are_masked() -> None:
    """In each row the target stays and other positives get -inf; columns beyond those of `is_positive` stay."""
    logits = torch.zeros(2, 3)
    masked = _mask_other_positives(logits, torch.tensor([[True, True], [False, True]]), torch.tensor([0, 1]))

    assert masked.tolist() == [[0, -torch.inf, 0], [0, 0, 0]]
