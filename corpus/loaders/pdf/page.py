"""Read one page of a PDF: its characters become lines in reading order.

In: a page of pypdfium2. Out: the pieces of its lines, and, once pieces that are no text are gone, its lines.
A piece is what stands on one baseline without a gap; a line joins the pieces of a column, or is a row of a table.
Left out: what takes more than a page to know (pdf.py): running headers, paragraphs, headings.
"""

import ctypes
import math
import re
import unicodedata
from bisect import bisect, insort
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage, PdfTextPage

from corpus.cleaning import normalise_characters

BOLD = 600  # the weight of a font from which it is bold
UPRIGHT = math.radians(5)  # text that is turned by another angle than quarter turns is a watermark

# Shares of the size of the letters.
SAME_BASELINE = 0.12
SMALL = 0.82  # a raised or lowered sign is no larger than this
TOUCHING = 0.35  # no farther from its letter,
RAISED = 0.7  # and its baseline no higher
LOWERED = 0.35  # or lower
SPACE = 0.2  # between words that no blank parts
BLANK = -0.1  # between words that a blank parts, over which a letter may lean
GAP = 0.9
MARK_GAP = 4  # between the mark of an item and the item
WRAPPED = 0.25  # by which the lines of a cell may differ in their distance
LINE_GAP = 1.4  # between the lines of a cell
ROW_GAP = 4  # between the rows of a table

NEAR = 6  # baselines above and below, among which is that of the letters which a raised sign follows

COLUMN_LINES = 4  # a column of text has no fewer,
COLUMN_WIDTH = 8  # is no narrower, in letters,
COLUMN_FILL = 0.6  # and its lines fill it at least so far
TABLE_ROWS = 3

