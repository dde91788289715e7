"""Read dates as people write them, compare them, and write them in full, in any language.

Left out: calendars other than the Gregorian.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import chain
from operator import itemgetter

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton

LOCALES = {"en": "en_GB"}  # the day before the month, as the UN writes dates
MONTHS_A_YEAR = 12
MONTHS_FIRST = ("en", "en-us", "")  # languages in which 3/4 may be the third of April or the fourth of March
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})(?:-(\d{2})(?:-(\d{2}))?|[/.](\d{1,2})[/.](\d{1,2}))(?!\d)")
CHINESE = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日일])?")  # and Japanese and Korean
YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?!\d)")
MONTHS_IN = ("en", "fr", "es", "ru", "ar", "pt", "de")  # languages of months where that of a text is not known


def iso_date(text: str, language: str = "") -> str:
    """Return the first date or month in a text, or the year that it consists of, in ISO form.

    "" where there is none, or day and month can't be told apart.

    >>> iso_date("Genève, le 1er mars 2024"), iso_date("2024年3月12日"), iso_date("2024/3/12"), iso_date("March 2024")
    ('2024-03-01', '2024-03-12', '2024-03-12', '2024-03')
    >>> iso_date("3/4/2024"), iso_date("3/4/2024", "fr"), iso_date("soon"), iso_date("2024-02-30")
    ('', '2024-04-03', '', '')
    >>> iso_date("Annual report 2023-24, 3 May 2024, changed on 2024-06-01")
    '2024-05-03'
    """
    if re.fullmatch(r"(?:1[5-9]|20)\d\d", text.strip()):
        return text.strip()
    return min(_dates(text, language), key=itemgetter(0), default=(0, ""))[1]


def _dates(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Yield where each date or month in a text begins, and its ISO form; "" where day and month can't be told apart."""
    for match in chain(YEAR_FIRST.finditer(text), CHINESE.finditer(text)):
        if iso := _iso(*filter(None, match.groups())):
            yield match.start(), iso
    for match in YEAR_LAST.finditer(text):
        day, month, year = match.groups()
        if language in MONTHS_FIRST and day != month and max(int(day), int(month)) <= MONTHS_A_YEAR:
            yield match.start(), ""
        elif iso := _iso(year, month, day) or _iso(year, day, month):
            yield match.start(), iso
    for months in dict.fromkeys((language.partition("-")[0], "en") if language else MONTHS_IN):
        for match in chain.from_iterable(pattern.finditer(text) for pattern in _worded(months)):
            number = _months(months).get(match["month"].casefold(), "")
            if iso := _iso(match["year"], str(number), match["day"]):
                yield match.start(), iso


@cache
def _worded(language: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of dates that name their month in a language."""
    name = "|".join(sorted(map(re.escape, _months(language)), key=len, reverse=True))
    patterns = (
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|d['’])?(?P<month>{name})\b\.?(?:\s*/\s*\w+)?,?\s*(?:de[l]?\s+)?(?P<year>\d{{4}})",
        rf"\b(?P<month>{name})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
        rf"\b(?P<day>)(?P<month>{name})\b\.?\s+(?:de[l]?\s+)?(?P<year>\d{{4}})",
    )
    return tuple(re.compile(pattern, re.I) for pattern in patterns) if name else ()


@cache
def locales_of(language: str) -> tuple[Locale, ...]:
    """Return the locales of a language, the general one first; none where it is not known.

    Arabic has several, since its names of the months differ by country.
    """
    try:
        return tuple(map(Locale.parse, ("ar", "ar_LB", "ar_MA") if language == "ar" else (language,)))
    except (UnknownLocaleError, ValueError):
        return ()


@cache
def _months(language: str) -> dict[str, int]:
    """Return the names of the months in a language, in lower case, with their numbers."""
    names: dict[str, int] = {}
    for locale in locales_of(language):
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, month in locale.months[form][width].items():
                    names.setdefault(month.rstrip(".").casefold(), number)
    return names


def _iso(year: str, month: str, day: str = "") -> str:
    try:
        return date(int(year), int(month), int(day or 1)).isoformat()[: None if day else 7]
    except ValueError:
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


def may_lie_within(published: str, since: str, until: str) -> bool:
    """Return whether an ISO date, month or year may lie between two others; an empty bound does not bound.

    A year lies in each of its months. What is no date lies between no bounds.

    >>> may_lie_within("2015", "2015-03", ""), may_lie_within("2015-03-12", "2014", "2015-02")
    (True, False)
    """
    if not published[:4].isdecimal():
        return not (since or until)
    return published[: len(since)] >= since[: len(published)] and published[: len(until)] <= until[: len(published)]
