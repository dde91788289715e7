"""Books are read in the order of their spine."""

from pathlib import Path

import pytest

from corpus import UnreadableDocument
from corpus.loaders.office.epub import read_epub
from doubles.packages import write_package

BOOK = """<package xmlns:dc="dc"><metadata><dc:title>A guide</dc:title><dc:publisher>IOM</dc:publisher>
<dc:date>2024-05-03</dc:date></metadata><manifest><item id="n" href="nav.xhtml" properties="nav"/>
<item id="one" href="text/one%201.xhtml"/><item id="two" href="two.xhtml"/></manifest>
<spine><itemref idref="n"/><itemref idref="two"/><itemref idref="gone"/><itemref idref="one"/></spine></package>"""
PARTS = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
    "OPS/book.opf": BOOK,
    "OPS/nav.xhtml": "<html><body><p>Contents</p></body></html>",
    "OPS/two.xhtml": '<?xml version="1.0" encoding="utf-8"?><html><head><title/></head><body><h1>Preface</h1>'
    '<p>It&#160;opened.<a epub:type="noteref" href="#f">1</a></p></body></html>',
    "OPS/text/one 1.xhtml": "<html><body><h1>Café</h1><p>It closed.</p></body></html>",
}


def test_parts_come_in_the_order_of_the_spine(tmp_path: Path) -> None:
    """Not in that of the list of files; the table of contents and marks of footnotes are no text."""
    read = read_epub(write_package(tmp_path / "a.epub", PARTS))

    assert read.text == "# Preface\n\nIt opened.\n\n# Café\n\nIt closed."
    assert (read.title, read.publisher, read.published) == ("A guide", "IOM", "2024-05-03")


def test_a_locked_book_is_refused_but_not_one_with_locked_fonts(tmp_path: Path) -> None:
    """Publishers lock fonts in books that anyone may read."""
    for locked in ("OPS/font.otf", "OPS/two.xhtml"):
        named = f'<encryption><CipherReference URI="{locked}"/></encryption>'
        file = write_package(tmp_path / "a.epub", PARTS | {"META-INF/encryption.xml": named})
        if locked == "OPS/font.otf":
            assert read_epub(file).text
        else:
            with pytest.raises(UnreadableDocument, match="locked by its publisher"):
                read_epub(file)
