"""Answer with places: those with the highest figures, those that have a value, and those of a region added up.

In: a FiguresQuestion of the kind TOP or LIST, or on a region. Out: Told.
"""

from collections.abc import Iterable
from dataclasses import replace

from corpus.figures import Figure, Series, find, list_figure, ranked, stated, summed
from corpus.language.regions import COUNTRY, WORLD, members, place_name
from corpus.language.text import fold
from qa.figures.question import FiguresQuestion, Kind
from qa.figures.telling import (
    Sentence,
    Told,
    fixed_notes,
    item_text,
    missing_in,
    missing_text,
    number_in,
    sentence_of,
    source_of,
)
from qa.figures.texts import text

TOP = 5  # places of a ranking that are told
LATEST = 5  # years back that a trend looks where none are named
MOST_ITEMS = 30  # places of a list that are told


def top(asked: FiguresQuestion) -> Told:
    """Tell the places with the highest figures of a year: the one asked for, or the last complete one."""
    year = asked.years[-1] if asked.years else asked.table.last_complete
    found = ranked(asked.table, _ranked_places(asked), year, asked.indicator.id, asked.breakdown)
    if not found:
        return missing_in(replace(asked, years=(year,)), WORLD)
    first, *others = found[:TOP]
    among = text("among", asked.language).format(number=len(found), year=year)
    sentences = (sentence_of(asked, first), *_by_place(asked, others))
    return Told(sentences, (among, *fixed_notes(asked)), series=_series(asked, found[:TOP]))


def listed(asked: FiguresQuestion) -> Told:
    """Tell which places have a value in a year: the one asked for, or the last one in which any has it.

    Of what a place has once, such as a date, those are told that have it in the years asked for.
    """
    if asked.indicator.once:
        return _dated(asked)
    by_year = stated(asked.table, _ranked_places(asked), asked.indicator.id, asked.value)
    year = asked.years[-1] if asked.years else max(by_year, default=0)
    if year not in by_year:
        return Told(refusal=missing_text(asked, by_year))
    cited = (list_figure(asked.table, year, asked.indicator.id, asked.value),)
    names = sorted((place_name(figure.country, asked.language) for figure in by_year[year]), key=fold)
    items = [Sentence(name, cited, is_item=True) for name in names[:MOST_ITEMS]]
    items[-1] = replace(items[-1], rest=tuple(names[MOST_ITEMS:]))
    return Told((_heading(replace(asked, years=(year,)), cited, len(names)), *items), fixed_notes(asked))


def _dated(asked: FiguresQuestion) -> Told:
    found = (find(asked.table, place, asked.years, asked.indicator.id) for place in _ranked_places(asked))
    figures = sorted((figure for series in found for figure in series), key=lambda of: fold(_item(asked, of)))
    if not figures:
        return Told(refusal=missing_text(asked))
    return Told((_heading(asked, figures, len(figures)), *_by_place(asked, figures)), fixed_notes(asked))


def together(asked: FiguresQuestion, region: str) -> Told:
    """Tell the figures of a region's countries added up, with the highest of them: those that the table has.

    It is no count of the region, so years are told with their numbers of countries, and not compared.
    """
    last = asked.table.last_complete
    years = asked.years or tuple(range(last + 1 - (LATEST if asked.kind == Kind.TREND else 1), last + 1))
    sums = [each for year in years if (each := summed(asked.table, region, year, asked.indicator.id))]
    if asked.breakdown or not sums:
        return missing_in(asked, region)
    sentences = []
    for each in sums:
        found = ranked(asked.table, members(region), each.year, asked.indicator.id)
        label = replace(asked, years=(each.year,)).label
        value = number_in(each.number or 0, asked.language)
        said = text("together", asked.language).format(
            value=value, label=label, number=len(found), about=source_of(asked)
        )
        sentences.append(Sentence(said, (each,), is_item=len(sums) > 1))
        if len(sums) == 1:
            first, rest = found[:TOP], [_item(asked, figure) for figure in found[TOP:]]
            items = list(_by_place(asked, first))
            sentences += [*items[:-1], replace(items[-1], rest=tuple(rest))]
    inside = (find(asked.table, place, [years[-1]], asked.indicator.id) for place in members(region))
    hidden = [place_name(series.country, asked.language) for series in inside if series and series[0].is_suppressed]
    left = (text("left_out", asked.language).format(countries=", ".join(hidden)),) if hidden else ()
    return Told(tuple(sentences), (*left, *fixed_notes(asked)), series=_series(asked, found[:TOP]))


def _heading(asked: FiguresQuestion, figures: Iterable[Figure], number: int) -> Sentence:
    said = text("listed", asked.language).format(number=number, label=asked.label, about=source_of(asked))
    return Sentence(said, tuple(figures))


def _by_place(asked: FiguresQuestion, figures: Iterable[Figure]) -> Iterable[Sentence]:
    return (Sentence(_item(asked, figure), (figure,), is_item=True) for figure in figures)


def _item(asked: FiguresQuestion, figure: Figure) -> str:
    return item_text(asked, place_name(figure.country, asked.language), figure)


def _series(asked: FiguresQuestion, figures: Iterable[Figure]) -> tuple[Series, ...]:
    return tuple(
        find(asked.table, figure.country, [figure.year], asked.indicator.id, asked.breakdown) for figure in figures
    )


def _ranked_places(asked: FiguresQuestion) -> tuple[str, ...]:
    """Return the countries that are ranked: those of the region that is named, else all of the table."""
    region = next((place for place in asked.places if not COUNTRY.fullmatch(place)), WORLD)
    inside = members(region)
    return tuple(place for place in asked.table.places if COUNTRY.fullmatch(place) and (not inside or place in inside))
