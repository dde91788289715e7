"""Choose the few words that answer a question: a number, a date, a name, a place.

In: a question, and the likeliest phrase of each sentence that answers, as the passage reader found them. Out: a
ShortAnswer, with the probability that its words are right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from embeddings.cross_encoder.phrases import Phrase
from qa.query.question import Question
from qa.reader.answer_kinds import is_of_kind, repeats, whole_name, whole_period
from qa.reader.features import PhraseFeatures, lacks_kind, names_other_years
from qa.reader.figures_beside import FIGURE, figure_asked_for, with_bound
from qa.reader.scoring import Scorer

# Probability from which the words are shown. Of the short answers to gold questions of detail that have it, 0.92 are a
# nugget or words of one; the others say "more than" too, or list what the nuggets hold one by one.
SURE = 0.75
# Words of the form that is asked for are also shown where the reader finds it so likely that their sentence tells and
# that they are what it tells, and twice as likely as of other words.
LIKELY, TWICE = 0.38, log(2)
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
        likelihood = exp(self.features.log_probability) / (1 + exp(-self.features.tells))
        is_likely = likelihood >= LIKELY and self.features.lead >= TWICE
        return self.probability >= SURE or (bool(self.features.form) and is_likely)


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

    It is None without any, where it is not clear which figure is asked for, for a number where yes or no is asked, and
    for words that only repeat the question or do not have the form of what is asked for.
    """
    told = [sentence for sentence in sentences if not names_other_years(sentence.text, question)] or sentences
    if not told:
        return None
    best = max(told, key=lambda sentence: (not lacks_kind(question, sentence.text), sentence.score))
    phrase = whole_name(best.text, whole_period(question, best.text, best.phrase))
    asked = figure_asked_for(question, best.text, phrase)
    if not asked:
        return None
    has_form = is_of_kind(question, best.text, asked)
    if not _may_answer(question, asked.of(best.text), has_form):
        return None
    others = (best.score - sentence.score for sentence in told if sentence.words != best.words)
    features = PhraseFeatures(
        best.phrase.log_probability,
        best.tells,
        min(others, default=LEAD_ALONE),
        log(len(best.words.split())),
        float(has_form is True),
    )
    return ShortAnswer(with_bound(best.text, asked), features, scorer.probability(features))


def _may_answer(question: Question, words: str, has_form: bool | None) -> bool:
    if question.is_yes_or_no:  # "Is there a shelter?", "50"
        return not FIGURE.fullmatch(words)
    return not repeats(question, words) and has_form is not False
