"""Split a document's text into blocks for its page, with the quoted words marked.

In: the clean, line-based text of a Document and the Span of a quote. Out: blocks (headings, lists, paragraphs) of
lines, and lines of pieces, of which those inside the quote are marked.
Left out: the HTML (templates), and escaping texts in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from corpus import Span
from corpus.documents.sentences import HEADING, LIST_MARK


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a line, inside the quote or outside it. `is_first` marks the piece at which the quote begins."""

    text: str
    is_marked: bool = False
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A heading, a list item or a paragraph: its HTML element, its pieces, and the number of a numbered item."""

    tag: str
    pieces: tuple[Piece, ...]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """The items of a list, or a single line of any other kind."""

    tag: str
    lines: tuple[Line, ...]


def span_in(text: str, start: str, end: str) -> Span | None:
    """Parse the offsets in an address; return None if they are not a span of the text.

    >>> span_in("Norway paid.", "0", "6")
    Span(start=0, end=6)
    >>> span_in("Norway paid.", "7", "999")
    """
    try:
        span = Span(int(start), int(end))
    except ValueError:
        return None
    return span if span.end <= len(text) else None


def blocks_of(text: str, quote: Span | None = None) -> list[Block]:
    r"""Return the blocks of a text, in order.

    >>> [block] = blocks_of("- a bed\n- a meal", Span(2, 14))
    >>> [(piece.text, piece.is_marked) for line in block.lines for piece in line.pieces]
    [('a bed', True), ('a me', True), ('al', False)]
    """
    blocks = []
    for tag, lines in groupby(_lines(text, quote), key=lambda line: line.tag):
        if tag in {"ul", "ol"}:
            blocks.append(Block(tag, tuple(lines)))
        elif tag:
            blocks += [Block(tag, (line,)) for line in lines]
    return blocks


def _lines(text: str, quote: Span | None) -> Iterator[Line]:
    """Yield every line with its tag; a blank line has none, and so separates two lists."""
    start = 0
    first = True
    for line in text.split("\n"):
        tag, skip, number = _kind(line)
        pieces = tuple(_pieces(line[skip:], start + skip, quote, first=first))
        first = first and not any(piece.is_marked for piece in pieces)
        yield Line(tag, pieces, number)
        start += len(line) + 1


def _kind(line: str) -> tuple[str, int, int | None]:
    """Return the tag of a line, the length of its mark, and the number of a numbered item."""
    if mark := HEADING.match(line):
        return f"h{max(2, len(mark[1]))}", mark.end(), None  # the first level is the page's title
    if mark := LIST_MARK.match(line):
        number = mark[0].rstrip(" .)")
        return ("ol", mark.end(), int(number)) if number.isdecimal() else ("ul", mark.end(), None)
    return ("p" if line.strip() else ""), 0, None


def _pieces(words: str, offset: int, quote: Span | None, *, first: bool) -> Iterator[Piece]:
    start = max(quote.start - offset, 0) if quote else 0
    end = min(quote.end - offset, len(words)) if quote else 0
    if start >= end:
        yield Piece(words)
        return
    yield from (Piece(words[:start]),) if start else ()
    yield Piece(words[start:end], is_marked=True, is_first=first)
    yield from (Piece(words[end:]),) if end < len(words) else ()
