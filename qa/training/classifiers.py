"""Fit all classifiers to the shipped examples with the shipped encoder, and write their numbers: `make classifiers`.

In: the files of examples. Out: classifiers.safetensors in embeddings/models/tuned, from which a server takes the
numbers instead of encoding the texts at its first start.
"""

from safetensors.numpy import save_file

from embeddings import Encoder, SentenceEncoder, model_folder
from embeddings.models.linear_classifier import LinearClassifier
from embeddings.models.pretrained import DEFAULT_MODEL
from embeddings.models.shipped_numbers import CLASSIFIERS
from qa.figures.recognition import figures_classifier
from qa.query.followups import FollowUpClassifier
from qa.query.overviews import overview_classifier
from qa.safety.message_classifier import DistressClassifier, SmallTalkClassifier
from qa.settings import Settings


def shipped_classifiers(encoder: Encoder, settings: Settings) -> list[LinearClassifier]:
    """Return all classifiers, fitted to the shipped examples with the shipped encoder."""
    small_talk = SmallTalkClassifier(encoder, settings.cache)
    distress = DistressClassifier(encoder, settings.cache)
    return [
        distress.at_risk,
        distress.offer,
        distress.plea,
        distress.correction,
        distress.reaction,
        distress.remark,
        small_talk.small_talk,
        small_talk.complaint,
        small_talk.source,
        overview_classifier(encoder, settings.cache),
        FollowUpClassifier(encoder, settings.cache),
        figures_classifier(encoder, settings.cache),
    ]


def main() -> None:
    """Write the file."""
    settings = Settings()
    encoder = SentenceEncoder(model_folder(DEFAULT_MODEL, settings.models), DEFAULT_MODEL)
    save_file({made.key: made.numbers for made in shipped_classifiers(encoder, settings)}, CLASSIFIERS)


if __name__ == "__main__":
    main()
