"""Write dates in full, in any language."""

from datetime import date

from babel.dates import format_date, format_skeleton

LOCALES = {"en": "en_GB"}  # the day before the month, as the UN writes dates


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
