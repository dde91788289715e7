"""Join the lines of a PDF to headings, paragraphs, list items and footnotes, across columns and pages.

In: the lines of each column of each page. Out: Blocks, with the pages on which they stand.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.documents.cleaning import ENDED, HYPHENATED_PREFIX, LEFT_OPEN, SENTENCE_END
from corpus.loaders.pdf.layout import ITEM, LEADERS
from corpus.loaders.pdf.page import Line

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


def blocks_of(pages: Sequence[Sequence[Sequence[Line]]], style: Style) -> list[Block]:
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


def style_of(pages: Sequence[Sequence[Sequence[Line]]]) -> Style:
    """Return how a document is set, by the lines of the columns of its pages."""
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    gaps: dict[float, Counter[float]] = {}
    for page in pages:
        for column in page:
            for above, line in pairwise(column):
                gap = above.baseline - line.baseline
                if size_of(above) == size_of(line) and 0 < gap < 2 * line.size:
                    gaps.setdefault(size_of(line), Counter())[round(gap * 2) / 2] += 1
            for line in column:
                sizes[size_of(line)] += len(line.text)
                bold[line.bold] += len(line.text)
    leading = {size: counts.most_common(1)[0][0] for size, counts in gaps.items()}
    return Style(sizes.most_common(1)[0][0], bold[True] < bold[False], leading)


def size_of(line: Line) -> float:
    """Return the size of a line in half points."""
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
    usual = style.leading.get(size_of(line), 1.2 * line.size)
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


def set_levels(blocks: Iterable[Block], style: Style) -> None:
    """Set the levels of headings, by rank of size; those of the size of the text stand below all others."""
    headings = [block for block in blocks if is_heading(block, style)]
    ranks = sorted({size_of(block.lines[0]) for block in headings}, reverse=True)
    for block in headings:
        block.level = min(2 + ranks.index(size_of(block.lines[0])), 6)


def is_heading(block: Block, style: Style) -> bool:
    """Return whether a block is a heading: short, and larger or bolder than the text."""
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
