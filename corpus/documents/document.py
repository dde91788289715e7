"""Documents, and the passages and spans of their text that are retrieved and quoted.

Offsets are counted in Unicode code points of `Document.text`, from 0, end exclusive: `text[start:end]`.
The text is clean and line-based: each heading, list item and paragraph is a line; headings begin with `#` marks as in
Markdown, list items with `- ` or a number.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

DOCUMENT_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a document's text, `text[start:end]`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Raise ValueError for a span that is empty or begins before the text."""
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span runs forward from 0 or later, not from {self.start} to {self.end}")

    def of(self, text: str) -> str:
        """Return the text of the span, given the text of its document."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Document:
    """One source text with its metadata.

    `published` is an ISO date, month or year, or empty where unknown. `is_summary` is true where the text is a summary
    of the page at `url` and not the words of that page; a citation then says so. `pages` are the offsets at which the
    pages of a PDF begin, and empty for what has none.
    """

    id: str
    title: str
    text: str
    url: str = ""
    publisher: str = ""
    published: str = ""
    kind: str = ""
    countries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    is_summary: bool = False
    pages: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for an id that is not a slug, and for an empty title or text."""
        if not DOCUMENT_ID.fullmatch(self.id):
            raise ValueError(f"document id {self.id!r} is not lower-case words and digits joined by hyphens")
        if not self.title.strip() or not self.text.strip():
            raise ValueError(f"document {self.id} needs a title and a text, one of which is empty")

    def page_of(self, offset: int) -> int | None:
        """Return the number, from 1, of the page on which a character stands; None where there are no pages.

        >>> Document("a", "A", "One. Two.", pages=(0, 5)).page_of(5)
        2
        """
        return bisect_right(self.pages, offset) or None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document that is indexed and retrieved, `document.text[start:end]`.

    `id` is the document's id and the passage's number in it, from 1: `slug#3`. `title` is the document's; `heading` is
    the path of headings above the passage, joined by ` > `, or empty. Both give its context when it is read alone.
    """

    id: str
    document_id: str
    title: str
    heading: str
    text: str
    start: int
    end: int

    def __post_init__(self) -> None:
        """Raise ValueError for offsets that do not fit the text."""
        if self.end - self.start != len(self.text) or self.start < 0:
            raise ValueError(
                f"passage {self.id} holds {len(self.text)} characters, its offsets {self.start}:{self.end}"
            )

    @property
    def text_in_context(self) -> str:
        """The title, the headings and the text: what the searches index.

        >>> Passage("a#1", "a", "Help in Ghana", "Who pays", "A fund.", 0, 7).text_in_context
        'Help in Ghana. Who pays. A fund.'
        """
        return ". ".join(part for part in (self.title, self.heading, self.text) if part)
