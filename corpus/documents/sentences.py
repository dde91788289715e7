"""Split a document's text into sentences, and find the sentence that introduces a list.

In: clean text, one heading, list item or paragraph per line. Out: Spans of sentences and list items, in order.
Left out: headings, which name the topic of the sentences below but state nothing; and the marks of list items.
"""

import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

from corpus.documents.document import Span
from corpus.language.sentence_ends import is_end

# Only a mark with text after it counts.
HEADING = re.compile(r"(#{1,6}) +(?=\S)")
LIST_MARK = re.compile(r"(?:[-*•]|\d{1,3}[.)]) +(?=\S)")
LIST_LINES = re.compile(rf"(?:(?:{LIST_MARK.pattern}.*)?\n)*(?:{LIST_MARK.pattern}.*)?")
LEAD_MARKS = (":", "：")
# The splitter's abbreviations go by language. The English list is the longest, and its end marks include those
# of Arabic and Chinese, so it is used for all six languages.
ABBREVIATIONS = "en"
# Ends that the splitter misses: the marks of Khmer and Amharic ("។ល។" is Khmer for "etc."), the Greek question mark, an
# ellipsis, abbreviations that may be the last word, and the end of sentences in brackets. It begins with a character
# and looks back from there, by which it is searched twenty times as fast.
MISSED = re.compile(
    r"[។៕፡;\u037e….(](?:(?=\s)(?:(?<=[^ល][។៕])|(?<=^[។៕])|(?<=፡፡)|(?<=[\u0370-\u03ff\u1f00-\u1fff][;\u037e])|(?<=\w…)"
    r"|(?<=\b(?:etc|ecc|enz|usw|dll|itd|itp|v\.v|n\.k|\d r)\.))"
    r"|(?:(?<=^\()|(?<=[.!?…”»]\s\())[^()]{1,400}[.!?…][\"”»’]?\)(?=\s))"
)
# The mark of a footnote that is glued to an end: "45 days.3 It", "“slavery”.12 The", "in 2015.7 It", "women.[2] Few".
# It is part of no sentence.
NOTE = re.compile(
    r"(?:(?<=[^\W\d_]{2}[.!?])|(?<=[”\"’»)][.!?])|(?<=[.!?][”\"’»)])|(?<=\b1[5-9]\d\d\.)|(?<=\b20\d\d\.))"
    r"\d{1,3}(?:, ?\d{1,3})*(?=\s|$)"
    r"|(?<=[.!?”\"’»)])(?:[¹²³⁰-⁹]+|(?: ?\[\d{1,3}\])+)(?=\s|$)"
)
PIECE = 1000  # characters of a line that the splitter reads at once
LONGEST_QUOTATION = 400  # characters; the sentences of a longer one may be split
LONGEST_ITEM = 500  # characters
CONTEXT = 80  # characters before and after an end that decide about it


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    r"""Return the sentences and list items of `text[start:end]`, with offsets in `text`.

    >>> text = "## Figures\n\nDr. Mostafa spoke. He named:\n- 3.5 million people."
    >>> [span.of(text) for span in split_sentences(text)]
    ['Dr. Mostafa spoke.', 'He named:', '3.5 million people.']
    """
    spans: list[Span] = []
    for line in text[start:end].split("\n"):
        # What begins inside a line continues a long paragraph, and is no heading or list item whatever it looks like.
        at_line_start = start == 0 or text[start - 1] == "\n"
        if not (at_line_start and HEADING.match(line)):
            mark = LIST_MARK.match(line) if at_line_start else None
            spans += _sentences_of_line(line, start, skip=mark.end() if mark else 0)
        start += len(line) + 1
    return spans


def _sentences_of_line(line: str, start: int, skip: int) -> Iterator[Span]:
    """Yield the sentences of a line that begins at `start` in its text, without its first `skip` characters."""
    # Where a sentence may end, and where the next then begins.
    ends = {end: end for end in _splitter_ends(line, skip)}
    ends |= {match.end(): match.end() for match in MISSED.finditer(line, skip)}
    ends |= {match.start(): match.end() for match in NOTE.finditer(line, skip)}
    begin = skip
    for end, following in sorted(ends.items()):
        # However long the sentence, a short part decides: many places where it does not end keep the time linear.
        before, after = line[max(begin, end - CONTEXT) : end], line[following : following + CONTEXT]
        if end < len(line) and not is_end(before, after, note=line[end:following]):
            continue
        if sentence := line[begin:end].strip():
            first = start + begin + line[begin:end].index(sentence)
            yield Span(first, first + len(sentence))
        begin = following


