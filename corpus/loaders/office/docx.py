"""Read the documents of word processors that are Office Open XML.

In: a .docx file. Out: its text as it stands with all changes accepted, and the title and date of its properties.
Comments, hidden text and tables of contents are no text. Footnotes stand at the end, and so do those lines of headers
and footers that hold a number to call.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from corpus.documents.cleaning import CALLED, join_blocks, join_lines, normalise_characters
from corpus.documents.sentences import LIST_MARK
from corpus.loaders.base import Extraction
from corpus.loaders.office.outlines import counted, item_mark, split_title
from corpus.loaders.office.packages import Package, core_properties, nearest, number, opened_package, value
from corpus.loaders.rows import MAX_COLUMN_SPAN, cell_text, row_lines

# Deleted text, what older programs see in place of a text box, readings above characters, and codes of fields.
UNREAD = ("del", "moveFrom", "Fallback", "rt", "instrText", "delText")
FORMATS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
OFF = ("0", "false", "off")
MOST_BASES = 10  # styles that a style is based on


def read_docx(file: Path) -> Extraction:
    """Return the text and properties of a .docx file.

    Raises UnreadableDocument where it is damaged, encrypted or too large.
    """
    with opened_package(file) as package:
        main = next((relation.part for relation in package.relations() if relation.type == "officeDocument"), "")
        reader = _Reader(package, main)
        blocks = [*reader.blocks(reader.load(package.tree(main))), *reader.notes(), *reader.margins()]
        title, published = core_properties(package)
    title, blocks = split_title(blocks, title)
    return Extraction(join_blocks(blocks), title=title, published=published)


class _Shape(NamedTuple):
    """What the properties of a paragraph or of a style say; empty where they say nothing."""

    style: str = ""
    outline: str = ""
    number: str = ""  # of the list
    depth: str = ""  # in the list
    name: str = ""  # of the style, in lower case


class _Reader:
    """The styles, numbers and footnotes that paragraphs of a document refer to."""

    def __init__(self, package: Package, main: str) -> None:
        self._package, self._main = package, main
        self._styles = _styles(package.related("styles", main))
        self._numbers = _Numbers(package.related("numbering", main))
        self._notes: list[tuple[str, str]] = []  # that the text referred to: their types and ids

    def load(self, part: etree._Element) -> etree._Element:
        """Return the tree of a part without what is not read."""
        etree.strip_elements(part, *UNREAD, with_tail=False)
        for mark in [*part.iterfind(".//r/rPr/vanish")]:
            if value(mark, "val") not in OFF:
                mark.getparent().getparent().clear()
        return part

    def blocks(self, element: etree._Element) -> Iterator[str]:
        """Yield the blocks of a part, a cell or a text box."""
        for child in element:
            if child.tag == "p":
                yield from self._paragraph(child)
            elif child.tag == "tbl":
                yield from self._table(child)
            else:
                yield from self.blocks(child)

    def notes(self) -> Iterator[str]:
        """Yield the footnotes and endnotes that the text referred to, in their order."""
        notes = {
            (note.tag, value(note, "id")): note
            for kind in ("footnotes", "endnotes")
            for part in self._package.related(kind, self._main)
            for note in self.load(part).iter("footnote", "endnote")
        }
        for reference in list(self._notes):
            if reference in notes:
                yield from self.blocks(notes[reference])

    def margins(self) -> Iterator[str]:
        """Yield the lines of headers and footers that hold a number to call, each once."""
        parts = [part for kind in ("header", "footer") for part in self._package.related(kind, self._main)]
        lines = (line for part in parts for line in self.blocks(self.load(part)))
        yield from dict.fromkeys(line for line in lines if CALLED.search(line))

    def _paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        boxes: list[etree._Element] = []
        text = normalise_characters("".join(self._pieces(paragraph, boxes)))
        lines = join_lines(text.split("\n")) if text else []
        own = _shape(paragraph.find("pPr"))
        style = self._styles.get(own.style, _Shape())
        list_id = own.number or style.number
        if lines and not style.name.startswith("toc "):
            mark = self._numbers.mark(list_id, int(own.depth or style.depth or 0)) if list_id not in ("", "0") else ""
            if level := _marks_of_heading(style.name, own.outline or style.outline):
                yield f"{'#' * level} {mark.removeprefix('- ')}{' '.join(lines)}"
            else:
                yield ("" if LIST_MARK.match(lines[0]) else mark) + lines[0]
                yield from lines[1:]
        for box in boxes:
            yield from self.blocks(box)

    def _pieces(self, element: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
        """Yield the text of a paragraph; put the text boxes that hang on it, and the notes, aside."""
        for child in element:
            match child.tag:
                case "t":
                    yield child.text or ""
                case "tab" | "ptab":
                    yield " "
                case "br" | "cr":
                    yield "\n"
                case "noBreakHyphen":
                    yield "-"
                case "footnoteReference" | "endnoteReference":
                    self._notes.append((child.tag.removesuffix("Reference"), value(child, "id")))
                case "txbxContent":
                    boxes.append(child)
                case "pPr":
                    pass
                case _:
                    yield from self._pieces(child, boxes)

    def _table(self, table: etree._Element) -> Iterator[str]:
        """Yield the rows of a table; a cell that goes over rows stands in each, one over columns in the first."""
        trees = list(nearest(table, "tr"))
        rows: list[list[str]] = []
        cells = [list(nearest(tree, "tc")) for tree in trees]
        if max(map(len, cells), default=0) <= 1:  # a frame around text
            for cell in chain.from_iterable(cells):
                yield from self.blocks(cell)
            return
        for row in cells:
            texts: list[str] = []
            for cell in row:
                merge = cell.find("tcPr/vMerge")
                above = rows[-1][len(texts)] if rows and len(texts) < len(rows[-1]) else ""
                goes_on = merge is not None and value(merge, "val") != "restart"
                texts.append(above if goes_on else cell_text(self.blocks(cell)))
                texts += [""] * (min(number(cell.find("tcPr/gridSpan"), "val"), MAX_COLUMN_SPAN) - 1)
            rows.append(texts)
        yield from row_lines(rows, headed=_is_marked(trees))


class _Numbers:
    """The numbers of lists, which count on from paragraph to paragraph."""

    def __init__(self, parts: Iterable[etree._Element]) -> None:
        self._levels: dict[str, dict[int, etree._Element]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        for part in parts:
            kinds = {value(kind, "abstractNumId"): kind for kind in part.iter("abstractNum")}
            for list_ in part.iter("num"):
                kind = kinds.get(value(list_.find("abstractNumId"), "val"))
                levels = [] if kind is None else [*kind.iter("lvl"), *list_.iter("lvl")]
                self._levels[value(list_, "numId")] = {int(value(level, "ilvl")): level for level in levels}

    def mark(self, list_id: str, depth: int) -> str:
        """Return the mark of the next item of a list, with a blank behind it."""
        levels = self._levels.get(list_id, {})
        counts = self._counts.setdefault(list_id, {})
        for level in [level for level in counts if level > depth]:
            del counts[level]
        for level in range(depth + 1):
            if level == depth or level not in counts:
                first = number(levels[level].find("start"), "val") if level in levels else 1
                counts[level] = counts.get(level, first - 1) + 1
        if depth not in levels or value(levels[depth].find("numFmt"), "val") in ("bullet", "none"):
            return "- "
        text = value(levels[depth].find("lvlText"), "val")
        for level, count in counts.items():
            format = FORMATS.get(value(levels[level].find("numFmt"), "val"), "1") if level in levels else "1"
            text = text.replace(f"%{level + 1}", counted(count, format))
        return item_mark(text.strip())


def _styles(parts: Iterable[etree._Element]) -> dict[str, _Shape]:
    """Return the shapes of all styles by their ids, with what they take over from those that they are based on."""
    trees = {value(style, "styleId"): style for part in parts for style in part.iter("style")}
    shapes = {}
    for id, tree in trees.items():
        shape, base = _shape(tree.find("pPr")), value(tree.find("basedOn"), "val")
        for _ in range(MOST_BASES):
            if base in trees:
                told = zip(shape, _shape(trees[base].find("pPr")), strict=True)
                shape, base = _Shape(*(own or taken for own, taken in told)), value(trees[base].find("basedOn"), "val")
        shapes[id] = shape._replace(name=value(tree.find("name"), "val").lower())
    return shapes


def _shape(properties: etree._Element | None) -> _Shape:
    if properties is None:
        return _Shape()
    paths = ("pStyle", "outlineLvl", "numPr/numId", "numPr/ilvl")
    return _Shape(*(value(properties.find(path), "val") for path in paths))


def _marks_of_heading(name: str, outline: str) -> int:
    """Return the number of marks of a heading, by the name of its style and its level in the outline; 0 for none.

    >>> _marks_of_heading("title", ""), _marks_of_heading("heading 1", ""), _marks_of_heading("clause", "9")
    (1, 2, 0)
    """
    if name == "title":
        return 1
    if not outline and (heading := re.fullmatch(r"heading (\d)", name)):
        return min(int(heading[1]) + 1, 6)
    return min(int(outline) + 2, 6) if outline and outline in "012345678" else 0


def _is_marked(rows: list[etree._Element]) -> bool:
    """Return whether the first row is set apart as headings: marked to be repeated, or bold where the next is not."""
    bold = [row.find(".//rPr/b") is not None for row in rows[:2]]
    return rows[0].find("trPr/tblHeader") is not None or bold == [True, False]
