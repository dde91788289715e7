"""A question on figures as it was understood: which table, indicator, places, years and breakdown, and what is asked.

Left out: recognising it (recognition), answering it (answers).
"""

from dataclasses import dataclass
from enum import StrEnum

from corpus.figures import Breakdown, Indicator, Table
from corpus.language.countries import country_name
from corpus.language.regions import place_name
from qa.figures.texts import local, text


class Kind(StrEnum):
    """What is asked of the figures."""

    VALUE = "value"
    SERIES = "series"
    TREND = "trend"
    TOP = "top"
    COMPARE = "compare"
    TOTAL = "total"
    LIST = "list"
    SHARE = "share"
    YEAR = "year"


class End(StrEnum):
    """Which year of a series is asked for."""

    FIRST = "first"
    LAST = "last"
    MOST = "most"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class FiguresQuestion:
    """A question on figures.

    `places` are codes as in the tables. `years` are empty where the latest is asked for, or all of a series.
    `last_years` tells that they were counted from the last year of the table. `choices` are the countries of which one
    has to be named before it can be answered. `is_kept` is false where the table lacks the breakdown that is asked for.
    `value` is that whose places or years are listed, `end` the year of a series that is asked for. `by_year` is the
    year by which something that a place has once is asked for, 0 where none is named, which means today. `follows`
    tells that parts of it are those of the question before.
    `confidence` from 0 to 1 is how sure it is that figures are asked for.
    """

    table: Table
    indicator: Indicator
    places: tuple[str, ...]
    years: tuple[int, ...]
    breakdown: Breakdown
    kind: Kind
    language: str
    confidence: float
    last_years: bool = False
    choices: tuple[str, ...] = ()
    is_kept: bool = True
    value: str = ""
    end: End | None = None
    by_year: int = 0
    follows: bool = False

    @property
    def label(self) -> str:
        """How it was understood, in few words of its language.

        "Persons convicted · Nepal · 2018"
        """
        parts = [text(self.value, self.language) if self.value else local(self.indicator.name, self.language)]
        parts += [category_name(dimension, category, self.language) for dimension, category in self.breakdown]
        parts += [place_name(place, self.language) for place in self.places]
        return " · ".join([*parts, *([years_label(self.years)] if self.years else [])])


def category_name(dimension: str, category: str, language: str) -> str:
    """Return the name of a category of a breakdown in a language."""
    if dimension != "citizenship":
        return text(f"{dimension}_{category}", language)
    return text("citizens", language).format(country=country_name(category, language))


def years_label(years: tuple[int, ...]) -> str:
    """Return years as they are written in a label.

    >>> years_label((2015, 2016, 2017)), years_label((2015, 2018))
    ('2015–2017', '2015, 2018')
    """
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return ", ".join(map(str, years))
