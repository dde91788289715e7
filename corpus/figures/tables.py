"""The tables of figures, as they are loaded and searched.

In: a folder with pairs of files, `NAME.yaml`, which describes a table, and `NAME.csv.gz`, which derive.py made. Out: a
Table; of it a Series of Figures for a place, or the places ranked by their figures.
A place is a country's ISO 3166 code, the UN M49 code of a region, or a name of the table's own in lower case.
"""

import csv
import gzip
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, overload

import yaml

from corpus.language.regions import members

SHIPPED = Path(__file__).parent / "tables"
SUPPRESSED = "<"  # opens a count that is kept back, such as "<5"

# Categories by dimension, sorted: (("age", "children"), ("sex", "female")); empty for the plain total.
Breakdown = tuple[tuple[str, str], ...]
Texts = Mapping[str, str]  # by language, or by place


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a table counts or states.

    `name` is a label and `sentence` says a figure, with the fields value, place and year, both by language. `words` are
    expressions in folded texts (`corpus.language.text.fold`) that name it, where one of `beside`, if any, stands too;
    `descriptions` say in plain words what is asked for by questions on it. `adds_over_years` tells whether the figures
    of years may be summed. `is_count` is false where the values are no numbers, such as a tier; `once` is true where a
    place has at most one, such as a date; `open` is true where it may get it after the table's last year. `breaks` are
    the years, by place, from which it is counted differently.
    `values` are what it may state of a place, each with expressions that name it.
    """

    id: str
    name: Texts
    sentence: Texts
    descriptions: tuple[str, ...]
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    unit: Texts = field(default_factory=dict)
    notes: Texts = field(default_factory=dict)
    adds_over_years: bool = False
    is_count: bool = True
    once: bool = False
    open: bool = False
    breaks: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value for a place and year, with the numbers, from 1, of the records of the source that it stands in.

    A suppressed count is a text such as "<5": it is no number and not zero.
    """

    country: str
    year: int
    indicator: str
    breakdown: Breakdown
    value: int | str
    rows: tuple[int, ...]
    note: str = ""

    @property
    def number(self) -> int | None:
        """The value where it is a number."""
        return self.value if isinstance(self.value, int) else None

    @property
    def is_suppressed(self) -> bool:
        """Whether the count is kept back."""
        return isinstance(self.value, str) and self.value.startswith(SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Series(Sequence[Figure]):
    """The figures of a place for an indicator in the years asked for, in their order, and what is missing.

    `missing` are the years asked for that the table has no figure of; `available` are all years that it has one of.
    """

    table: "Table"
    indicator: Indicator
    country: str
    breakdown: Breakdown
    figures: tuple[Figure, ...]
    missing: tuple[int, ...]
    available: tuple[int, ...]

    @overload
    def __getitem__(self, place: int) -> Figure: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Figure]: ...
    def __getitem__(self, place: int | slice) -> Figure | Sequence[Figure]:
        """Return the figure at a place in the order of years."""
        return self.figures[place]

    def __len__(self) -> int:
        """Return the number of figures."""
        return len(self.figures)

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the figures."""
        return tuple(figure.year for figure in self.figures)

    @property
    def break_year(self) -> int | None:
        """The year from which the figures are counted differently, where years on both sides of it are among them."""
        year = self.indicator.breaks.get(self.country)
        return year if year and self.years and self.years[0] < year <= self.years[-1] else None

    @property
    def total(self) -> int | None:
        """The sum over the years asked for; None where it would not be valid.

        It is valid where the years of the indicator may be added up, all are there and none is suppressed or counted
        differently.
        """
        numbers = [figure.number for figure in self.figures if figure.number is not None]
        whole = len(numbers) == len(self.figures) and not self.missing and numbers
        return sum(numbers) if whole and self.indicator.adds_over_years and not self.break_year else None


@dataclass(frozen=True, eq=False)
class Table:
    """A table of figures, with its source. The figures are read from `file` when they are first asked for.

    `dimensions` are the categories by which its figures are broken down, `incomplete` the years that are not whole yet,
    `row_notes` the notes on the figures of a place.
    """

    id: str
    title: str
    publisher: str
    url: str
    licence: str
    published: str
    source: Texts
    notes: Texts
    indicators: tuple[Indicator, ...]
    dimensions: tuple[str, ...]
    incomplete: tuple[int, ...]
    row_notes: Texts
    file: Path

    def indicator(self, id: str) -> Indicator:
        """Return the indicator of an id. Raises KeyError."""
        return {indicator.id: indicator for indicator in self.indicators}[id]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The figures, in the order of the file."""
        return tuple(_figures(gzip.decompress(self.file.read_bytes()).decode(), self.row_notes))

    @cached_property
    def series(self) -> Mapping[tuple[str, str, Breakdown], Mapping[int, Figure]]:
        """The figures by year, by place, indicator and breakdown."""
        series: dict[tuple[str, str, Breakdown], dict[int, Figure]] = {}
        for figure in self.figures:
            series.setdefault((figure.country, figure.indicator, figure.breakdown), {})[figure.year] = figure
        return series

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The places that have a figure, sorted."""
        return tuple(sorted({figure.country for figure in self.figures}))

    @property
    def last_complete(self) -> int:
        """The last year that is whole."""
        return max(year for year in self.years if year not in self.incomplete)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that have a figure."""
        return tuple(sorted({figure.year for figure in self.figures}))


