"""Clean scraped or hard-wrapped plain text: remove menus and contacts, join the lines of a paragraph.

In: the raw text of a page, and the lines that many pages of its site repeat. Out: the title, where the text shows one,
and the text: paragraphs of one line each with a blank line between them.
Left out: markup, whose grammar the loaders read.

Nothing is removed without evidence that it is a menu or a contact block: losing a paragraph is worse than keeping a
menu.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from corpus.sentences import LIST_MARK

# Characters that are not drawn; the joiners U+200C and U+200D stay, since Persian and Indic words need them.
INVISIBLE = re.compile(r"[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
LINE_BREAK = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROL = re.compile(r"[^\S\n]|[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")

SENTENCE_END = r"[.!?…؟。！？][\"'”’»)\]]*$"
ENDED = re.compile(rf"[:;]$|{SENTENCE_END}")
LEFT_OPEN = re.compile(r"(?:[,(–]|\b(?:a|an|and|at|by|for|from|in|of|on|or|the|to|which|who|with))$")
# Words that keep their hyphen when a line breaks at it: "counter-trafficking", "anti-slavery".
HYPHENATED_PREFIX = re.compile(r"\b(?:anti|co|counter|cross|ex|inter|mid|multi|non|post|pre|re|self|socio|sub)-$", re.I)

MIN_WIDTH = 30  # no text is wrapped narrower than this
MENU_RUN = 4  # consecutive short lines that a menu has at least
MENU_HEAD = 0.4  # share of the page's words after which a run of short lines is no longer taken for its menu
CONTACT_RUN = 2  # consecutive short lines that a contact block has at least
LABEL_WORDS = 12  # a menu entry or a title is no longer than this
MENU_WORDS = re.compile(
    r"(?:skip to (?:main )?content|home|menu|search|log ?in|sign in|share|subscribe|cookies?)", re.I
)
CONTACT = re.compile(r"mailto:|\S@\S+\.\w|^(?:tel|phone|fax|e-?mail|mobile)\b", re.I)


def normalise_characters(text: str) -> str:
    r"""Compose letters (NFC), replace all line breaks and blanks by plain ones, and remove invisible characters.

    >>> normalise_characters("cafe\u0301\u00a0de\r\nParis\u200b")
    'café de\nParis'
    """
    text = INVISIBLE.sub("", LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text)))
    text = re.sub(r" {2,}", " ", CONTROL.sub(" ", text))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()


def repeated_lines(texts: Sequence[str], *, min_texts: int = 4, min_share: float = 0.3) -> frozenset[str]:
    """Return the lines that many of the texts repeat: the menus and footers of a site.

    A line counts from `min_texts` texts and a share of `min_share` of them on.
    """
    pages = Counter(line for text in texts for line in set(text.split("\n")) if line)
    return frozenset(line for line, count in pages.items() if count >= max(min_texts, min_share * len(texts)))


def clean_page(raw: str, boilerplate: Iterable[str] = ()) -> tuple[str, str]:
    r"""Return the title (or "") and the text of a saved page, without its menus, contacts and `boilerplate` lines.

    >>> clean_page("Home\nHome\nNews\nAbout\nA hotline opens\nThe hot-\nline opened in\nAccra.")
    ('A hotline opens', 'The hotline opened in Accra.')
    """
    dropped = frozenset(boilerplate)
    lines = [line for line in normalise_characters(raw).split("\n") if line not in dropped]
    return _split_title(_remove_contacts(_remove_menu(join_lines(lines))))


def join_lines(lines: Sequence[str]) -> list[str]:
    """Return the paragraphs of hard-wrapped lines, with hyphenated words rejoined and without blank lines.

    A line continues in the next one if that begins with a lower-case letter, if it ends with a word or mark that ends
    no sentence or title, or if the next word did not fit into the width at which the text was wrapped.

    >>> join_lines(["Delegates from Ghana,", "Togo and Mali met.", "They agreed."])
    ['Delegates from Ghana, Togo and Mali met.', 'They agreed.']
    """
    width = _wrap_width(lines)
    words = frozenset(re.findall(r"\w+-\w+", " ".join(lines).lower()))
    paragraphs: list[str] = []
    previous = ""
    for line in lines:
        if previous and line and not LIST_MARK.match(line) and _continues(previous, line, width):
            paragraphs[-1] = _join(paragraphs[-1], line, words)
        elif line:
            paragraphs.append(line)
        previous = line
    return paragraphs


def _wrap_width(lines: Sequence[str]) -> int:
    """Return the length in characters of the longest line that was certainly wrapped, or 0 if none was."""
    wrapped = (line for line, next_line in pairwise(lines) if line and next_line[:1].islower())
    width = max((len(line) for line in wrapped if not ENDED.search(line)), default=0)
    return width if width >= MIN_WIDTH else 0


def _continues(line: str, next_line: str, width: int) -> bool:
    is_full = 0 < width < len(line) + 1 + len(next_line.split(maxsplit=1)[0]) and len(line) <= width
    if ENDED.search(line):
        return is_full
    return next_line[0].islower() or is_full or LEFT_OPEN.search(line) is not None


def _join(line: str, next_line: str, hyphenated: frozenset[str]) -> str:
    if not re.search(r"[^\W\d]-$", line) or not next_line[0].islower():
        return f"{line} {next_line}"
    word = line.rsplit(maxsplit=1)[-1] + re.split(r"\W", next_line, maxsplit=1)[0]
    keeps_hyphen = word.lower() in hyphenated or HYPHENATED_PREFIX.search(line)
    return (line if keeps_hyphen else line[:-1]) + next_line


def _is_label(line: str) -> bool:
    """Return whether a line is short and does not end like a sentence, as titles and menu entries do."""
    return len(line.split()) <= LABEL_WORDS and not re.search(SENTENCE_END, line)


def _is_menu(lines: Sequence[str]) -> bool:
    """Return whether lines show signs of a menu: empty list marks, repeated entries, teasers that repeat an entry."""
    pairs = list(pairwise(lines))
    return (
        any(line in {"-", "*", "•", "|", "»"} or MENU_WORDS.fullmatch(line) for line in lines)
        or any(line == next_line and _is_label(line) for line, next_line in pairs)
        or any(_is_label(line) and re.match(re.escape(line) + r"\w", next_line, re.I) for line, next_line in pairs)
    )


def _remove_menu(lines: list[str]) -> list[str]:
    """Remove the menu before the article: all lines up to its last run of short ones, which ends with the title."""
    total = sum(len(line.split()) for line in lines)
    words = run = 0
    head = 0
    for number, line in enumerate(lines):
        run = run + 1 if _is_label(line) else 0
        if run >= MENU_RUN and words <= MENU_HEAD * total:
            head = number
        words += len(line.split())
    if head and head + 1 < len(lines) and _is_menu(lines[: head + 1]):
        return lines[head:]
    return lines


def _remove_contacts(lines: list[str]) -> list[str]:
    """Remove the contacts after the article: the short lines at its end, if they hold an address or a number."""
    end = len(lines)
    while end and _is_label(lines[end - 1]) and not LIST_MARK.match(lines[end - 1]):
        end -= 1
    if len(lines) - end < CONTACT_RUN or not any(CONTACT.search(line) for line in lines[end:]):
        return lines
    return lines[:end]


def _split_title(lines: list[str]) -> tuple[str, str]:
    if len(lines) > 1 and _is_label(lines[0]) and not LIST_MARK.match(lines[0]):
        return lines[0], join_blocks(lines[1:])
    return "", join_blocks(lines)


def join_blocks(blocks: Iterable[str]) -> str:
    r"""Join blocks into a text, with a blank line between two, except before a list item.

    >>> join_blocks(["It asks for:", "- shelter;", "- food.", "It ends."])
    'It asks for:\n- shelter;\n- food.\n\nIt ends.'
    """
    return "".join(("\n" if LIST_MARK.match(block) else "\n\n") + block for block in blocks).lstrip("\n")
