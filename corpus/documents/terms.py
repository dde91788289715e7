"""The terms of English texts, which BM25 searches: stems of words, without stop words.

In: a text. Out: its terms, and where they stand.
Left out: stemming of other languages, whose questions are searched by vectors.
"""

import logging
import re
from collections.abc import Collection

import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

from corpus.documents.document import Span

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


def places_of(terms: Collection[str], text: str) -> list[Span]:
    """Return where a text has words with one of some terms.

    >>> places_of(["victim", "accra"], "To Accra came 40 victims.")
    [Span(start=3, end=8), Span(start=17, end=24)]
    """
    words = [match for match in WORD.finditer(text) if match[0].lower() not in STOP_WORDS]
    stems = Stemmer.Stemmer("english").stemWords([match[0].lower() for match in words])
    return [Span(*match.span()) for match, stem in zip(words, stems, strict=True) if stem in terms]
