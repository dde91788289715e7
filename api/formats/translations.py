"""The texts of the pages in six languages, read from the widget's files, which have the same texts.

In: the chosen language and the browser's Accept-Language. Out: a language, and the texts and direction in it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

TEXTS = Path(__file__).parents[1] / "static" / "widget" / "languages"
LANGUAGES = {"ar": "العربية", "zh": "中文", "en": "English", "fr": "Français", "ru": "Русский", "es": "Español"}


@cache
def texts_in(language: str) -> dict[str, Any]:
    """Return all texts in a language."""
    texts: dict[str, Any] = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    return texts


def direction_of(language: str) -> str:
    """Return the direction in which a language is written, `auto` where that is not known.

    >>> direction_of("fa"), direction_of("zh"), direction_of("")
    ('rtl', 'ltr', 'auto')
    """
    try:
        return Locale.parse(language).text_direction
    except (UnknownLocaleError, ValueError):
        return "auto"


def page_language(chosen: str, accepted: str) -> str:
    """Return the chosen language, else the first supported one that the browser accepts, else English.

    >>> page_language("", "sw, fr-CH;q=0.9, en;q=0.8"), page_language("ru", "fr"), page_language("xx", "")
    ('fr', 'ru', 'en')
    """
    listed = (tag.partition(";")[0].partition("-")[0].strip().lower() for tag in accepted.split(","))
    return next((code for code in (chosen, *listed) if code in LANGUAGES), "en")
