"""List figures as records that stand alone, and write them as CSV.

In: tables, and which places, indicators, years and categories are wanted. Out: records, with texts in English.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, fields

from corpus.figures.tables import Figure, Table
from corpus.language.countries import plain_country
from corpus.language.regions import place_name

ALL = "all"


@dataclass(frozen=True, slots=True)
class FigureRecord:
    """A figure with its source and what to know of it.

    `country` is its code, or that of a region; `breakdown` is empty for a plain total, else as "age=children;
    sex=female". A `value` such as "<5" is a count that is kept back, and no number.
    """

    table: str
    country: str
    name: str
    year: int
    indicator: str
    label: str
    breakdown: str
    value: int | str
    unit: str
    source: str
    url: str
    licence: str
    note: str

    @classmethod
    def of(cls, figure: Figure, table: Table) -> "FigureRecord":
        """Return the record of a figure of a table."""
        indicator = table.indicator(figure.indicator)
        notes = (figure.note, indicator.notes.get("en", ""), table.notes.get("en", ""))
        return cls(
            table=table.id,
            country=figure.country,
            name=place_name(figure.country),
            year=figure.year,
            indicator=figure.indicator,
            label=indicator.name["en"],
            breakdown="; ".join(map("=".join, figure.breakdown)),
            value=figure.value,
            unit=indicator.unit.get("en", ""),
            source=table.source["en"],
            url=table.url,
            licence=table.licence,
            note=" ".join(filter(None, notes)),
        )


def list_figures(
    tables: Iterable[Table],
    *,
    country: Collection[str] = (),
    indicator: Collection[str] = (),
    since: int | None = None,
    until: int | None = None,
    breakdown: Collection[str] = (),
) -> Iterator[tuple[Table, Figure]]:
    """Yield the figures that are wanted with their tables; without countries or indicators those of all.

    A country is named by its code or any English name, an indicator by its id or English name. `breakdown` are
    categories as "sex=female": of the figures by exactly these; without any the plain totals, with "all" every one.
    """
    places, labels = {plain_country(name).casefold() for name in country}, {label.casefold() for label in indicator}
    categories = sorted(breakdown)
    for table in tables:
        wanted = {
            of.id for of in table.indicators if not labels or labels & {of.id.casefold(), of.name["en"].casefold()}
        }
        for figure in table.figures if wanted else ():
            if (
                figure.indicator in wanted
                and (since or figure.year) <= figure.year <= (until or figure.year)
                and (categories == [ALL] or categories == sorted(map("=".join, figure.breakdown)))
                and (not places or places & {figure.country.casefold(), place_name(figure.country).casefold()})
            ):
                yield table, figure


def csv_of(records: Iterable[FigureRecord]) -> str:
    """Return records as CSV, a line each, below the names of their fields."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(FigureRecord)])
    writer.writeheader()
    writer.writerows(map(asdict, records))
    return text.getvalue()