LIST_MARK = re.compile(
    r"[•●▪■◦‣·➢✓–—*\-\uf0b7\uf0a7]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5}|[IVX]{1,5})[.)]|\d{1,3}/\d{1,3}\."
)
ITEM = re.compile(rf"(?:{LIST_MARK.pattern}) +(?=\S)")
FIGURE = re.compile(r"(?=\D*\d)[\d., ()%$–-]+")
NOTE_MARK = re.compile(r"(?:\d{1,3}|[a-z]|[*†‡§]+)(?:,(?:\d{1,3}|[a-z]))*")
UNIT = re.compile(r"(?:^|\W|\d)(?:[kcm]?m|ft|10)$")  # a raised digit after these is a power
LEADERS = re.compile(r"(?: ?[.…_]){5,} ?")
RTL_LETTER = re.compile(r"[\u0590-\u065f\u066e-\u08ff]")
ARABIC_LETTER = re.compile(r"[\u0620-\u065f\u066e-\u08ff]")
RTL_WORDS = re.compile(rf"{RTL_LETTER.pattern}(?:[^A-Za-z\d]*{RTL_LETTER.pattern})?")
# Text that has been turned round: a Latin word with the numbers before it, or a number.
RIGHTWARD_IN_ARABIC, RIGHTWARD_IN_HEBREW = (
    re.compile(
        r"((?:[A-Za-z\d][^\u0590-\u065f\u066e-\u08ff()\[\]«»]*)?[A-Za-z]"
        rf"|[\d\u0660-\u0669\u06f0-\u06f9](?:[\d\u0660-\u0669\u06f0-\u06f9{joints}]*[\d\u0660-\u0669\u06f0-\u06f9])?)"
    )
    for joints in (".,:/٫٬", "+.,:/-")
)
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class Glyph(NamedTuple):
    """A character with its place on the page in points, y upwards."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    raised: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line or a piece of one with its place on the page in points, y upwards.

    `note` is the mark of the footnote that begins here. `tabular` is whether the line is a row of a table; `tabbed`
    whether it begins with the mark of a list item and a gap.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool
    note: str = ""
    tabular: bool = False
    tabbed: bool = False


def read_pieces(page: PdfPage) -> tuple[list[Line], float]:
    """Return the pieces of the lines of a page of pypdfium2, and the share of its characters that are no letters.

    Such a character has no meaning in the file: it is drawn by a font that does not tell which letters its shapes are.
    """
    left, bottom, right, top = page.get_cropbox()
    textpage = page.get_textpage()
    try:
        turned: dict[int, list[Glyph]] = {}
        unknown = total = 0
        for turn, glyph in _glyphs(textpage):
            total += 1
            unknown += glyph.text == "\ufffd"
            turned.setdefault(turn, []).append(glyph)
    finally:
        textpage.close()
    boxes = {0: (left, right, bottom), 1: (bottom, top, -right), 2: (-right, -left, -top), 3: (-top, -bottom, left)}
    pieces: list[Line] = []
    for turn in sorted(turned, key=lambda turn: -len(turned[turn])):
        start, end, floor = boxes[turn]
        inside = [glyph for glyph in turned[turn] if start <= glyph.left <= end and floor <= glyph.baseline]
        pieces += _pieces(inside)
    if 2 * sum(_is_rtl(piece.text) for piece in pieces) > len(pieces):
        # Seen in a mirror, lines that run to the left are laid out as those that run to the right.
        pieces = [replace(piece, left=-piece.right, right=-piece.left) for piece in pieces]
    return pieces, unknown / total if total else 0.0


def _glyphs(textpage: PdfTextPage) -> Iterator[tuple[int, Glyph]]:
    """Yield the characters, each with the quarter turns of its line and its place without them.

    Those that are not in the file but that PDFium adds are left out, save blanks.
    """
    x, y = ctypes.c_double(), ctypes.c_double()
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    last_object, bold, scale, angle = None, False, 0.0, 0.0
    last: Glyph | None = None
    is_parted = False
    for number in range(textpage.count_chars()):
        if pdfium.FPDFText_IsGenerated(textpage, number) == 1:
            is_parted |= pdfium.FPDFText_GetUnicode(textpage, number) == ord(" ")
            continue
        text_object = ctypes.cast(pdfium.FPDFText_GetTextObject(textpage, number), ctypes.c_void_p).value
        if text_object != last_object or text_object is None:
            last_object = text_object
            pdfium.FPDFText_GetMatrix(textpage, number, matrix)
            scale = math.hypot(matrix.c, matrix.d) * pdfium.FPDFText_GetFontSize(textpage, number)
            angle = math.atan2(matrix.b, matrix.a)
            pdfium.FPDFText_GetFontInfo(textpage, number, name, len(name), flags)
            bold = pdfium.FPDFText_GetFontWeight(textpage, number) >= BOLD or b"bold" in name.value.lower()
        turn = round(angle / (math.pi / 2))
        if scale <= 0 or abs(angle - turn * math.pi / 2) > UPRIGHT:
            continue
        pdfium.FPDFText_GetCharOrigin(textpage, number, x, y)
        pdfium.FPDFText_GetLooseCharBox(textpage, number, box)
        start, end, baseline = (
            (box.left, box.right, y.value),
            (box.bottom, box.top, -x.value),
            (-box.right, -box.left, -y.value),
            (-box.top, -box.bottom, x.value),
        )[turn % 4]
        glyph = Glyph(_character(textpage, number), start, end, baseline, scale, bold)
        # PDFium guesses at blanks, and wrongly in text that runs to the left.
        is_right = last and last.left < start and abs(last.baseline - baseline) <= SAME_BASELINE * scale
        if is_parted and last and is_right and not RTL_LETTER.search(last.text + glyph.text):
            yield turn % 4, last._replace(text=" ", left=(last.right + start) / 2, right=last.right)
        yield turn % 4, glyph
        last, is_parted = glyph, False


def _character(textpage: PdfTextPage, number: int) -> str:
    character = chr(pdfium.FPDFText_GetUnicode(textpage, number))
    if pdfium.FPDFText_IsHyphen(textpage, number) == 1 or character in "\x02\xad\ufffe":
        return "-"
    if (
        pdfium.FPDFText_HasUnicodeMapError(textpage, number) == 1
        or character == "\0"
        or "\ud800" <= character <= "\udfff"
    ):
        return "\ufffd"
    # Ligatures of Latin letters and the joined shapes of Arabic ones.
    return unicodedata.normalize("NFKC", character) if "\ufb00" <= character <= "\ufefc" else character


def _pieces(glyphs: Sequence[Glyph]) -> Iterator[Line]:
    for row in _rows(glyphs):
        piece: list[Glyph] = []
        for glyph in row:
            if glyph.text.isspace():
                if piece:
                    piece.append(glyph)
                continue
            if piece and glyph.left - max(last.right for last in piece[-3:]) > GAP * max(glyph.size, piece[-1].size):
                yield from _piece(piece)
                piece = []
            piece.append(glyph)
        yield from _piece(piece)


def _rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Return the glyphs by their baselines from the top, each row from the left; raised and lowered ones in its row."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.baseline):
        if rows and rows[-1][0].baseline - glyph.baseline <= SAME_BASELINE * glyph.size:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    for row in rows:
        row.sort(key=attrgetter("left"))
    baselines = [row[0].baseline for row in rows]
    reach = RAISED * max((glyph.size for glyph in glyphs), default=0)
    for number, baseline in enumerate(baselines):
        near = [
            other
            for other in (*range(number - NEAR, number), *range(number + 1, number + NEAR + 1))
            if 0 <= other < len(rows) and abs(baselines[other] - baseline) < reach
        ]
        rows[number] = [
            glyph
            for glyph in rows[number]
            if glyph.baseline != baseline or not any(_attach(glyph, rows[other], baselines[other]) for other in near)
        ]
    return [row for row in rows if row]


def _attach(glyph: Glyph, row: list[Glyph], baseline: float) -> bool:
    """Put a small glyph into the row whose letters it touches; return whether it does."""
    place = bisect(row, glyph.left, key=attrgetter("left"))
    rise = glyph.baseline - baseline
    for host in row[max(0, place - 1) : place + 1]:
        is_next = host.raised and glyph.size == host.size
        size = host.size / SMALL if is_next else host.size
        # A mark stands close after its word, and may stand farther before its footnote.
        is_near = glyph.left - host.right <= TOUCHING * size and host.left - glyph.right <= GAP * size
        if (
            (is_next or glyph.size <= SMALL * size)
            and -LOWERED * size < rise < RAISED * size
            and is_near
            and not glyph.text.isspace()
        ):
            insort(row, glyph._replace(raised=rise > 0), key=attrgetter("left"))
            return True
    return False


def _piece(glyphs: Sequence[Glyph]) -> Iterator[Line]:
    if not glyphs:
        return
    letters = [glyph for glyph in glyphs if not glyph.raised] or glyphs
    size = Counter(round(glyph.size, 1) for glyph in letters).most_common(1)[0][0]
    note, text = _text(glyphs)
    if text and not re.fullmatch(r"[_\s]+", text):
        yield Line(
            text,
            glyphs[0].left,
            max(glyph.right for glyph in glyphs),
            letters[0].baseline,
            size,
            all(glyph.bold for glyph in letters if glyph.text.isalnum()),
            note,
        )


def _text(glyphs: Sequence[Glyph]) -> tuple[str, str]:
    """Return the footnote mark before a text, and the text in logical order without the marks in it."""
    parts: list[str] = []  # a character or a blank each, as they stand from left to right
    note = ""
    last: Glyph | None = None
    blank = False
    run: list[Glyph] = []
    for glyph in (*glyphs, None):
        if run and (glyph is None or not _is_mark(glyph)):
            mark = "".join(raised.text for raised in run).translate(SUPERSCRIPTS)
            if not NOTE_MARK.fullmatch(mark) or UNIT.search("".join(parts[-4:])) or _is_ordinal(mark, parts):
                parts += mark
            elif not parts:
                note = mark
            run = []
        if glyph is None:
            break
        if glyph.text.isspace():
            blank = True
            continue
        if _is_mark(glyph):
            run.append(glyph)
        else:
            gap = glyph.left - last.right if last and parts else 0
            if gap > (BLANK if blank else SPACE) * glyph.size:
                parts.append(" ")
            parts.append(glyph.text)
            blank = False
        last = glyph
    return note, normalise_characters(_logical_order(parts))


def _is_mark(glyph: Glyph) -> bool:
    return glyph.raised or glyph.text in "⁰¹²³⁴⁵⁶⁷⁸⁹"


def _is_ordinal(mark: str, parts: Sequence[str]) -> bool:
    """Return whether a raised letter is the end of a number in words, as in French "2e"."""
    return mark in {"e", "o"} and bool(parts) and parts[-1].isalnum()


def _logical_order(parts: Sequence[str]) -> str:
    """Return the text of parts that are given from left to right; Arabic and Hebrew words run to the left.

    >>> _logical_order(list("(ד 12) גבא"))
    'אבג (12 ד)'
    """
    text = "".join(parts)
    if not RTL_LETTER.search(text):
        return text
    if not _is_rtl(text):
        return RTL_WORDS.sub(lambda words: words[0][::-1], text)
    # Numbers and Latin words run to the right inside. A hyphen joins numbers among Hebrew letters, not among Arabic.
    runs = (RIGHTWARD_IN_ARABIC if ARABIC_LETTER.search(text) else RIGHTWARD_IN_HEBREW).split("".join(reversed(parts)))
    return _turn_brackets("".join(run[::-1] if number % 2 else run for number, run in enumerate(runs)))


def _turn_brackets(text: str) -> str:
    """Let brackets open before a word and close after it: some files tell their meaning, and some the shape drawn."""
    for opening, closing in ("()", "[]", "«»"):
        either = f"[{re.escape(opening + closing)}]"
        # A bracket before Latin letters may have been drawn apart from them.
        text = re.sub(rf"(?<!\S){either} ?(?=\w[^{re.escape(opening + closing)}]*{either})", opening, text)
        text = re.sub(rf"(?<!\S){either}(?=\S)", opening, text)
        text = re.sub(rf"(?<=\S){either}(?!\w)", closing, text)
    return text


def _is_rtl(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum("\u0590" <= letter <= "\u08ff" for letter in letters) > len(letters)


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
