"""The terms of English texts, which BM25 searches: stems of words, without stop words.

In: a text. Out: its terms. Left out: stemming of other languages, whose questions are searched by vectors.
"""

import logging
import re

import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

WORD = re.compile(r"\b\w+\b")
STOP_WORDS = frozenset(STOPWORDS_EN_PLUS)

logging.getLogger("bm25s").setLevel(logging.WARNING)


def terms_of(text: str) -> list[str]:
    """Return the stems of a text's words in their order, without stop words.

    >>> terms_of("How many victims were trafficked to Accra in 2015?")
    ['mani', 'victim', 'traffick', 'accra', '2015']
    """
    words = [word for word in WORD.findall(text.lower()) if word not in STOP_WORDS]
    stems: list[str] = Stemmer.Stemmer("english").stemWords(words)
    return stems
