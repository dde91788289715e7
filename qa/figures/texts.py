"""The fixed texts of answers in figures, read from `texts.yaml`, where a non-engineer can edit them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml


def local(texts: Mapping[str, str], language: str) -> str:
    """Return the text of a language, the English one where there is none."""
    return texts.get(language) or texts["en"]


def text(key: str, language: str) -> str:
    """Return a text in a language, and a key that has none, such as a category of another table, as it is.

    >>> text("sex_female", "fr")
    'femmes'
    """
    return local(_texts().get(key, {"en": key}), language)


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = yaml.load(
        files("qa.figures").joinpath("texts.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    return texts
