"""Phrases that a non-engineer can write, made into something that finds them in a message.

In: phrases as the YAML files hold them, and a text. Out: whether one of them stands in the text.
A phrase is plain words. `...` stands for up to six words between, `(a|b)` for one of several, `(a|)` for one or none,
`*` at the end of a word for any ending, `<name>` for one of the words listed under that name, `^` and `$` for the
beginning and the end of the text. Case, accents, apostrophes and vowel marks do not count. A phrase in Latin or
Cyrillic letters is found as whole words; in scripts whose words are not parted by blanks, or carry their articles and
pronouns, it is found anywhere.
"""

import re
from collections.abc import Mapping, Sequence

from corpus.text import fold

GAP_WORDS = r"(?:\W+\w+){0,6}?\W+"
EDGES = {"^": r"\A\W*", "$": r"\W*\Z"}
BLANK = r"(?:\W+|(?<!\w)|(?!\w))"  # of no width at an edge of words, beside an alternative that is left out
GAP_CHARACTERS = r".{0,25}?"
PARTED = re.compile("[\u0000-\u058f\u1e00-\u1fff\u2000-\u206f]*")  # Latin, Greek, Cyrillic, Armenian
TOKEN = re.compile(r"<(\w+)>|(\.\.\.)|(\*)|([()|])|(\s+)|([^<>.*()|\s]+)")


def finder(phrases: Sequence[str], words: Mapping[str, Sequence[str]] | None = None) -> re.Pattern[str]:
    """Return what finds any of the phrases in a folded text.

    >>> bool(finder(["(took|has) ... my passport*"]).search(fold("The boss TOOK away my passports")))
    True
    """
    return re.compile("|".join(f"(?:{_expression(phrase, words or {})})" for phrase in phrases) or r"(?!)", re.DOTALL)


def _expression(phrase: str, words: Mapping[str, Sequence[str]]) -> str:
    parted = PARTED.fullmatch(phrase) is not None
    body = re.sub(r"\s*\.\.\.\s*", "...", phrase)
    found = "".join(_piece(match, words, parted=parted) for match in TOKEN.finditer(body))
    return rf"(?<!\w){found}(?!\w)" if parted else found


def _piece(match: re.Match[str], words: Mapping[str, Sequence[str]], *, parted: bool) -> str:
    name, gap, ending, mark, blank, text = match.groups()
    if name:
        return f"(?:{'|'.join(_inner(word, words, parted=parted) for word in words[name])})"
    if gap:
        return GAP_WORDS if parted else GAP_CHARACTERS
    if ending:
        return r"\w*"
    if mark:
        return "(?:" if mark == "(" else mark
    if blank:
        return BLANK if parted else r"\W*"
    return EDGES.get(text) or re.escape(fold(text))


def _inner(word: str, words: Mapping[str, Sequence[str]], *, parted: bool) -> str:
    return "".join(_piece(match, words, parted=parted) for match in TOKEN.finditer(word))
