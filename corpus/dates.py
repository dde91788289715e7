"""Read dates as people write them, and write dates in full, in any language."""

import re
from datetime import date, datetime

from babel.dates import format_date, format_skeleton

ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d(?=[T ])")
PARTS = {"%Y-%m-%d": ["day", "month", "year"], "%Y-%m": ["month", "year"]}
LOCALES = {"en": "en_GB"}  # the day before the month, as the UN writes dates


def iso_date(written: str) -> str:
    """Return a date, month or year as ISO writes it; "" for what is none, or may be either of two dates.

    >>> iso_date("12 mars 2024"), iso_date("March 2024"), iso_date("2024"), iso_date("31/12/2024")
    ('2024-03-12', '2024-03', '2024', '2024-12-31')
    >>> iso_date("3/4/2024"), iso_date("soon"), iso_date("2024-02-30")
    ('', '', '')
    """
    text = written.strip()
    if found := TIMESTAMP.match(text):
        text = found[0]
    if ISO.fullmatch(text):
        return text if _is_real(text) else ""
    readings = {_read(text, order) for order in ("DMY", "MDY", "YMD")} - {""}
    return readings.pop() if len(readings) == 1 else ""


def _is_real(iso: str) -> bool:
    try:
        date.fromisoformat((iso + "-01-01")[: len("2024-01-01")])
    except ValueError:
        return False
    return True


def _read(text: str, order: str) -> str:
    from dateparser import parse  # takes a second to import

    for form, parts in PARTS.items():
        settings = {"REQUIRE_PARTS": parts, "DATE_ORDER": order, "PREFER_LOCALE_DATE_ORDER": False}
        found: datetime | None = parse(text, settings=settings)
        if found:
            return found.strftime(form)
    return ""


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
