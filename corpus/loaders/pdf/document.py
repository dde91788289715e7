"""Read PDF files.

In: a PDF with text. Out: an Extraction whose text reads as the pages do: paragraphs joined across lines, columns and
pages, headings, list items, rows of simple tables, and footnotes at the end of their page; without running headers and
footers, page numbers and the marks of footnotes.
Left out: scans, which need OCR first; pictures, annotations and forms; tables whose cells span others.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import groupby, pairwise
from pathlib import Path

import pypdfium2

from corpus.cleaning import ENDED, HYPHENATED_PREFIX, LEFT_OPEN, SENTENCE_END, join_blocks, normalise_characters
from corpus.dates import iso_date
from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.pdf.page import ITEM, LEADERS, Line, arrange, read_pieces

UNKNOWN = 0.3  # share of characters without meaning from which a page has no text

# Running headers and footers
MARGIN_LINES = 4  # baselines from the top and the bottom of a page among which they are looked for
SAME_PLACE = 3  # points
REPEATED = 3  # pages that show the same line in the same place, from which it is one
APART = 1.4  # times the size of the letters that they are parted from the text
CODE = 5  # digits of a job number
ROMAN = re.compile(r"(?<![^\W_])[ivxl]{1,6}(?![^\W_])")
CONTACT = re.compile(r"\S@\S+\.\w|\+\d|\b(?:tel|phone|fax|hotline|helpline|call)\b|\d[ -]\d{3}[ -]\d{3}", re.I)

# Paragraphs and headings
SAME_SIZE = 0.08
LEADING = 1.25  # share of the usual distance of lines from which a paragraph ends
INDENT = 1.0  # in letters
GROUP = 3  # lines that show by themselves how wide their text is set,
RAGGED = 0.15  # share of the width by which they may differ,
FULL = 0.6  # and share of the lines that do not differ by more
LARGE_WORDS = 70  # a heading in larger letters is no longer,
HEADING_WORDS = 20  # nor one in letters of the size of the text
HEADING_LETTERS = 3
BULLET = re.compile(r"[•●▪■◦‣·➢✓–—\-\uf0b7\uf0a7] +(?=\S)")
NOTE = re.compile(r"\d{1,3} +[A-Z]|[*†‡§]+ *\w")  # a footnote whose mark is not raised
CJK = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
DANGLING = re.compile(r"(?:and|or|to|et|ou|y|o|und|oder)\b")  # after a word that is left open: "data- and"

# Dates
DATED = re.compile(r"\b\d{1,2} [^\W\d]+ \d{4}\b|\b[^\W\d]+ \d{1,2}, \d{4}\b|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}")
DATE_WORDS = 4  # of a line that is a date

# Metadata
NO_TITLE = re.compile(
    r"microsoft word\b.*|.*\.(?:docx?|wp[df]|pdf|rtf|indd|odt|pptx?|xlsx?|qxd|html?)|untitled.*|document\d*|[\W\d]*"
    r"|\S*\d\S*|.*<.*>.*",
    re.I,
)
UNITED_NATIONS = re.compile(
    r"united nations|nations unies|naciones unidas|организация объединенных наций|联\s*合\s*国|الأمم المتحدة", re.I
)
ORGANS = re.compile(
    rf"(?:(?:{UNITED_NATIONS.pattern}|general assembly|security council|economic and social council"
    r"|human rights council|trusteeship council|secretariat"
    r"|assemblée générale|conseil (?:de sécurité|économique et social)"
    r"|asamblea general|consejo (?:de seguridad|económico y social)|генеральная ассамблея|совет безопасности"
    r"|экономический и социальный совет|大会|安全理事会|经济及社会理事会|الجمعية العامة|مجلس الأمن)\s*)+",
    re.I,
)
SECTION = re.compile(rf"{ITEM.pattern}|(?:contents|introduction|summary|annex)\b", re.I)
MASTHEAD_END = re.compile(
    r"(?:original|langue originale|язык оригинала|原文)\s*[::]|(?:english|french|spanish|russian|arabic|chinese) only",
    re.I,
)


@dataclass(slots=True)
class Block:
    """A heading, paragraph, item, row or footnote while it grows.

    `edge` is how far to the right its last line might have reached; `pages` are the numbers of its pages and where in
    `text` they begin; `level` is that of a heading, else 0.
    """

    lines: list[Line] = field(default_factory=list)
    text: str = ""
    pages: list[tuple[int, int]] = field(default_factory=list)
    edge: float = 0.0
    level: int = 0

    def add(self, line: Line, page: int, words: Set[str]) -> None:
        """Add a line of a page; `words` are those of the document."""
        added = LEADERS.sub(" ", line.text)
        text = join_lines(self.text, added, words) if self.text else added
        if not self.pages or self.pages[-1][0] != page:
            self.pages.append((page, len(text) - len(added)))
        self.text = text
        self.lines.append(line)

    def full_text(self) -> str:
        """Return the text with the marks of a heading, an item or a footnote."""
        first = self.lines[0]
        if self.level:
            return f"{'#' * self.level} {self.text}"
        if first.note:
            return f"{first.note} {self.text}"
        mark = BULLET.match(self.text)
        return f"- {self.text[mark.end() :]}" if mark and not first.tabular else self.text


@dataclass(frozen=True, slots=True)
class Style:
    """How a document is set: the size of its text, whether bold type is rare, the usual distance of lines by size."""

    body: float
    bold_stands_out: bool
    leading: dict[float, float]


def read_pdf(file: Path) -> Extraction:
    """Return the text of a PDF with its metadata and the offsets of its pages.

    Raises UnreadableDocument for a file that is encrypted or damaged, or that has no text.
    """
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument("it is encrypted; save a copy of it without its password") from error
        raise UnreadableDocument("it is damaged or no PDF; open it and save or print it as PDF anew") from error
    try:
        metadata = document.get_metadata_dict()
        pages, notes = _pages(document)
    finally:
        document.close()
    if not any(pages):
        raise UnreadableDocument("it has no text; it is a scan and needs OCR first")
    return _extraction(pages, notes, metadata)


def _pages(document: pypdfium2.PdfDocument) -> tuple[list[list[Line]], list[str]]:
    """Return the pieces of the lines of each page, and a note on the pages that have no text."""
    pages: list[list[Line]] = []
    empty: list[int] = []
    for number in range(len(document)):
        try:
            page = document[number]
            try:
                pieces, unknown = read_pieces(page)
            finally:
                page.close()
        except pypdfium2.PdfiumError:
            pieces, unknown = [], 0.0
        if unknown > UNKNOWN:
            pieces = []
        if not pieces:
            empty.append(number + 1)
        pages.append(pieces)
    notes = [f"no text on {len(empty)} of {len(pages)} pages: {_ranges(empty)}"] if empty else []
    return pages, notes


def _ranges(numbers: Sequence[int]) -> str:
    """Write ascending numbers with runs of them in short.

    >>> _ranges([1, 2, 3, 7])
    '1-3, 7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _extraction(pages: Sequence[Sequence[Line]], notes: Sequence[str], metadata: dict[str, str]) -> Extraction:
    first = [piece.text for piece in pages[0]]
    regions = [arrange(kept) for kept in _without_running_lines(pages)]
    style = _style(regions)
    blocks = _blocks(regions, style)
    heading = _title_heading(blocks, style)
    _set_levels(blocks[blocks.index(heading) :] if heading else blocks, style)
    named = normalise_characters(metadata.get("Title", ""))
    title = named if named and not NO_TITLE.fullmatch(named) else re.sub(r"\*+$", "", heading.text) if heading else ""
    if heading and heading.text.startswith(title):
        blocks = [block for block in blocks if block is not heading]
    text, offsets = _text(blocks, len(pages))
    is_un = any(UNITED_NATIONS.fullmatch(block.text) for block in blocks if block.pages[0][0] == 0)
    return Extraction(
        text=text,
        title=title,
        publisher="United Nations" if is_un else "",
        published=next(filter(None, map(_own_date, first)), "") or _creation_day(metadata.get("CreationDate", "")),
        pages=offsets,
        notes=tuple(notes),
    )


