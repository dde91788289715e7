"""Read PDF files.

In: a PDF with text. Out: an Extraction whose text reads as the pages do: paragraphs joined across lines, columns and
pages, headings, list items, rows of simple tables, and footnotes at the end of their page; without running headers and
footers, page numbers and the marks of footnotes.
Left out: pages without text, unless OCR is asked for (ocr.py); pictures, annotations and forms; tables whose cells
span others.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from corpus.documents.cleaning import join_blocks, normalise_characters
from corpus.language.dates import iso_date
from corpus.loaders.base import NO_TEXT, Extraction, UnreadableDocument
from corpus.loaders.pdf.blocks import Block, Style, blocks_of, is_heading, set_levels, size_of, style_of
from corpus.loaders.pdf.layout import ITEM, arrange
from corpus.loaders.pdf.ocr import read_picture
from corpus.loaders.pdf.page import Line, read_pieces
from corpus.loaders.pdf.running import without_running_lines

UNKNOWN = 0.3  # share of characters without meaning from which a page has no text
PICTURE = 0.5  # share of a page that the picture of a scan takes at least

DATE_WORDS = 4  # of a line that is a date

NO_TITLE = re.compile(
    r"microsoft word\b.*|.*\.(?:docx?|wp[df]|pdf|rtf|indd|odt|pptx?|xlsx?|qxd|html?)|untitled.*|document\d*|[\W\d]*"
    r"|\S*\d\S*|.*<.*>.*",
    re.I,
)
UNITED_NATIONS = re.compile(
    r"united nations|nations unies|naciones unidas|организация объединенных наций|联\s*合\s*国|الأمم المتحدة", re.I
)
ORGANS = re.compile(
    rf"(?:(?:{UNITED_NATIONS.pattern}|general assembly|security council|economic and social council"
    r"|human rights council|trusteeship council|secretariat"
    r"|assemblée générale|conseil (?:de sécurité|économique et social)"
    r"|asamblea general|consejo (?:de seguridad|económico y social)|генеральная ассамблея|совет безопасности"
    r"|экономический и социальный совет|大会|安全理事会|经济及社会理事会|الجمعية العامة|مجلس الأمن)\s*)+",
    re.I,
)
RESOLUTION = re.compile(r"resolution adopted by .*", re.I)  # stands over the number of a resolution and its title
SECTION = re.compile(rf"(?!\d+/\d)(?:{ITEM.pattern})|(?:contents|introduction|summary|annex)\b", re.I)
MASTHEAD_END = re.compile(
    r"(?:original|langue originale|язык оригинала|原文)\s*[:：]|(?:english|french|spanish|russian|arabic|chinese) only",
    re.I,
)


def read_pdf(file: Path, *, ocr: str = "") -> Extraction:
    """Return the text of a PDF with its metadata and the offsets of its pages.

    Pages without text are read by OCR, if its languages are given, as in `eng+fra`.
    Raises UnreadableDocument for a file that is encrypted or damaged, or that has no text.
    """
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument("it is encrypted; save a copy of it without its password") from error
        raise UnreadableDocument("it is damaged or no PDF; open it and save or print it as PDF anew") from error
    try:
        metadata = document.get_metadata_dict()
        pages = [_pieces(document, number) for number in range(len(document))]
        kept = without_running_lines(pages)
        # What is stamped on a scan, such as the number of its page, is no text of it; a page may also be blank.
        empty = [number for number, pieces in enumerate(kept) if not pieces]
        scans = [number for number in empty if not pages[number] or _is_picture(document, number)]
        if ocr and scans:
            for number in scans:
                pages[number] = _pieces(document, number, ocr)
            kept = without_running_lines(pages)
    finally:
        document.close()
    if not any(kept):
        raise UnreadableDocument(f"it has {NO_TEXT}; it is a scan and needs OCR first, as WAYMARK_OCR allows")
    unread, seen = ([number + 1 for number in scans if bool(kept[number]) == is_seen] for is_seen in (False, True))
    told = ((f"{NO_TEXT} on", unread), ("read by OCR:", seen))
    notes = [f"{what} {len(of)} of {len(pages)} pages: {_ranges(of)}" for what, of in told if of]
    return _extraction(kept, [piece.text for piece in pages[0]], notes, metadata)


def _pieces(document: pypdfium2.PdfDocument, number: int, ocr: str = "") -> list[Line]:
    """Return the pieces of the lines of a page, as OCR sees them if its languages are given.

    A page that is damaged, or whose characters have no meaning, has none.
    """
    with suppress(pypdfium2.PdfiumError):
        page = document[number]
        try:
            if ocr:
                return read_picture(page, ocr)
            pieces, unknown = read_pieces(page)
            return pieces if unknown <= UNKNOWN else []
        finally:
            page.close()
    return []


def _is_picture(document: pypdfium2.PdfDocument, number: int) -> bool:
    """Return whether a picture takes most of a page, as that of a scan does."""
    page = document[number]
    try:
        width, height = page.get_size()
        bounds = [picture.get_bounds() for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])]
    finally:
        page.close()
    return any((right - left) * (top - bottom) > PICTURE * width * height for left, bottom, right, top in bounds)


def _ranges(numbers: Sequence[int]) -> str:
    """Write ascending numbers with runs of them in short.

    >>> _ranges([1, 2, 3, 7])
    '1-3, 7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _extraction(
    pages: Sequence[Sequence[Line]], first: Sequence[str], notes: Sequence[str], metadata: dict[str, str]
) -> Extraction:
    """Return what the pieces of pages say; `first` are the texts of page one with its running lines."""
    regions = [arrange(page) for page in pages]
    style = style_of(regions)
    blocks = blocks_of(regions, style)
    heading = _title_heading(blocks, style)
    set_levels(blocks[blocks.index(heading) :] if heading else blocks, style)
    named = normalise_characters(metadata.get("Title", ""))
    title = named if named and not NO_TITLE.fullmatch(named) else re.sub(r"\*+$", "", heading.text) if heading else ""
    if heading and heading.text.startswith(title):
        blocks = [block for block in blocks if block is not heading]
    text, offsets = _text(blocks, len(pages))
    is_un = any(UNITED_NATIONS.fullmatch(block.text) for block in blocks if block.pages[0][0] == 0)
    return Extraction(
        text=text,
        title=title,
        publisher="United Nations" if is_un else "",
        published=next(filter(None, map(_own_date, first)), "") or _creation_day(metadata.get("CreationDate", "")),
        pages=offsets,
        notes=tuple(notes),
    )


