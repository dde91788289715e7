"""Read Markdown files, with or without YAML front matter.

In: Markdown files (CommonMark with tables). Out: Documents whose text has one heading, list item, table row or
paragraph per line, without inline marks; the front matter fills the other fields of the Document.
Left out: HTML inside Markdown, which is kept as text.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from corpus.cleaning import join_blocks, normalise_characters
from corpus.documents import Document
from corpus.loaders.base import UnreadableDocument, document_id, read_text, title_from_name
from corpus.sentences import split_sentences

INLINE = ("text", "code_inline", "softbreak", "hardbreak")
FRONT_MATTER = re.compile(r"\A---\n(.*?)^---\n(.*)\Z", re.DOTALL | re.MULTILINE)


class FrontMatter(BaseModel):
    """The metadata that a curator writes above a Markdown document; only the title is required.

    `published` is an ISO date, month or year. `summary` says that the text is a summary of the page at `source_url`.
    """

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(min_length=1)]
    source_url: str = ""
    publisher: str = ""
    summary: bool = False
    kind: Literal["", "news", "programme", "data", "policy", "guide", "report", "profile"] = ""
    # YAML reads 2021-05-04 as a date, 2021 as a number, and nothing as None.
    published: Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value))] = Field(
        default="", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"
    )
    countries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


def load_markdown(files: Sequence[Path]) -> list[Document]:
    """Return the Documents of Markdown files.

    Raises UnreadableDocument for a file that is not UTF-8, whose front matter is wrong, or that holds no sentence.
    """
    return [_document(file, read_text(file)) for file in files]


def _document(file: Path, raw: str) -> Document:
    raw = re.sub(r"\r\n?", "\n", raw)
    match = FRONT_MATTER.match(raw)
    if not match and raw.startswith("---\n"):
        raise UnreadableDocument(f"{file} opens a front matter with --- and does not close it; add a line of ---")
    blocks = list(_blocks(match[2] if match else raw))
    # A first-level heading at the top is the page's title; elsewhere it is a heading like any other.
    top_heading = blocks.pop(0)[2:] if blocks and blocks[0].startswith("# ") else ""
    metadata = _front_matter(file, match[1]) if match else FrontMatter(title=top_heading or title_from_name(file))
    text = join_blocks(blocks)
    if not split_sentences(text):
        raise UnreadableDocument(f"{file} has no text; write some below its title, or leave it out")
    return Document(
        id=document_id(file),
        title=normalise_characters(metadata.title),
        text=text,
        url=metadata.source_url,
        publisher=metadata.publisher,
        published=metadata.published,
        kind=metadata.kind,
        countries=metadata.countries,
        themes=metadata.themes,
        is_summary=metadata.summary,
    )


def _front_matter(file: Path, raw: str) -> FrontMatter:
    try:
        return FrontMatter.model_validate(yaml.safe_load(raw) or {})
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 2}" if mark else ""
        raise UnreadableDocument(
            f"{file}{line}: the front matter is not YAML; quote values that hold a colon"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the front matter"
        raise UnreadableDocument(f"{file}: {field}: {first['msg']}; see an example in corpus/briefs") from error


def _blocks(markdown: str) -> Iterator[str]:
    """Yield the headings, paragraphs, list items and table rows of Markdown, each on one line, without inline marks."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    yield from _blocks_below(SyntaxTreeNode(parser.parse(markdown)), list_mark="")


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
            case "tr":
                yield " | ".join(_inline_text(cell) for cell in child.children)
            case "fence" | "code_block":
                yield " ".join(normalise_characters(child.content).split("\n"))
            case _:
                yield from _blocks_below(child, list_mark)


def _inline_text(node: SyntaxTreeNode) -> str:
    parts = (part.content or " " for part in node.walk() if part.type in INLINE)
    return " ".join(normalise_characters("".join(parts)).split("\n"))
