"""The other names of treaties, laws and reports: who asks about the Palermo Protocol means the UN trafficking protocol.

In: the text of a question. Out: the same under another name. The names are in `other_names.yaml`.
Left out: countries (corpus.language.countries).
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from corpus.language.shipped import shipped_yaml

ATTACHED = re.compile("[\u0600-\u06ff\u4e00-\u9fff]")  # Arabic and Chinese, in which other words may touch a name
NUMBERED = re.compile(r"(?:[A-Z0-9?]|\\d)+")  # an acronym or number, which in small letters may be another word


def under_other_name(text: str) -> str:
    """Return a text in which each treaty has its plain name; "" where it names none, or all by this name.

    >>> under_other_name("Has Bhutan joined the Palermo Protocol?")
    'Has Bhutan joined the UN trafficking protocol?'
    >>> under_other_name("When was UNTOC signed?")
    ''
    """
    renamed = text
    for pattern, plain in _names():
        found = pattern.search(text)
        if found and found[0].casefold() != plain.casefold():
            renamed = renamed.replace(found[0], plain)
    return "" if renamed == text else renamed


@cache
def _names() -> list[tuple[re.Pattern[str], str]]:
    """Return for each treaty a pattern of all its names, and its plain name."""
    return [(_any_name(entry), entry["plain"]) for entry in shipped_yaml("qa/query/other_names.yaml")]


def _any_name(entry: Mapping[str, Any]) -> re.Pattern[str]:
    """Return a pattern of the names of an entry, longer ones first, since one may begin as another does."""
    names = [*entry["others"], re.escape(entry["plain"]), re.escape(entry["full"])]
    return re.compile("|".join(map(_pattern, sorted(names, key=len, reverse=True))))


def _pattern(name: str) -> str:
    whole = name if ATTACHED.search(name) else rf"\b(?:{name})\b"
    return whole if NUMBERED.fullmatch(name) else f"(?i:{whole})"
