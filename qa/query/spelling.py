"""Correct the misspelt words of a question to words of the documents.

In: an English question. Out: the question in which every word that is neither English nor in the documents is replaced
by the nearest word of the documents; the user is shown the corrected question.
Left out: words of up to three letters, contractions, abbreviations, and other languages.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from corpus.documents.words import Word
from qa.query.question import Question
from qa.query.vocabulary import vocabulary

WORD = re.compile(r"(?<![\w'’])[^\W\d_]{4,}(?!['’])\b")
BRITISH = re.compile(r"is(?=(?:e[ds]?|ing|ations?)$)")  # the list of English words spells these with z
ENDINGS = ("s", "er", "ers", "ing", "ed", "ly")
MIN_LETTERS_FOR_TWO_ERRORS = 7  # in a shorter word one letter may be wrong
NEAREST = 20  # candidates that are ranked
MOST_FREQUENT = 50_000  # words of the documents among which the nearest is sought: that takes some milliseconds
MOST_CORRECTED = 12  # words of a question; one with more errors is hardly English, and each takes a millisecond
# Misspelt names that the list of English words knows, and those that the documents have instead.
NAMES = {"columbia": "colombia", "columbian": "colombian", "libia": "libya", "brasil": "brazil"}
OTHER_NAME = re.compile(r"(?i)\b(?:British|District of) \w+$|^\w+ (?:University|River|Law)\b")  # around these
QUESTION_WORDS = frozenset({*vocabulary("en").question_words, *vocabulary("en").auxiliaries})


class Spelling:
    """Corrects questions by the words of English and of some documents."""

    def __init__(self, frequent: Iterable[Word], all_words: Container[str]) -> None:
        """Take words of the documents: the most frequent, which may take the place of others, and all.

        Question words count too, since documents may lack them.
        """
        self._english, self._all, words = SpellChecker(), all_words, list(frequent)
        self._counts = Counter(QUESTION_WORDS)
        self._counts.update({word.word: word.times for word in words})
        self._words = sorted(self._counts)
        self._names = {word.word for word in words if word.is_name}

    def correct(self, question: str) -> str:
        """Return the question with its first misspelt words corrected, at most MOST_CORRECTED of them."""
        misspelt = islice(filter(self._is_misspelt, WORD.finditer(question)), MOST_CORRECTED)
        corrected, end = "", 0
        for match in misspelt:
            corrected += question[end : match.start()] + self._nearest(match)
            end = match.end()
        return corrected + question[end:]

    def corrected(self, question: Question) -> Question:
        """Return a question with its misspelt words corrected, if it is in English."""
        text = self.correct(question.text) if question.is_english else question.text
        return question if text == question.text else Question(text, question.language)

    def _is_misspelt(self, match: re.Match[str]) -> bool:
        word = match[0]
        return word[1:].islower() and (bool(self._name(match)) or not self._is_known(word.casefold()))

    def _name(self, match: re.Match[str]) -> str:
        """Return the name of the documents that a word of NAMES is meant for, or "" where they have the word itself."""
        plain, text = match[0].casefold(), match.string
        name = NAMES.get(plain, "")
        if name not in self._names or plain in self._counts or plain in self._all:
            return ""
        is_other = OTHER_NAME.search(text[: match.end()]) or OTHER_NAME.search(text[match.start() :])
        return "" if is_other else name

    def _nearest(self, match: re.Match[str]) -> str:
        """Return the word of the documents that is nearest to a misspelt one, or the same word where none is near."""
        word = match.group()
        plain = word.casefold()
        if name := self._name(match):
            return name.capitalize() if word[0].isupper() else name
        # A name that the documents lack may be right, so only a name of theirs that is close replaces it.
        is_name = word[0].isupper() and match.start() > 0
        max_errors = 1 if is_name or len(word) < MIN_LETTERS_FOR_TWO_ERRORS else 2
        near = process.extract(plain, self._words, scorer=OSA.distance, score_cutoff=max_errors, limit=NEAREST)
        candidates = [(other, errors) for other, errors, _ in near if not is_name or other in self._names]
        if not candidates:
            return word
        best = min(candidates, key=lambda candidate: (candidate[1], *self._unlikeliness(candidate[0], plain)))[0]
        return best.capitalize() if word[0].isupper() else best

    def _is_known(self, word: str) -> bool:
        forms = (word, BRITISH.sub("iz", word), *(word.removesuffix(ending) for ending in ENDINGS))
        return any(form in self._counts or form in self._english or form in self._all for form in forms)

    def _unlikeliness(self, word: str, misspelt: str) -> tuple[bool, bool, bool, int]:
        """Return a sort key: the same letters first, then question words, the same beginning, frequent words."""
        return sorted(word) != sorted(misspelt), word not in QUESTION_WORDS, word[0] != misspelt[0], -self._counts[word]
