"""Read plain text files, such as web pages that were saved as text.

In: text files. Out: Documents with a title and a text, without menus and contacts.
Left out: recognising menus and broken lines (corpus/cleaning.py).
"""

from collections.abc import Sequence
from pathlib import Path

from corpus.cleaning import clean_page, normalise_characters, repeated_lines
from corpus.documents import Document
from corpus.loaders.base import UnreadableDocument, document_id, read_text, title_from_name
from corpus.sentences import split_sentences


def load_plain_text(files: Sequence[Path]) -> list[Document]:
    """Return the Documents of plain text files, without the lines that many of the files repeat.

    Raises UnreadableDocument for a file that is not UTF-8 or holds no sentence beside menus and headings.
    """
    texts = [read_text(file) for file in files]
    boilerplate = repeated_lines([normalise_characters(text) for text in texts])
    return [_document(file, text, boilerplate) for file, text in zip(files, texts, strict=True)]


def _document(file: Path, raw: str, boilerplate: frozenset[str]) -> Document:
    title, text = clean_page(raw, boilerplate)
    if not split_sentences(text):
        raise UnreadableDocument(f"{file} holds no text beyond menus; leave it out or save the page's article")
    return Document(id=document_id(file), title=title or title_from_name(file), text=text)
