"""Mend the misspelt words of a question by the words of the documents.

In: an English question. Out: the question in which every word that neither English nor the documents know is the
nearest word of the documents; the asker is shown what was understood.
Left out: words of up to three letters, contractions, abbreviations, and other languages.
"""

import re
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from corpus import Document
from qa.query.decomposition import ASKS

WORD = re.compile(r"(?<![\w'’])[^\W\d_]{4,}(?!['’])\b")
BRITISH = re.compile(r"is(?=(?:e[ds]?|ing|ations?)$)")  # which the list of English words spells with z
ENDINGS = ("s", "er", "ers", "ing", "ed", "ly")
ANY_WORD = re.compile(r"[^\W\d_]{4,}")
LONG = 7  # letters from which two may be wrong
NEAREST = 20  # words that are compared further
ASKING = frozenset(ASKS.split("|"))


class Spelling:
    """Knows the words of English and of some documents."""

    def __init__(self, documents: Iterable[Document]) -> None:
        """Count the documents' words; words that ask belong to questions and may be lacking there."""
        self._english = SpellChecker()
        self._counts = Counter(ASKING)
        named: Counter[str] = Counter()
        for document in documents:
            text = f"{document.title} {' '.join(document.countries)} {document.text}"
            words = ANY_WORD.findall(text)
            self._counts.update(word.casefold() for word in words)
            named.update(word.casefold() for word in words if word[0].isupper())
        self._words = sorted(self._counts)
        self._names = {word for word, times in named.items() if 2 * times > self._counts[word]}

    def mended(self, question: str) -> str:
        """Return a question with its misspelt words mended; one that has none comes back as it is."""
        return WORD.sub(self._mended, question)

    def _mended(self, found: re.Match[str]) -> str:
        word = found.group()
        plain = word.casefold()
        if self._is_known(plain) or not word[1:].islower():
            return word
        # A name that the documents lack may be right, so it has to be close to a name of theirs.
        is_name = word[0].isupper() and found.start() > 0
        wrong = 1 if is_name or len(word) < LONG else 2
        near = process.extract(plain, self._words, scorer=OSA.distance, score_cutoff=wrong, limit=NEAREST)
        near = [one for one in near if one[0] in self._names] if is_name else near
        if not near:
            return word
        best = min(near, key=lambda one: (one[1], *self._differs(one[0], plain)))[0]
        return best.capitalize() if word[0].isupper() else best

    def _is_known(self, word: str) -> bool:
        forms = (word, BRITISH.sub("iz", word), *(word.removesuffix(ending) for ending in ENDINGS))
        return any(form in self._counts or form in self._english for form in forms)

    def _differs(self, word: str, misspelt: str) -> tuple[bool, bool, bool, int]:
        """Say how unlikely a word was meant: same letters, words that ask, the same beginning, frequent words first."""
        return sorted(word) != sorted(misspelt), word not in ASKING, word[0] != misspelt[0], -self._counts[word]
