"""Tell whether a word was read for another that is spelled like it: "valuable" for "vulnerable".

In: two words of English. Out: whether one looks like the other and is no form of it.
Left out: which words of a sentence are compared (support).
"""

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import Prefix

from corpus.language.text import fold, stem, without_possessive
from qa.writer.claims import word_lists

# Percent of rapidfuzz from which two words look alike, for those of so many letters; less for long ones that begin with
# the same letter (docs/adr/0058).
MIN_ALIKE, MIN_LETTERS = 80, 5
MIN_LONG_ALIKE, MIN_LONG_LETTERS = 66, 7
MIN_ROOT = 4  # letters that two forms of a word have in common at their beginning, and half of the shorter one
# Letters of a word whose forms differ in vowels, or in "d" and "t": "begin", "began"; "build", "built".
MAX_IRREGULAR = 6
NO_FORMS = (["e", "y"], ["e", "ies"], ["es", "ies"])  # endings of "police" and "policy"
SUFFIXES = re.compile(rf"(?:{word_lists()['suffixes']})*")


def is_misread(word: str, other: str) -> bool:
    """Return whether a word looks like another without being a form of it, or its other spelling.

    >>> is_misread("Valuable", "vulnerable"), is_misread("prosecution", "prosecute"), is_misread("labor", "labour")
    (True, False, False)
    """
    one, two = _plain(word), _plain(other)
    letters = min(len(one), len(two))
    if letters < MIN_LETTERS or stem(one) == stem(two) or _are_forms(one, two):
        return False
    alike = fuzz.ratio(one, two)
    return alike >= MIN_ALIKE or (alike >= MIN_LONG_ALIKE and letters >= MIN_LONG_LETTERS and one[0] == two[0])


def _plain(word: str) -> str:
    """Return a word in its British spelling, without what distinguishes it from the American one."""
    plain = fold(without_possessive(word))
    for american, british in word_lists()["spellings"].items():
        plain = re.sub(american, british, plain)
    return plain


def _are_forms(one: str, two: str) -> bool:
    """Return whether two words have nothing but suffixes behind a common root, or differ in vowels alone."""
    root = Prefix.similarity(one, two)
    ends = sorted((one[root:], two[root:]))
    is_root = root >= max(MIN_ROOT, min(len(one), len(two)) / 2)
    if is_root and all(map(SUFFIXES.fullmatch, ends)) and ends not in NO_FORMS:
        return True
    return max(len(one), len(two)) <= MAX_IRREGULAR and _consonants(one) == _consonants(two)


def _consonants(word: str) -> str:
    return word[0] + re.sub("[aeiouw]", "", word[1:].replace("t", "d"))
