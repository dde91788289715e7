"""Cut documents into passages along their headings, paragraphs and sentences.

In: a clean Document. Out: Passages of at most `max_tokens` tokens, in order, with offsets into the text. Each
holds at least one sentence; headings are in the `heading` of the passages below them and not in their text.
Left out: overlap between passages; the context of a sentence is read from the document instead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.documents.document import Document, Passage, Span
from corpus.documents.sentences import HEADING, split_sentences
from corpus.language.tokens import count_tokens

MAX_TOKENS = 160  # the best of 100, 120, 160, 200, 256 and 320 on the development questions
MIN_TOKENS = 40  # a section shorter than this is joined with the next one


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, a list item or a part of one, under its path of headings."""

    span: Span
    heading: str
    tokens: int


def cut_into_passages(
    document: Document, *, max_tokens: int = MAX_TOKENS, min_tokens: int = MIN_TOKENS
) -> list[Passage]:
    """Return the passages of a document.

    Passages are filled block by block, and a new one begins where the next block does not fit, and at a heading once
    the passage has `min_tokens` tokens.
    """
    groups: list[list[_Block]] = []
    size = 0
    for block in _blocks(document.text, max_tokens):
        at_heading = bool(groups) and block.heading != groups[-1][-1].heading and size >= min_tokens
        if not groups or at_heading or size + block.tokens > max_tokens:
            groups.append([])
            size = 0
        groups[-1].append(block)
        size += block.tokens
    return [_passage(document, number, group) for number, group in enumerate(groups, start=1)]


def _passage(document: Document, number: int, blocks: list[_Block]) -> Passage:
    start, end = blocks[0].span.start, blocks[-1].span.end
    return Passage(
        id=f"{document.id}#{number}",
        document_id=document.id,
        title=document.title,
        heading=blocks[0].heading,
        text=document.text[start:end],
        start=start,
        end=end,
    )


def _blocks(text: str, max_tokens: int) -> Iterator[_Block]:
    """Yield the lines of a text under their headings, those of more than `max_tokens` tokens in parts."""
    headings: dict[int, str] = {}
    start = 0
    for line in text.split("\n"):
        if mark := HEADING.match(line):
            level = len(mark[1])
            headings = {upper: title for upper, title in headings.items() if upper < level}
            headings[level] = line[mark.end() :].strip()
        elif line.strip():
            heading = " > ".join(headings.values())
            for span, tokens in _split_line(text, Span(start, start + len(line)), max_tokens):
                yield _Block(span, heading, tokens)
        start += len(line) + 1


def _split_line(text: str, line: Span, max_tokens: int) -> Iterator[tuple[Span, int]]:
    """Yield the line and its tokens if it fits, else its sentences; yield a sentence that does not fit in parts."""
    if (tokens := count_tokens(line.of(text))) <= max_tokens:
        yield line, tokens
        return
    first, *others = split_sentences(text, line.start, line.end)
    for piece in (Span(line.start, first.end), *others):  # the first sentence keeps its list mark
        if (tokens := count_tokens(piece.of(text))) <= max_tokens:
            yield piece, tokens
        else:
            yield from _split_sentence(text, piece, max_tokens)


def _split_sentence(text: str, sentence: Span, max_tokens: int) -> Iterator[tuple[Span, int]]:
    """Cut between words, and inside a word that is too long; a character has at most 4 tokens (its UTF-8 bytes).

    A text has no more tokens than its words have one by one, each with the blanks before it.
    """
    longest = max(1, max_tokens // 4)
    piece, tokens = None, 0
    for word in re.finditer(rf"\S{{1,{longest}}}\s*", sentence.of(text)):
        start = sentence.start + word.start()
        end = start + len(word[0].rstrip())
        tokens += count_tokens(text[piece.end if piece else start : end])
        if piece and tokens > max_tokens:
            yield piece, tokens
            piece, tokens = None, count_tokens(text[start:end])
        piece = Span(piece.start if piece else start, end)
    if piece:
        yield piece, tokens
