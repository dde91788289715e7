"""Read plain text files, such as web pages that were saved as text.

In: a text file. Out: its lines as they stand; and, of the files of one folder together, their titles and texts without
the menus and footers that they share.
Left out: recognising menus and broken lines (corpus/documents/cleaning.py).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corpus.documents.cleaning import clean_page, lines_of, without_furniture
from corpus.loaders.base import Extraction
from corpus.loaders.texts import read_text


def read_plain_text(file: Path) -> Extraction:
    """Return the lines of a text file. Raises UnreadableDocument where it is in no known encoding."""
    text, notes = read_text(file)
    return Extraction(lines_of(text), notes=notes)


def clean_pages(pages: Sequence[Extraction]) -> list[Extraction]:
    """Return the text files of one folder with their titles, as clean text."""
    texts = without_furniture([page.text for page in pages])
    cleaned = map(clean_page, texts)
    return [replace(page, title=title, text=text) for page, (title, text) in zip(pages, cleaned, strict=True)]
