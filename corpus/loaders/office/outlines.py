"""Titles, and the marks of list items, of documents that were written in an office program.

In: blocks, titles that files declare, and counts. Out: titles and marks.
"""

import re

from corpus.documents.cleaning import one_line
from corpus.documents.sentences import LIST_MARK

# Titles that programs give.
UNTOLD = re.compile(
    r"(?:microsoft \w+ -.*|(?:document|presentation|slide|untitled|workbook)\s*\d*|powerpoint.presentation"
    r"|.*\.(?:docx?|dotx?|odt|pptx?|rtf|xlsx?))",
    re.I,
)
ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
MOST_NUMBERED = 1_000  # counts above are written in digits


def told_title(title: str) -> str:
    """Return a title of a file's properties, or "" for one that its program gave.

    >>> told_title("Microsoft Word - plan_v3.doc"), told_title("A plan for shelters")
    ('', 'A plan for shelters')
    """
    title = one_line(title)
    return "" if UNTOLD.fullmatch(title) else title


def split_title(blocks: list[str], declared: str) -> tuple[str, list[str]]:
    """Return the title of blocks, and the blocks without it.

    A first block with one mark is the title as the page shows it. Else it is the one declared, and else the first
    heading at the top.

    >>> split_title(["## A shelter", "It opened."], "")
    ('A shelter', ['It opened.'])
    """
    first = blocks[0] if blocks else ""
    top = re.sub(r"^#+ ", "", first)
    title = top if first.startswith("# ") else declared or (top if top != first else "")
    return title, blocks[1:] if title and title == top else blocks


def item_mark(number: str) -> str:
    """Return the mark of a list item that its document numbers so; "" is a bullet.

    >>> item_mark("3."), item_mark("(a)"), item_mark("")
    ('3. ', '- (a) ', '- ')
    """
    mark = f"{number} " if number else ""
    return mark if LIST_MARK.match(f"{mark}.") else f"- {mark}"


def counted(count: int, format: str) -> str:
    """Return a count in the letters or Roman digits of a format, "a", "A", "i" or "I"; else in plain digits.

    >>> counted(28, "a"), counted(14, "I"), counted(3, "1")
    ('bb', 'XIV', '3')
    """
    if format not in ("a", "A", "i", "I") or not 0 < count < MOST_NUMBERED:
        return str(count)
    text = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1) if format in "aA" else ""
    for worth, letters in ROMAN if format in "iI" else ():
        text += letters * (count // worth)
        count %= worth
    return text.upper() if format.isupper() else text
