"""Recognise by rules a message from a person at risk, or one written for such a person.

In: a message in any language. Out: yes or no, by rules alone (`distress.yaml`), so that it works without a model.
Left out: what help there is (help). A study that uses the same words must not count, a cry that is misspelt must.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from re import Pattern

import yaml

from qa.query.question import Question
from qa.safety.phrases import finder


@dataclass(frozen=True, slots=True)
class Rules:
    """What `distress.yaml` says: words that tell distress by themselves, and by language those that do together."""

    signs: dict[str, Pattern[str]]
    close: dict[str, Pattern[str]]
    worries: dict[str, Pattern[str]]
    frames: dict[str, Pattern[str]]
    harmless: Pattern[str]


def in_distress(message: Question) -> bool:
    """Tell whether a message calls for the help card.

    >>> cry, study = "the madam took my pasport", "How many victims had their passports taken?"
    >>> in_distress(Question(cry)), in_distress(Question(study))
    (True, False)
    """
    rules = _rules()
    text = message.folded
    framed = any(frame.search(text) for frame in rules.frames.values())
    text = rules.harmless.sub(" ", text)
    signed = any(sign.search(text) for sign in rules.signs.values())
    close = [language for language, words in rules.close.items() if words.search(text)]
    if framed:
        return signed and bool(close)
    return signed or any(rules.worries[language].search(text) for language in close)


@cache
def _rules() -> Rules:
    # The base loader reads every word as it stands: to the others, "no" and "off" mean false.
    rules = yaml.load(files("qa.safety").joinpath("distress.yaml").read_text(encoding="utf-8"), yaml.CBaseLoader)  # noqa: S506
    words = rules.pop("words")
    harmless = finder(rules.pop("harmless"))
    finders = {kind: {name: finder(some, words) for name, some in lists.items()} for kind, lists in rules.items()}
    return Rules(harmless=harmless, **finders)