def _splitter_ends(line: str, begin: int) -> Iterator[int]:
    """Yield where the splitter sees an end in `line[begin:]`; it reads a long line in pieces that begin at such ends.

    Its time grows with the square of the quotation marks that have no partner.
    """
    while len(line) - begin > PIECE:
        *ends, _ = _read(line[begin : begin + PIECE])  # the last is where the piece was cut
        # Those near it may lie in a quotation that was cut.
        ends = [end for end in ends if end < PIECE - LONGEST_QUOTATION] or ends[:1]
        yield from (begin + end for end in ends)
        begin += ends[-1] if ends else line[begin : begin + PIECE].rfind(" ") + 1 or PIECE
    yield from (begin + end for end in _read(line[begin:]))


def _read(piece: str) -> list[int]:
    """Return where the splitter sees ends in a piece; the last is that of the piece."""
    ends = (boundary["end_index"] for boundary in get_sentence_boundaries(ABBREVIATIONS, piece))
    return [*(end for end in ends if 0 < end < len(piece)), len(piece)]


def has_sentence(text: str) -> bool:
    r"""Return whether a text holds any sentence: a line that is no heading.

    >>> has_sentence("## Figures\n\nIt opened."), has_sentence("## Figures")
    (True, False)
    """
    return any(line.strip() and not HEADING.match(line) for line in text.split("\n"))


def is_list_item(text: str, span: Span) -> bool:
    """Return whether a sentence is part of a list item."""
    return LIST_MARK.match(text, text.rfind("\n", 0, span.start) + 1) is not None


def lead_span(text: str, item: Span) -> Span | None:
    r"""Return the sentence that introduces the list of an item: it ends with a colon; None where there is none.

    >>> text = "It asks for two things:\n- shelter;\n- food."
    >>> lead_span(text, Span(37, 42)).of(text)
    'It asks for two things:'
    """
    if not is_list_item(text, item):
        return None
    end = text.rfind("\n", 0, item.start)
    while end >= 0:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        if line and not LIST_MARK.match(line):
            sentences = split_sentences(text, start, end)  # none of a heading
            return sentences[-1] if sentences and line.endswith(LEAD_MARKS) else None
        end = start - 1
    return None


def list_items(text: str, lead: Span) -> list[Span]:
    r"""Return the items of the list that a sentence introduces, each with all its sentences; none where it has no list.

    >>> text = "It asks for two things:\n- shelter;\n- food. Norway pays.\n\nIt opened."
    >>> [item.of(text) for item in list_items(text, Span(0, 23))]
    ['shelter;', 'food. Norway pays.']
    """
    if not text.startswith("\n", lead.end) or not lead.of(text).endswith(LEAD_MARKS):
        return []
    lines = LIST_LINES.match(text, lead.end + 1)
    return list(dict.fromkeys(whole_item(text, span) for span in split_sentences(text, *lines.span()))) if lines else []


def whole_item(text: str, sentence: Span) -> Span:
    r"""Return the list item that a sentence is part of, without its mark; the sentence where it is part of none.

    A numbered paragraph of more than LONGEST_ITEM characters counts as none.

    >>> whole_item("It has:\n- 50 beds. Half of them are new.", Span(19, 40))
    Span(start=10, end=40)
    """
    if not is_list_item(text, sentence):
        return sentence
    line_end = text.find("\n", sentence.end)
    spans = split_sentences(text, text.rfind("\n", 0, sentence.start) + 1, line_end if line_end >= 0 else None)
    item = Span(spans[0].start, spans[-1].end)
    return item if item.end - item.start <= LONGEST_ITEM else sentence


def list_lead(text: str, item: Span) -> str:
    """Return the text of `lead_span` without its colon, or "" where there is none."""
    lead = lead_span(text, item)
    return lead.of(text).rstrip(":：") if lead else ""
