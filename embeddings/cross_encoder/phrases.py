"""Find the phrase of a sentence that answers in a few words, by where a model thinks that the answer begins and ends.

In: a sentence, and the log-probabilities that the answer begins and ends at each of its words. Out: its likeliest
Phrase (Devlin et al. 2019, arXiv 1810.04805).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MOST_WORDS = 12  # of a phrase; a longer one is no short answer
# What does not belong to a phrase at whose ends it stands: punctuation and quotation marks, and a possessive ending.
OUTSIDE = "\"'“”‘’«»,;:.!?–—- "
ENDING = re.compile(rf"[{re.escape(OUTSIDE)}]*(?:['’]s)?[{re.escape(OUTSIDE)}]*$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """The characters of a phrase in its sentence, and the log-probability that it is the answer in a few words."""

    start: int
    end: int
    log_probability: float

    def of(self, sentence: str) -> str:
        """Return the phrase."""
        return sentence[self.start : self.end]


def word_spans(sentence: str) -> list[tuple[int, int]]:
    """Return the first and last + 1 character of each word, of what stands between blanks.

    >>> word_spans("So it is.")
    [(0, 2), (3, 5), (6, 9)]
    """
    return [match.span() for match in re.finditer(r"\S+", sentence)]


def likeliest_phrase(sentence: str, words: Sequence[npt.NDArray[np.float32]]) -> Phrase | None:
    """Return the likeliest phrase among the first words of a sentence, None where there is none.

    `words` holds for each of them the log-probabilities that the answer begins and that it ends with it. A phrase
    closes the brackets that it opens.

    >>> likely, unlikely = np.float32([-0.5, -0.5]), np.float32([-9, -9])
    >>> phrase = likeliest_phrase("Paid by Norway's ministry.", [unlikely, unlikely, likely, unlikely])
    >>> phrase.of("Paid by Norway's ministry."), phrase.log_probability
    ('Norway', -1.0)
    """
    spans = word_spans(sentence)[: len(words)]
    begins, ends = np.array(words).T
    depth = np.cumsum([sentence.count("(", *span) - sentence.count(")", *span) for span in spans])
    is_whole = np.concatenate([[0], depth[:-1]])[:, None] == depth
    further = np.arange(len(spans)) - np.arange(len(spans))[:, None]
    fits = is_whole & (further >= 0) & (further < MOST_WORDS)
    odds = np.where(fits, begins[:, None] + ends, -np.inf)
    first, last = np.unravel_index(odds.argmax(), odds.shape)
    text = ENDING.sub("", sentence[spans[first][0] : spans[last][1]])
    start, end = spans[first][0] + len(text) - len(text.lstrip(OUTSIDE)), spans[first][0] + len(text)
    return Phrase(start, end, float(odds[first, last])) if start < end and odds[first, last] > -np.inf else None
