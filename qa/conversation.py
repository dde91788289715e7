"""Make a follow-up stand alone.

In: a question and the turns before it. Out: a question that can be searched by itself.
Left out: naming what a pronoun stands for. A question that leans on the turn before is put behind that turn's own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.lexical import terms_of

MIN_TERMS = 3  # a question with fewer words of its own has its subject in the turn before
LEANING = re.compile(
    r"^(and|but|what about|how about|why|how so|where|when|y|et|а|и)\b|"
    r"\b(it|its|they|them|their|those|these|he|she|him|his|her|there|that one|this)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, and the text of the answer that was given."""

    question: str
    answer: str = ""


def stand_alone_question(question: str, history: Sequence[Turn]) -> str:
    """Return the question, behind the one before it where it leans on that.

    >>> stand_alone_question("And who paid for it?", [Turn("Which shelter opened in Accra?")])
    'Which shelter opened in Accra? And who paid for it?'
    """
    leans = len(terms_of(question)) < MIN_TERMS or LEANING.search(question)
    return f"{history[-1].question} {question}" if history and leans else question
