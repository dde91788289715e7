"""Read rich text.

In: an .rtf file. Out: its text, tables row by row, and the title and date of its information.
Hidden and deleted text is left out; footnotes and text boxes are too, which a note tells.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from corpus.documents.cleaning import join_blocks, one_line
from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.office.outlines import item_mark, split_title, told_title
from corpus.loaders.rows import row_lines

MAX_BYTES = 8_000_000  # without pictures; these take some six seconds
BINARY = re.compile(rb"\\bin(\d+) ?")
PICTURE = re.compile(rb"[0-9a-f\s]{512,}+", re.I)  # in hexadecimal digits
HIGH = re.compile(rb"[\x80-\xff]")
HIDDEN = re.compile(r"\\(?:v|deleted)(?![a-z0-9])")
OUTLINE = re.compile(r"\\outlinelevel([0-8])(?!\d) ?")
NUMBERED_HEADING = re.compile(r"^([^\n#]{1,12}\t)(#+ )", re.MULTILINE)
BULLET = re.compile(r"^[\uf0b7·•o§–-]\t\s*", re.MULTILINE)
NUMBER = re.compile(r"^(\(?\w{1,5}[.)])\t\s*", re.MULTILINE)
TITLE = re.compile(r"\{\\title ((?:[^{}]|\{[^{}]*\})*)\}")
CHANGED = re.compile(r"\{\\(?:revtim|creatim)\\yr(\d{4})\\mo(\d\d?)\\dy(\d\d?)")
ASIDE = re.compile(r"\\(?:footnote|shptxt)\b")
# The library writes cells and rows like other text, so they get marks of the private use area.
START, CELL, ROW = "\ue000", "\ue001", "\ue002"
OF_TABLE = re.compile(r"\\(trowd|cell|row)(?![a-z]) ?")
MARKS = {"trowd": START, "cell": CELL, "row": ROW}
NOT_READ = "its footnotes and text boxes were not read; save it as .docx if they matter"


def read_rtf(file: Path) -> Extraction:
    """Return the text and properties of an .rtf file. Raises UnreadableDocument for one that is too large."""
    source = _source(file.read_bytes())
    head = source[: source.find("{", 1)]  # names the encoding
    # The library knows nothing of these: text that is not shown, and headings.
    shown = OUTLINE.sub(lambda level: f" {'#' * min(int(level[1]) + 2, 6)} ", HIDDEN.sub(r"\\*", source))
    shown = OF_TABLE.sub(lambda word: MARKS[word[1]], shown)
    text = NUMBERED_HEADING.sub(r"\2\1", BULLET.sub("- ", _plain(shown)))
    text = NUMBER.sub(lambda number: item_mark(number[1]), text)
    titled = TITLE.search(source)
    told = told_title(_plain(f"{head} {titled[1]}}}")) if titled else ""
    title, blocks = split_title(list(_blocks(text)), told)
    changed = CHANGED.search(source)
    day = f"{changed[1]}-{changed[2]:0>2}-{changed[3]:0>2}" if changed else ""
    return Extraction(join_blocks(blocks), title, published=day, notes=(NOT_READ,) if ASIDE.search(source) else ())


def _source(raw: bytes) -> str:
    """Return the source of rich text without pictures, in ASCII."""
    while binary := BINARY.search(raw):
        raw = raw[: binary.start()] + raw[binary.end() + int(binary[1]) :]
    raw = PICTURE.sub(b"", raw)
    if len(raw) > MAX_BYTES:
        raise UnreadableDocument(f"it has more than {MAX_BYTES // 1_000_000} MB of text; split it, or save it as .docx")
    source = HIGH.sub(lambda byte: b"\\'" + byte[0].hex().encode(), raw).decode("ascii")
    # Lists of old programs are read like those of new ones; and the library would write the address behind each link.
    return source.replace("\\pntext", "\\listtext").replace("\\fldinst{", "\\fldinst {")


def _plain(source: str) -> str:
    return str(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]


def _blocks(text: str) -> Iterator[str]:
    """Yield the paragraphs and the rows of tables of a text with marks of these."""
    rows: list[list[str]] = []
    for part in text.split(ROW):
        if START in part:
            above, _, row = part.partition(START)
        elif CELL in part:
            above, row = "", part
        else:
            above, row = part, ""
        if paragraphs := [line for line in map(one_line, above.split("\n")) if line]:
            yield from row_lines(rows, headed=False)
            yield from paragraphs
            rows = []
        rows += [[one_line(cell) for cell in row.replace(START, "").split(CELL)]] if row else []
    yield from row_lines(rows, headed=False)
