"""Classify a message by its vector: is it of a person at risk; is it small talk.

In: an encoder and example messages (`distress_examples.yaml`, `correction_examples.yaml`, `small_talk_examples.yaml`),
to be fitted on; then the vectors of messages, as the search uses them. Out: yes or no, or the kind of small talk.
Left out: the rules (distress_rules, router), which work without a model.
"""

from pathlib import Path

from corpus.language.shipped import shipped_yaml
from embeddings.models.encoder import Encoder, Vector
from embeddings.models.linear_classifier import LinearClassifier

# Scores, from -1 to 1, from which a message is what a classifier looks for. A question about the subject that
# is shown the help card loses little; one that is taken for small talk loses its answer (docs/adr/0030).
AT_RISK = 0.16  # of a person at risk
AT_RISK_BY_RULES = -0.4  # the same, if the rules say so: unless it is as clearly calm as a quotation (docs/adr/0034)
AT_RISK_ON_BOT = 0.45  # the same, of a single sentence that the router takes for a question about the bot
OFFER = 0.7  # of who doubts an offer of work that they, or somebody close, may follow (docs/adr/0060)
PLEA = 0.6  # of who asks in haste for a number, for somebody to come, for a way out or a place to hide
CORRECTION = 0.4  # of a follow-up that corrects what was asked ("Sorry, I meant Kenya.") or complains
REACTION = 0.4  # to what others suffer ("how awful")
# By how much a correction or a reaction has to exceed its score for a person at risk, else it is a cry (docs/adr/0060).
CLEARLY_OTHER = 0.15
REMARK = 0.53  # about the answer (thanks, doubt, a wish for its source); it has to exceed that score, too
SMALL_TALK = 0.61
COMPLAINT = 0.0  # of small talk
SOURCE = 0.7  # of who asks about the source of an answer


class DistressClassifier:
    """Tells the messages of people at risk, and of those who worry about somebody, from questions about the subject."""

    def __init__(self, encoder: Encoder, cache_file: Path) -> None:
        """Fit to the examples."""
        messages = shipped_yaml("qa/safety/distress_examples.yaml")
        self.at_risk = LinearClassifier(messages["at_risk"], messages["calm"], AT_RISK, encoder, cache_file)
        # Questions about recruitment, which are like offers, count four times.
        calm = [*messages["calm"], *messages["recruitment"] * 4]
        self.offer = LinearClassifier(messages["offer"], calm, OFFER, encoder, cache_file)
        # Questions in haste, which are like pleas, and remarks count four times.
        calm = [*messages["calm"], *(messages["haste"] + messages["remark"]) * 4]
        self.plea = LinearClassifier(messages["plea"], calm, PLEA, encoder, cache_file)
        self.correction = correction_classifier(encoder, cache_file)
        reactions = shipped_yaml("qa/safety/small_talk_examples.yaml")["reaction"]
        cries = [*messages["at_risk"], *shipped_yaml("qa/safety/correction_examples.yaml")["cry"] * 3]
        self.reaction = LinearClassifier(reactions, cries, REACTION, encoder, cache_file)
        # Cries that begin like remarks count three times.
        cries = [*cries, *messages["remark_cry"] * 3]
        self.remark = LinearClassifier(messages["remark"], cries, REMARK, encoder, cache_file)

    def predict(self, vector: Vector, *, by_rules: bool, is_follow_up: bool = False, is_on_bot: bool = False) -> bool:
        """Return whether a message is of a person at risk.

        `by_rules` is whether the rules take it for one, `is_on_bot` whether it asks about the bot and tells no more.
        """
        if self.offer.predict(vector) or (self.plea.predict(vector) and not is_on_bot):
            return True
        score = self.at_risk.score(vector)
        if by_rules:
            return score > AT_RISK_BY_RULES
        others = [(self.reaction, REACTION, CLEARLY_OTHER), (self.remark, REMARK, 0.0)]
        if is_follow_up:
            others.append((self.correction, CORRECTION, CLEARLY_OTHER))
        is_other = any(other.score(vector) > max(least, score + margin) for other, least, margin in others)
        return score > (AT_RISK_ON_BOT if is_on_bot else AT_RISK) and not is_other


class SmallTalkClassifier:
    """Tells small talk from questions, and complaints, which a first message can't make, from other small talk.

    Who asks where an answer stands, of which date it is or who wrote it, asks about its source, not for another answer.
    """

    def __init__(self, encoder: Encoder, cache_file: Path) -> None:
        """Fit to the examples."""
        talk = shipped_yaml("qa/safety/small_talk_examples.yaml")
        at_risk = shipped_yaml("qa/safety/distress_examples.yaml")["at_risk"]
        corrections = shipped_yaml("qa/safety/correction_examples.yaml")["correction"]
        # Wishes for more, which are like complaints that an answer is too short, count three times.
        asked = [*shipped_yaml("qa/query/follow_up_examples.yaml")["follow_up"], *talk["question"]]
        questions = [*asked, *corrections, *talk["more"] * 3, *at_risk]
        spoken = [*talk["pleasantry"], *talk["complaint"]]
        self.small_talk = LinearClassifier(spoken, questions, SMALL_TALK, encoder, cache_file)
        self.complaint = LinearClassifier(talk["complaint"], talk["pleasantry"], COMPLAINT, encoder, cache_file)
        self.source = LinearClassifier(talk["source"], [*questions, *spoken], SOURCE, encoder, cache_file)

    def reason(self, vector: Vector) -> str:
        """Return the key of the fixed text for a message: `small_talk`, `complaint` or `source`; "" for a question."""
        if self.source.predict(vector):
            return "source"
        if not self.small_talk.predict(vector):
            return ""
        return "complaint" if self.complaint.predict(vector) else "small_talk"


def correction_classifier(encoder: Encoder, cache_file: Path) -> LinearClassifier:
    """Return a classifier that tells corrections and complaints about an answer from cries and other follow-ups."""
    follow_ups = shipped_yaml("qa/safety/correction_examples.yaml")
    at_risk = shipped_yaml("qa/safety/distress_examples.yaml")["at_risk"]
    # Cries that begin like corrections count three times.
    others = [*at_risk, *follow_ups["cry"] * 3, *shipped_yaml("qa/query/follow_up_examples.yaml")["follow_up"]]
    return LinearClassifier(
        [*follow_ups["correction"], *follow_ups["complaint"]], others, CORRECTION, encoder, cache_file
    )
