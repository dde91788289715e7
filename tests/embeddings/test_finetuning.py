"""The encoder is tuned on sentences that are drawn fairly from the examples."""

import numpy as np
import torch

from embeddings.models.finetuning import Example, _masked, _texts


def test_what_is_right_too_counts_neither_for_nor_against() -> None:
    """Of a row, the one at its place stays and other right ones are left out; columns beyond those known stay."""
    logits = torch.zeros(2, 3)
    masked = _masked(logits, torch.tensor([[True, True], [False, True]]), torch.tensor([0, 1]))

    assert masked.tolist() == [[0, -torch.inf, 0], [0, 0, 0]]


def test_no_example_teaches_a_sentence_against_itself() -> None:
    """A text that two questions share is drawn once."""
    shared = Example("One?", ("It.",), ("That.",))
    drawn, places = _texts([shared, Example("Two?", ("That.",), ("It.",))], np.random.default_rng(0))

    assert sorted(drawn) == ["It.", "That."]
    assert [drawn[place] for place in places] == ["It.", "That."]
