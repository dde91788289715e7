"""The help card: where a person at risk can get help.

In: a message, and the help lines. Out: a HelpCard in the user's language, and a HelpBook with the lines of all
countries. It needs no index and no model, and stores nothing.
Left out: detecting who is at risk (distress_rules). The country comes from the message or the operator, never from an
address.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from babel import Locale
from babel.dates import get_day_names
from pydantic import TypeAdapter

from corpus.language.countries import country_code, country_name
from corpus.language.dates import long_date
from corpus.language.shipped import shipped_yaml
from corpus.language.whereabouts import whereabouts
from qa.answers.help import EmergencyNumber, HelpCard, HelpLine
from qa.query.question import Question
from qa.safety.help_lines import LINES, HelpEntry, emergency_numbers, is_stale, oldest_day, read_entries

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOURS = re.compile(r"(?:(?:(?:Mo|Tu|We|Th|Fr|Sa|Su)[-,]?)+ )?\d\d:\d\d-\d\d:\d\d")


@dataclass(frozen=True, slots=True, eq=False)  # as keys of caches, they would be hashed line by line
class HelpLines:
    """The help lines of an operator, and the days after which one must be confirmed again."""

    entries: tuple[HelpEntry, ...]
    stale_days: int

    @property
    def oldest(self) -> date:
        """The first day since which a line must have been confirmed, as of today."""
        return oldest_day(self.stale_days)

    def of(self, regions: Sequence[str], language: str, oldest: date) -> tuple[HelpLine, ...]:
        """Return the lines of some countries, by their codes, in a language; stale are those before `oldest`."""
        chosen = [entry for entry in self.entries if entry.region in regions]
        return tuple(_line(entry, oldest, language) for entry in chosen)


@dataclass(frozen=True, slots=True)
class HelpCountry:
    """What helps in one country."""

    region: str
    name: str
    numbers: tuple[EmergencyNumber, ...]
    lines: tuple[HelpLine, ...]


@dataclass(frozen=True, slots=True)
class HelpBook:
    """All that the help card can show in a language, without a server.

    `card` is shown before a country is chosen: it has lines only where the operator has named countries.
    """

    language: str
    texts: dict[str, str]
    card: HelpCard
    countries: tuple[HelpCountry, ...]


def read_help_lines(file: Path | None, stale_days: int) -> HelpLines:
    """Read the operator's file, or the one shipped with Waymark. Raises BrokenHelpLines with the cure."""
    return HelpLines(read_entries(file or LINES), stale_days)


def help_texts(language: str) -> dict[str, str]:
    """Return the texts of the card in a language, in English where there is no translation."""
    return _texts().get(language) or _texts()["en"]


def help_card(
    message: Question, lines: HelpLines, default_countries: Sequence[str], earlier: Sequence[Question] = ()
) -> HelpCard:
    """Return the card with the lines of the countries where somebody is, else of the default ones, else all.

    The message tells where, or else the latest of the `earlier` ones that does; home counts if none tells of elsewhere.
    """
    stays, homes = zip(*(whereabouts(each.text, each.language) for each in (message, *reversed(earlier))), strict=True)
    told = next(filter(None, (*stays, *homes)), _regions(default_countries))
    return _card(lines, lines.oldest, told, spoken(message.language))


@lru_cache(maxsize=128)  # a message may name any countries
def _card(lines: HelpLines, oldest: date, regions: tuple[str, ...], language: str) -> HelpCard:
    """Return the card for some countries; it is made once a day, as it goes out hundreds of times a second in a flood.

    `oldest` is that of the lines today.
    """
    texts = help_texts(language)
    every = {entry.region: None for entry in lines.entries}
    return HelpCard(
        title=texts["title"],
        text=texts["text"],
        emergency=texts["emergency"],
        note=texts["note"],
        regions=regions,
        numbers=tuple(dict.fromkeys(number for region in regions for number in numbers_in(region, language))),
        lines=lines.of(regions or tuple(every), language, oldest),
    )


def help_book(lines: HelpLines, default_countries: Sequence[str], language: str) -> HelpBook:
    """Return the book in a language, with the countries in the order of their names."""
    regions = {*emergency_numbers(), *(entry.region for entry in lines.entries)}
    oldest = lines.oldest
    countries = [
        HelpCountry(
            region,
            country_name(region, language),
            numbers_in(region, language),
            lines.of((region,), language, oldest),
        )
        for region in regions
    ]
    by_name = sorted(countries, key=lambda country: sort_key(country, language))
    card = help_card(Question("", language), lines, default_countries)
    first = card if card.regions else replace(card, lines=())
    return HelpBook(language, help_texts(language), first, tuple(by_name))


