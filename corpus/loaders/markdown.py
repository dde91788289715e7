"""Read Markdown files, with or without YAML front matter.

In: a Markdown file (CommonMark with tables). Out: its text, without inline marks, and the metadata of its front matter.
Comments are no text; other HTML inside Markdown is kept as text.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode

from corpus.documents.cleaning import join_blocks, one_line, question_headings, table_lines
from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.metadata import described
from corpus.loaders.texts import read_text

INLINE = ("text", "code_inline", "softbreak", "hardbreak")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)  # one that is not closed hides the rest in a browser too
# A star inside a number is none of emphasis: "dial *115*3#", "5*3*2".
STAR_IN_NUMBER = re.compile(r"(?<=\d)\*(?=[\w#])|(?<=\w)\*(?=\d)")
FRONT_MATTER = re.compile(r"\A---\n(.*?)^---\n(.*)\Z", re.DOTALL | re.MULTILINE)


def read_markdown(file: Path) -> Extraction:
    """Return the text of a Markdown file, without comments, and the metadata above it.

    Raises UnreadableDocument where its encoding is not known or its front matter is no YAML.
    """
    raw, notes = read_text(file)
    raw = COMMENT.sub("", re.sub(r"\r\n?", "\n", raw))
    match = FRONT_MATTER.match(raw)
    if not match and raw.startswith("---\n"):
        raise UnreadableDocument("it opens a front matter with --- and does not close it; add a line of ---")
    blocks = list(_blocks(match[2] if match else raw))
    # A first-level heading at the top is the page's title; elsewhere it is a heading like any other.
    top_heading = blocks.pop(0)[2:] if blocks and blocks[0].startswith("# ") else ""
    extraction = Extraction(join_blocks(question_headings(blocks)), title=top_heading, notes=notes)
    return described(extraction, _front_matter(match[1])) if match else extraction


def _front_matter(raw: str) -> Mapping[str, object]:
    try:
        read = yaml.safe_load(raw)
    except (yaml.YAMLError, ValueError) as error:  # a number of thousands of digits is no YAML to Python
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 2}" if mark else ""
        raise UnreadableDocument(f"its front matter is not YAML{line}; quote values that hold a colon") from error
    if not isinstance(read, dict):
        return {}
    return {str(key): value for key, value in read.items()}


def _blocks(markdown: str) -> Iterator[str]:
    """Yield the headings, paragraphs, list items and table rows of Markdown, each on one line, without inline marks."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.inline.ruler.before("emphasis", "star in number", _read_star_in_number)
    yield from _blocks_below(SyntaxTreeNode(parser.parse(markdown)), list_mark="")


def _read_star_in_number(state: StateInline, silent: bool) -> bool:
    """Take a star inside a number as text; return whether there is one at the place of the parser."""
    is_one = STAR_IN_NUMBER.match(state.src, state.pos) is not None
    if is_one:
        state.pending += "" if silent else "*"
        state.pos += 1
    return is_one


def _blocks_below(node: SyntaxTreeNode, list_mark: str) -> Iterator[str]:
    """Yield the blocks below a node of the syntax tree; the first paragraph takes the mark of its list item."""
    for number, child in enumerate(node.children):
        match child.type:
            case "heading":
                yield f"{'#' * int(child.tag[1])} {_inline_text(child)}"
            case "paragraph":
                yield list_mark * (number == 0) + _inline_text(child)
            case "list_item":
                first = int(node.attrs.get("start", 1))
                yield from _blocks_below(child, f"{first + number}. " if node.type == "ordered_list" else "- ")
            case "table":
                rows = [
                    [_inline_text(cell) for cell in row.children] for part in child.children for row in part.children
                ]
                yield from table_lines(rows, has_headings=True)
            case "fence" | "code_block":
                yield one_line(child.content)
            case _:
                yield from _blocks_below(child, list_mark)


def _inline_text(node: SyntaxTreeNode) -> str:
    parts = (part.content or " " for part in node.walk() if part.type in INLINE)
    return one_line("".join(parts))
