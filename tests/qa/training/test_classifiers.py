"""The shipped numbers of the classifiers are those of their examples."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from embeddings.models.linear_classifier import FITTED
from qa import Settings
from qa.training.classifiers import shipped_classifiers


@pytest.mark.model
def test_the_shipped_numbers_fit_the_examples_and_the_encoder() -> None:
    """No example is encoded when a server starts; where this fails, run `make classifiers`."""
    shipped = load_file(FITTED)

    assert len(shipped) == 10
    assert shipped.keys() == {classifier.key for classifier in shipped_classifiers(Settings())}
    assert all(np.isfinite(numbers).all() for numbers in shipped.values())
