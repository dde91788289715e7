"""Questions that ask for an overview are told from those that one document answers."""

import pytest

from embeddings import SentenceEncoder
from qa import Settings
from qa.evaluation.judging.suites import load_suite
from qa.query.overviews import overview_classifier


@pytest.mark.model
def test_most_overviews_of_unseen_documents_are_recognised(shipped_encoder: SentenceEncoder) -> None:
    """Three quarters of the overviews and timelines are, and at most a fifth of the questions on one document."""
    classifier = overview_classifier(shipped_encoder, Settings().cache)

    def share(suite: str) -> float:
        found = [
            classifier.predict(shipped_encoder.encode_query(case.questions[0].question))
            for case in load_suite(suite).cases
        ]
        return sum(found) / len(found)

    assert share("unseen_overviews") > 0.75
    assert share("unseen_hard") < 0.2
    assert classifier.predict(shipped_encoder.encode_query("Donnez-moi un aperçu du travail de l'OIM au Ghana"))