def sort_key(country: HelpCountry, language: str) -> str:
    """Return the text by which a country is put in order: its name without accents, its English name in Chinese.

    Chinese characters have no order that a reader knows without a table.
    """
    name = country_name(country.region) if language == "zh" else country.name
    return unicodedata.normalize("NFD", name).casefold()


def book_json(lines: HelpLines, default_countries: tuple[str, ...], language: str) -> bytes:
    """Write the book as JSON that is small: without what is empty and what the sentences of a line say already."""
    return _book_json(lines, lines.oldest, default_countries, language)


@lru_cache(maxsize=16)  # a book for each language, and those of yesterday
def _book_json(lines: HelpLines, _oldest: date, default_countries: tuple[str, ...], language: str) -> bytes:
    """Return the book of today, whose `oldest` tells it from that of yesterday."""
    book = help_book(lines, default_countries, language)
    said = {"country", "languages", "hours", "source", "source_date", "checked", "stale"}
    return _BOOK.dump_json(
        book, exclude_defaults=True, exclude={"countries": {"__all__": {"lines": {"__all__": said}}}}
    )


def numbers_in(region: str, language: str) -> tuple[EmergencyNumber, ...]:
    """Return the emergency numbers of a country by its code, the general one first."""
    texts = help_texts(language)
    numbers = emergency_numbers().get(region, {}).items()
    first = sorted(numbers, key=lambda item: item[1] != ["general"])
    return tuple(EmergencyNumber(", ".join(texts[name] for name in names), number) for number, names in first)


def spoken(language: str) -> str:
    """Return the language of the card for a message in a language."""
    return language if language in _texts() else "en"


def _regions(countries: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of countries, each once."""
    return tuple(dict.fromkeys(filter(None, map(country_code, countries))))


def _line(entry: HelpEntry, oldest: date, language: str) -> HelpLine:
    texts = help_texts(language)
    hours = _hours_in(entry.hours, language)
    languages = tuple(_language_in(name, language) for name in entry.languages)
    facts = [
        texts["free"] if entry.free else "",
        texts["hours"].format(hours=hours) if hours else "",
        texts["languages"].format(languages=", ".join(languages)) if languages else "",
        *_provenance(entry, is_stale(entry, oldest), language),
    ]
    return HelpLine(
        country=country_name(entry.region, language),
        service=entry.service,
        purpose=texts[entry.purpose] if entry.purpose else "",
        number=entry.number,
        sms=entry.sms,
        chat=entry.chat,
        form=entry.form,
        email=entry.email,
        languages=languages,
        hours=hours,
        url=entry.url,
        source=entry.source,
        source_date=entry.source_date,
        checked=entry.checked.isoformat() if entry.checked else "",
        stale=is_stale(entry, oldest),
        facts=tuple(filter(None, facts)),
    )


def _provenance(entry: HelpEntry, stale: bool, language: str) -> tuple[str, ...]:
    """Return who says that the number is right: the operator, or only a page."""
    texts = help_texts(language)
    if entry.checked:
        told = texts["confirmed"].format(date=long_date(entry.checked.isoformat(), language))
        return (told, texts["stale"]) if stale else (told,)
    site = (urlsplit(entry.source).hostname or entry.source).removeprefix("www.")
    if entry.source_date:
        return (texts["given_on"].format(site=site, date=long_date(entry.source_date, language)),)
    return (texts["given"].format(site=site),)


def _hours_in(hours: str, language: str) -> str:
    """Write hours in OpenStreetMap's form in a language; leave others as they are.

    >>> _hours_in("24/7", "en"), _hours_in("Mo-Fr 09:00-17:00", "fr"), _hours_in("weekdays", "es")
    ('day and night, every day', 'lun.-ven. 09:00-17:00', 'weekdays')
    """
    if hours == "24/7":
        return help_texts(language)["always"]
    if not all(map(HOURS.fullmatch, hours.split("; "))):
        return hours
    names = get_day_names("abbreviated", locale=language)
    return re.sub("|".join(DAYS), lambda day: names[DAYS.index(day[0])], hours)


def _language_in(name: str, language: str) -> str:
    """Return the name of a language, given by its English name, in another one."""
    if name == "interpreters":
        return help_texts(language)["interpreters"]
    code = next((code for code, english in Locale("en").languages.items() if english == name), "")
    translated: str = Locale.parse(language).languages.get(code, name)
    return translated


_BOOK = TypeAdapter(HelpBook)


def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = shipped_yaml("qa/safety/help_texts.yaml")
    return texts
