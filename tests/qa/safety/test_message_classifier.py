"""The classifier recognises people at risk by a message's vector."""

from pathlib import Path

from fakes import HashingEncoder
from qa.safety.distress_classifier import DistressClassifier


def test_the_classifier_tells_its_examples_apart(encoder: HashingEncoder, tmp_path: Path) -> None:
    """A message that is like the examples of one side falls on that side."""
    classifier = DistressClassifier(encoder, tmp_path / "vectors.sqlite")

    assert classifier.predict(
        encoder.encode_query("My employer in Dubai will not give my passport back and I want to leave")
    )
    assert not classifier.predict(encoder.encode_query("How many boats sank off Libya in 2016?"))
