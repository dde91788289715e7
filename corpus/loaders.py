"""Read files into Documents: Markdown with or without front matter, and plain text.

In: paths of files and folders. Out: Documents in the order of their ids, which are their file names.
Left out: other formats, which are named in an error with the cure rather than passed over.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from corpus.cleaning import clean_page, join_blocks, normalise_characters, repeated_lines
from corpus.documents import Document
from corpus.sentences import split_sentences

MARKDOWN = (".md", ".markdown")
PLAIN_TEXT = (".txt", ".text")
INLINE = ("text", "code_inline", "softbreak", "hardbreak")
FRONT_MATTER = re.compile(r"\A---\n(.*?)^---\n(.*)\Z", re.DOTALL | re.MULTILINE)


class UnreadableDocument(ValueError):
    """A file that can't become a document; the message names the file and the cure."""


class FrontMatter(BaseModel):
    """What a curator writes above a Markdown document."""

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


def load_documents(paths: Iterable[Path]) -> list[Document]:
    """Read every document of the files and folders, sorted by id.

    Raises UnreadableDocument for a path that isn't there, a file of another format, one that can't be understood, and
    for two files whose names give the same id.
    """
    files = sorted(set(_files(paths)))
    texts = {file: _read(file) for file in files}
    boilerplate = repeated_lines([normalise_characters(text) for file, text in texts.items() if _is_plain(file)])
    documents: dict[str, tuple[Path, Document]] = {}
    for file, text in texts.items():
        document = _plain_text(file, text, boilerplate) if _is_plain(file) else _markdown(file, text)
        if document.id in documents:
            raise UnreadableDocument(f"{documents[document.id][0]} and {file} give the same id; rename one of them")
        documents[document.id] = (file, document)
    return [documents[id][1] for id in sorted(documents)]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = [
                file for file in path.rglob("*") if file.suffix.lower() in MARKDOWN + PLAIN_TEXT and file.is_file()
            ]
            if not found:
                raise UnreadableDocument(f"{path} holds no document; Waymark reads {', '.join(MARKDOWN + PLAIN_TEXT)}")
            yield from found
        elif not path.exists():
            raise UnreadableDocument(f"{path} is not there; check the path")
        elif path.suffix.lower() not in MARKDOWN + PLAIN_TEXT:
            raise UnreadableDocument(f"{path} is of no format that Waymark reads; save it as Markdown or plain text")
        else:
            yield path


def _is_plain(file: Path) -> bool:
    return file.suffix.lower() in PLAIN_TEXT


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocument(f"{file} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise UnreadableDocument(f"{file} can't be read: {error.strerror}; check its permissions") from error


def _document_id(file: Path) -> str:
    """Make an id of a file's name: lower case, without marks on letters, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", file.stem).encode("ascii", "ignore").decode().lower()
    id = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not id:
        raise UnreadableDocument(f"{file} has no Latin letter or digit in its name to make an id of; rename it")
    return id


def _title_from_name(file: Path) -> str:
    return re.sub(r"[-_]+", " ", file.stem).strip().capitalize()


def _plain_text(file: Path, raw: str, boilerplate: frozenset[str]) -> Document:
    title, text = clean_page(raw, boilerplate)
    if not split_sentences(text):
        raise UnreadableDocument(f"{file} holds no text beyond menus; leave it out or save the page's article")
    return Document(id=_document_id(file), title=title or _title_from_name(file), text=text)


def _markdown(file: Path, raw: str) -> Document:
    raw = re.sub(r"\r\n?", "\n", raw)
    match = FRONT_MATTER.match(raw)
    if not match and raw.startswith("---\n"):
        raise UnreadableDocument(f"{file} opens a front matter with --- and does not close it; add a line of ---")
    blocks = list(_blocks(match[2] if match else raw))
    # A first-level heading at the top is the page's title; elsewhere it is a heading like any other.
    headed = blocks.pop(0)[2:] if blocks and blocks[0].startswith("# ") else ""
    known = _front_matter(file, match[1]) if match else FrontMatter(title=headed or _title_from_name(file))
    text = join_blocks(blocks)
    if not split_sentences(text):
        raise UnreadableDocument(f"{file} has no text; write some below its title, or leave it out")
    return Document(
        id=_document_id(file),
        title=normalise_characters(known.title),
        text=text,
        url=known.source_url,
        publisher=known.publisher,
        published=known.published,
        kind=known.kind,
        countries=known.countries,
        themes=known.themes,
        is_summary=known.summary,
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
    yield from _blocks_below(SyntaxTreeNode(parser.parse(markdown)), mark="")


def _blocks_below(node: SyntaxTreeNode, mark: str) -> Iterator[str]:
    for number, child in enumerate(node.children):
        match child.type:
            case "heading":
                yield f"{'#' * int(child.tag[1])} {_inline_text(child)}"
            case "paragraph":
                yield mark * (number == 0) + _inline_text(child)
            case "list_item":
                first = int(node.attrs.get("start", 1))
                yield from _blocks_below(child, f"{first + number}. " if node.type == "ordered_list" else "- ")
            case "tr":
                yield " | ".join(_inline_text(cell) for cell in child.children)
            case "fence" | "code_block":
                yield " ".join(normalise_characters(child.content).split("\n"))
            case _:
                yield from _blocks_below(child, mark)


def _inline_text(node: SyntaxTreeNode) -> str:
    parts = (part.content or " " for part in node.walk() if part.type in INLINE)
    return " ".join(normalise_characters("".join(parts)).split("\n"))