def find(
    table: Table, country: str, years: Collection[int] | None, indicator: str, breakdown: Breakdown = ()
) -> Series:
    """Return the figures of a place for an indicator in some years, in all years where they are None."""
    by_year = table.series.get((country, indicator, tuple(sorted(breakdown))), {})
    wanted = sorted(by_year if years is None else set(years))
    return Series(
        table,
        table.indicator(indicator),
        country,
        tuple(sorted(breakdown)),
        tuple(by_year[year] for year in wanted if year in by_year),
        tuple(year for year in wanted if year not in by_year),
        tuple(sorted(by_year)),
    )


def ranked(table: Table, places: Collection[str], year: int, indicator: str, breakdown: Breakdown = ()) -> list[Figure]:
    """Return the figures of places in a year that are numbers, the highest first; equal ones by the place's code."""
    found = (find(table, place, [year], indicator, breakdown) for place in places)
    figures = [series[0] for series in found if series and series[0].number is not None]
    return sorted(figures, key=lambda figure: (-(figure.number or 0), figure.country))


def summed(table: Table, region: str, year: int, indicator: str) -> Figure | None:
    """Return the sum of the countries of a region that have a number in a year, None where fewer than two have.

    It is no count of the region: others may have none, or a suppressed one. Its place is the year, as of a list.
    """
    figures = ranked(table, members(region), year, indicator)
    rows = tuple(row for figure in figures for row in figure.rows)
    total = sum(figure.number or 0 for figure in figures)
    return Figure(str(year), year, indicator, (("region", region),), total, rows) if len(figures) > 1 else None


def stated(table: Table, places: Collection[str], indicator: str, value: str) -> dict[int, list[Figure]]:
    """Return the figures of places that have a value, such as a tier, by year."""
    by_year: dict[int, list[Figure]] = {}
    for figure in table.figures:
        if (figure.indicator, figure.value) == (indicator, value) and figure.country in places:
            by_year.setdefault(figure.year, []).append(figure)
    return dict(sorted(by_year.items()))


def list_figure(table: Table, year: int, indicator: str, value: str) -> Figure:
    """Return what a table states of all places that have a value in a year; its place is the year."""
    figures = stated(table, table.places, indicator, value)[year]
    return Figure(str(year), year, indicator, (), value, tuple(row for figure in figures for row in figure.rows))


@cache
def tables() -> dict[str, Table]:
    """Return the shipped tables by id."""
    return load_tables(SHIPPED)


def load_tables(folder: Path) -> dict[str, Table]:
    """Return the tables of a folder by id."""
    return {file.stem: _load(file) for file in sorted(folder.glob("*.yaml"))}


def _load(file: Path) -> Table:
    described: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    indicators = tuple(Indicator(id=id, **_shown(texts)) for id, texts in described["indicators"].items())
    return Table(
        id=file.stem,
        indicators=indicators,
        dimensions=tuple(described.get("breakdowns", {})),
        incomplete=tuple(described.get("incomplete", ())),
        row_notes=described.get("row_notes", {}),
        file=file.with_suffix(".csv.gz"),
        **{name: described[name] for name in ("title", "publisher", "url", "licence", "published", "source", "notes")},
    )


def _shown(texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an indicator without those by which it is derived."""
    shown = {name: value for name, value in texts.items() if name not in {"where", "value", "year", "sum"}}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in shown.items()}


def _figures(rows: str, notes: Mapping[str, str]) -> Iterator[Figure]:
    for row in csv.DictReader(io.StringIO(rows)):
        value = row["value"]
        yield Figure(
            row["country"],
            int(row["year"]),
            row["indicator"],
            _breakdown(row["breakdown"]),
            int(value) if value.isdecimal() else value,
            tuple(_numbers(row["rows"])),
            notes.get(row["country"], ""),
        )


@cache
def _breakdown(text: str) -> Breakdown:
    pairs = (part.split("=") for part in text.split(";") if part)
    return tuple(sorted((dimension, category) for dimension, category in pairs))


def _numbers(text: str) -> Iterator[int]:
    """Yield the numbers of a list of ranges.

    >>> list(_numbers("3 5-7"))
    [3, 5, 6, 7]
    """
    for part in text.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
