"""Read tables: comma-separated values and workbooks.

In: a .csv or .xlsx file. Out: a line a row, in which each cell is named by its heading (rows.py).
"""

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

from corpus.documents.cleaning import join_blocks, one_line
from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.office.packages import core_properties, opened_package
from corpus.loaders.rows import row_lines
from corpus.loaders.texts import decode

MAX_ROWS = 20_000  # of a file
MAX_CELLS = 150_000  # of a sheet; these take some two seconds
DELIMITERS = "\t;|,"
SAMPLE = 10_000  # characters by which the delimiter is told
DOCTYPE = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
# A formula whose result was never stored, in the XML of a sheet; that of one of text may be empty.
NOT_CALCULATED = re.compile(rb"<c\b(?![^>]*t=.str)[^>]*>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


def read_csv(file: Path) -> Extraction:
    """Return the rows of a file of separated values.

    Raises UnreadableDocument where its encoding is not known or a row can't be read.
    """
    raw, notes = decode(file.read_bytes())
    told = re.match(r"sep=(.)\s*\n", raw, re.I)  # as spreadsheet programs write it
    raw = raw[told.end() :] if told else raw
    rows = csv.reader(io.StringIO(raw, newline=""), delimiter=told[1] if told else _delimiter(raw))
    try:
        read, is_all = _first(([one_line(cell) for cell in row] for row in rows), MAX_ROWS)
    except csv.Error as error:
        raise UnreadableDocument(f"line {rows.line_num} can't be read: {error}; save it anew as CSV") from error
    return Extraction(join_blocks(row_lines(read, headed=True)), notes=notes if is_all else (*notes, _cut(len(read))))


def read_xlsx(file: Path) -> Extraction:
    """Return the rows of a workbook, those of each sheet below a heading; formulas are read as what they came to last.

    Raises UnreadableDocument where it is damaged, encrypted or too large.
    """
    with opened_package(file) as package:
        title, published = core_properties(package)
        # All is unpacked here once, so that a package of too much, or with entities, is refused before it is parsed.
        lacking = 0
        for content in (package.read(part) for part in package.parts if part.endswith(".xml")):
            if any(mark in content for mark in DOCTYPE):
                raise UnreadableDocument("it declares entities, as no workbook does; save it anew")
            lacking += len(NOT_CALCULATED.findall(content))
    notes = [f"{lacking:,} formulas were never calculated; save it in a spreadsheet program"] if lacking else []
    blocks: list[str] = []
    left = MAX_ROWS
    # What the library warns of, such as lists of choices, is no text.
    with file.open("rb") as opened, warnings.catch_warnings(action="ignore"):
        for sheet in load_workbook(opened, read_only=True, data_only=True).worksheets:
            if sheet.sheet_state != "visible":
                notes.append(f"the hidden sheet {sheet.title} was passed over; show it if it is to be read")
                continue
            sheet.reset_dimensions()  # those that are stored are often wrong
            rows, is_all = _first(([_shown(cell) for cell in row] for row in sheet.iter_rows()), left)
            left -= len(rows)
            if lines := row_lines(rows, headed=True):
                blocks += [f"## {one_line(sheet.title)}", *lines]
            if not is_all:
                notes.append(_cut(MAX_ROWS - left))
                break
    return Extraction(join_blocks(blocks), title=title, published=published, notes=tuple(notes))


def _cut(rows: int) -> str:
    return f"only its first {rows:,} rows were read; split it"


def _first(rows: Iterable[list[str]], most: int) -> tuple[list[list[str]], bool]:
    """Return so many first rows, or fewer where they hold too many cells, and whether these are all."""
    read: list[list[str]] = []
    cells = 0
    for row in rows:
        if len(read) == most or cells > MAX_CELLS:
            return read, False
        read.append(row)
        cells += len(row)
    return read, True


def _delimiter(text: str) -> str:
    r"""Return the delimiter that parts most lines into the same number of cells.

    The comma is the last that is tried, since it stands in numbers and sentences too.

    >>> _delimiter("Assisted persons, by year\n2016;1,5\n2017;2,5\n")
    ';'
    """
    lines = [line for line in text[:SAMPLE].splitlines() if line.strip()]

    def lines_alike(delimiter: str) -> int:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1)
        return max(widths.values(), default=0)

    return next((mark for mark in DELIMITERS if lines_alike(mark) * 2 > len(lines)), ",")


def _shown(cell: ReadOnlyCell | EmptyCell) -> str:
    """Return the value of a cell as its sheet shows it, a date as ISO; errors of formulas are no values."""
    match cell.value:
        case None:
            return ""
        case bool() as truth:
            return str(truth).upper()
        case int() | float() as number:
            sign = "%" if "%" in cell.number_format else ""
            worth = number * 100 if sign else number
            return (f"{worth:.15g}" if isinstance(worth, float) else str(worth)) + sign
        case datetime() as moment if moment.time() == time():
            return moment.date().isoformat()
        case datetime() as moment:
            return moment.isoformat(" ", "minutes")
        case other:
            return "" if cell.data_type == "e" else one_line(str(other))
