"""Route messages: decide which are answered without a search, and for which reason.

In: a parsed question, and whether others came before it. Out: the reason why it is not searched for, which is the key
of its fixed text in `replies.yaml`, or "".
Left out: questions that no phrase marks as out of scope; they end as "no evidence" after the search. In doubt a message
is searched for, since a question refused for its wording gets no answer at all.

The phrases stand in `routes/`, one file for each language, by the reason (phrases.py defines their notation). To add
one, write down the message that it is `for`, then the phrase. It should hold words that only such a user writes ("how
do I", "my girls"): a researcher asks about the same things. Tests check that a phrase finds its messages, that each of
its alternatives is needed for one of them, and that no other phrase finds the first.
"""

import re
from functools import cache
from importlib.resources import files

from corpus.language.shipped import shipped_yaml
from qa.query.question import Question
from qa.safety.phrases import phrase_pattern
from qa.safety.sanitizer import is_too_long

REASONS = ("misuse", "about", "personal_case", "out_of_scope", "small_talk")  # with phrases; the first match counts
MORE = "more"  # phrases of who wishes for more of the last answer; without one, that is small talk
MIN_LETTERS = 2  # a text with fewer is gibberish
REPEATS = 3  # and so is one word repeated so often, without any other
VOWELS = frozenset("aeiouy")
CONSONANTS = 6  # letters without a vowel are keys pressed at random; a shorter word may be an acronym (UNHCR)
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
NEIGHBOURS = 5  # neighbouring keys of a row in order, which no word has; "poverty" has four
FEW_NEIGHBOURS = 4  # which are no word by themselves
KEY_RUNS = frozenset(
    keys[start : start + length]
    for row in ROWS
    for keys in (row, row[::-1])
    for length in (FEW_NEIGHBOURS, NEIGHBOURS)
    for start in range(len(row) - length + 1)
)


def route(question: Question, *, is_follow_up: bool = False) -> str:
    """Return the reason why a question is not searched for, or "" if it is.

    >>> [route(Question(text)) for text in ("Thanks a lot!", "Best recipe for jollof rice?", "Who runs the shelter?")]
    ['small_talk', 'out_of_scope', '']
    """
    if is_too_long(question.text):
        return "too_long"
    text = question.folded
    if _is_gibberish(text) and not (is_follow_up and any(map(str.isdecimal, text))):
        return "not_understood"
    reason = next((reason for reason in REASONS if fits(reason, text, _phrases()[reason])), "")
    return "small_talk" if not (reason or is_follow_up) and wishes_for_more(question) else reason


def wishes_for_more(question: Question) -> bool:
    """Return whether a message is nothing but a wish for more of the last answer.

    >>> [wishes_for_more(Question(text)) for text in ("Tell me more, please!", "They want more")]
    [True, False]
    """
    return fits(MORE, question.folded, _phrases()[MORE])


def fits(reason: str, text: str, phrases: re.Pattern[str]) -> bool:
    """Return whether a folded text holds a phrase of a reason; small talk must hold nothing else.

    >>> thanks = re.compile("thanks")
    >>> fits("small_talk", "thanks!", thanks), fits("small_talk", "thanks. how many?", thanks)
    (True, False)
    """
    if reason == "small_talk":
        return not any(map(str.isalnum, phrases.sub("", text)))
    return phrases.search(text) is not None


def has_words(text: str) -> bool:
    """Return whether a folded text holds more than punctuation, digits and random keys.

    >>> has_words("no no no"), has_words("asdfgh 42")
    (True, False)
    """
    return sum(map(str.isalpha, text)) >= MIN_LETTERS and not all(map(_is_keyboard_mash, _words(text)))


def _is_gibberish(text: str) -> bool:
    """Return whether a text has no words, or one word repeated."""
    words = _words(text)
    return not has_words(text) or (len(words) >= REPEATS and len(set(words)) == 1)


def _words(text: str) -> list[str]:
    return [word for word in text.split() if any(map(str.isalpha, word))]


def _is_keyboard_mash(word: str) -> bool:
    """Return whether a word is keys pressed at random: neighbouring keys, one letter, or only consonants.

    >>> _is_keyboard_mash("asdfgh"), _is_keyboard_mash("sdkfjhs"), _is_keyboard_mash("unhcr")
    (True, True, False)
    >>> _is_keyboard_mash("qwer"), _is_keyboard_mash("poverty"), _is_keyboard_mash("запрос")
    (True, False, False)
    """
    runs = (word[start : start + NEIGHBOURS] for start in range(len(word) - NEIGHBOURS + 1))
    if word in KEY_RUNS or any(run in KEY_RUNS for run in runs):
        return True
    if len(word) >= FEW_NEIGHBOURS and len(set(word)) == 1:
        return True
    return word.isascii() and word.isalpha() and len(word) >= CONSONANTS and not VOWELS & set(word)


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    """Return for each reason a pattern that finds its phrases of all languages in a folded text."""
    patterns: dict[str, list[str]] = {reason: [] for reason in (*REASONS, MORE)}
    for file in sorted(files("qa.safety").joinpath("routes").iterdir(), key=lambda file: file.name):
        language = dict(shipped_yaml(f"qa/safety/routes/{file.name}", as_strings=True))
        words = language.pop("words", {})
        for reason, entries in language.items():
            patterns[reason].append(phrase_pattern([entry["phrase"] for entry in entries], words).pattern)
    return {reason: re.compile("|".join(alternatives), re.DOTALL) for reason, alternatives in patterns.items()}
