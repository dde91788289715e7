"""Contrastive examples hold positives, hard negatives, and questions that the document does not answer."""

from collections.abc import Callable
from pathlib import Path

from corpus import Document
from doubles.fakes import HashingEncoder
from qa.training.contrastive import contrastive_examples
from qa.training.examples import TrainingExample


def test_examples_hold_no_right_sentence_as_a_wrong_one(
    documents: list[Document], example_of: Callable[..., TrainingExample], tmp_path: Path
) -> None:
    """Right sentences stand in their passage; negatives are near, of any document, and what may answer is named."""
    funded = example_of("ghana-shelter", "Who funds the shelter?", "Norway funds the shelter in Accra.", "Norway")
    [example] = contrastive_examples([funded], documents, HashingEncoder(), tmp_path / "vectors.sqlite")

    [(passage, number)] = example.positives
    assert passage.context == "Shelter for trafficked children opens in Accra."
    assert passage.sentences[number] == "Norway funds the shelter in Accra."
    assert example.may_answer == {(passage, number)}
    assert example.negatives
    assert passage not in example.negatives


def test_examples_hold_what_their_document_does_not_answer(
    documents: list[Document], example_of: Callable[..., TrainingExample], tmp_path: Path
) -> None:
    """A question without evidence is no example, and speaks against the sentences of its own document only."""
    funded = example_of("ghana-shelter", "Who funds the shelter?", "Norway funds the shelter in Accra.")
    near_miss = TrainingExample("Who designed the shelter?", funded.document, ())
    run = example_of("colombia-hotline", "Who runs the hotline?", "The government runs the hotline today.")
    examples = contrastive_examples([funded, near_miss, run], documents, HashingEncoder(), tmp_path / "vectors.sqlite")

    assert [example.negative_questions for example in examples] == [("Who designed the shelter?",), ()]
