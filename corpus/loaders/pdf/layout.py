"""Arrange the pieces of lines on a page of a PDF: columns in the order of reading, and the rows of tables.

In: the pieces of a page. Out: lines, those of a column together.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter

from corpus.loaders.pdf.page import SAME_BASELINE, SMALL, SPACE, Line

# Shares of the size of the letters.
MARK_GAP = 4  # between the mark of an item and the item
WRAPPED = 0.25  # by which the lines of a cell may differ in their distance
LINE_GAP = 1.4  # between the lines of a cell
ROW_GAP = 4  # between the rows of a table


COLUMN_LINES = 4  # a column of text has no fewer,
COLUMN_WIDTH = 8  # is no narrower, in letters,
COLUMN_FILL = 0.6  # and its lines fill it at least so far
TABLE_ROWS = 3

LIST_MARK = re.compile(
    r"[•●▪■◦‣·➢✓–—*\-\uf0b7\uf0a7]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5}|[IVX]{1,5})[.)]|\d{1,3}/\d{1,3}\."
)
ITEM = re.compile(rf"(?:{LIST_MARK.pattern}) +(?=\S)")
FIGURE = re.compile(r"(?=\D*\d)[\d., ()%$–-]+")
LEADERS = re.compile(r"(?: ?[.…_]){5,} ?")


def arrange(pieces: Sequence[Line]) -> list[list[Line]]:
    """Return the lines of a page in reading order, those of a column together."""
    columns = _columns(pieces)
    if len(columns) == 1:
        return [_lines(pieces)]
    return [lines for column in columns for lines in arrange(column)]


def _columns(pieces: Sequence[Line]) -> list[list[Line]]:
    """Split pieces at the gutter that parts most lines of text; what crosses it stands between columns."""
    best: list[list[Line]] = [list(pieces)]
    best_score = 0
    lefts = Counter(round(piece.left) for piece in pieces)
    for gutter in (left for left, count in lefts.items() if count >= COLUMN_LINES):
        score, columns = _split(pieces, gutter - 2)
        if score > best_score:
            best_score, best = score, columns
    return best


def _split(pieces: Sequence[Line], gutter: float) -> tuple[int, list[list[Line]]]:
    """Return the number of lines that a gutter parts into columns, and the columns with what crosses the gutter."""
    score = 0
    regions: list[list[Line]] = [[]]
    band: list[Line] = []
    for piece in (*sorted(pieces, key=lambda piece: -piece.baseline), None):
        if piece and (piece.right <= gutter or piece.left >= gutter):
            band.append(piece)
            continue
        left = [other for other in band if other.right <= gutter]
        right = [other for other in band if other.left >= gutter]
        if _is_column(left) and _is_column(right):
            score += len(band)
            regions += [left, right, []]
        else:
            regions[-1] += band
        band = []
        if piece:
            regions[-1].append(piece)
    return score, [region for region in regions if region]


def _is_column(pieces: Sequence[Line]) -> bool:
    """Return whether pieces are the lines of a text, which fill their column, and not cells of a table."""
    baselines = {round(piece.baseline) for piece in pieces}
    if len(baselines) < COLUMN_LINES:
        return False
    width = max(piece.right for piece in pieces) - min(piece.left for piece in pieces)
    median = sorted(piece.right - piece.left for piece in pieces)[len(pieces) // 2]
    return width >= COLUMN_WIDTH * pieces[0].size and median >= COLUMN_FILL * width


def _lines(pieces: Sequence[Line]) -> list[Line]:
    """Return the lines of a column, the rows of its tables among them."""
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.baseline):
        if rows and rows[-1][0].baseline - piece.baseline <= 2 * SAME_BASELINE * piece.size:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    rows = [_join_marks(sorted(row, key=attrgetter("left"))) for row in rows]
    lines: list[Line] = []
    start = 0
    while start < len(rows):
        end, columns = _table(rows, start)
        if end > start:
            lines += _table_rows(rows[start:end], columns)
        else:
            lines += _join_pieces(rows[start])
        start = max(end, start + 1)
    return lines


def _join_marks(row: Sequence[Line]) -> list[Line]:
    """Join the mark of a list item or heading with the text after it."""
    joined: list[Line] = []
    for piece in row:
        last = joined[-1] if joined else None
        if last and LIST_MARK.fullmatch(last.text) and piece.left - last.right < MARK_GAP * piece.size:
            joined[-1] = replace(piece, text=f"{last.text} {piece.text}", left=last.left, note=last.note, tabbed=True)
        else:
            joined.append(piece)
    return joined


def _join_pieces(row: Sequence[Line]) -> list[Line]:
    """Join the pieces of a row that are of one size, or that touch."""
    joined = [row[0]]
    for piece in row[1:]:
        last = joined[-1]
        touches = piece.left - last.right <= SPACE * piece.size
        if touches or abs(last.size - piece.size) < (1 - SMALL) * last.size:
            text = f"{last.text}{'' if touches else ' '}{piece.text}"
            joined[-1] = replace(last, text=text, right=piece.right, bold=last.bold and piece.bold)
        else:
            joined.append(piece)
    return joined


def _table(rows: Sequence[Sequence[Line]], start: int) -> tuple[int, list[tuple[float, float]]]:
    """Return where the table that begins at a row ends, and its columns as left and right; the start if none begins."""
    columns: list[tuple[float, float]] = []
    full = 0
    end = start
    for number in range(start, len(rows)):
        row = rows[number]
        if number > start and rows[number - 1][0].baseline - row[0].baseline > ROW_GAP * row[0].size:
            break
        if len(row) > 1:
            merged = _merge(columns, row)
            if len(merged) < max(2, len(columns)):
                break
            columns, full, end = merged, full + 1, number + 1
        elif not _is_in_cell(row[0], columns):
            break
        elif rows[number - 1][0].baseline - row[0].baseline < LINE_GAP * row[0].size and end == number:
            end = number + 1
    return (end, columns) if full >= TABLE_ROWS else (start, [])


def _is_in_cell(piece: Line, columns: Sequence[tuple[float, float]]) -> bool:
    """Return whether a piece that is alone in its row lies in a column, as a part of a cell of several lines."""
    return any(left - piece.size < piece.left and piece.right < right + piece.size for left, right in columns)


def _merge(columns: Sequence[tuple[float, float]], row: Sequence[Line]) -> list[tuple[float, float]]:
    """Return columns widened by the pieces of a row; those that a piece spans become one."""
    merged: list[tuple[float, float]] = []
    for left, right in sorted((*columns, *((piece.left, piece.right) for piece in row))):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _table_rows(rows: Sequence[Sequence[Line]], columns: Sequence[tuple[float, float]]) -> Iterator[Line]:
    """Yield the rows of a table, each on one line though its cells take several."""
    gaps = [(above[0].baseline - below[0].baseline) / below[0].size for above, below in pairwise(rows)]
    is_spaced = max(gaps) > min(gaps) + WRAPPED
    firsts: list[Line] = []
    cells: list[list[str]] = []
    for row, gap in zip(rows, (math.inf, *gaps), strict=True):
        found = _cells(row, columns)
        is_tight = gap < min(gaps) + WRAPPED
        if cells and is_tight and _is_rest(found, cells[-1], is_spaced=is_spaced):
            cells[-1] = [f"{above} {cell}".strip() for above, cell in zip(cells[-1], found, strict=True)]
        else:
            firsts.append(row[0])
            cells.append(found)
    for first, texts in zip(firsts, cells, strict=True):
        yield replace(first, text=" | ".join(texts), tabular=True)


def _cells(row: Sequence[Line], columns: Sequence[tuple[float, float]]) -> list[str]:
    """Return the texts of a row by the columns that they are nearest to."""
    cells = [""] * len(columns)
    for piece in row:
        number = min(range(len(columns)), key=lambda n: max(columns[n][0] - piece.left, piece.left - columns[n][1]))
        cells[number] = f"{cells[number]} {LEADERS.sub('', piece.text)}".strip()
    return cells


def _is_rest(cells: Sequence[str], above: Sequence[str], *, is_spaced: bool) -> bool:
    """Return whether the cells of a row are the rest of those above it, where rows may be set apart by space."""
    if ITEM.match(cells[0]) or any(
        FIGURE.fullmatch(cell) and FIGURE.fullmatch(over) for cell, over in zip(cells, above, strict=True)
    ):
        return False
    return is_spaced or not cells[0] or not all(above) or next(filter(None, cells))[0].islower()
