"""Write HTML that has no furniture of a site, as that of books and mails, as lines.

In: HTML or XHTML. Out: its blocks: headings, paragraphs, list items and rows of tables.
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from corpus.documents.cleaning import normalise_characters
from corpus.loaders.base import UnreadableDocument
from corpus.loaders.office.outlines import counted, item_mark
from corpus.loaders.rows import cell_text, laid_out, row_lines

UNSEEN = (
    "head", "script", "style", "template", "noscript", "iframe", "object", "svg", "select", "textarea", "rt", "rp",
)  # fmt: skip
INLINE = (
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
    "tt", "u", "var", "wbr",
)  # fmt: skip
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.I)
EMPTY = re.compile(r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)(\w+)([^<>]*)/>", re.I)
LONE_MARK = re.compile(r"(?<=\n)((?:#+|-(?: \w{1,9}\.)?|\d+\.) )\s+")  # of a block that begins with another


def parse_markup(source: str) -> HtmlElement:
    """Return a page of HTML without what is not shown.

    Raises UnreadableDocument where the parser leaves some of it out.
    """
    # Elements that XHTML closes in place would swallow what follows them.
    source = EMPTY.sub(r"<\1\2></\1>", source.replace("\0", ""))
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    page = document_fromstring(f"<html>{source}".encode("utf-8", "replace"), parser=parser)
    if any("depth" in error.message for error in parser.error_log):
        raise UnreadableDocument("it is nested too deeply to be read whole; save it as plain text")
    etree.strip_elements(page, *UNSEEN, with_tail=False)
    for element in [*page.iter("*")]:
        if _is_hidden(element) and element.getparent() is not None:
            element.drop_tree()
    return page


def blocks_of(element: HtmlElement) -> list[str]:
    """Return the headings, paragraphs, list items and rows of tables of an element.

    >>> blocks_of(parse_markup("<h1>Help</h1><p>A shelter<br>gives:<ul><li><p>beds</p><li>food</ul>"))
    ['# Help', 'A shelter', 'gives:', '- beds', '- food']
    """
    text = normalise_characters(LONE_MARK.sub(r"\1", "\n" + "".join(_pieces(element))))
    return [line for line in text.split("\n") if line]


def _is_hidden(element: HtmlElement) -> bool:
    """Return whether an element is not shown, or leads to a footnote or back from it."""
    is_mark = re.search("noteref|backlink", element.get("epub:type", "") + element.get("role", "")) is not None
    hides = "hidden" in element.attrib or element.get("aria-hidden") == "true"
    return is_mark or hides or bool(HIDDEN.search(element.get("style", "")))


def _pieces(element: HtmlElement, mark: str = "") -> Iterator[str]:
    """Yield the text of an element, with line breaks around blocks and marks before headings and list items."""
    around = "" if element.tag in INLINE else "\n"
    heading = re.fullmatch(r"h([1-6])", element.tag)
    yield around + (f"{'#' * int(heading[1])} " if heading else mark)
    if element.tag == "table" and _is_data(element):
        yield "\n".join(_table(element))
    else:
        yield re.sub(r"\s+", " ", element.text or "")
        place = _count(element, "start") - 1
        for child in element:
            place += child.tag == "li"
            number = f"{counted(place, element.get('type', '1'))}." if element.tag == "ol" else ""
            yield from _pieces(child, item_mark(number) if child.tag == "li" else "")
            yield re.sub(r"\s+", " ", child.tail or "")
    yield around


def _is_data(table: HtmlElement) -> bool:
    """Return whether a table has columns, and no other in it, as those that lay out a page have."""
    return table.find(".//table") is None and any(len(row.findall("*")) > 1 for row in table.iter("tr"))


def _table(table: HtmlElement) -> list[str]:
    """Return the rows of a table."""
    rows = laid_out(
        [
            (cell_text(blocks_of(cell)), _count(cell, "colspan"), _count(cell, "rowspan"))
            for cell in row.iterchildren("td", "th")
        ]
        for row in table.iter("tr")
    )
    return row_lines(rows, headed=table.find(".//th") is not None)


def _count(element: HtmlElement, name: str) -> int:
    told = element.get(name, "1")
    return int(told) if re.fullmatch(r"[1-9]\d{0,3}", told) else 1