# Running headers, footers and page numbers


def _without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
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
    codes = {piece.text for margin in margins[1:] for piece in margin if _is_code(piece.text)}
    symbols = {piece.text for piece in margins[0] if _is_code(piece.text)}

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
    return len(re.sub(r"\D", "", text)) >= CODE and not (CONTACT.search(text) or DATED.search(text))


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


# Paragraphs, headings and footnotes


def _blocks(pages: Sequence[Sequence[Sequence[Line]]], style: Style) -> list[Block]:
    """Return the blocks of the columns of pages; a paragraph that goes on in the next column or page is one block.

    The footnotes of a page stand after its text, yet before a paragraph that goes on on the next page.
    """
    # The first and the last of a line may be a part of a word.
    words = frozenset(
        word
        for page in pages
        for column in page
        for line in column
        for word in re.findall(r"\s(\w+(?:-\w+)*)(?=[^\w-])", line.text.lower())
    )
    blocks: list[Block] = []
    notes: list[Block] = []
    for number, page in enumerate(pages):
        columns, foot = _part_notes(page, style.body)
        for column in columns:
            for place, (line, edge) in enumerate(zip(column, _edges(page, column, style), strict=True)):
                goes_on = _continues if place else _runs_over
                if blocks and goes_on(blocks[-1], line, style):
                    blocks[-1:-1] = notes
                else:
                    blocks += [*notes, Block()]
                notes = []
                blocks[-1].add(line, number, words)
                blocks[-1].edge = edge
        for line in foot:
            if line.note or not notes:
                notes.append(Block())
            notes[-1].add(line, number, words)
    blocks += notes
    return blocks


