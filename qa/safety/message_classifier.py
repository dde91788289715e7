"""Classify a message by its vector, where no phrase of the rules matches: is it of a person at risk; is it small talk.

In: an encoder and example messages (`distress_examples.yaml`, `small_talk_examples.yaml`), to be fitted on; then the
vectors of messages, as the search uses them. Out: yes or no, or the kind of small talk.
Left out: the rules (distress_rules, router), which work without a model.
"""

from pathlib import Path

from embeddings.models.encoder import Encoder, Vector
from embeddings.models.linear_classifier import LinearClassifier
from qa.query.examples import examples

# Scores from which a message is of the first class, on a scale from -1 to 1. A question about the subject that is
# shown the help card loses little (curve in docs/adr/0009); one that is taken for small talk loses its answer
# (docs/adr/0030).
AT_RISK, SMALL_TALK, COMPLAINT = 0.0, 0.45, 0.0
PACKAGE = "qa.safety"  # where the examples are


class SmallTalkClassifier:
    """Tells small talk in the middle of a conversation from questions, and complaints from other small talk."""

    def __init__(self, encoder: Encoder, cache_file: Path) -> None:
        """Fit to the examples."""
        talk = examples("small_talk_examples.yaml", PACKAGE)
        at_risk = examples("distress_examples.yaml", PACKAGE)["at_risk"]
        questions = [*examples("follow_up_examples.yaml")["follow_up"], *at_risk]
        spoken = [*talk["pleasantry"], *talk["complaint"]]
        self._small_talk = LinearClassifier(spoken, questions, SMALL_TALK, encoder, cache_file)
        self._complaint = LinearClassifier(talk["complaint"], talk["pleasantry"], COMPLAINT, encoder, cache_file)

    def reason(self, vector: Vector) -> str:
        """Return the key of the fixed text that answers a message: `small_talk`, `complaint`, or "" for a question."""
        if not self._small_talk.predict(vector):
            return ""
        return "complaint" if self._complaint.predict(vector) else "small_talk"


def distress_classifier(encoder: Encoder, cache_file: Path) -> LinearClassifier:
    """Return a classifier that tells the messages of people at risk from questions about the subject."""
    messages = examples("distress_examples.yaml", PACKAGE)
    return LinearClassifier(messages["at_risk"], messages["calm"], AT_RISK, encoder, cache_file)
