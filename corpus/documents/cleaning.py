"""Clean scraped or hard-wrapped plain text: remove menus, join the lines of a paragraph.

In: the raw text of a page, or of several of one site. Out: the title, where the text shows one, and the text:
paragraphs of one line each with a blank line between them.
Left out: markup, whose grammar the loaders read.

Nothing is removed without evidence that it is furniture of its site: losing a paragraph is worse than keeping a menu.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import groupby, pairwise, zip_longest

from corpus.documents.sentences import LIST_MARK
from corpus.documents.terms import STOP_WORDS

# Characters that are not drawn; the joiners U+200C and U+200D stay, since Persian and Indic words need them.
INVISIBLE = re.compile(r"[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
LINE_BREAK = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROL = re.compile(r"[^\S\n]|[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")

SENTENCE_END = r"[.!?…؟。！？][\"'”’»)\]]*$"
ENDED = re.compile(rf"[:;]$|{SENTENCE_END}")
LEFT_OPEN = re.compile(r"(?:[,(–]|\b(?:a|an|and|at|by|for|from|in|of|on|or|the|to|which|who|with))$")
# What shows that a line is no title or menu entry: it goes on from another, or is several words or sentences long.
OF_PARAGRAPH = re.compile(r"[^\W\dA-Z]|\d|.*[,.;]|(?:\S+ ){5}", re.DOTALL)
# Words that keep their hyphen when a line breaks at it: "counter-trafficking", "anti-slavery".
HYPHENATED_PREFIX = re.compile(r"\b(?:anti|co|counter|cross|ex|inter|mid|multi|non|post|pre|re|self|socio|sub)-$", re.I)

CELLS = " | "  # between the cells of a row of a table
TABLE_ROWS = 2  # lines with the same number of tabs that are a table
MIN_WIDTH = 30  # no text is wrapped narrower than this
MENU_RUN = 4  # consecutive short lines that a menu has at least
MENU_HEAD = 0.4  # share of the page's words after which a run of short lines is no longer taken for its menu
LABEL_WORDS = 12  # a menu entry or a title is no longer than this
MENU_WORDS = re.compile(
    r"(?:skip to (?:main )?content|home|menu|search|log ?in|sign in|share|subscribe|cookies?)", re.I
)
COOKIES = re.compile(r"cookie|файл\w* куки|ملفات تعريف الارتباط", re.I)  # the English word is used in most languages
FOOTER = re.compile(r"©|\bcopyright\b|all rights reserved|is this page useful|related content|share this", re.I)
FOOTER_RUN = 3  # consecutive short lines that a footer has at least
# A question of a page of questions and answers, and its answer: marks in the six languages, and in German.
ASKED = re.compile(r"(?:Q|F|P|Question|Frage|Pregunta|Вопрос|В|سؤال|س|问|問)\s?\d{0,3}\s?[:.)：]\s*(?=\S)", re.I)
ANSWERED = re.compile(r"(?:A|R|Answer|Réponse|Antwort|Respuesta|Ответ|О|جواب|ج|答)\s?\d{0,3}\s?[:.)：]\s*(?=\S)", re.I)
QUESTION = re.compile(r"[^.!?。！？]{8,200}[?？؟]")
CALLED = re.compile(r"(?:\d[ ()./-]{0,2}){6}|\*\d|\S@\S+\.\w")  # a number to call, or an address for mail
REPEATED_TEXTS, REPEATED_SHARE = 4, 0.3  # of a site, from which a line in them all is repeated
HOLDS_NUMBER = re.compile(r"\d{2}|\S@\S+\.\w")  # or an address for mail


def normalise_characters(text: str) -> str:
    r"""Compose letters (NFC), replace all line breaks and blanks by plain ones, and remove invisible characters.

    Surrogates become the characters that they are halves of, and lone ones a mark, since no encoding can write them.

    >>> normalise_characters("cafe\u0301\u00a0de\r\nParis\u200b")
    'café de\nParis'
    >>> normalise_characters("\ud83d\ude00 \ud83d")
    '😀 �'
    """
    if SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = INVISIBLE.sub("", LINE_BREAK.sub("\n", unicodedata.normalize("NFC", text)))
    text = re.sub(r" {2,}", " ", CONTROL.sub(" ", text))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" ?\n ?", "\n", text)).strip()


def one_line(text: str) -> str:
    r"""Return a text with normalised characters on one line.

    >>> one_line(" A shelter\nin\u00a0Accra ")
    'A shelter in Accra'
    """
    return " ".join(normalise_characters(text).split())


def without_furniture(texts: Sequence[str]) -> list[str]:
    r"""Return the texts of pages of one site without what these repeat around their articles: menus, banners, footers.

    A repeated line is dropped among others at the beginning or the end of a page, and anywhere where it is no
    sentence, but never where it may be what a reader looks for: a number, as of a helpline, an address or a date.

    >>> pages = [f"Our site\nShelter {name}\nAsk at any time.\nCall 0800 11.\nShare" for name in "ABCD"]
    >>> without_furniture(pages)[0]
    'Shelter A\nAsk at any time.\nCall 0800 11.'
    """
    pages = Counter(line for text in texts for line in set(text.split("\n")) if line)
    least = max(REPEATED_TEXTS, REPEATED_SHARE * len(texts))
    repeated = frozenset(line for line, count in pages.items() if count >= least and not HOLDS_NUMBER.search(line))
    return ["\n".join(_without(text.split("\n"), repeated)) for text in texts]


def _without(lines: list[str], repeated: Container[str]) -> Iterator[str]:
    is_edge = [not line or line in repeated for line in lines]
    begin = next((place for place, at_edge in enumerate(is_edge) if not at_edge), len(lines))
    end = next((place for place in range(len(lines), begin, -1) if not is_edge[place - 1]), begin)
    return (line for line in lines[begin:end] if line not in repeated or not _is_label(line))


def clean_page(text: str) -> tuple[str, str]:
    r"""Return the title (or "") and the text of the lines of a saved page, without its menu.

    >>> clean_page("Home\nHome\nNews\nAbout\nA hotline opens\nThe hot-\nline opened in\nAccra.")
    ('A hotline opens', 'The hotline opened in Accra.')
    """
    lines = _remove_footer(_remove_menu(_remove_cookie_banner(join_lines(text.split("\n")))))
    return _split_title(question_headings(lines))


def question_headings(lines: Sequence[str]) -> list[str]:
    """Return lines with each question that stands alone before its answer as a heading.

    An answer is found by its question, and quoted without it.

    >>> question_headings(["Q: How much is paid?", "A: Up to 900 cedi."])
    ['###### How much is paid?', 'Up to 900 cedi.']
    """
    result = []
    is_answer = False
    for line, next_line in pairwise([*lines, ""]):
        question = ASKED.sub("", line, count=1)
        if QUESTION.fullmatch(question) and next_line and not QUESTION.fullmatch(ASKED.sub("", next_line, count=1)):
            result.append(f"###### {question}")
            is_answer = True
        else:
            result.append(ANSWERED.sub("", line, count=1) if is_answer and ANSWERED.match(line) else line)
            is_answer = False
    return result


def lines_of(raw: str) -> str:
    r"""Return the lines of a raw text with normalised characters, and its tables, of cells parted by tabs, row by row.

    >>> lines_of("Assisted persons\r\nYear\tMen\n2016\t311\n2017\t402")
    'Assisted persons\nYear: 2016 | Men: 311\nYear: 2017 | Men: 402'
    """
    parts: list[str] = []
    for tabs, group in groupby(LINE_BREAK.sub("\n", raw).split("\n"), key=lambda line: line.strip().count("\t")):
        lines = list(group)
        if tabs and len(lines) >= TABLE_ROWS:
            rows = [[normalise_characters(cell) for cell in line.strip().split("\t")] for line in lines]
            lines = table_lines(rows, has_headings=not re.search(r"\d", lines[0]))
        parts += lines
    return normalise_characters("\n".join(parts))


def join_lines(lines: Sequence[str]) -> list[str]:
    """Return the paragraphs of hard-wrapped lines, with hyphenated words rejoined and without blank lines.

    A line continues in the next one if that begins with a lower-case letter, if it ends with a word or mark that ends
    no sentence or title ("were shown to"; but menus have "What we do"), or if the next word did not fit into the width
    at which the text was wrapped.

    >>> join_lines(["Delegates from Ghana,", "Togo and Mali met.", "They agreed."])
    ['Delegates from Ghana, Togo and Mali met.', 'They agreed.']
    """
    width = _wrap_width(lines)
    words = frozenset(re.findall(r"\b\w++-\w+", " ".join(lines).lower()))
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
    if CELLS in line or CELLS in next_line:
        return False
    is_full = 0 < width < len(line) + 1 + len(next_line.split(maxsplit=1)[0]) and len(line) <= width
    if ENDED.search(line):
        return is_full
    is_open = OF_PARAGRAPH.match(line) and line.rsplit(maxsplit=1)[-1].casefold() in STOP_WORDS
    return next_line[0].islower() or is_full or bool(is_open) or LEFT_OPEN.search(line) is not None


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
        return lines[head:] + [line for line in lines[:head] if CALLED.search(line)]
    return lines


def _remove_cookie_banner(lines: list[str]) -> list[str]:
    """Remove the lines at the beginning that speak of cookies."""
    begin = next((place for place, line in enumerate(lines) if not COOKIES.search(line)), len(lines))
    return lines[begin:]


def _remove_footer(lines: list[str]) -> list[str]:
    """Remove the short lines at the end if one of them is one of a footer; numbers and addresses stay."""
    end = len(lines)
    while end and _is_label(lines[end - 1]) and not LIST_MARK.match(lines[end - 1]) and CELLS not in lines[end - 1]:
        end -= 1
    footer = lines[end:]
    if len(footer) < FOOTER_RUN or not any(FOOTER.search(line) for line in footer):
        return lines
    return lines[:end] + [line for line in footer if CALLED.search(line)]


def _split_title(lines: list[str]) -> tuple[str, str]:
    if len(lines) > 1 and _is_label(lines[0]) and not LIST_MARK.match(lines[0]):
        return lines[0], join_blocks(lines[1:])
    return "", join_blocks(lines)


def table_lines(rows: Sequence[Sequence[str]], *, has_headings: bool) -> list[str]:
    """Return a line for each row of a table, in which each cell is named by the heading of its column.

    So that a row can be found, and quoted, by itself. Empty cells are left out.

    >>> table_lines([["Year", "Assisted"], ["2017", "402"]], has_headings=True)
    ['Year: 2017 | Assisted: 402']
    >>> table_lines([["Oslo", "12"]], has_headings=False)
    ['Oslo | 12']
    """
    first, *others = rows if has_headings and rows else ([], *rows)
    lines = [] if others else [CELLS.join(filter(None, first))]
    for row in others:
        cells = zip_longest(first[: len(row)], row, fillvalue="")
        lines.append(CELLS.join(f"{heading}: {cell}" if heading else cell for heading, cell in cells if cell))
    return [line for line in lines if line]


def join_blocks(blocks: Iterable[str]) -> str:
    r"""Join blocks into a text, with a blank line between two, except before a list item.

    >>> join_blocks(["It asks for:", "- shelter;", "- food.", "It ends."])
    'It asks for:\n- shelter;\n- food.\n\nIt ends.'
    """
    return "".join(("\n" if LIST_MARK.match(block) else "\n\n") + block for block in blocks).lstrip("\n")
