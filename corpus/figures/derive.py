"""Derive the tables of figures from the files of their sources: `python -m corpus.figures.derive FOLDER [TABLES]`.

In: the folder of the sources, and the YAML descriptions in `tables/` or the folder TABLES. Out: beside each description
a compressed CSV: country, year, indicator, breakdown, value, rows.
Rows are left out that are excluded by the description, name no known place or no year, or have a negative count. Of
rows that stand twice, those that differ in value are all left out, unless the description says that rows are summed.
"""

import csv
import gzip
import html
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from babel import Locale, core

from corpus.figures.tables import SHIPPED, SUPPRESSED
from corpus.language.countries import country_code

Row = Mapping[str, str]
Key = tuple[str, int, str, str]  # place, year, indicator, breakdown
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
DATE = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}")  # "13 Dec 2013 a": the letter tells an accession
COLUMNS = ("country", "year", "indicator", "breakdown", "value", "rows")


def derive(sources: Path, description: Path) -> Path:
    """Derive the table of a description from its source; return the file written beside the description."""
    described: dict[str, Any] = yaml.load(description.read_text(encoding="utf-8"), yaml.CSafeLoader)
    found: dict[Key, list[tuple[str, int]]] = defaultdict(list)
    for number, row in _rows(sources / described["file"], unique=described.get("unique", False)):
        for key, value in _figures(row, described):
            found[key].append((value, number))
    file = description.with_suffix(".csv.gz")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted(_settled(found, described)))
    file.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
    return file


def _rows(file: Path, *, unique: bool) -> Iterator[tuple[int, Row]]:
    """Yield the records of a CSV file with their numbers, from 1; of `unique` ones only the first of equal ones."""
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    seen = set()
    for number, row in enumerate(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")), start=1):
        cells = tuple(row.values())
        if not unique or cells not in seen:
            seen.add(cells)
            yield number, row


def _figures(row: Row, described: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """Yield the figures of a record: for each indicator and place that it has one of."""
    if not _has(row, described.get("keep", {})) or any(_has(row, left) for left in described.get("leave_out", ())):
        return
    breakdown = _breakdown(row, described)
    if breakdown is None:
        return
    for place in {_place(row, column, described) for column in described["places"]} - {""}:
        for id, indicator in described["indicators"].items():
            year = YEAR.search(_cell(row, indicator.get("year", described.get("year", ""))))
            value = _value(_cell(row, indicator.get("value", described.get("value", ""))))
            if year and value and _has(row, indicator.get("where", {})):
                yield (place, int(year[0]), id, breakdown), value


def _cell(row: Row, column: str | Mapping[str, str]) -> str:
    """Return the cell of a column; of a mapping what it gives `all`, or where a column is `filled` or `empty`."""
    if isinstance(column, str):
        return row[column] or ""
    return column.get("all") or column["filled" if row[column["column"]] else "empty"]


def _has(row: Row, cells: Mapping[str, Sequence[str]]) -> bool:
    return all(row[column] in values for column, values in cells.items())


def _place(row: Row, column: str | Sequence[str] | Mapping[str, str], described: Mapping[str, Any]) -> str:
    """Return the place that a record names in a column, or in the first of several; "" where none is known.

    A mapping `all` gives the same place to all records.
    """
    if isinstance(column, Mapping):
        return column["all"]
    columns = [column] if isinstance(column, str) else column
    names = (html.unescape(row[name]).replace("\xa0", " ").strip() for name in columns)
    return next(filter(None, (described.get("names", {}).get(name) or _code(name) for name in names)), "")


def _code(name: str) -> str:
    """Return the code of a country by its code of three letters or one of its names, "" where it is none."""
    alpha_2 = core.get_global("territory_aliases").get(name, [""])[0]
    known = alpha_2 if re.fullmatch("[A-Z]{3}", name) and alpha_2 in Locale("en").territories else ""
    return known or country_code(name) or country_code(name.split(" (", maxsplit=1)[0])


def _breakdown(row: Row, described: Mapping[str, Any]) -> str | None:
    """Return the breakdown of a record as it is written, None where one of its categories is not kept."""
    found = []
    for dimension, of in described.get("breakdowns", {}).items():
        cell = row[of["column"]]
        if not _has(row, of.get("where", {})) or cell == of.get("total", "Total"):
            continue
        category = _code(cell) if of["values"] == "countries" else of["values"].get(cell)
        if not category:
            return None
        found.append(f"{dimension}={category}")
    return ";".join(sorted(found))


def _value(cell: str | None) -> str:
    """Return a count without its commas, a date without its marks, or a text; empty for none and a negative count."""
    value = " ".join(html.unescape(cell or "").split())
    number = value.replace(",", "")
    if re.fullmatch(r"\d+(?:\.0+)?", number):
        return number.split(".", maxsplit=1)[0]
    dated = DATE.match(value)
    return dated[0] if dated else "" if re.fullmatch(r"-\d.*", number) else value


def _settled(
    found: Mapping[Key, Sequence[tuple[str, int]]], described: Mapping[str, Any]
) -> Iterator[tuple[str, int, str, str, str, str]]:
    """Yield the figures with one value each: the sum of the records where they are added up, else the one they share.

    A suppressed count of a part is left out where the source has no total of that country and year: it only fills up.
    """
    for (place, year, id, breakdown), values in found.items():
        different = {value for value, _ in values}
        rows = _ranges(number for _, number in values)
        if described["indicators"][id].get("sum"):
            yield place, year, id, breakdown, str(sum(int(value) for value, _ in values)), rows
        elif len(different) == 1:
            [value] = different
            if not (breakdown and value.startswith(SUPPRESSED) and (place, year, id, "") not in found):
                yield place, year, id, breakdown, value, rows


def _ranges(numbers: Iterable[int]) -> str:
    """Return numbers as a list of ranges.

    >>> _ranges([7, 3, 5, 6])
    '3 5-7'
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(f"{first}-{last}" if first < last else str(first) for first, last in runs)


if __name__ == "__main__":
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else SHIPPED  # noqa: PLR2004
    for file in sorted(folder.glob("*.yaml")):
        derive(Path(sys.argv[1]), file)
