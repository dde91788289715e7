"""Read one page of a PDF: its characters become lines in reading order.

In: a page of pypdfium2. Out: the pieces of its lines, and, once pieces that are no text are gone, its lines.
A piece is what stands on one baseline without a gap; a line joins the pieces of a column, or is a row of a table.
Left out: what takes more than a page to know: running headers (running.py), paragraphs and headings (blocks.py).
"""

import ctypes
import math
import re
import unicodedata
from bisect import bisect, insort
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import NamedTuple

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage, PdfTextPage

from corpus.documents.cleaning import normalise_characters
from corpus.loaders.pdf.order import RTL_LETTER, is_rtl, logical_order

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

NEAR = 6  # baselines above and below, among which is that of the letters which a raised sign follows


NOTE_MARK = re.compile(r"(?:\d{1,3}|[a-z]|[*†‡§]+)(?:,(?:\d{1,3}|[a-z]))*")
UNIT = re.compile(r"(?:^|\W|\d)(?:[kcm]?m|ft|10)$")  # a raised digit after these is a power
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


def read_pieces(page: PdfPage, *, is_mapped: bool = False) -> tuple[list[Line], float]:
    """Return the pieces of the lines of a page of pypdfium2, and the share of its characters that are no letters.

    Such a character has no meaning in the file: it is drawn by a font that does not tell which letters its shapes are.
    `is_mapped` says that all of them have, though PDFium may think otherwise.
    """
    left, bottom, right, top = page.get_cropbox()
    textpage = page.get_textpage()
    try:
        turned: dict[int, list[Glyph]] = {}
        unknown = total = 0
        for turn, glyph in _glyphs(textpage, is_mapped=is_mapped):
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
    if 2 * sum(is_rtl(piece.text) for piece in pieces) > len(pieces):
        # Seen in a mirror, lines that run to the left are laid out as those that run to the right.
        pieces = [replace(piece, left=-piece.right, right=-piece.left) for piece in pieces]
    return pieces, unknown / total if total else 0.0


def _glyphs(textpage: PdfTextPage, *, is_mapped: bool) -> Iterator[tuple[int, Glyph]]:
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
        glyph = Glyph(_character(textpage, number, is_mapped=is_mapped), start, end, baseline, scale, bold)
        # PDFium guesses at blanks, and wrongly in text that runs to the left.
        is_right = last and last.left < start and abs(last.baseline - baseline) <= SAME_BASELINE * scale
        if is_parted and last and is_right and not RTL_LETTER.search(last.text + glyph.text):
            yield turn % 4, last._replace(text=" ", left=(last.right + start) / 2, right=last.right)
        yield turn % 4, glyph
        last, is_parted = glyph, False


def _character(textpage: PdfTextPage, number: int, *, is_mapped: bool) -> str:
    character = chr(pdfium.FPDFText_GetUnicode(textpage, number))
    if pdfium.FPDFText_IsHyphen(textpage, number) == 1 or character in "\x02\xad\ufffe":
        return "-"
    if (
        (not is_mapped and pdfium.FPDFText_HasUnicodeMapError(textpage, number) == 1)
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
    return note, normalise_characters(logical_order(parts))


def _is_mark(glyph: Glyph) -> bool:
    return glyph.raised or glyph.text in "⁰¹²³⁴⁵⁶⁷⁸⁹"


def _is_ordinal(mark: str, parts: Sequence[str]) -> bool:
    """Return whether a raised letter is the end of a number in words, as in French "2e"."""
    return mark in {"e", "o"} and bool(parts) and parts[-1].isalnum()
