"""Answer a question on figures from a table: sentences with the number first, each with the figures that it tells.

In: a FiguresQuestion. Out: Told: sentences with their figures, and fixed texts on what is missing and what the figures
are. Missing is said as missing, a suppressed count as fewer than it says; years are only added up where that is valid.
Left out: citations, and joining with what texts tell (joining).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from babel.numbers import format_decimal

from corpus.figures import Figure, Series, find, list_figure, ranked, stated
from corpus.language.regions import COUNTRY, WORLD, members, place_in_sentence, place_name
from corpus.language.text import fold
from qa.figures.question import FiguresQuestion, Kind, category_name, years_label
from qa.figures.texts import local, text

TOP = 5  # places of a ranking that are told
LATEST = 5  # years back that a trend looks where none are named
MOST_ITEMS = 30  # years of a series, or places of a list, that are told


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or list item, and the figures that it tells; `rest` are the items behind it that are folded."""

    text: str
    figures: tuple[Figure, ...]
    is_item: bool = False
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a table tells: sentences, and notes on the figures; without sentences, `refusal` says why.

    `near` are figures of other years, where those asked for are missing. `series` are those that a chart shows.
    """

    sentences: tuple[Sentence, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str = ""
    near: tuple[Sentence, ...] = ()
    series: tuple[Series, ...] = ()

    @property
    def opening(self) -> str:
        """What an answer opens with."""
        return self.sentences[0].text if self.sentences else self.refusal


def tell(asked: FiguresQuestion) -> Told:
    """Return what the table of a question tells about it."""
    language = asked.language
    if asked.choices:
        countries = " / ".join(place_name(code, language) for code in asked.choices)
        return Told(refusal=text("which_country", language).format(countries=countries))
    if not asked.is_kept:
        return Told(refusal=text("not_kept", language).format(source=_source(asked)))
    if asked.kind == Kind.LIST:
        return _listed(asked)
    if asked.kind == Kind.TOP:
        return _top(asked)
    return _compared(asked) if len(asked.places) > 1 else _of_one_place(asked)


def _of_one_place(asked: FiguresQuestion) -> Told:
    [place] = asked.places
    series = _series(asked, place)
    if asked.kind == Kind.TREND:
        return _trend(asked, series)
    if not series:
        return _missing(asked, series)
    notes = _notes(asked, [series])
    if asked.kind == Kind.TOTAL and len(series) > 1:
        if series.total is not None:
            label = f"{asked.label}" if asked.years else f"{asked.label} · {_span(series)}"
            value = _number(series.total, asked.language)
            said = text("in_total", asked.language).format(value=value, label=label, about=_source(asked))
            return Told((Sentence(said, series.figures),), notes, series=(series,))
        notes = (*notes, text("no_total", asked.language))
    if asked.kind in {Kind.SERIES, Kind.TOTAL} and len(series) > 1:
        first, *others = series.figures[-MOST_ITEMS:]
        items = [Sentence(_item(asked, str(figure.year), figure), (figure,), is_item=True) for figure in others]
        return Told((_sentence(asked, first), *items), notes, series=(series,))
    return Told((_sentence(asked, series[-1]),), notes, series=(series,))


def _trend(asked: FiguresQuestion, series: Series) -> Told:
    """Tell the last figure, and whether it rose from the first one asked for, or of the latest complete years."""
    told = [figure for figure in series if figure.year not in asked.table.incomplete or asked.years]
    told = told if asked.years else told[-LATEST:]
    ends = [figure.number for figure in (told[0], told[-1])] if len(told) > 1 else []
    if len(ends) != 2 or None in ends or series.break_year:  # noqa: PLR2004 - the first and the last
        if not told:
            return _missing(asked, series)
        items = [Sentence(_item(asked, str(figure.year), figure), (figure,), is_item=True) for figure in told[1:]]
        return Told((_sentence(asked, told[0]), *items), _notes(asked, [series]), series=(series,))
    first, last = ends[0] or 0, ends[1] or 0
    key = "rose" if first < last else "fell" if first > last else "same"
    said = text(key, asked.language).format_map(
        {
            "first": told[0].year,
            "last": told[-1].year,
            "from": _number(first, asked.language),
            "to": _number(last, asked.language),
            "label": _label(asked),
            "about": _source(asked),
        }
    )
    items = [Sentence(_item(asked, str(figure.year), figure), (figure,), is_item=True) for figure in told]
    trend = Sentence(said, (told[0], told[-1]))
    sentences = (_sentence(asked, told[-1]), trend, *_between(asked, told), *items)
    return Told(sentences, _notes(asked, [series]), series=(series,))


def _between(asked: FiguresQuestion, told: Sequence[Figure]) -> Iterator[Sentence]:
    """Yield where the figures stood highest and lowest, where that is not at the first or the last of them."""
    numbers = [figure.number for figure in told if figure.number is not None]
    low, high = min(numbers), max(numbers)
    if len(numbers) == len(told) and {low, high} != {numbers[0], numbers[-1]}:
        ends = {key: told[numbers.index(number)] for key, number in (("low", low), ("high", high))}
        values = {key: f"{_value(figure, asked.language)} ({figure.year})" for key, figure in ends.items()}
        yield Sentence(text("between", asked.language).format_map(values), tuple(ends.values()))


def _compared(asked: FiguresQuestion) -> Told:
    """Tell the figures of several places in the same year: the one asked for, or the latest that all have."""
    every = [_series(asked, place) for place in asked.places]
    if asked.kind in {Kind.VALUE, Kind.COMPARE} and len(asked.years) <= 1 and all(every):
        shared = set.intersection(*({figure.year for figure in series} for series in every))
        year = max(shared, default=None)
        figures = [figure for series in every for figure in series if year is None or figure.year == year]
        figures = figures if year is not None else [series[-1] for series in every]
        figures.sort(key=lambda figure: -(figure.number or 0))
    else:
        figures = [figure for series in every for figure in series]
    if not figures:
        return _missing(asked, every[0])
    missing = [place_name(series.country, asked.language) for series in every if not series]
    notes = _notes(asked, every)
    if missing:
        said = text("missing", asked.language).format(source=_source(asked), label=", ".join(missing))
        notes = (said, *notes)
    return Told(tuple(_sentence(asked, figure) for figure in figures), notes, series=tuple(every))


def _top(asked: FiguresQuestion) -> Told:
    """Tell the places with the highest figures of a year: the one asked for, or the last complete one."""
    places = _ranked_places(asked)
    complete = [year for year in asked.table.years if year not in asked.table.incomplete]
    year = asked.years[-1] if asked.years else complete[-1]
    found = ranked(asked.table, places, year, asked.indicator.id, asked.breakdown)
    if not found:
        return _missing(asked, find(asked.table, WORLD, [year], asked.indicator.id, asked.breakdown))
    first, *others = found[:TOP]
    names = [place_name(figure.country, asked.language) for figure in others]
    items = [
        Sentence(_item(asked, name, figure), (figure,), is_item=True)
        for name, figure in zip(names, others, strict=True)
    ]
    among = text("among", asked.language).format(number=len(found), year=year)
    notes = (among, *_fixed_notes(asked))
    series = (find(asked.table, figure.country, [year], asked.indicator.id, asked.breakdown) for figure in found[:TOP])
    return Told((_sentence(asked, first), *items), notes, series=tuple(series))


def _listed(asked: FiguresQuestion) -> Told:
    """Tell which places have a value in a year: the one asked for, or the last one in which any has it."""
    by_year = stated(asked.table, _ranked_places(asked), asked.indicator.id, asked.value)
    year = asked.years[-1] if asked.years else max(by_year, default=0)
    if year not in by_year:
        said = text("missing", asked.language).format(source=_source(asked), label=asked.label)
        years = ", ".join(_ranges(by_year))
        return Told(refusal=f"{said} {text('available', asked.language).format(years=years)}" if years else said)
    label = replace(asked, years=(year,)).label
    said = text("listed", asked.language).format(number=len(by_year[year]), label=label, about=_source(asked))
    cited = (list_figure(asked.table, year, asked.indicator.id, asked.value),)
    names = sorted((place_name(figure.country, asked.language) for figure in by_year[year]), key=fold)
    items = [Sentence(name, cited, is_item=True) for name in names[:MOST_ITEMS]]
    items[-1] = replace(items[-1], rest=tuple(names[MOST_ITEMS:]))
    return Told((Sentence(said, cited), *items), _fixed_notes(asked))


def _ranked_places(asked: FiguresQuestion) -> tuple[str, ...]:
    """Return the countries that are ranked: those of the region that is named, else all of the table."""
    region = next((place for place in asked.places if not COUNTRY.fullmatch(place)), WORLD)
    inside = members(region)
    return tuple(place for place in asked.table.places if COUNTRY.fullmatch(place) and (not inside or place in inside))


def _missing(asked: FiguresQuestion, series: Series) -> Told:
    """Say that the figures asked for are missing, and which years there are, with the nearest of them."""
    said = text("missing", asked.language).format(source=_source(asked), label=asked.label)
    everything = find(asked.table, series.country, None, asked.indicator.id, asked.breakdown)
    near: tuple[Sentence, ...] = ()
    if everything:
        years = ", ".join(_ranges(everything.available))
        said += " " + text("available", asked.language).format(years=years)
        wanted = asked.years[-1] if asked.years else everything.available[-1]
        nearest = min(everything, key=lambda figure: (abs(figure.year - wanted), figure.year))
        near = (_sentence(asked, nearest),)
    return Told(refusal=said, near=near, notes=_fixed_notes(asked), series=(everything,) if everything else ())


def _series(asked: FiguresQuestion, place: str) -> Series:
    return find(asked.table, place, asked.years or None, asked.indicator.id, asked.breakdown)


def _sentence(asked: FiguresQuestion, figure: Figure) -> Sentence:
    """Return a figure as a sentence, the number first, with its source and its breakdown."""
    said = local(asked.indicator.sentence, asked.language).format(
        value=_value(figure, asked.language),
        place=place_in_sentence(figure.country, asked.language),
        year=figure.year,
    )
    parts = [category_name(dimension, category, asked.language) for dimension, category in figure.breakdown]
    about = "; ".join([*parts, _source(asked)])
    return Sentence(text("stated", asked.language).format(sentence=said, about=about), (figure,))


def _item(asked: FiguresQuestion, label: str, figure: Figure) -> str:
    return text("item", asked.language).format(label=label, value=_value(figure, asked.language))


def _value(figure: Figure, language: str) -> str:
    if figure.is_suppressed:
        return text("fewer", language).format(number=str(figure.value)[1:])
    return str(figure.value) if figure.number is None else _number(figure.number, language)


def _number(number: int, language: str) -> str:
    return str(format_decimal(number, locale=language))


def _source(asked: FiguresQuestion) -> str:
    return local(asked.table.source, asked.language)


def _label(asked: FiguresQuestion) -> str:
    """Return the label of a question without its years."""
    return asked.label.removesuffix(f" · {years_label(asked.years)}") if asked.years else asked.label


def _span(series: Series) -> str:
    return years_label(tuple(figure.year for figure in series))


def _notes(asked: FiguresQuestion, every: Sequence[Series]) -> tuple[str, ...]:
    """Return what to know of the figures that are told: missing years, a break, how years were counted, and notes."""
    notes = []
    missing = sorted({year for series in every if series for year in series.missing})
    if missing:
        notes.append(text("missing_years", asked.language).format(years=", ".join(_ranges(missing))))
    notes += [text("break", asked.language).format(year=series.break_year) for series in every if series.break_year]
    if asked.last_years:
        notes.append(text("counted_years", asked.language).format(year=asked.years[-1]))
    return (*notes, *_fixed_notes(asked))


def _fixed_notes(asked: FiguresQuestion) -> tuple[str, ...]:
    notes = [asked.indicator.notes, asked.table.notes]
    return tuple(local(texts, asked.language) for texts in notes if texts)


def _ranges(years: Iterable[int]) -> list[str]:
    """Return years as ranges.

    >>> _ranges([2010, 2011, 2012, 2015])
    ['2010–2012', '2015']
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
