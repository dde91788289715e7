"""Bring text that runs to the left into logical order.

In: characters from left to right, as they are drawn. Out: their text.
"""

import re
from collections.abc import Sequence

RTL_LETTER = re.compile(r"[\u0590-\u065f\u066e-\u08ff]")
ARABIC_LETTER = re.compile(r"[\u0620-\u065f\u066e-\u08ff]")
RTL_WORDS = re.compile(rf"{RTL_LETTER.pattern}(?:[^A-Za-z\d]*{RTL_LETTER.pattern})?")
# Text that has been turned round: a Latin word with the numbers before it, or a number.
RIGHTWARD_IN_ARABIC, RIGHTWARD_IN_HEBREW = (
    re.compile(
        r"((?:[A-Za-z\d][^\u0590-\u065f\u066e-\u08ff()\[\]«»]*)?[A-Za-z]"
        rf"|[\d\u0660-\u0669\u06f0-\u06f9](?:[\d\u0660-\u0669\u06f0-\u06f9{joints}]*[\d\u0660-\u0669\u06f0-\u06f9])?)"
    )
    for joints in (".,:/٫٬", "+.,:/-")
)


def logical_order(parts: Sequence[str]) -> str:
    """Return the text of parts that are given from left to right; Arabic and Hebrew words run to the left.

    >>> logical_order(list("(ד 12) גבא"))
    'אבג (12 ד)'
    """
    text = "".join(parts)
    if not RTL_LETTER.search(text):
        return text
    if not is_rtl(text):
        return RTL_WORDS.sub(lambda words: words[0][::-1], text)
    # Numbers and Latin words run to the right inside. A hyphen joins numbers among Hebrew letters, not among Arabic.
    runs = (RIGHTWARD_IN_ARABIC if ARABIC_LETTER.search(text) else RIGHTWARD_IN_HEBREW).split("".join(reversed(parts)))
    return _turn_brackets("".join(run[::-1] if number % 2 else run for number, run in enumerate(runs)))


def _turn_brackets(text: str) -> str:
    """Let brackets open before a word and close after it: some files tell their meaning, and some the shape drawn."""
    for opening, closing in ("()", "[]", "«»"):
        either = f"[{re.escape(opening + closing)}]"
        # A bracket before Latin letters may have been drawn apart from them.
        text = re.sub(rf"(?<!\S){either} ?(?=\w[^{re.escape(opening + closing)}]*{either})", opening, text)
        text = re.sub(rf"(?<!\S){either}(?=\S)", opening, text)
        text = re.sub(rf"(?<=\S){either}(?!\w)", closing, text)
    return text


def is_rtl(text: str) -> bool:
    """Return whether most letters of a text are of scripts that run to the left."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum("\u0590" <= letter <= "\u08ff" for letter in letters) > len(letters)
