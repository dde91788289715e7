"""Fit all classifiers to the shipped examples with the shipped encoder, and write their numbers: `make classifiers`.

In: the files of examples. Out: embeddings/models/tuned/classifiers.safetensors, from which a server takes the numbers
instead of encoding the examples at its first start.
"""

from safetensors.numpy import save_file

from embeddings import SentenceEncoder, model_folder
from embeddings.models.linear_classifier import FITTED, LinearClassifier
from embeddings.models.pretrained import DEFAULT_MODEL
from qa.figures.recognition import figures_classifier
from qa.query.followups import follow_up_classifier
from qa.query.overviews import overview_classifier
from qa.safety.message_classifier import DistressClassifier, SmallTalkClassifier
from qa.settings import Settings


def shipped_classifiers(settings: Settings) -> list[LinearClassifier]:
    """Return all classifiers, fitted to the shipped examples with the shipped encoder."""
    encoder = SentenceEncoder(model_folder(DEFAULT_MODEL, settings.models), DEFAULT_MODEL)
    small_talk = SmallTalkClassifier(encoder, settings.cache)
    distress = DistressClassifier(encoder, settings.cache)
    return [
        distress.at_risk,
        distress.offer,
        distress.correction,
        distress.reaction,
        small_talk.small_talk,
        small_talk.complaint,
        small_talk.source,
        overview_classifier(encoder, settings.cache),
        follow_up_classifier(encoder, settings.cache),
        figures_classifier(encoder, settings.cache),
    ]


if __name__ == "__main__":
    save_file({classifier.key: classifier.numbers for classifier in shipped_classifiers(Settings())}, FITTED)
