"""Compile phrases in a notation for non-engineers into regular expressions.

In: phrases of the YAML files. Out: a pattern that finds any of them in a folded text.
A phrase is plain words. `...` stands for up to six words between, `(a|b)` for one of several, `(a|)` for one or none,
`*` at the end of a word for any ending, `<name>` for any word listed under that name, `^` and `$` for the
beginning and the end of the text. Case, accents, apostrophes and vowel marks do not count. A phrase in Latin or
Cyrillic letters is found as whole words; in scripts without spaces between words, or with attached
articles and pronouns, it is found anywhere.
"""

import re
from collections.abc import Mapping, Sequence

from corpus.language.text import fold

GAP_WORDS = r"(?:\W+\w+){0,6}?\W+"
EDGES = {"^": r"\A\W*", "$": r"\W*\Z"}
BLANK = r"(?:\W+|(?<!\w)|(?!\w))"  # may be empty at the edge of a word, where an optional word beside it is absent
GAP_CHARACTERS = r".{0,25}?"
SPACED = re.compile("[\u0000-\u058f\u1e00-\u1fff\u2000-\u206f]*")  # Latin, Greek, Cyrillic, Armenian
TOKEN = re.compile(r"<(\w+)>|(\.\.\.)|(\*)|([()|])|(\s+)|([^<>.*()|\s]+)")


def phrase_pattern(phrases: Sequence[str], words: Mapping[str, Sequence[str]] | None = None) -> re.Pattern[str]:
    """Return a pattern that finds any of the phrases in a folded text; `words` are the lists that `<name>` refers to.

    >>> bool(phrase_pattern(["(took|has) ... my passport*"]).search(fold("The boss TOOK away my passports")))
    True
    """
    return re.compile("|".join(f"(?:{_expression(phrase, words or {})})" for phrase in phrases) or r"(?!)", re.DOTALL)


def _expression(phrase: str, words: Mapping[str, Sequence[str]]) -> str:
    is_spaced = SPACED.fullmatch(phrase) is not None
    body = re.sub(r"\s*\.\.\.\s*", "...", phrase)
    expression = "".join(_token_expression(match, words, is_spaced=is_spaced) for match in TOKEN.finditer(body))
    return rf"(?<!\w){expression}(?!\w)" if is_spaced else expression


def _token_expression(match: re.Match[str], words: Mapping[str, Sequence[str]], *, is_spaced: bool) -> str:
    name, gap, ending, mark, blank, text = match.groups()
    if name:
        return f"(?:{'|'.join(_word_expression(word, words, is_spaced=is_spaced) for word in words[name])})"
    if gap:
        return GAP_WORDS if is_spaced else GAP_CHARACTERS
    if ending:
        return r"\w*"
    if mark:
        return "(?:" if mark == "(" else mark
    if blank:
        return BLANK if is_spaced else r"\W*"
    return EDGES.get(text) or re.escape(fold(text))


def _word_expression(word: str, words: Mapping[str, Sequence[str]], *, is_spaced: bool) -> str:
    return "".join(_token_expression(match, words, is_spaced=is_spaced) for match in TOKEN.finditer(word))
