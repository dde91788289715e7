"""Read saved web pages.

In: an HTML file. Out: the text of its article, one heading, list item, table row or paragraph a line, and its metadata.
Left out: what is hidden (tree.py), telling the article from the furniture of its site (article.py), title,
date and address (metadata.py).
"""

import codecs
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from charset_normalizer import from_bytes
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from corpus.documents.cleaning import join_blocks, join_lines, normalise_characters, table_lines
from corpus.documents.sentences import LIST_MARK, has_sentence
from corpus.loaders.base import Extraction, UnreadableDocument, unreadable
from corpus.loaders.html.article import keep_article
from corpus.loaders.html.metadata import Declared, squash
from corpus.loaders.html.tree import BLOCKS, HEADINGS, cells_of, is_data, remove_hidden, rows_of
from corpus.loaders.rows import cell_text, laid_out
from corpus.loaders.texts import marked_encoding

MAX_BYTES = 40_000_000
MAX_MARKUP = 5_000_000  # bytes without embedded images; a page of this size takes some six seconds
MAX_ELEMENTS = 120_000  # which take some eight seconds
EMBEDDED = re.compile(rb"data:[\w/+.;=-]{0,99};base64,[A-Za-z0-9+/=%]*")
DETECTABLE = 400  # bytes of text that the detector of encodings needs: it guesses wrong on short ones
CHARSET = re.compile(
    rb"""<(?:meta\b[^>]*?|\?xml\b[^>]*?en)charset\s*=\s*["']?\s*([\w.:-]+)|encoding=["']([\w.:-]+)""", re.I
)
# What pages mean by these names, as browsers read them (WHATWG Encoding).
ENCODINGS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "utf-16": "utf-8",  # a page whose declaration can be read byte by byte is not UTF-16
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
CJK = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
CJK_BREAK = re.compile(rf"(?<={CJK})\s*\n\s*(?={CJK})")  # a line of Chinese or Japanese source ends without a blank
MAX_ROW_SPAN = 200  # rows over which a cell is repeated


def read_html(file: Path) -> Extraction:
    """Return the article of a saved web page, without the menus, banners, teasers and footers of its site.

    Raises UnreadableDocument for a file that is too large, of unknown encoding, or without text.
    """
    source, notes = _decode(file)
    tree = _parse(source)
    declared = Declared.of(tree)
    remove_hidden(tree)
    title, heading = declared.title(tree)
    published = declared.published(tree, heading)
    keep_article(tree, heading)
    blocks = [block for block in _blocks(tree.body) if squash(block) != squash(title) or not block.startswith("#")]
    text = join_blocks(blocks)
    if not has_sentence(text):
        raise UnreadableDocument(
            "it holds no text beyond menus; if scripts fill the page, open it in a browser and save it from there"
        )
    return Extraction(text, title, declared.url, declared.publisher, published, notes=notes)


def _decode(file: Path) -> tuple[str, tuple[str, ...]]:
    """Return the source of a page and notes: by its mark, its declaration, as UTF-8, or else by guessing."""
    try:
        raw = EMBEDDED.sub(b"", file.read_bytes()) if file.stat().st_size <= MAX_BYTES else None
    except OSError as error:
        raise UnreadableDocument(unreadable(error)) from error
    if raw is None or len(raw) > MAX_MARKUP:
        limits = f"{MAX_MARKUP // 1_000_000} MB, or {MAX_BYTES // 1_000_000} MB with its images"
        raise UnreadableDocument(f"it is larger than {limits}; save its article alone, or split it")
    if marked := marked_encoding(raw):
        return raw.decode(marked, errors="replace"), ()
    declared = _declared_encoding(raw)
    # Programs that save a page as UTF-8 often leave the old declaration in it, and bytes of another encoding are all
    # but never valid UTF-8; so UTF-8 goes before an encoding in which any byte is a letter.
    for encoding in ("utf-8", declared):
        try:
            return raw.decode(encoding), ()
        except (UnicodeDecodeError, LookupError):
            continue
    text = re.sub(rb"<[^>]*>", b" ", raw)
    guess = from_bytes(text).best() if len(text) >= DETECTABLE else None
    if guess is None:
        raise UnreadableDocument(f"it is neither UTF-8 nor what it declares, {declared}; save it as UTF-8")
    return raw.decode(guess.encoding, errors="replace"), (f"encoding guessed as {guess.encoding}",)


