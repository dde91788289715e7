"""The words of documents, counted once when a generation is built: misspelt words of questions are corrected to them.

In: documents. Out: their words, those that are most frequent first.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from corpus.documents.document import Document

WORD = re.compile(r"[^\W\d_]{4,}")


class Word(NamedTuple):
    """A word in lower case, how often it is written, and whether it mostly begins with a capital letter."""

    word: str
    times: int
    is_name: bool


def count_words(documents: Iterable[Document]) -> list[Word]:
    """Return the words of documents, of their titles and countries, of at least four letters."""
    counts: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for document in documents:
        words = WORD.findall(f"{document.title} {' '.join(document.countries)} {document.text}")
        counts.update(word.casefold() for word in words)
        named.update(word.casefold() for word in words if word[0].isupper())
    ordered = sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
    return [Word(word, times, 2 * named[word] > times) for word, times in ordered]
