"""The type and the error of the loaders of all formats, and functions that they share.

In: a file. Out: its text, and an id and a title derived from its name.
Left out: parsing (markdown.py, plain_text.py).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.documents import Document

# A loader gets all files of its format at once, since only together do the pages of a site show which of their lines
# are its menu. It returns one Document a file, in their order, and raises UnreadableDocument.
Loader = Callable[[Sequence[Path]], list[Document]]


class UnreadableDocument(ValueError):
    """A file that can't become a Document; the message names the file and the cure."""


def read_text(file: Path) -> str:
    """Return the text of a UTF-8 file, without a byte order mark. Raises UnreadableDocument for any other file."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocument(f"{file} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise UnreadableDocument(f"{file} can't be read: {error.strerror}; check its permissions") from error


def document_id(file: Path) -> str:
    """Return an id derived from a file's name: ASCII letters in lower case and digits, words joined by hyphens.

    Raises UnreadableDocument for a name without Latin letters and digits.

    >>> document_id(Path("briefs/Café in Lomé.md"))
    'cafe-in-lome'
    """
    ascii_name = unicodedata.normalize("NFKD", file.stem).encode("ascii", "ignore").decode().lower()
    id = re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")
    if not id:
        raise UnreadableDocument(f"{file} has no Latin letter or digit in its name to make an id of; rename it")
    return id


def title_from_name(file: Path) -> str:
    """Return a title for a document that has none: the file's name as words.

    >>> title_from_name(Path("annual_report-2023.txt"))
    'Annual report 2023'
    """
    return re.sub(r"[-_]+", " ", file.stem).strip().capitalize()
