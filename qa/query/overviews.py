"""Recognise questions that ask for an overview or a timeline, which several documents give in part.

In: an encoder and example questions (`overview_examples.yaml`), to be fitted on. Out: a classifier of the vectors of
questions, in any language of the encoder.
"""

from pathlib import Path

from corpus.language.shipped import shipped_yaml
from embeddings import Encoder
from embeddings.models.linear_classifier import LinearClassifier

# Score from which a question asks for an overview: of unseen questions, 0.78 of the overviews and timelines are above
# it, and 0.20 of those that one document answers, which only costs time (docs/adr/0031).
OVERVIEW = 0.1


def overview_classifier(encoder: Encoder, cache_file: Path) -> LinearClassifier:
    """Return a classifier that tells questions for an overview from those that one document answers."""
    questions = shipped_yaml("qa/query/overview_examples.yaml")
    return LinearClassifier(questions["overview"], questions["single"], OVERVIEW, encoder, cache_file)