def _style(pages: Sequence[Sequence[Sequence[Line]]]) -> Style:
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    gaps: dict[float, Counter[float]] = {}
    for page in pages:
        for column in page:
            for above, line in pairwise(column):
                gap = above.baseline - line.baseline
                if _size(above) == _size(line) and 0 < gap < 2 * line.size:
                    gaps.setdefault(_size(line), Counter())[round(gap * 2) / 2] += 1
            for line in column:
                sizes[_size(line)] += len(line.text)
                bold[line.bold] += len(line.text)
    leading = {size: counts.most_common(1)[0][0] for size, counts in gaps.items()}
    return Style(sizes.most_common(1)[0][0], bold[True] < bold[False], leading)


def _size(line: Line) -> float:
    return round(line.size * 2) / 2


def _part_notes(page: Sequence[Sequence[Line]], body: float) -> tuple[list[list[Line]], list[Line]]:
    """Part the footnotes from the columns of a page: the small lines at the foot of each, from the first mark on."""
    columns: list[list[Line]] = []
    notes: list[Line] = []
    for column in page:
        start = len(column)
        while start and column[start - 1].size < (1 - SAME_SIZE) * body and not column[start - 1].tabular:
            start -= 1
        while start < len(column) and not (column[start].note or NOTE.match(column[start].text)):
            start += 1
        columns.append(list(column[:start]))
        notes += column[start:]
    return columns, notes


def _edges(page: Sequence[Sequence[Line]], column: Sequence[Line], style: Style) -> list[float]:
    """Return for each line of a column how far to the right it might reach.

    That is how far the lines around it do; where they are few, the lines of the page of the same column.
    """
    reach = max((line.right for line in column if not line.tabular), default=0.0)
    groups: list[list[Line]] = []
    for line in column:
        if groups and _is_near(groups[-1][-1], line, style) and not line.tabular:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [edge for group in groups for edge in [_edge(group, reach)] * len(group)]