def _text(blocks: Sequence[Block], pages: int) -> tuple[str, tuple[int, ...]]:
    """Return the text of blocks and the offsets at which pages begin in it."""
    texts = [block.full_text() for block in blocks]
    text = join_blocks(texts)
    starts: dict[int, int] = {}
    end = 0
    for block, block_text in zip(blocks, texts, strict=True):
        begin = text.index(block_text, end)
        end = begin + len(block_text)
        for page, offset in block.pages:
            # What was put before the text, or taken from it, shifts no more than the start of the block.
            at = begin if offset == 0 else end - len(block.text) + offset
            starts.setdefault(page, at)
    offsets: list[int] = []
    following = len(text)
    for page in reversed(range(pages)):
        following = min(starts.get(page, following), following) if page else 0
        offsets.append(following)
    return text, tuple(reversed(offsets))


def _title_heading(blocks: Sequence[Block], style: Style) -> Block | None:
    """Return the first of the largest headings of page one.

    In a paper of the United Nations it stands below the masthead, and farther from the edge than organ and agenda item.
    """
    first = [block for block in blocks if block.pages[0][0] == 0]
    start = max((number for number, block in enumerate(first) if MASTHEAD_END.match(block.text)), default=-1)
    headings = [
        block
        for block in first[start + 1 :]
        if is_heading(block, style)
        and not (ORGANS.fullmatch(block.text) or RESOLUTION.fullmatch(block.text) or SECTION.match(block.text))
    ]

    def rank(block: Block) -> tuple[float, float]:
        line = block.lines[0]
        return size_of(line), line.left if start >= 0 else 0

    return max(headings, key=rank, default=None)


def _own_date(line: str) -> str:
    """Return the ISO date or month that a line consists of, or "".

    >>> _own_date("9 April 2025"), _own_date("Published: April 9, 2025"), _own_date("on 9 April 2025 we met")
    ('2025-04-09', '2025-04-09', '')
    """
    told = re.sub(r"^[^\d:：]{1,30}[:：]\s*", "", line)
    return iso_date(told) if 1 < len(told.split()) <= DATE_WORDS else ""


def _creation_day(created: str) -> str:
    """Return the day of a date of a PDF as an ISO date, or "".

    >>> _creation_day("D:20250812151144-04'00'"), _creation_day("yesterday")
    ('2025-08-12', '')
    """
    found = re.match(r"(?:D:)?(\d{4})(\d{2})(\d{2})", created)
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""
