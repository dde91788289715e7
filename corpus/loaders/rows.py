"""Write the rows of tables as lines, each cell named by its heading.

In: the rows of a table, and how many columns and rows their cells go over. Out: a line a row.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, zip_longest

from corpus.documents.cleaning import table_lines
from corpus.documents.sentences import LIST_MARK

LABEL_AND_VALUE = 2  # columns
MAX_COLUMN_SPAN = 64  # columns that a cell goes over
BELOW_ZERO = re.compile(r"- [\d.,' ]*\d\s*%?")
# A cell that is no label of a column, but what stands below one: a number, a date, an address or a number to call.
DATUM = re.compile(
    r"[-+~<>(]?\W?[\d.,'\s]*\d\s*%?\)?|\d{1,4}[-/.]\d\d?[-/.]\d{1,4}.*|\S+@\S+|.*(?:\d[ ()./-]{0,2}){6}.*"
)
YEAR = re.compile(r"(?:19|20)\d\d")


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
            placed = [(text if number == 0 else "", over) for number in range(min(columns, MAX_COLUMN_SPAN))]
            while placed or len(texts) in above:
                shown, left = above[len(texts)] if len(texts) in above else placed.pop(0)
                if left > 1:
                    below[len(texts)] = (shown, left - 1)
                texts.append(shown)
        above = below
        grid.append(texts)
    return grid


def cell_text(blocks: Iterable[str]) -> str:
    """Return the blocks of a cell on one line; a number below zero, alone in its cell, is no list item.

    >>> cell_text(["It offers:", "- beds", "- food"]), cell_text(["- 12"])
    ('It offers: beds; food', '- 12')
    """
    parts = list(blocks)
    if len(parts) == 1 and BELOW_ZERO.fullmatch(parts[0]):
        return parts[0]
    text = ""
    for block in parts:
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
