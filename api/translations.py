"""The texts of the pages in six languages, read from the widget's files, which have the same texts.

In: the chosen language and the browser's Accept-Language. Out: a language, and the texts, dates and direction in it.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_skeleton

TEXTS = Path(__file__).parent / "static" / "widget" / "languages"
LANGUAGES = {"ar": "العربية", "zh": "中文", "en": "English", "fr": "Français", "ru": "Русский", "es": "Español"}
RIGHT_TO_LEFT = {"ar"}
LOCALES = {"en": "en_GB"}  # the day before the month, as the UN writes dates


@cache
def texts_in(language: str) -> dict[str, Any]:
    """Return all texts in a language."""
    texts: dict[str, Any] = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    return texts


def page_language(chosen: str, accepted: str) -> str:
    """Return the chosen language, else the first supported one that the browser accepts, else English.

    >>> page_language("", "sw, fr-CH;q=0.9, en;q=0.8"), page_language("ru", "fr"), page_language("xx", "")
    ('fr', 'ru', 'en')
    """
    listed = (tag.partition(";")[0].partition("-")[0].strip().lower() for tag in accepted.split(","))
    return next((code for code in (chosen, *listed) if code in LANGUAGES), "en")


def long_date(published: str, language: str) -> str:
    """Write an ISO date or month in full; leave a year, or anything else, as it is.

    >>> long_date("2015-03-12", "en"), long_date("2015-03", "fr"), long_date("2015", "en")
    ('12 March 2015', 'mars 2015', '2015')
    """
    locale = LOCALES.get(language, language)
    try:
        if len(published) == len("2015-03"):
            return format_skeleton("yMMMM", date.fromisoformat(published + "-01"), locale=locale)
        return format_date(date.fromisoformat(published), "long", locale=locale)
    except ValueError:
        return published
