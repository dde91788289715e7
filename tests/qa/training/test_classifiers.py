"""The shipped numbers of the classifiers are those of their examples."""

import numpy as np
import pytest

from embeddings.models import linear_classifier
from qa import Settings
from qa.training.classifiers import shipped_classifiers


@pytest.mark.model
def test_the_shipped_numbers_fit_the_examples_and_the_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """No example is encoded when a server starts; where this fails, run `make classifiers`."""

    def encode_nothing(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(linear_classifier, "encode_queries_cached", encode_nothing)
    classifiers = shipped_classifiers(Settings())

    assert len({classifier.key for classifier in classifiers}) == 10
    assert all(np.isfinite(classifier.numbers).all() for classifier in classifiers)
