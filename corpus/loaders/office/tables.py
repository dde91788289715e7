"""Read tables: comma-separated values and workbooks; and tell the headings of any table.

In: a .csv or .xlsx file, or the rows of a table. Out: a line a row, in which each cell is named by its heading.
"""

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from itertools import groupby, zip_longest
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

from corpus.cleaning import join_blocks, normalise_characters, table_lines
from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.office.packages import core_properties, opened_package
from corpus.loaders.texts import decode
from corpus.sentences import LIST_MARK

MAX_ROWS = 20_000  # of a file
MAX_CELLS = 150_000  # of a sheet; these take some two seconds
LABEL_AND_VALUE = 2  # columns
MAX_SPAN = 64  # columns that a cell goes over
DELIMITERS = "\t;|,"
SAMPLE = 10_000  # characters by which the delimiter is told
# A cell that is no label of a column, but what stands below one: a number, a date, an address or a number to call.
DATUM = re.compile(
    r"[-+~<>(]?\W?[\d.,'\s]*\d\s*%?\)?|\d{1,4}[-/.]\d\d?[-/.]\d{1,4}.*|\S+@\S+|.*(?:\d[ ()./-]{0,2}){6}.*"
)
YEAR = re.compile(r"(?:19|20)\d\d")
DOCTYPE = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
# A formula whose result was never stored, in the XML of a sheet; that of one of text may be empty.
NOT_CALCULATED = re.compile(rb"<c\b(?![^>]*t=.str)[^>]*>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


def row_lines(rows: Sequence[Sequence[str]], *, headed: bool) -> list[str]:
    """Return a line for each row of a table; cells are named by their headings, wherever these stand.

    Rows of few cells above a table are its title. Its first other row is that of headings where it holds labels alone
    and numbers stand below. Where none do, it is if the table is `headed`, as one that marks its headings, or has more
    than two columns: two may be labels and values. Blank rows part tables, which go on if the next has no headings.

    >>> row_lines([["Persons assisted", ""], ["Year", "Men"], ["2016", "311"], ["2017", "402"]], headed=False)
    ['Persons assisted', 'Year: 2016 | Men: 311', 'Year: 2017 | Men: 402']
    """
    width = _width(rows)
    headed = headed or width > LABEL_AND_VALUE
    headings: Sequence[str] = []
    lines: list[str] = []
    for is_filled, part in groupby(rows, key=any):
        table = list(part) if is_filled else []
        while table and _filled(table[0]) * 2 <= width:
            lines += table_lines([table.pop(0)], has_headings=False)
        if len(table) > 1 and _are_headings(table[0], table[1:], headed=headed and not headings):
            headings = table.pop(0)
        for row in table:
            # A first cell alone is a label of rows below, or a note.
            is_named = headings and (_filled(row) > 1 or not row[0])
            lines += table_lines([headings, row] if is_named else [row], has_headings=bool(is_named))
    return lines


def laid_out(rows: Iterable[Iterable[tuple[str, int, int]]]) -> list[list[str]]:
    """Return the columns of rows whose cells go over so many columns and rows.

    A text stands in each row that its cell goes over, and in the first column alone.

    >>> laid_out([[("Ghana", 1, 2), ("Men", 2, 1)], [("311", 1, 1), ("2016", 1, 1)]])
    [['Ghana', 'Men', ''], ['Ghana', '311', '2016']]
    """
    grid = []
    above: dict[int, tuple[str, int]] = {}  # by column: the text of a cell, and over how many rows more it goes
    for row in rows:
        texts: list[str] = []
        below = {}
        for text, columns, over in [*row, ("", 0, 1)]:
            placed = [(text if number == 0 else "", over) for number in range(min(columns, MAX_SPAN))]
            while placed or len(texts) in above:
                shown, left = above[len(texts)] if len(texts) in above else placed.pop(0)
                if left > 1:
                    below[len(texts)] = (shown, left - 1)
                texts.append(shown)
        above = below
        grid.append(texts)
    return grid


def cell_text(blocks: Iterable[str]) -> str:
    """Return the blocks of a cell on one line.

    >>> cell_text(["It offers:", "- beds", "- food"])
    'It offers: beds; food'
    """
    text = ""
    for block in blocks:
        mark = LIST_MARK.match(block)
        part = block.removeprefix("- ") if mark else re.sub(r"^#+ ", "", block)
        text += ("; " if mark and text[-1:].isalnum() else " ") + part
    return text.strip()


def _width(rows: Iterable[Sequence[str]]) -> int:
    """Return the number of filled cells that most rows have."""
    widths = Counter(filled for row in rows if (filled := _filled(row)) > 1)
    return widths.most_common(1)[0][0] if widths else 1


def _filled(row: Iterable[str]) -> int:
    return sum(map(bool, row))


def _are_headings(row: Sequence[str], below: Sequence[Sequence[str]], *, headed: bool) -> bool:
    labels = [label for label in row if label]
    if len(labels) < LABEL_AND_VALUE or len(set(labels)) < len(labels):
        return False
    pairs = list(zip_longest(row, below[0][: len(row)], fillvalue=""))
    if any(
        DATUM.fullmatch(label) and not (YEAR.fullmatch(label) and not YEAR.fullmatch(cell)) for label, cell in pairs
    ):
        return False
    return headed or any(DATUM.fullmatch(cell) for row in below for cell in row)


def read_csv(file: Path) -> Extraction:
    """Return the rows of a file of separated values.

    Raises UnreadableDocument where its encoding is not known or a row can't be read.
    """
    raw, notes = decode(file.read_bytes())
    told = re.match(r"sep=(.)\s*\n", raw, re.I)  # as spreadsheet programs write it
    raw = raw[told.end() :] if told else raw
    rows = csv.reader(io.StringIO(raw, newline=""), delimiter=told[1] if told else _delimiter(raw))
    try:
        read, is_all = _first(([_one_line(cell) for cell in row] for row in rows), MAX_ROWS)
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
                blocks += [f"## {_one_line(sheet.title)}", *lines]
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
            return "" if cell.data_type == "e" else _one_line(str(other))


def _one_line(text: str) -> str:
    return " ".join(normalise_characters(text).split())
