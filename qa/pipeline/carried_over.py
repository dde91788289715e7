"""What a follow-up takes over from the turns before it, and what the asker is told of that.

In: the turns, as they were meant, and what their answers quoted (evidence_search). Out: a CarriedOver, and its Topic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus import Document
from qa.answers.answer import Topic
from qa.answers.hits import Hit
from qa.query.followups import Turn
from qa.safety.sanitizer import clean

TURNS_TOPIC = "turns"  # the id of the topic of a follow-up to an answer that quoted no document
LABEL_CHARACTERS = 80  # of a question that is the label of a topic


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What a follow-up takes over: the turns before it, and the passages that the words of their last quotes find.

    `subject` is the number of the turn, counted from the last, -1, whose answer quoted these, from `document`; where
    none did, it is that of the last question of its own, whose words find the passages. `is_corrected` tells whether
    a correction changed the questions of the turns; `further` is a query by a language model, or "".
    """

    turns: Sequence[Turn]
    subject: int
    hits: Sequence[Hit]
    document: Document | None
    retrieve_ms: float
    is_corrected: bool
    further: str = ""

    def topic(self, history: Sequence[Turn]) -> Topic:
        """Return what the asker is told of it: the document, or a question of the history, as asked or as corrected."""
        if self.document:
            return Topic(self.document.id, self.document.title)
        asked = clean((self.turns if self.is_corrected else history)[self.subject].question)
        return Topic(TURNS_TOPIC, asked if len(asked) <= LABEL_CHARACTERS else asked[: LABEL_CHARACTERS - 1] + "…")
