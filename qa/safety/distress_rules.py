"""Recognise by rules a message from a person at risk, or one written for such a person.

In: a message in any language. Out: yes or no, by rules alone (`distress.yaml`), so that it works without a model.
Left out: the help lines (help_card). A researcher's question with the same words must not match; a misspelt cry for
help must.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from re import Pattern

import yaml

from corpus.language.text import fold
from qa.query.question import MAX_FOLDED, Question
from qa.safety.phrases import phrase_pattern

# What somebody else said: a title, a line of a film, a testimony.
QUOTED = re.compile(r"«[^«»]{4,}»|[“„”][^“„”]{4,}[“”]|「[^」]{2,}」|\"[^\"]{4,}\"")


@dataclass(frozen=True, slots=True)
class Rules:
    """The phrases of `distress.yaml`, by language.

    A sign shows distress by itself; a close person and a worry do together. A frame marks a researcher's question,
    where a sign counts only beside a close person. Harmless phrases are ignored.
    """

    signs: dict[str, Pattern[str]]
    close: dict[str, Pattern[str]]
    worries: dict[str, Pattern[str]]
    frames: dict[str, Pattern[str]]
    harmless: Pattern[str]


def in_distress(message: Question) -> bool:
    """Return whether a message calls for the help card.

    >>> cry, study = "the madam took my pasport", "How many victims had their passports taken?"
    >>> in_distress(Question(cry)), in_distress(Question(study))
    (True, False)
    """
    rules = _rules()
    text = fold(QUOTED.sub(" ", message.text[:MAX_FOLDED]))
    is_framed = any(frame.search(text) for frame in rules.frames.values())
    text = rules.harmless.sub(" ", text)
    has_sign = any(sign.search(text) for sign in rules.signs.values())
    close = [language for language, words in rules.close.items() if words.search(text)]
    if is_framed:
        return has_sign and bool(close)
    return has_sign or any(rules.worries[language].search(text) for language in close)


@cache
def _rules() -> Rules:
    # The base loader reads every value as a string; other loaders read "no" and "off" as false.
    rules = yaml.load(files("qa.safety").joinpath("distress.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506
    words = rules.pop("words")
    harmless = phrase_pattern(rules.pop("harmless"))
    patterns = {
        kind: {language: phrase_pattern(phrases, words) for language, phrases in lists.items()}
        for kind, lists in rules.items()
    }
    return Rules(harmless=harmless, **patterns)
