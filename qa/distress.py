"""Tell whether a message comes from a person at risk, or is written for one.

In: a message in any language. Out: yes or no, by rules alone (`distress.yaml`), so that it works without a model.
Left out: what help there is (help). A study that uses the same words must not count, a cry that is misspelt must.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from qa.phrases import finder, fold

LOOKED_AT = 3000  # characters of a message; a longer one tells its need by then, and patterns stay quick


def in_distress(message: str) -> bool:
    """Tell whether a message calls for the help card.

    >>> in_distress("the madam took my pasport"), in_distress("How many victims had their passports taken?")
    (True, False)
    """
    text = fold(message[:LOOKED_AT])
    if any(sign.search(text) for sign in _rules()["signs"]):
        return True
    worry, close, frame = (_rules()[kind][0].search(text) for kind in ("worries", "close", "frames"))
    return bool(worry and close and not frame)


@cache
def _rules() -> dict[str, list[Any]]:
    # The base loader reads every word as it stands: to the others, "no" and "off" mean false.
    rules = yaml.load(files("qa").joinpath("distress.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    signs = [finder(phrases, rules["words"]) for phrases in rules["signs"].values()]
    return {"signs": signs} | {kind: [finder(rules[kind])] for kind in ("worries", "close", "frames")}
