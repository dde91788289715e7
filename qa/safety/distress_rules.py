"""Recognise by rules a message from a person at risk, or one written for such a person.

In: a message in any language. Out: yes or no, by rules alone (`distress.yaml`), so that it works without a model; and
whether this is certain, so that no classifier may say otherwise.
Left out: the help lines (help_card). A researcher's question with the same words must not match; a misspelt cry for
help must.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from re import Pattern
from typing import Any

from corpus.language.shipped import shipped_yaml
from corpus.language.text import fold
from qa.query.question import MAX_FOLDED, Question
from qa.safety.phrases import phrase_pattern
from qa.safety.sanitizer import ends

LETTERS = "LMN"  # of Unicode's categories: letters, their marks, digits
MAX_CRY = 300  # characters of a message that is made of cries alone
STRETCHED = re.compile(r"(\w)\1{2,}")  # a letter written three times or more: "heeelp"
# What somebody else said: a title, a line of a film, a testimony. An apostrophe opens it only before a letter that no
# shortened word has lost ("'cause he hits me").
QUOTED = re.compile(
    r"«[^«»]{4,}»|[“„”][^“„”]{4,}[“”]|「[^」]{2,}」|\"[^\"]{4,}\"|‘[^‘’]{4,}’(?!\w)"
    r"|(?<!\w)'(?!(?:cause|cos|cuz|til|till|em|bout|round)\b)[^']{4,}'(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The phrases of `distress.yaml`, by language.

    A sign shows distress by itself; a close person and a worry do together. A frame marks a researcher's question,
    where a sign counts only beside a close person. Harmless phrases are ignored. A message that is made of cries and
    pleas alone, or holds what is certain, shows distress whatever else it holds; so does a follow-up made of `same`.
    """

    cries: Pattern[str]
    same: Pattern[str]
    pleas: Pattern[str]
    certain: dict[str, Pattern[str]]
    signs: dict[str, Pattern[str]]
    close: dict[str, Pattern[str]]
    worries: dict[str, Pattern[str]]
    frames: dict[str, Pattern[str]]
    harmless: Pattern[str]


def in_distress(message: Question, *, is_follow_up: bool = False) -> bool:
    """Return whether a message calls for the help card.

    >>> cry, study = "the madam took my pasport", "How many victims had their passports taken?"
    >>> in_distress(Question(cry)), in_distress(Question(study))
    (True, False)
    """
    if is_certain(message, is_follow_up=is_follow_up):
        return True
    rules, text = _rules(), _unquoted(message)
    is_framed = any(frame.search(text) for frame in rules.frames.values())
    text = rules.harmless.sub(" ", text)
    has_sign = any(sign.search(text) for sign in rules.signs.values())
    close = [language for language, words in rules.close.items() if words.search(text)]
    if is_framed:
        return has_sign and bool(close)
    return has_sign or any(rules.worries[language].search(text) for language in close)


def is_certain(message: Question, *, is_follow_up: bool = False) -> bool:
    """Return whether a message calls for the help card beyond doubt.

    It is a bare cry, tells of the writer's own case, or asks for a shelter or for a number to call. A follow-up may
    also tell in a few words that what was told of others is the writer's own case.

    >>> [is_certain(Question(text)) for text in ("SOS!!!", "my boss keeps my passport", "Help me with my essay")]
    [True, True, False]
    >>> [is_certain(Question("Same here..."), is_follow_up=follows) for follows in (True, False)]
    [True, False]
    """
    rules = _rules()
    text = rules.harmless.sub(" ", _unquoted(message))
    if _is_bare(message.text, rules.cries) or any(certain.search(text) for certain in rules.certain.values()):
        return True
    return is_follow_up and _is_bare(message.text, rules.same)


def _is_bare(text: str, phrases: Pattern[str]) -> bool:
    """Return whether a text is made of phrases and pleas alone, however often they are repeated.

    >>> texts = ("Heeelp, please!!", "tolong tolong", "please", "Help desk")
    >>> [_is_bare(text, _rules().cries) for text in texts]
    [True, True, False, False]
    """
    if len(text) > MAX_CRY:
        return False
    # Each word is folded by itself, since folding takes away vowel marks that stand beside signs.
    words = "".join(letter if unicodedata.category(letter)[0] in LETTERS else " " for letter in text).split()
    text = STRETCHED.sub(r"\1", " ".join(map(fold, words)))
    rest = phrases.sub(" ", text)
    return rest != text and not any(map(str.isalnum, _rules().pleas.sub(" ", rest)))


def _unquoted(message: Question) -> str:
    """Return the folded text of a message without what it quotes, or all of one that is a quotation alone."""
    text = ends(message.text, MAX_FOLDED)
    said = QUOTED.sub(" ", text)
    return fold(said if any(map(str.isalnum, said)) else text)


@cache
def _rules() -> Rules:
    rules = dict(shipped_yaml("qa/safety/distress.yaml", as_strings=True))
    words = rules.pop("words")
    patterns: dict[str, Any] = {
        kind: phrase_pattern(rules.pop(kind)) for kind in ("cries", "pleas", "same", "harmless")
    }
    for kind, by_language in rules.items():
        patterns[kind] = {language: phrase_pattern(phrases, words) for language, phrases in by_language.items()}
    return Rules(**patterns)
