"""Answer a question on figures from a table: sentences with the number first, each with the figures that it tells.

In: a FiguresQuestion. Out: Told: sentences with their figures, and fixed texts on what is missing and what the figures
are. Missing is said as missing, a suppressed count as fewer than it says; years are only added up where that is valid.
Left out: citations, and joining with what texts tell (joining).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.figures import Figure, Series, find
from corpus.language.regions import members, place_name
from qa.figures.lists import LATEST, MOST_ITEMS, listed, together, top
from qa.figures.question import End, FiguresQuestion, Kind, years_label
from qa.figures.telling import (
    Sentence,
    Told,
    items_of,
    label_of,
    missing_in,
    missing_text,
    notes_on,
    number_in,
    ranges_of,
    sentence_of,
    series_of,
    source_of,
    value_in,
)
from qa.figures.texts import text

PARTS = ({"age", "sex"}, {"form"}, {"citizenship"})  # dimensions of a share's part; those behind are of its whole


def tell(asked: FiguresQuestion) -> Told:
    """Return what the table of a question tells about it."""
    language = asked.language
    if asked.choices:
        countries = " / ".join(place_name(code, language) for code in asked.choices)
        return Told(refusal=text("which_country", language).format(countries=countries))
    if not asked.is_kept:
        return Told(refusal=text("not_kept", language).format(source=source_of(asked)))
    if by_kind := {Kind.LIST: listed, Kind.TOP: top, Kind.SHARE: _shares}.get(asked.kind):
        return by_kind(asked)
    if len(asked.places) > 1:
        return _compared(asked)
    is_region = asked.places[0] not in asked.table.places and members(asked.places[0])
    return together(asked, asked.places[0]) if is_region and asked.indicator.is_count else _of_one_place(asked)


def _of_one_place(asked: FiguresQuestion) -> Told:
    [place] = asked.places
    series = series_of(asked, place)
    if not series:
        return _of_others(asked, place) if asked.indicator.once else missing_in(asked, place)
    if asked.kind == Kind.TREND:
        return _trend(asked, series)
    if asked.kind == Kind.YEAR:
        return _of_years(asked, series)
    notes = notes_on(asked, [series])
    if asked.kind == Kind.TOTAL and len(series) > 1:
        if series.total is not None:
            label = asked.label if asked.years else f"{asked.label} · {years_label(series.years)}"
            value = number_in(series.total, asked.language)
            said = text("in_total", asked.language).format(value=value, label=label, about=source_of(asked))
            return Told((Sentence(said, series.figures),), notes, series=(series,))
        notes = (*notes, text("no_total", asked.language))
    if asked.kind in {Kind.SERIES, Kind.TOTAL} and len(series) > 1:
        first, *others = series.figures[-MOST_ITEMS:]
        return Told((sentence_of(asked, first), *items_of(asked, others)), notes, series=(series,))
    return Told((sentence_of(asked, series[-1]),), notes, series=(series,))


def _of_others(asked: FiguresQuestion, place: str) -> Told:
    """Tell the other indicators of a place that lacks a date: what signed a treaty and has not ratified it.

    Of a time behind the table's last year they tell only how it was before.
    """
    every = ((of, find(asked.table, place, None, of.id)) for of in asked.table.indicators)
    said = tuple(sentence_of(replace(asked, indicator=of), series[-1]) for of, series in every if series)
    if not said or (asked.indicator.open and not 0 < asked.by_year <= asked.table.years[-1]):
        return replace(missing_in(asked, place), near=said)
    return Told(said, notes_on(asked, []))


def _of_years(asked: FiguresQuestion, series: Series) -> Told:
    """Tell the years that have a value, or the one with the first, last, highest or lowest figure.

    Suppressed counts are the lowest; a year that is not whole has neither the highest nor the lowest one.
    """
    notes = notes_on(asked, [series])
    if asked.value:
        stated = tuple(figure for figure in series if figure.value == asked.value)
        if not stated:
            return Told(refusal=missing_text(asked), notes=notes)
        years = ", ".join(str(figure.year) for figure in stated)
        return Told((Sentence(f"{years}: {label_of(asked)} ({source_of(asked)}).", stated),), notes)
    whole = [figure for figure in series if figure.year not in asked.table.incomplete] or list(series)
    numbers = [figure for figure in whole if figure.number is not None]
    lowest = [figure for figure in whole if figure.is_suppressed] or sorted(numbers, key=lambda of: of.number or 0)[:1]
    found = {
        End.FIRST: series[:1],
        End.LAST: series[-1:],
        End.MOST: sorted(numbers, key=lambda figure: -(figure.number or 0))[:1],
        End.LEAST: lowest,
    }[asked.end or End.MOST]
    years = text("available", asked.language).format(years=", ".join(ranges_of(series.available)))
    if not found:  # every count is suppressed, and none the highest
        return Told(refusal=missing_text(asked), notes=(years, *notes))
    return Told((sentence_of(asked, found[0]), *items_of(asked, found[1:])), (years, *notes), series=(series,))


def _shares(asked: FiguresQuestion) -> Told:
    """Tell which part of a whole a category is, by year; both counts alone where one is suppressed."""
    named = {dimension for dimension, _ in asked.breakdown}
    of_part = next(part for part in PARTS if part & named)
    whole = replace(asked, breakdown=tuple(pair for pair in asked.breakdown if pair[0] not in of_part))
    every = [(series_of(asked, place), series_of(whole, place)) for place in asked.places]
    sentences: list[Sentence] = []
    for part, all in every:
        pairs = [(figure, of) for figure in part for of in all if of.year == figure.year]
        for pair in pairs if asked.years else pairs[-1:]:
            sentences += _share(asked, whole, *pair)
    if not sentences:
        return missing_in(asked, asked.places[0])
    items = tuple(replace(said, is_item=len(sentences) > 1) for said in sentences)
    return Told(items, notes_on(asked, [part for part, _ in every]), series=tuple(part for part, _ in every))


def _share(asked: FiguresQuestion, whole: FiguresQuestion, part: Figure, of: Figure) -> Iterator[Sentence]:
    if part.number is None or of.number is None or part.number > of.number:
        yield sentence_of(asked, part)
        yield sentence_of(whole, of)
        return
    said = text("share", asked.language).format(
        percent=number_in(100 * part.number / of.number, asked.language),
        part=value_in(part, asked.language),
        whole=value_in(of, asked.language),
        label=replace(asked, places=(part.country,), years=(part.year,)).label,
        about=source_of(asked),
    )
    yield Sentence(said, (part, of))


def _trend(asked: FiguresQuestion, series: Series) -> Told:
    """Tell the last figure, and whether it rose from the first one asked for, or of the latest complete years."""
    told = [figure for figure in series if figure.year not in asked.table.incomplete or asked.years]
    told = told if asked.years else told[-LATEST:]
    ends = [figure.number for figure in (told[0], told[-1])] if len(told) > 1 else []
    if len(ends) != 2 or None in ends or series.break_year:  # noqa: PLR2004 - the first and the last
        if not told:
            return missing_in(asked, series.country)
        items = items_of(asked, told[1:])
        return Told((sentence_of(asked, told[0]), *items), notes_on(asked, [series]), series=(series,))
    first, last = ends[0] or 0, ends[1] or 0
    key = "rose" if first < last else "fell" if first > last else "same"
    said = text(key, asked.language).format_map(
        {
            "first": told[0].year,
            "last": told[-1].year,
            "from": number_in(first, asked.language),
            "to": number_in(last, asked.language),
            "change": text("change", asked.language).format(
                percent=number_in(100 * abs(last - first) / first, asked.language)
            )
            if first and first != last
            else "",
            "label": label_of(asked),
            "about": source_of(asked),
        }
    )
    trend = Sentence(said, (told[0], told[-1]))
    sentences = (sentence_of(asked, told[-1]), trend, *_between(asked, told), *items_of(asked, told))
    return Told(sentences, notes_on(asked, [series]), series=(series,))


def _between(asked: FiguresQuestion, told: Sequence[Figure]) -> Iterator[Sentence]:
    """Yield where the figures stood highest and lowest, where that is not at the first or the last of them."""
    numbers = [figure.number for figure in told if figure.number is not None]
    low, high = min(numbers), max(numbers)
    if len(numbers) == len(told) and {low, high} != {numbers[0], numbers[-1]}:
        ends = {key: told[numbers.index(number)] for key, number in (("low", low), ("high", high))}
        values = {key: f"{value_in(figure, asked.language)} ({figure.year})" for key, figure in ends.items()}
        yield Sentence(text("between", asked.language).format_map(values), tuple(ends.values()))


def _compared(asked: FiguresQuestion) -> Told:
    """Tell the figures of several places in the same year: the one asked for, or the latest that all have."""
    every = [series_of(asked, place) for place in asked.places]
    if asked.kind in {Kind.VALUE, Kind.COMPARE} and len(asked.years) <= 1 and all(every):
        shared = set.intersection(*({figure.year for figure in series} for series in every))
        year = max(shared, default=None)
        figures = [figure for series in every for figure in series if year is None or figure.year == year]
        figures = figures if year is not None else [series[-1] for series in every]
        figures.sort(key=lambda figure: -(figure.number or 0))
    else:
        figures = [figure for series in every for figure in series]
    if not figures:
        return missing_in(asked, asked.places[0])
    missing = [place_name(series.country, asked.language) for series in every if not series]
    notes = notes_on(asked, every)
    if missing:
        said = text("missing", asked.language).format(source=source_of(asked), label=", ".join(missing))
        notes = (said, *notes)
    return Told(tuple(sentence_of(asked, figure) for figure in figures), notes, series=tuple(every))
