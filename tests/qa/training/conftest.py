"""Fixture of the tests of training: make a training example from a sentence."""

from collections.abc import Callable

import pytest

from corpus import Document
from qa.training.examples import TrainingExample, evidence_spans


@pytest.fixture
def example_of(documents: list[Document]) -> Callable[..., TrainingExample]:
    """Return a function that makes an example of a document's id, a question, the right sentence, and nuggets."""
    by_id = {document.id: document for document in documents}

    def example(id: str, question: str, evidence: str, *nuggets: str) -> TrainingExample:
        return TrainingExample(question, by_id[id], evidence_spans(by_id[id], [evidence]), nuggets)

    return example
