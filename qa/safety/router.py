"""Tell questions that no document can answer from those that are searched for.

In: a clean question, and whether others came before it. Out: the reason why it ends here, which is the key of its fixed
text in `replies.yaml`, or "". The phrases stand in `routes.yaml`.
Left out: what is far from every document without saying so; that ends as "no evidence" after the search. What is not
sure to be out of place is searched for: an answer that is refused for its wording can't be had at all.
"""

from functools import cache
from importlib.resources import files
from re import Pattern

import yaml

from qa.safety.phrases import finder, fold
from qa.safety.sanitizer import is_too_long

LETTERS = 2  # a text with fewer says nothing
VOWELS = frozenset("aeiouy")
CONSONANTS = 6  # letters without a vowel are a hand on the keyboard; shorter ones may be an acronym (UNHCR)
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
NEIGHBOURS = 4  # keys of a row in their order, which no word has
SLIDES = frozenset(
    way[start : start + NEIGHBOURS]
    for row in ROWS
    for way in (row, row[::-1])
    for start in range(len(row) - NEIGHBOURS + 1)
)


def route(question: str, *, is_follow_up: bool = False) -> str:
    """Return the reason why a question is not searched for, or "" where it is.

    >>> route("Thanks a lot!"), route("Best recipe for jollof rice?"), route("Who runs the shelter in Accra?")
    ('small_talk', 'out_of_scope', '')
    """
    if is_too_long(question):
        return "too_long"
    text = fold(question)
    if _says_nothing(text) and not (is_follow_up and any(map(str.isdecimal, text))):
        return "not_understood"
    for reason, phrases in _routes().items():
        if reason == "small_talk":
            if not any(map(str.isalnum, phrases.sub("", text))):
                return reason
        elif phrases.search(text):
            return reason
    return ""


def _says_nothing(text: str) -> bool:
    """Tell whether a text is no words: signs and digits alone, one word said over and over, or rows of keys."""
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    if sum(map(str.isalpha, text)) < LETTERS or (len(words) > LETTERS and len(set(words)) == 1):
        return True
    return all(map(_is_keys, words))


def _is_keys(word: str) -> bool:
    """Tell whether a word is keys pressed at random: neighbours in a row, one letter, or consonants alone.

    >>> _is_keys("asdfgh"), _is_keys("sdkfjhs"), _is_keys("unhcr")
    (True, True, False)
    """
    if any(word[start : start + NEIGHBOURS] in SLIDES for start in range(len(word))):
        return True
    if len(word) >= NEIGHBOURS and len(set(word)) == 1:
        return True
    return word.isascii() and word.isalpha() and len(word) >= CONSONANTS and not VOWELS & set(word)


@cache
def _routes() -> dict[str, Pattern[str]]:
    # The base loader reads every word as it stands: to the others, "no" and "yes" mean false and true.
    routes = yaml.load(files("qa.safety").joinpath("routes.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506
    return {reason: finder(phrases) for reason, phrases in routes.items()}
