"""Find the sentences of a document's text.

In: clean text, one heading, list item or paragraph a line. Out: Spans of whole sentences and list items, in order.
Left out: headings, which say what the sentences below are about but state nothing; and list marks.
"""

import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from corpus.documents import Span

# A mark with nothing behind it is text like any other.
HEADING = re.compile(r"(#{1,6}) +(?=\S)")
LIST_MARK = re.compile(r"(?:[-*•]|\d{1,3}[.)]) +(?=\S)")
# The splitter's abbreviations go by language. The English ones are the most, and its end marks include those of
# Arabic and Chinese, so it serves the six languages alike.
ABBREVIATIONS = "en"
# A full stop with a letter or digit right behind it stands inside a name: "GLO.ACT", "iom.int".
NO_BOUNDARY = re.compile(r"[.!?]\w")


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    r"""Return the sentences and list items of `text[start:end]`, with offsets in `text`.

    >>> text = "## Figures\n\nDr. Mostafa spoke. He named:\n- 3.5 million people."
    >>> [span.of(text) for span in split_sentences(text)]
    ['Dr. Mostafa spoke.', 'He named:', '3.5 million people.']
    """
    spans: list[Span] = []
    for line in text[start:end].split("\n"):
        # What begins inside a line is a piece of a long paragraph, and no heading or list item whatever it looks like.
        whole = start == 0 or text[start - 1] == "\n"
        if not (whole and HEADING.match(line)):
            mark = LIST_MARK.match(line) if whole else None
            spans += _sentences_of_line(line, start, skip=mark.end() if mark else 0)
        start += len(line) + 1
    return spans


def _sentences_of_line(line: str, start: int, skip: int) -> Iterator[Span]:
    begin = skip
    for boundary in get_sentence_boundaries(ABBREVIATIONS, line[skip:]):
        end = skip + boundary["end_index"]
        if NO_BOUNDARY.match(line[end - 1 : end + 1]) or line[end : end + 1].islower():
            continue
        if sentence := line[begin:end].strip():
            first = start + begin + line[begin:end].index(sentence)
            yield Span(first, first + len(sentence))
        begin = end


def is_list_item(text: str, span: Span) -> bool:
    """Tell whether a sentence stands in a list."""
    return LIST_MARK.match(text, text.rfind("\n", 0, span.start) + 1) is not None


def lead_span(text: str, item: Span) -> Span | None:
    r"""Return the sentence that opens the list in which an item stands, or None where nothing does.

    >>> text = "It asks for two things:\n- shelter;\n- food."
    >>> lead_span(text, Span(37, 42)).of(text)
    'It asks for two things:'
    """
    if not is_list_item(text, item):
        return None
    for line in reversed(text[: item.start].split("\n")[:-1]):
        if line and not LIST_MARK.match(line):
            end = text.rfind(line, 0, item.start) + len(line)
            return split_sentences(text, end - len(line), end)[-1] if line.endswith((":", "：")) else None
    return None


def list_lead(text: str, item: Span) -> str:
    """Return the words that open the list of an item, without their colon, or "" for other sentences."""
    lead = lead_span(text, item)
    return lead.of(text).rstrip(":：") if lead else ""
