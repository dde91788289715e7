"""The shipped numbers are those of their examples and of the shipped encoder."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from embeddings import SentenceEncoder
from embeddings.models.shipped_numbers import CLASSIFIERS
from qa import Settings
from qa.training.classifiers import shipped_classifiers


@pytest.mark.model
def test_the_shipped_numbers_fit_the_examples_and_the_encoder(shipped_encoder: SentenceEncoder) -> None:
    """No example is encoded when a server starts; where this fails, run `make classifiers`."""
    fitted = load_file(CLASSIFIERS)
    settings = Settings()
    classifiers = shipped_classifiers(shipped_encoder, settings)

    assert len(fitted) == 12
    assert fitted.keys() == {classifier.key for classifier in classifiers}
    assert all(np.isfinite(numbers).all() for numbers in fitted.values())
