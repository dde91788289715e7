"""Read the documents of word processors that are OpenDocument.

In: an .odt file. Out: its text with all changes accepted, and the title and date of its properties.
Comments and tables of contents are no text. Footnotes stand at the end, and so do those lines of headers and footers
that hold a number to call.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from lxml import etree

from corpus.documents.cleaning import CALLED, join_blocks, join_lines, normalise_characters
from corpus.documents.sentences import LIST_MARK
from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.office.outlines import counted, item_mark, split_title, told_title
from corpus.loaders.office.packages import ENCRYPTED, iso_day, nearest, number, opened_package, value
from corpus.loaders.rows import MAX_COLUMN_SPAN, cell_text, laid_out, row_lines

UNREAD = ("annotation", "tracked-changes", "table-of-content", "ruby-text", "note-citation", "hidden-text", "forms")


def read_odt(file: Path) -> Extraction:
    """Return the text and properties of an .odt file.

    Raises UnreadableDocument where it is damaged, encrypted or too large.
    """
    with opened_package(file) as package:
        if package.tree("META-INF/manifest.xml").find(".//encryption-data") is not None:
            raise UnreadableDocument(ENCRYPTED)
        content, styles = package.tree("content.xml"), package.tree("styles.xml")
        properties = {element.tag: element.text or "" for element in package.tree("meta.xml").iter("*")}
    reader = _Reader(content, styles)
    margins = [block for part in styles.iter("header", "footer") for block in reader.blocks(part)]
    blocks = [
        *(block for text in content.iterfind("body/text") for block in reader.blocks(text)),
        *(block for note in reader.notes for block in reader.blocks(note)),
        *dict.fromkeys(line for line in margins if CALLED.search(line)),
    ]
    title, blocks = split_title(blocks, told_title(properties.get("title", "")))
    return Extraction(join_blocks(blocks), title=title, published=iso_day(properties.get("date", "")))


class _Reader:
    """The styles that paragraphs refer to, and the footnotes read so far."""

    def __init__(self, content: etree._Element, styles: etree._Element) -> None:
        for part in (content, styles):
            etree.strip_elements(part, *UNREAD, with_tail=False)
        self.notes: list[etree._Element] = []
        self._counts: dict[tuple[str, int], int] = {}  # of the items of lists, by their styles and depths
        self._parents = {
            value(style, "name"): value(style, "parent-style-name")
            for part in (styles, content)
            for style in part.iter("style")
        }
        self._lists = {value(kind, "name"): kind for part in (styles, content) for kind in part.iter("list-style")}

    def blocks(self, element: etree._Element) -> Iterator[str]:
        """Yield the blocks below an element."""
        for child in element:
            yield from self._block(child)

    def _block(self, element: etree._Element) -> Iterator[str]:
        match element.tag:
            case "p" | "h":
                yield from self._paragraph(element)
            case "list":
                yield from self._list(element, value(element, "style-name"), 1)
            case "table":
                yield from self._table(element)
            case _:
                yield from self.blocks(element)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        boxes: list[etree._Element] = []
        text = normalise_characters("".join(self._pieces(paragraph, boxes)))
        lines = join_lines(text.split("\n")) if text else []
        style = value(paragraph, "style-name")
        if "Title" in (style, self._parents.get(style)):
            yield from [f"# {' '.join(lines)}"] * bool(lines)
        elif paragraph.tag == "h":
            level = min(number(paragraph, "outline-level") + 1, 6)
            yield from [f"{'#' * level} {' '.join(lines)}"] * bool(lines)
        else:
            yield from lines
        for box in boxes:
            yield from self.blocks(box)

    def _pieces(self, element: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
        """Yield the text of a paragraph; put the text boxes that hang on it, and the notes, aside."""
        yield " ".join((element.text or "").split("\n"))
        for child in element:
            match child.tag:
                case "s" | "tab":
                    yield " "
                case "line-break":
                    yield "\n"
                case "note":
                    self.notes.append(child)
                case "text-box":
                    boxes.append(child)
                case _:
                    yield from self._pieces(child, boxes)
            yield " ".join((child.tail or "").split("\n"))

    def _list(self, found: etree._Element, name: str, depth: int) -> Iterator[str]:
        """Yield the items of a list whose style has a name, and of those in it."""
        shapes = {value(shape, "level"): shape for shape in self._lists.get(name, ())}
        shape = shapes.get(str(depth))
        format = value(shape, "num-format")
        count = number(shape, "start-value") - 1
        if value(found, "continue-numbering") == "true" or value(found, "continue-list"):
            count = self._counts.get((name, depth), count)
        for item in found.iterchildren("list-item", "list-header"):
            count += item.tag == "list-item"
            told = f"{value(shape, 'num-prefix')}{counted(count, format)}{value(shape, 'num-suffix')}"
            mark = item_mark(told if format and item.tag == "list-item" else "")
            for child in item:
                if child.tag == "list":
                    yield from self._list(child, value(child, "style-name") or name, depth + 1)
                else:
                    for block in self._block(child):
                        yield block if block.startswith("#") or LIST_MARK.match(block) else mark + block
                        mark = ""
        self._counts[name, depth] = count

    def _table(self, table: etree._Element) -> Iterator[str]:
        cells = [list(nearest(row, "table-cell")) for row in nearest(table, "table-row")]
        if max(map(len, cells), default=0) <= 1:  # a frame around text
            for cell in chain.from_iterable(cells):
                yield from self.blocks(cell)
            return
        rows = laid_out(
            [
                (
                    cell_text(self.blocks(cell)),
                    number(cell, "number-columns-spanned"),
                    number(cell, "number-rows-spanned"),
                )
                for cell in row
                for _ in range(min(number(cell, "number-columns-repeated"), MAX_COLUMN_SPAN))
            ]
            for row in cells
        )
        yield from row_lines(rows, headed=table.find("table-header-rows") is not None)
