"""Charts of figures: of a series over its years, and of several places in a year.

In: figures, or a question with what a table tells of it. Out: a Chart in a language, or none where there is nothing to
draw.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import urlencode

from babel.numbers import format_decimal

from corpus.figures import Figure, Indicator, Series, Table, find
from corpus.language.regions import place_name
from qa.answers.charts import Chart, Kind, Point
from qa.figures.question import FiguresQuestion
from qa.figures.telling import Told
from qa.figures.texts import local


def chart_of(asked: FiguresQuestion, told: Told) -> Chart | None:
    """Return the chart of what is told: a series of some years, or places that are compared in one year."""
    # A sum has the place of a list, which is its year.
    figures = [of for sentence in told.sentences for of in sentence.figures if of.country != str(of.year)]
    years = {figure.year for figure in figures}
    label = replace(asked, years=()).label
    if not asked.indicator.is_count:
        return None
    if len(told.series) == 1 and len(told.series[0]) > 1:
        return series_chart(label, told.series[0], asked.language)
    if len(figures) > 1 and len(years) == 1:
        return bar_chart(f"{label} · {years.pop()}", figures, asked.table, asked.indicator, asked.language)
    return None


def place_charts(table: Table, place: str, language: str) -> list[Chart]:
    """Return the charts of all that a table has of a place, without breakdowns."""
    found = ((indicator, find(table, place, None, indicator.id)) for indicator in table.indicators)
    return [series_chart(local(indicator.name, language), series, language) for indicator, series in found if series]


def series_chart(title: str, series: Series, language: str) -> Chart:
    """Return the chart of a series over its years, from the first to the last that it has or lacks.

    Years between them that the table has, but were not asked for, are left out.
    What is no count, or a single figure, is not drawn. Of what is no count, equal years are put together.
    """
    by_year = {figure.year: figure for figure in series}
    years = sorted({*by_year, *series.missing})
    points = [
        replace(_point(str(year), by_year.get(year), language), is_break=year == series.break_year)
        for year in range(years[0], years[-1] + 1)
        if year in by_year or year not in series.available
    ]
    if not series.indicator.is_count:
        runs = [list(run) for _, run in groupby(points, key=lambda point: point.shown)]
        points = [replace(run[0], label="–".join(dict.fromkeys((run[0].label, run[-1].label)))) for run in runs]
    kind: Kind = "line" if series.indicator.is_count and len(series) > 1 else "table"
    return _chart(kind, title, points, series.table, series.indicator, language, series)


def bar_chart(title: str, figures: Sequence[Figure], table: Table, indicator: Indicator, language: str) -> Chart:
    """Return the chart that compares figures of several places in a year, in their order."""
    points = [_point(place_name(figure.country, language), figure, language) for figure in figures]
    return _chart("bars", title, points, table, indicator, language, figures)


def _chart(
    kind: Kind,
    title: str,
    points: Iterable[Point],
    table: Table,
    indicator: Indicator,
    language: str,
    figures: Sequence[Figure],
) -> Chart:
    years = [figure.year for figure in figures]
    wanted = {
        "country": sorted({figure.country for figure in figures}),
        "indicator": indicator.id,
        "breakdown": ["=".join(pair) for pair in figures[0].breakdown],
        "since": min(years),
        "until": max(years),
        "format": "csv",
    }
    return Chart(
        kind=kind,
        language=language if language in table.source else "en",
        title=title,
        unit=local(indicator.unit, language) if indicator.unit else "",
        points=tuple(points),
        source=local(table.source, language),
        notes=tuple(local(texts, language) for texts in (indicator.notes, table.notes) if texts),
        csv_url=f"/v1/figures?{urlencode(wanted, doseq=True)}",
    )


def _point(label: str, figure: Figure | None, language: str) -> Point:
    if figure is None:
        return Point(label, None, "")
    if figure.number is None:
        return Point(label, None, str(figure.value))
    return Point(label, figure.number, format_decimal(figure.number, locale=language))
