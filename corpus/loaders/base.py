"""What the loaders of all formats share: their type, what they return, their error, and names derived from files.

In: a file. Out: an Extraction.
Left out: parsing (a module a format), and finding files and naming documents (files.py).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NO_TEXT = "no text"  # what is told of pages of a PDF that OCR may read


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a loader reads of a file: its text, one heading, list item, table row or paragraph a line, and its metadata.

    `pages` are the offsets in the text at which the pages of a PDF begin, the first 0; empty for what has no pages.
    `notes` say what was not read, for the report of the run. Lines of headings begin with `#` marks, those of list
    items with `- ` or a number. The other fields are those of a Document.
    """

    text: str
    title: str = ""
    url: str = ""
    publisher: str = ""
    published: str = ""
    kind: str = ""
    countries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    is_summary: bool = False
    pages: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


Loader = Callable[[Path], Extraction]  # raises UnreadableDocument for a file that it can't read


class UnreadableDocument(ValueError):
    """A file that can't become a Document; the message says why and names the cure, but not the file."""


def unreadable(error: OSError) -> str:
    """Return why the system did not let a file or folder be read, and the cure."""
    return f"it can't be read: {error.strerror}; check its permissions"


def title_from_name(name: str) -> str:
    """Return a title for a document that has none: the name of its file, without its suffix, as words.

    >>> title_from_name("annual_report-2023")
    'Annual report 2023'
    """
    return re.sub(r"[-_]+", " ", name).strip().capitalize()
