"""Read books.

In: an .epub file. Out: the text of its parts in the order in which they are read, and the title, publisher and date of
its properties.
"""

import posixpath
from pathlib import Path
from urllib.parse import unquote

from corpus.documents.cleaning import join_blocks, normalise_characters
from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.office.markup import blocks_of, parse_markup
from corpus.loaders.office.outlines import split_title, told_title
from corpus.loaders.office.packages import iso_day, opened_package, value
from corpus.loaders.texts import decode

LOCKED = "it is locked by its publisher; ask them for a copy without protection"


def read_epub(file: Path) -> Extraction:
    """Return the text and properties of an .epub file.

    Raises UnreadableDocument where it is damaged, locked or too large.
    """
    with opened_package(file) as package:
        root = value(package.tree("META-INF/container.xml").find(".//rootfile"), "full-path")
        book = package.tree(root)
        items = {value(item, "id"): item for item in book.iterfind("manifest/item")}
        spine = [items[id] for place in book.iterfind("spine/itemref") if (id := value(place, "idref")) in items]
        parts = [
            posixpath.normpath(posixpath.join(posixpath.dirname(root), unquote(value(item, "href"))))
            for item in spine
            if "nav" not in value(item, "properties").split()  # a table of contents
        ]
        # Fonts are often encrypted where the text is not.
        locked = {
            unquote(value(found, "URI")) for found in package.tree("META-INF/encryption.xml").iter("CipherReference")
        }
        if locked & set(parts):
            raise UnreadableDocument(LOCKED)
        texts = [decode(package.read(part))[0] for part in parts]
    told = {element.tag: element.text or "" for element in book.iterfind("metadata/*")}
    title, blocks = (
        told_title(told.get("title", "")),
        [block for text in texts for block in blocks_of(parse_markup(text))],
    )
    if not title:
        title, blocks = split_title(blocks, "")
    publisher = normalise_characters(told.get("publisher", ""))
    return Extraction(join_blocks(blocks), title, publisher=publisher, published=iso_day(told.get("date", "")))
