"""Check a sentence that a language model wrote against the words that it relies on; what can't be shown is refused.

In: a sentence, the words that the model says it relies on, and the evidence that it names for each. Out: a Verdict.
Left out: asking the model, and what becomes of an answer that lost sentences (llm).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.evidence import Evidence
from qa.reader.reading import PassageReader


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be shown.

    `reason` is why not, "" where it passes. `quotes` are the real sentences that the words stand in, of the passages of
    the evidence, each once; `support` is the probability that they say what the sentence says, 0 to 1.
    """

    reason: str
    quotes: tuple[Evidence, ...] = ()
    support: float = 0.0

    @property
    def passes(self) -> bool:
        """Whether every test was passed."""
        return not self.reason


def check_sentence(
    sentence: str, quotes: Sequence[str], evidence: Sequence[Evidence | None], reader: PassageReader
) -> Verdict:
    """Return whether the quoted words say all that a sentence says.

    `quotes[i]` is said to stand in the passage of `evidence[i]`, which is None for an id that there is not; a quote may
    be "" where the model gave none. A sentence without evidence does not pass.
    """
    raise NotImplementedError
