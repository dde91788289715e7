"""Understand a question on an indicator: which places, years, breakdown and kind of answer it asks for.

In: a question, the indicator that it is on, its places and kind. Out: a FiguresQuestion, or None where it asks for what
no table tells. Left out: which indicator is meant (recognition).
"""

from collections.abc import Collection, Sequence

import numpy as np

from corpus.figures import Indicator, Table, find
from corpus.language.regions import COUNTRY, EUROPEAN_UNION, WORLD, members, place_name
from qa.figures.followups import YEARS_BACK, settled
from qa.figures.question import End, FiguresQuestion, Kind
from qa.figures.reading import LEAST, Places, breakdown_of, has, names_place, value_of, without_us
from qa.figures.words import groups
from qa.figures.years import years_of
from qa.query.question import Question

FULL_AGE = "18"  # a number of a question that names a category of age
TOLD = {Kind.TREND, Kind.TOP, Kind.COMPARE, LEAST}  # kinds that ask for numbers without a word for them
# Words with a capital in English questions that name neither a place nor somebody.
# fmt: off
PLAIN_NAMES = frozenset({
    "department", "east", "global", "i", "in", "iom", "latin", "list", "migrant", "migrants", "missing", "north",
    "palermo", "persons", "project", "protocol", "report", "sea", "south", "south-east", "southeast", "state", "tier",
    "tip", "trafficking", "un", "unodc", "us", "watch", "west",
})
# fmt: on


def asks_else(question: Question, indicator: Indicator, kind: str) -> bool:
    """Tell whether a question on a count asks for no number, of a certain report, or has numbers that are no years."""
    if not indicator.is_count:
        return False
    asks_number = any(has(question, group) for group in ("asks_number", "share", "which_year"))
    is_told = kind in TOLD or asks_number or not has(question, "other_questions")
    years = years_of(question)
    others = (
        question.numbers
        - set(question.years)
        - years.counted
        - {FULL_AGE if "age" in dict(breakdown_of(question)) else ""}
    )
    return has(question, "reports") or not is_told or bool(others and kind != Kind.TOP)


def names_else(question: Question, places: Places) -> bool:
    """Tell whether a question names a region that no table has, or an English one what is no place or people at all."""
    if places.is_part or has(question, "other_regions") or (not places.codes and has(question, "unknown_regions")):
        return True
    names = [*question.countries, *map(place_name, places.codes)]
    known = {word for name in names for word in name.casefold().split()}
    others = (name for name in question.names if name not in known and name not in PLAIN_NAMES)
    return not all(names_place(name) for name in others)


def understood(
    question: Question, table: Table, indicator: Indicator, places: Places, kind: str, score: float
) -> FiguresQuestion | None:
    """Return what a question asks of an indicator."""
    breakdown = dict(breakdown_of(question))
    if places.citizens and indicator.is_count:  # those who rate others in "the American report" are no citizens
        breakdown["citizenship"] = places.citizens
    codes, value, end = _codes(places, table, indicator), value_of(question, indicator), _end_of(question, kind)
    wanted = _kind(question, indicator, kind, codes, value, breakdown, end)
    regions = [code for code in codes if not COUNTRY.fullmatch(code) and code not in table.places]
    if wanted is None or (regions and len(codes) > 1):  # sums of other countries can't be compared
        return None
    if any(code != WORLD and not members(code) for code in regions):  # a sea or a route of another table
        return None
    if not codes and not places.choices:
        if wanted not in {Kind.TOP, Kind.LIST} and WORLD not in table.places:
            return None
        codes = (WORLD,)
    years = _years(question, table, indicator, codes, wanted)
    wanted = wanted if wanted in {Kind.LIST, Kind.SHARE, Kind.YEAR} else settled(wanted, codes, years)
    if wanted == Kind.TREND and len(years) == 1:
        years = tuple(range(years[0] - (YEARS_BACK if has(question, "asks_number") else 1), years[0] + 1))
    return FiguresQuestion(
        table=table,
        indicator=indicator,
        places=codes,
        years=years,
        breakdown=tuple(sorted(breakdown.items())),
        kind=wanted
        if indicator.is_count or wanted in {Kind.COMPARE, Kind.SERIES, Kind.LIST, Kind.YEAR}
        else Kind.VALUE,
        language=question.language if question.language in table.source else "en",
        confidence=round(float(np.clip((score + 1) / 2, 0, 1)), 4),
        last_years=bool(years_of(question).last),
        choices=places.choices,
        is_kept=not has(question, "not_kept") and breakdown.keys() <= set(table.dimensions),
        value=value if wanted in {Kind.LIST, Kind.YEAR} else "",
        end=end if wanted == Kind.YEAR else None,
        by_year=years_of(question).until if indicator.once else 0,
    )


def _codes(places: Places, table: Table, indicator: Indicator) -> tuple[str, ...]:
    """Return the places that are asked of a table: the European Union where it is one of them, else its countries."""
    codes = places.codes if indicator.is_count else without_us(places.codes)
    return tuple("EU" if code == EUROPEAN_UNION and "EU" in table.places else code for code in codes)


def _kind(
    question: Question,
    indicator: Indicator,
    kind: str,
    codes: Sequence[str],
    value: str,
    breakdown: Collection[str],
    end: End | None,
) -> Kind | None:
    """Return the kind of answer that is asked for, None where no table has it."""
    countries = [code for code in codes if COUNTRY.fullmatch(code) and (indicator.is_count or code != "US")]
    which_places, is_top = has(question, "which_places"), kind == Kind.TOP
    if not countries and (which_places or is_top):
        lists = value or (indicator.once and which_places)
        return Kind.LIST if lists else Kind.TOP if is_top else None
    if len(codes) == 1 and has(question, "which_year") and (value or (end and indicator.is_count)):
        return Kind.YEAR
    if has(question, "share") and kind != Kind.TREND:
        return Kind.SHARE if breakdown and indicator.is_count and codes else None
    if is_top and len(countries) == 1:  # "the ranking of Japan" is its tier
        return None if indicator.is_count and not has(question, "which_year") else Kind.VALUE
    return None if kind == LEAST else Kind(kind)  # suppressed counts are lower than the lowest that is told


def _end_of(question: Question, kind: str) -> End | None:
    if kind in {Kind.TOP, LEAST}:
        return End.MOST if kind == Kind.TOP else End.LEAST
    return next((End(name) for name, sought in groups("ends").items() if sought.search(question.folded)), None)


def _years(question: Question, table: Table, indicator: Indicator, codes: Sequence[str], kind: Kind) -> tuple[int, ...]:
    """Return the years that are asked for; those since a year end with the last one that a place has."""
    if indicator.once and kind != Kind.LIST:
        return ()
    asked = years_of(question)
    years = asked.of(table, whole=kind in {Kind.TREND, Kind.TOTAL})
    had = {year for code in codes for year in find(table, code, None, indicator.id).available}
    return tuple(year for year in years if year in asked.named or year in had or year not in table.incomplete)
