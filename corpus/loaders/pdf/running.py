"""Leave out what the pages of a PDF repeat: running headers and footers, page numbers, job numbers.

In: the pieces of lines of all pages. Out: those that are text.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence, Set
from functools import partial
from itertools import groupby, pairwise

from corpus.loaders.pdf.page import Line

MARGIN_LINES = 4  # baselines from the top and the bottom of a page among which they are looked for
SAME_PLACE = 3  # points
REPEATED = 3  # pages that show the same line in the same place, from which it is one
APART = 1.4  # times the size of the letters that they are parted from the text
CODE = 5  # digits of a job number or symbol, in which there is no
WORD = re.compile(r"[^\W\d_]{4}")
ROMAN = re.compile(r"(?<![^\W_])[ivxl]{1,6}(?![^\W_])")
CONTACT = re.compile(r"\S@\S+\.\w|\+\d|\b(?:tel|phone|fax|hotline|helpline|call)\b|\d[ -]\d{3}[ -]\d{3}", re.I)

DATED = re.compile(r"\b\d{1,2} [^\W\d]+ \d{4}\b|\b[^\W\d]+ \d{1,2}, \d{4}\b|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}")


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the pieces of pages without what other pages repeat in the same place of their margins.

    A number that grows with the pages counts as the same. In a place where most pages have something of their own,
    nothing is taken away: it is where the text begins or ends.
    """
    margins = [_margin(page) for page in pages]
    shown = Counter(key for number, margin in enumerate(margins) for piece in margin for key in _keys(piece, number))
    filled = sum(bool(page) for page in pages)
    enough = min(REPEATED, max(2, filled))
    running = {key for key, count in shown.items() if count >= enough}
    in_place = Counter(_place(piece) for margin in margins for piece in margin)
    running_in_place = Counter(
        _place(piece)
        for number, margin in enumerate(margins)
        for piece in margin
        if not running.isdisjoint(_keys(piece, number))
    )
    printed = Counter(text for margin in margins[1:] for text in {piece.text for piece in margin} if _is_code(text))
    on_first = tuple(piece.text for margin in margins[:1] for piece in margin)
    codes = {code for code, count in printed.items() if count > 1 or any(text.startswith(code) for text in on_first)}
    symbols = set(filter(_is_code, on_first))

    def is_running(piece: Line, number: int) -> bool:
        if CONTACT.search(piece.text) or DATED.search(piece.text):
            return shown[_place(piece), piece.text, None] >= max(2, filled - 1)
        if not running.isdisjoint(_keys(piece, number)):
            return 2 * running_in_place[_place(piece)] > in_place[_place(piece)]
        if number == 0 and 2 * piece.baseline < max(other.baseline for other in pages[0]):
            return _tells_code(piece.text, codes)
        return (number > 0 and piece.text in symbols) or _tells_page(piece.text, number, len(pages))

    return [
        [piece for piece in page if piece not in gone]
        for number, (page, margin) in enumerate(zip(pages, margins, strict=True))
        for gone in [
            _running_lines(margin, partial(is_running, number=number), is_first=number == 0)
            # Around a chart they stand anywhere.
            | {piece for piece in page if piece.text in codes or _tells_page_of_all(piece.text, number, len(pages))}
        ]
    ]


def _margin(page: Sequence[Line]) -> tuple[Line, ...]:
    """Return the pieces of the first and the last lines of a page, from the top."""
    places = sorted({_place(piece) for piece in page})
    edges = {*places[:MARGIN_LINES], *places[-MARGIN_LINES:]}
    return tuple(sorted((piece for piece in page if _place(piece) in edges), key=lambda piece: -_place(piece)))


def _running_lines(margin: Sequence[Line], is_running: Callable[[Line], bool], *, is_first: bool) -> frozenset[Line]:
    """Return the running lines of a margin: the outermost ones, and further ones that space parts from the text."""
    found: set[Line] = set()
    for pieces in (margin, tuple(reversed(margin))):
        rows = [tuple(row) for _, row in groupby(pieces, key=_place)]
        count = 0
        for number, row in enumerate(rows):
            running = [piece for piece in row if is_running(piece)]
            # Beside the job number on page one stands the day of its printing.
            rest = [piece for piece in row if not (piece in running or (is_first and piece.text.isdigit()))]
            if rest or not running:
                break
            after = rows[number + 1][0] if number + 1 < len(rows) else None
            if number == 0 or not after or abs(after.baseline - row[0].baseline) > APART * max(row[0].size, after.size):
                count = number + 1
        found.update(piece for row in rows[:count] for piece in row)
    return frozenset(found)


def _place(piece: Line) -> int:
    return round(piece.baseline / SAME_PLACE)


def _keys(piece: Line, page: int) -> set[tuple[int, str, int | None]]:
    """Return what is the same on all pages for a running line: its place, text, and the distance of a number to `page`.

    >>> sorted(_keys(Line("2/16", 0, 0, 30, 10, False), 1), key=str)
    [(10, '#/16', 1), (10, '2/#', 15), (10, '2/16', None)]
    """
    place = _place(piece)
    numbers = [(found, int(found[0])) for found in re.finditer(r"(?<!\d)\d{1,4}(?!\d)", piece.text)]
    if found := ROMAN.search(piece.text):
        numbers.append((found, _roman(found[0])))
    return {(place, piece.text, None)} | {
        (place, f"{piece.text[: found.start()]}#{piece.text[found.end() :]}", value - page) for found, value in numbers
    }


def _roman(numeral: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50}[letter] for letter in numeral]
    return sum(-value if value < after else value for value, after in pairwise((*values, 0)))


def _is_code(text: str) -> bool:
    """Return whether a line is a job number or the symbol of a document, and no text with numbers.

    >>> _is_code("25-02112"), _is_code("GE.25-05795 (E)"), _is_code("with 173,506 of them deported")
    (True, True, False)
    """
    digits = len(re.sub(r"\D", "", text))
    return digits >= CODE and not (WORD.search(text) or CONTACT.search(text) or DATED.search(text))


def _tells_code(text: str, codes: Set[str]) -> bool:
    """Return whether a line at the foot of page one begins with a number of the running lines, or is its bar code.

    >>> [_tells_code(text, {"25-02112"}) for text in ("25-02112 (E)", "*2502112*", "2502112 people")]
    [True, True, False]
    """
    digits = re.sub(r"[\W_]", "", text)
    return any(text.startswith(code) or digits == re.sub(r"\D", "", code) for code in codes)


def _tells_page(text: str, page: int, pages: int) -> bool:
    """Return whether a line is the number of its page and of all pages, or a Roman one: these need no repetition."""
    return _tells_page_of_all(text, page, pages) or ROMAN.fullmatch(text) is not None


def _tells_page_of_all(text: str, page: int, pages: int) -> bool:
    """Return whether a line is the number of its page, from 0, and of all pages.

    >>> _tells_page_of_all("Page 3 of 12", 2, 12), _tells_page_of_all("3/12", 4, 12)
    (True, False)
    """
    total = re.fullmatch(r"(?:page )?(\d+) ?(?:/|of) ?(\d+)", text, re.I)
    return total is not None and total.groups() == (str(page + 1), str(pages))