def _edge(group: Sequence[Line], reach: float) -> float:
    """Return how far to the right lines might reach: as far as they do where most are nearly as long, else `reach`."""
    edge = max(line.right for line in group)
    near = edge - RAGGED * (edge - min(line.left for line in group))
    is_set = len(group) >= GROUP and sum(line.right > near for line in group[:-1]) > FULL * len(group[:-1])
    return edge if is_set else reach


def _is_near(above: Line, line: Line, style: Style) -> bool:
    """Return whether a line is of the size of the one above, and no farther from it than lines of that size are."""
    gap = above.baseline - line.baseline
    usual = style.leading.get(_size(line), 1.2 * line.size)
    return abs(above.size - line.size) <= SAME_SIZE * line.size and 0 < gap <= LEADING * usual


def _continues(block: Block, line: Line, style: Style) -> bool:
    """Return whether a line of a column continues the block of the line above."""
    above = block.lines[-1]
    is_lower = line.text[0].islower()
    if (
        (line.tabular or above.tabular or line.note or not _is_near(above, line, style))
        or (above.bold != line.bold and not is_lower)
        or LEADERS.search(above.text)
    ):
        return False
    fits = _fits(block, line)
    has_ended = ENDED.search(above.text) is not None
    if ITEM.match(line.text) and (line.tabbed or has_ended or fits):
        return False
    if (
        (_is_capitals(above.text) and _is_capitals(line.text))
        or above.text.endswith("-")
        or above.size > (1 + SAME_SIZE) * style.body
    ):
        return True
    if has_ended:
        return not fits and not _is_indented(block, line)
    return is_lower or not fits or LEFT_OPEN.search(above.text) is not None


def _runs_over(block: Block, line: Line, style: Style) -> bool:
    """Return whether the first line of a column or page goes on with the block that the last one ended with."""
    above = block.lines[-1]
    if line.tabular or above.tabular or line.note or above.bold != line.bold:
        return False
    if abs(above.size - line.size) > SAME_SIZE * line.size or line.size > (1 + SAME_SIZE) * style.body:
        return False
    is_lower = line.text[0].islower()
    # A semicolon ends an item, and stands inside a sentence that goes on in lower case.
    has_ended = re.search(SENTENCE_END, above.text) if is_lower else ENDED.search(above.text)
    if has_ended or (ITEM.match(line.text) and line.tabbed) or LEADERS.search(above.text):
        return False
    return is_lower or above.text.endswith("-") or not (_fits(block, line) or _is_capitals(line.text))


def _fits(block: Block, line: Line) -> bool:
    """Return whether the first word of a line had fitted at the end of the block: the line was broken on purpose."""
    letter = (line.right - line.left) / len(line.text)
    return block.lines[-1].right + letter * (1 + len(line.text.split(maxsplit=1)[0])) < block.edge


def _is_indented(block: Block, line: Line) -> bool:
    hangs = len(block.lines) == 1 and ITEM.match(block.text)
    return not hangs and line.left > min(above.left for above in block.lines) + INDENT * line.size


def _set_levels(blocks: Iterable[Block], style: Style) -> None:
    """Set the levels of headings, by rank of size; those of the size of the text stand below all others."""
    headings = [block for block in blocks if _is_heading(block, style)]
    ranks = sorted({_size(block.lines[0]) for block in headings}, reverse=True)
    for block in headings:
        block.level = min(2 + ranks.index(_size(block.lines[0])), 6)


def _is_heading(block: Block, style: Style) -> bool:
    line = block.lines[0]
    words = len(block.text.split())
    letters = sum(map(str.isalpha, block.text))
    if line.tabular or line.note or letters < HEADING_LETTERS or LEADERS.search(block.text):
        return False
    if line.size > (1 + SAME_SIZE) * style.body:
        return words <= LARGE_WORDS
    if line.size < (1 - SAME_SIZE) * style.body or words > HEADING_WORDS or re.search(r"[.;,:]$", block.text):
        return False
    is_bold = style.bold_stands_out and all(line.bold for line in block.lines)
    return is_bold or (_is_capitals(block.text) and words > 1 and not BULLET.match(block.text))


