"""Choose the few words that answer a question: a number, a date, a name, a place.

In: a question, and the likeliest phrase of each sentence that answers, as the passage reader found them. Out: a
ShortAnswer, with the probability that its words are right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from embeddings.models.phrases import Phrase
from qa.query.question import Question
from qa.reader.features import PhraseFeatures
from qa.reader.figures_beside import FIGURE, figure_asked_for, with_bound
from qa.reader.scoring import Scorer

# Probability from which the words are shown. Of the short answers to gold questions of detail that have it, 0.92 are a
# nugget or words of one; the others say "more than" too, or list what the nuggets hold one by one.
SURE = 0.75
LEAD_ALONE = 10.0  # where no other words were found


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The words, the features of their phrase, and the probability that they answer, computed from these."""

    words: str
    features: PhraseFeatures
    probability: float

    @property
    def is_sure(self) -> bool:
        """Whether the words are shown."""
        return self.probability >= SURE


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence, the log-odds of the passage reader that it tells what is asked, and its likeliest phrase."""

    text: str
    tells: float
    phrase: Phrase

    @property
    def words(self) -> str:
        """The words of the phrase."""
        return self.phrase.of(self.text)

    @property
    def score(self) -> float:
        """How likely the sentence tells, and the phrase is what it tells."""
        return self.tells + self.phrase.log_probability


def short_answer(question: Question, sentences: Sequence[ReadSentence], scorer: Scorer) -> ShortAnswer | None:
    """Return the likeliest short answer of some sentences.

    It is None without any, where it is not clear which figure is asked for, and for a number where yes or no is asked.
    """
    if not sentences:
        return None
    best = max(sentences, key=lambda sentence: sentence.score)
    asked = figure_asked_for(question, best.text, best.phrase)
    # "Is there a shelter?", "50".
    if not asked or (question.is_yes_or_no and FIGURE.fullmatch(asked.of(best.text))):
        return None
    others = (best.score - sentence.score for sentence in sentences if sentence.words != best.words)
    features = PhraseFeatures(
        best.phrase.log_probability, best.tells, min(others, default=LEAD_ALONE), log(len(best.words.split()))
    )
    return ShortAnswer(with_bound(best.text, asked), features, scorer.probability(features))
