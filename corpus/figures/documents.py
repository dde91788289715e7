"""A table as documents: one for each place, a line for each figure, which says the row in words.

Each year is a document too: of what has few values, such as a tier, with a line for each value that lists its places;
of counts with a line for each region that adds up its countries.

In: tables, and the id of a document. Out: the Document; the Span of a figure's line. So a figure is quoted verbatim and
shown in its place like any other text. Written in English, as the tables are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from corpus.documents.document import Document, Span
from corpus.figures.tables import Breakdown, Figure, Table, list_figure, ranked, stated, summed, tables
from corpus.language.countries import country_name
from corpus.language.regions import COUNTRY, members, place_name, regions

PREFIX = "figures-"
YEAR = re.compile(r"\d{4}")  # as the place of a list, as told from the three digits of a region


class TableDocuments(Mapping[str, Document]):
    """The documents of tables by their ids; each is written when it is asked for."""

    def __init__(self, tables: Iterable[Table]) -> None:
        """Take the tables; their figures are read when a document is first asked for."""
        self._tables = tuple(tables)

    @cached_property
    def _places(self) -> dict[str, tuple[Table, str]]:
        return {
            document_id(table, place): (table, place)
            for table in self._tables
            for place in (*table.places, *map(str, table.years))
        }

    def __getitem__(self, id: str) -> Document:
        """Return a document. Raises KeyError."""
        return document_of(*self._places[id])

    def __iter__(self) -> Iterator[str]:
        """Yield the ids."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self._places)


def place_of(id: str) -> tuple[Table, str] | None:
    """Return the shipped table and the place that a document is of, None where it is none of theirs."""
    found = ((table, place) for table in tables().values() for place in table.places)
    return next((pair for pair in found if document_id(*pair) == id), None) if id.startswith(PREFIX) else None


def document_id(table: Table, place: str) -> str:
    """Return the id of the document of a place."""
    return f"{PREFIX}{table.id}-{place.lower()}"


def document_of(table: Table, place: str) -> Document:
    """Return the figures of a place as a document."""
    return _written(table, place)[0]


def span_of(table: Table, figure: Figure) -> Span:
    """Return where the line of a figure stands in the document of its place."""
    return _written(table, figure.country)[1][figure]


@lru_cache(maxsize=64)
def _written(table: Table, place: str) -> tuple[Document, dict[Figure, Span]]:
    if YEAR.fullmatch(place):
        return _written_year(table, int(place))
    name = place_name(place)
    text, spans = f"{table.title}: {name}\n\n{table.notes['en']}", {}
    figures = [figure for (at, _, _), years in table.series.items() if at == place for figure in years.values()]
    for indicator in table.indicators:
        text += f"\n\n## {indicator.name['en']}" if any(of.indicator == indicator.id for of in figures) else ""
        for figure in sorted(
            (of for of in figures if of.indicator == indicator.id), key=lambda of: (of.breakdown, of.year)
        ):
            line = _line(figure, indicator.name["en"], name)
            spans[figure] = Span(len(text) + 1, len(text) + 1 + len(line))
            text += f"\n{line}"
    document = Document(
        document_id(table, place),
        f"{table.title}: {name}",
        text,
        url=table.url,
        publisher=table.publisher,
        published=table.published,
        kind="table",
        countries=(name,) if COUNTRY.fullmatch(place) else (),
    )
    return document, spans


def _written_year(table: Table, year: int) -> tuple[Document, dict[Figure, Span]]:
    title = f"{table.title}: {year}"
    text, spans = f"{title}\n\n{table.notes['en']}\n", {}
    for figure, line in _lines_of_year(table, year):
        spans[figure] = Span(len(text) + 1, len(text) + 1 + len(line))
        text += f"\n{line}"
    id = document_id(table, str(year))
    return Document(id, title, text, table.url, table.publisher, table.published, "table"), spans


def _lines_of_year(table: Table, year: int) -> Iterator[tuple[Figure, str]]:
    for indicator in table.indicators:
        for value in indicator.values:
            if figures := stated(table, table.places, indicator.id, value).get(year):
                names = ", ".join(sorted(place_name(figure.country) for figure in figures))
                line = f"{value}, {year}, {len(figures)} countries and territories: {names}"
                yield list_figure(table, year, indicator.id, value), line
        for region in regions() if indicator.is_count else ():
            if total := summed(table, region, year, indicator.id):
                counts = ranked(table, members(region), year, indicator.id)
                parts = ", ".join(f"{place_name(count.country)} {count.value:,}" for count in counts)
                name = f"{indicator.name['en']}, {place_name(region)}, {year}"
                yield total, f"{name}, {len(counts)} countries added up: {total.value:,} ({parts})"


def _line(figure: Figure, indicator: str, place: str) -> str:
    parts = [indicator, *words_of(figure.breakdown), place, str(figure.year)]
    rows = f"row {figure.rows[0]}" if len(figure.rows) == 1 else f"{len(figure.rows)} rows from {figure.rows[0]}"
    value = f"{figure.value:,}" if isinstance(figure.value, int) else figure.value
    return f"{', '.join(parts)}: {value} ({rows} of the source)"


def words_of(breakdown: Breakdown) -> list[str]:
    """Return the categories of a breakdown in English words.

    >>> words_of((("citizenship", "NG"), ("sex", "female")))
    ['citizens of Nigeria', 'female']
    """
    return [
        f"citizens of {country_name(category)}" if dimension == "citizenship" else category
        for dimension, category in breakdown
    ]
