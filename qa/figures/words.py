"""The words of `words.yaml` as patterns, which are searched in folded texts."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from corpus.language.shipped import shipped_yaml

ESCAPED = re.compile(r"\\.")  # a class of signs such as "\d", whose letter is none of the text
SPACED = re.compile("[a-z\u0400-\u04ff]")  # scripts in which an expression is found where a word begins


def pattern(expressions: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of some expressions in a folded text.

    >>> bool(pattern(["men"]).search("women")), bool(pattern(["定罪"]).search("多少人被定罪"))
    (False, True)
    """
    folded = [(rf"\b{each}" if SPACED.search(ESCAPED.sub("", each)) else each) for each in expressions]
    return re.compile("|".join(f"(?:{each})" for each in folded) or r"(?!)")


def words() -> dict[str, Any]:
    """Return the expressions of the file, by group and name."""
    found: dict[str, Any] = shipped_yaml("qa/figures/words.yaml")
    return found


@cache
def group(*name: str) -> re.Pattern[str]:
    """Return the pattern of a group that is a list, or of one in another group."""
    found = words()
    for each in name:
        found = found[each]
    return pattern(found)


@cache
def groups(name: str) -> dict[str, re.Pattern[str]]:
    """Return the patterns of a group of lists, by their names."""
    return {each: pattern(expressions) for each, expressions in words()[name].items()}
