"""Follow-ups to questions on figures: what they leave out is that of the question before.

In: a follow-up, and how the question before it was understood. Out: a FiguresQuestion, or None where it asks for
something else: "And in Kenya?" and "How many of them were women?" are short and change a part of the question before.
"""

from dataclasses import replace

from corpus.figures import Indicator, Table
from corpus.language.regions import COUNTRY, WORLD
from qa.figures.question import FiguresQuestion, Kind
from qa.figures.reading import Places, breakdown_of
from qa.figures.years import years_of
from qa.query.question import Question

MOST_WORDS, MOST_SIGNS = 10, 60  # of a follow-up; a longer one says what it asks for
YEARS_BACK = 4  # that a trend begins before the year whose number is asked for, now or before


def says_all(question: Question) -> bool:
    """Return whether a question is too long for one that leaves out what it asks for."""
    return len(question.text) > MOST_SIGNS or len(question.text.split()) > MOST_WORDS


def followed(
    question: Question, before: FiguresQuestion, places: Places, kind: Kind, named: tuple[Table, Indicator] | None
) -> FiguresQuestion | None:
    """Return a question with what it leaves out from the one before it; `named` is the indicator that it names."""
    table, indicator = named or (before.table, before.indicator)
    years, breakdown = years_of(question).of(table), dict(breakdown_of(question))
    if places.citizens:
        breakdown["citizenship"] = places.citizens
    if not (named or places.codes or places.choices or years or breakdown or kind != Kind.VALUE):
        return None
    codes = places.codes or (() if places.choices else before.places)
    is_of_all = before.kind in {Kind.TOP, Kind.LIST} and not any(map(COUNTRY.fullmatch, codes))
    if kind == Kind.TOP and not places.codes:
        codes = (WORLD,)
    if kind == Kind.VALUE:
        is_one = years or before.kind in {Kind.COMPARE, Kind.LIST}
        kind = before.kind if is_of_all or not is_one else Kind.VALUE
    years = years or before.years
    kind = settled(kind, codes, years)
    if kind == Kind.TREND and len(years) == 1:
        years = tuple(range(years[0] - YEARS_BACK, years[0] + 1))
    kept = dict(before.breakdown) if table is before.table and indicator is before.indicator else {}
    if kind == Kind.SHARE and not kept | breakdown:  # a share of nothing
        kind = settled(Kind.VALUE, codes, years)
    return replace(
        before,
        table=table,
        indicator=indicator,
        places=codes,
        years=() if indicator.once else years,
        breakdown=tuple(sorted((kept | breakdown).items())),
        kind=kind if indicator.is_count or kind in {Kind.COMPARE, Kind.SERIES, Kind.LIST} else Kind.VALUE,
        last_years=bool(years_of(question).last) or (before.last_years and years == before.years),
        choices=places.choices,
        is_kept=(kept | breakdown).keys() <= set(table.dimensions),
        value=before.value if kind == Kind.LIST else "",
        by_year=(years_of(question).until or before.by_year) if indicator.once else 0,
        follows=True,
    )


def settled(kind: Kind, places: tuple[str, ...], years: tuple[int, ...]) -> Kind:
    """Return what is asked of so many places and years.

    >>> settled(Kind.VALUE, ("NP",), (2018, 2019)), settled(Kind.COMPARE, ("NP",), ())
    (<Kind.SERIES: 'series'>, <Kind.TREND: 'trend'>)
    """
    countries = [place for place in places if COUNTRY.fullmatch(place)]
    if kind == Kind.TOP and countries:
        return Kind.COMPARE if len(countries) > 1 else Kind.SERIES
    if kind in {Kind.VALUE, Kind.COMPARE} and len(places) > 1:
        return Kind.COMPARE
    if kind == Kind.COMPARE:
        return Kind.TREND
    return Kind.SERIES if kind == Kind.VALUE and len(years) > 1 else kind
