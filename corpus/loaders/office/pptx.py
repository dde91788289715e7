"""Read presentations that are Office Open XML.

In: a .pptx file. Out: the text of its slides in their order, each below its title, and the title and date of its
properties. Notes, hidden slides and numbers of slides are no text.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from corpus.documents.cleaning import CALLED, join_blocks, one_line
from corpus.documents.sentences import LIST_MARK
from corpus.loaders.base import Extraction
from corpus.loaders.office.outlines import counted, item_mark, split_title
from corpus.loaders.office.packages import Package, core_properties, number, opened_package, value
from corpus.loaders.rows import cell_text, row_lines

MARGINS = ("dt", "ftr", "hdr", "sldNum")  # the date, the footer, the header and the number of a slide
TEXTS = ("", "body", "obj")  # places whose paragraphs are items of a list unless they say otherwise
FORMATS = {"alphaLc": "a", "alphaUc": "A", "romanLc": "i", "romanUc": "I"}


def read_pptx(file: Path) -> Extraction:
    """Return the text and properties of a .pptx file.

    Raises UnreadableDocument where it is damaged, encrypted or too large.
    """
    with opened_package(file) as package:
        main = next((relation.part for relation in package.relations() if relation.type == "officeDocument"), "")
        parts = {relation.id: relation.part for relation in package.relations(main)}
        slides = [parts.get(value(slide, "id"), "") for slide in package.tree(main).iterfind("sldIdLst/sldId")]
        trees = [(slide, package.tree(slide)) for slide in slides]
        shown = [(slide, tree) for slide, tree in trees if value(tree, "show") not in ("0", "false")]
        blocks = [block for slide, tree in shown for block in _slide(package, slide, tree)]
        title, published = core_properties(package)
    hidden = len(trees) - len(shown)
    title, blocks = split_title(blocks, title)
    notes = (f"{hidden} hidden slides were passed over; show them if they are to be read",) if hidden else ()
    return Extraction(join_blocks(blocks), title=title, published=published, notes=notes)


def _slide(package: Package, part: str, slide: etree._Element) -> Iterator[str]:
    """Yield the title of a slide, its texts and tables, and the texts of its diagrams."""
    etree.strip_elements(slide, "Fallback", with_tail=False)
    shapes = [(_place(shape), shape) for shape in slide.iter("sp", "graphicFrame")]
    for place, shape in shapes:
        if place in ("title", "ctrTitle") and (title := " ".join(_paragraphs(shape))):
            yield f"{'#' if place == 'ctrTitle' else '##'} {title}"
    for place, shape in shapes:
        if place in MARGINS:
            yield from filter(CALLED.search, _paragraphs(shape))
        elif place not in ("title", "ctrTitle"):
            yield from _table(shape) if shape.find(".//tbl") is not None else _list(shape, place)
    for diagram in package.related("diagramData", part):
        yield from (f"- {line}" for line in _paragraphs(diagram))


def _place(shape: etree._Element) -> str | None:
    """Return the kind of place in the layout that a shape fills; None for one that stands free."""
    found = shape.find("nvSpPr/nvPr/ph")
    return None if found is None else value(found, "type")


def _list(shape: etree._Element, place: str | None) -> Iterator[str]:
    """Yield the paragraphs of a shape with the marks of those that are items of a list."""
    paragraphs = [paragraph for paragraph in shape.iter("p") if _text(paragraph)]
    counts: dict[str, int] = {}
    for paragraph in paragraphs:
        text, properties = _text(paragraph), paragraph.find("pPr")
        kinds = {} if properties is None else {child.tag: child for child in properties}
        depth = value(properties, "lvl") or "0"
        counts = {level: count for level, count in counts.items() if level <= depth}
        mark = ""
        if (numbered := kinds.get("buAutoNum")) is not None:
            counts[depth] = counts.get(depth, number(numbered, "startAt") - 1) + 1
            mark = item_mark(_numbered(counts[depth], value(numbered, "type")))
        elif {"buChar", "buBlip"} & kinds.keys() or (place in TEXTS and len(paragraphs) > 1 and "buNone" not in kinds):
            mark = item_mark("")
        yield text if LIST_MARK.match(text) else mark + text


def _numbered(count: int, kind: str) -> str:
    """Return the number of an item.

    >>> _numbered(3, "arabicPeriod"), _numbered(2, "alphaLcParenBoth")
    ('3.', '(b)')
    """
    text = counted(count, FORMATS.get(re.sub(r"(?:Period|Paren.*|Plain)$", "", kind), "1"))
    if kind.endswith("ParenBoth"):
        return f"({text})"
    return text + (")" if kind.endswith("ParenR") else "" if kind.endswith("Plain") else ".")


def _table(shape: etree._Element) -> Iterator[str]:
    rows = [[cell_text(_paragraphs(cell)) for cell in row.iterfind("tc")] for row in shape.iter("tr")]
    headed = any(value(properties, "firstRow") == "1" for properties in shape.iter("tblPr"))
    yield from row_lines(rows, headed=headed)


def _paragraphs(element: etree._Element) -> list[str]:
    return [text for paragraph in element.iter("p") if (text := _text(paragraph))]


def _text(paragraph: etree._Element) -> str:
    """Return the text of a paragraph on one line."""
    pieces = (piece.text or "" if piece.tag == "t" else " " for piece in paragraph.iter("t", "br"))
    return one_line("".join(pieces))