def _is_capitals(text: str) -> bool:
    """Return whether a text is in capital letters; one in a script without them that holds an acronym is not."""
    return text.isupper() and 2 * sum(map(str.isupper, text)) > sum(map(str.isalpha, text))


def join_lines(text: str, next_line: str, words: Set[str]) -> str:
    """Join a line to the text before it; `words` are those of the document, hyphenated ones among them.

    A hyphen at the end goes where the joined word is known or its second half is none.

    >>> join_lines("the traf-", "ficked child", {"child"}), join_lines("well-", "known", {"well", "known"})
    ('the trafficked child', 'well-known')
    """
    if re.search(r"\w[/–]$", text) or (re.search(rf"{CJK}$", text) and re.match(CJK, next_line)):
        return text + next_line
    first = re.search(r"([^\W_]+)-$", text)
    second = re.match(r"[^\W_]+", next_line)
    if not first or not second or re.search(r"\s-$", text):
        return f"{text} {next_line}"
    if DANGLING.match(next_line):
        return f"{text} {next_line}"
    if not (first[1][-1].isalpha() and second[0].islower()):
        return text + next_line
    joined, hyphenated = (f"{first[1]}{hyphen}{second[0]}".lower() for hyphen in ("", "-"))
    both_known = first[1].lower() in words and second[0] in words
    if joined not in words and (hyphenated in words or both_known or HYPHENATED_PREFIX.search(text)):
        return text + next_line
    return text[:-1] + next_line


# Text and metadata


def _text(blocks: Sequence[Block], pages: int) -> tuple[str, tuple[int, ...]]:
    """Return the text of blocks and the offsets at which pages begin in it."""
    texts = [block.full_text() for block in blocks]
    text = join_blocks(texts)
    starts: dict[int, int] = {}
    end = 0
    for block, block_text in zip(blocks, texts, strict=True):
        begin = text.index(block_text, end)
        end = begin + len(block_text)
        for page, offset in block.pages:
            # What was put before the text, or taken from it, shifts no more than the start of the block.
            at = begin if offset == 0 else end - len(block.text) + offset
            starts.setdefault(page, at)
    offsets: list[int] = []
    following = len(text)
    for page in reversed(range(pages)):
        following = min(starts.get(page, following), following) if page else 0
        offsets.append(following)
    return text, tuple(reversed(offsets))


def _title_heading(blocks: Sequence[Block], style: Style) -> Block | None:
    """Return the first of the largest headings of page one; in a paper of the United Nations below its masthead."""
    first = [block for block in blocks if block.pages[0][0] == 0]
    start = max((number for number, block in enumerate(first) if MASTHEAD_END.match(block.text)), default=-1)
    headings = [
        block
        for block in first[start + 1 :]
        if _is_heading(block, style) and not (ORGANS.fullmatch(block.text) or SECTION.match(block.text))
    ]
    return max(headings, key=lambda block: _size(block.lines[0]), default=None)


def _own_date(line: str) -> str:
    """Return the ISO date or month that a line consists of, or "".

    >>> _own_date("9 April 2025"), _own_date("Published: April 9, 2025"), _own_date("on 9 April 2025 we met")
    ('2025-04-09', '2025-04-09', '')
    """
    told = re.sub(r"^[^\d:：]{1,30}[:：]\s*", "", line)
    return iso_date(told) if 1 < len(told.split()) <= DATE_WORDS else ""


def _creation_day(created: str) -> str:
    """Return the day of a date of a PDF as an ISO date, or "".

    >>> _creation_day("D:20250812151144-04'00'"), _creation_day("yesterday")
    ('2025-08-12', '')
    """
    found = re.match(r"(?:D:)?(\d{4})(\d{2})(\d{2})", created)
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""