def _declared_encoding(raw: bytes) -> str:
    match = CHARSET.search(raw[:4096])
    try:
        name = codecs.lookup((match[1] or match[2]).decode()).name if match else "utf-8"
    except LookupError:
        return "utf-8"
    return ENCODINGS.get(name, name)


def _parse(source: str) -> HtmlElement:
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    source = CJK_BREAK.sub("", source.replace("\0", ""))
    try:
        tree = document_fromstring(source.encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableDocument("it is empty or no HTML; save the page anew") from error
    if sum(1 for _ in islice(tree.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
        raise UnreadableDocument(f"it holds more than {MAX_ELEMENTS:,} elements; save its article alone, or split it")
    # The parser leaves out what lies deeper.
    if any("depth" in error.message for error in parser.error_log):
        raise UnreadableDocument("it is nested too deeply to be read whole; save the page as plain text")
    return tree


class _Writer:
    """Gathers the text of a tree's leaves into blocks, with the marks of headings and list items."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.parts: list[str] = []
        self.counters: list[int | None] = []  # of the lists that are open; None for one without numbers
        self.mark = ""  # of the list item that waits for its first block
        self.preformatted = 0

    def add(self, text: str | None) -> None:
        if text:
            self.parts.append(text if self.preformatted else re.sub(r"\s+", " ", text))

    def flush(self, heading: str = "") -> None:
        """End a block: two line breaks part paragraphs, single ones the lines that were not wrapped."""
        text = normalise_characters("".join(self.parts))
        self.parts = []
        for paragraph in re.split(r"\n{2,}", text):
            lines = paragraph.split("\n")
            if len(lines) > 1:
                lines = [" ".join(lines)] if heading else join_lines(lines)
            for line in filter(None, lines):
                self.blocks.append(heading + line if heading else self.marked(line))

    def marked(self, line: str) -> str:
        mark, self.mark = self.mark, ""
        return line if LIST_MARK.match(line) else mark + line


def _blocks(root: HtmlElement) -> list[str]:
    """Return the blocks of a tree in order. Works without recursion, since pages nest deeply."""
    writer = _Writer()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in BLOCKS:
                writer.flush()
            if is_data(element):
                writer.blocks += _table(element)
                walk.skip_subtree()
                continue
            _open(writer, element)
            writer.add(element.text)
        else:
            _close(writer, element)
            if element is not root:
                writer.add(element.tail)
    writer.flush()
    return writer.blocks


def _open(writer: _Writer, element: HtmlElement) -> None:
    match element.tag:
        case "br":
            writer.parts.append("\n")
        case "pre":
            writer.preformatted += 1
        case "ul" | "menu" | "dir":
            writer.counters.append(None)
        case "ol":
            writer.counters.append(_number(element.get("start"), 1))
        case "li":
            number = writer.counters[-1] if writer.counters else None
            if number is None:
                writer.mark = "- "
            else:
                number = _number(element.get("value"), number)
                writer.counters[-1] = number + 1
                writer.mark = f"{number}. "


def _close(writer: _Writer, element: HtmlElement) -> None:
    tag = element.tag
    if tag in HEADINGS:
        writer.flush(f"{'#' * int(tag[1])} ")
    elif tag in BLOCKS:
        writer.flush()
    if tag == "pre":
        writer.preformatted -= 1
    elif tag in ("ul", "menu", "dir", "ol"):
        writer.counters.pop()
    elif tag == "li":
        writer.mark = ""


def _number(value: str | None, default: int) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,3}", value.strip()) else default


def _table(table: HtmlElement) -> Iterator[str]:
    """Yield the caption and the rows of a table; a cell that spans rows is repeated in each."""
    for caption in table.findall("caption"):
        yield from _blocks(caption)
    rows = laid_out(
        [(cell_text(_blocks(cell)), 1, min(_number(cell.get("rowspan"), 1), MAX_ROW_SPAN)) for cell in cells_of(row)]
        for row in rows_of(table)
    )
    heads = cells_of(next(iter(rows_of(table)), table))
    yield from table_lines(
        [row for row in rows if any(row)], has_headings=bool(heads) and all(cell.tag == "th" for cell in heads)
    )
