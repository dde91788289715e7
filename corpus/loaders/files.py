"""Read the files of a collection, and report what became of each.

In: paths of files, folders and .zip archives, with metadata in a `documents.csv` beside the files or not. Out: a
Collection: Documents sorted by id, and a FileReport for each file. A file that can't be read is refused with the reason
and the cure, and the others are read all the same.
Left out: finding the files (finding.py), naming documents (names.py), parsing (a module a format), the processes in
which some parsers run (isolation.py), and what was read before (cache.py).
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from corpus.documents.collection import Collection, FileReport, Outcome
from corpus.documents.document import Document
from corpus.documents.duplicates import duplicates
from corpus.documents.sentences import has_sentence
from corpus.loaders.base import NO_TEXT, Extraction, Loader, UnreadableDocument, title_from_name, unreadable
from corpus.loaders.cache import Progress, Result, read_cached
from corpus.loaders.finding import FoundFile, PassedOver, find_files
from corpus.loaders.isolation import DAMAGED, BrokenOff, run_isolated
from corpus.loaders.markdown import read_markdown
from corpus.loaders.metadata import SIDECAR, described, read_sidecar
from corpus.loaders.names import document_ids
from corpus.loaders.plain_text import clean_pages, read_plain_text

# By name, so that a server does not import their libraries.
LOADERS = {
    "compound": "corpus.loaders.office.compound:read_compound",
    "csv": "corpus.loaders.office.tables:read_csv",
    "docx": "corpus.loaders.office.docx:read_docx",
    "epub": "corpus.loaders.office.epub:read_epub",
    "html": "corpus.loaders.html.page:read_html",
    "markdown": "corpus.loaders.markdown:read_markdown",
    "mail": "corpus.loaders.mail:read_mail",
    "odt": "corpus.loaders.office.odt:read_odt",
    "pdf": "corpus.loaders.pdf.document:read_pdf",
    "pptx": "corpus.loaders.office.pptx:read_pptx",
    "rtf": "corpus.loaders.office.rtf:read_rtf",
    "text": "corpus.loaders.plain_text:read_plain_text",
    "xlsx": "corpus.loaders.office.tables:read_xlsx",
}
# Formats of plain characters, whose short files no parser can take long for; a process of its own would.
PLAIN: dict[str, Loader] = {"markdown": read_markdown, "text": read_plain_text}
SHORT = 100_000  # bytes
OCR_SECONDS = 900  # for a file: some hundred pages


def read_collection(
    paths: Sequence[Path], progress: Progress = lambda done, total: None, *, cache: Path | None = None, ocr: str = ""
) -> Collection:
    """Read all files of some paths. `progress` is called with the number of files read so far and of all files.

    `cache` is the file of what was read before. Pages of PDFs that have no text are read by OCR where `ocr` names the
    languages that may be on them, as in `eng+fra`; then `progress` counts such files once more.
    """
    with tempfile.TemporaryDirectory() as unpacked:
        found = list(find_files(paths, Path(unpacked)))
        files = sorted(
            (file for file in found if isinstance(file, FoundFile)), key=lambda file: (file.path.parent, file.name)
        )
        reports = [_passed_over(file) for file in found if isinstance(file, PassedOver)]
        read = read_cached(files, _load_all, cache, progress)
        if ocr:
            read |= _read_scans(read, ocr, cache, progress)
        extracted = _cleaned(files, read)
        values = _sidecars({file.path.parent for file in files}, reports)
    ids = document_ids([file.name for file in files])
    documents = []
    for file, id, extraction in zip(files, ids, extracted, strict=True):
        try:
            document, notes = _document(file, id, extraction, values)
        except UnreadableDocument as error:
            reports.append(FileReport(str(file.name), Outcome.REFUSED, str(error)))
            continue
        documents.append(document)
        reports.append(FileReport(str(file.name), Outcome.PARTLY if notes else Outcome.READ, "; ".join(notes), id))
    kept_for = duplicates(documents)
    address_of = {document.id: document.url or document.id for document in documents}
    return Collection(
        tuple(sorted((document for document in documents if document.id not in kept_for), key=lambda kept: kept.id)),
        tuple(sorted((_folded(report, kept_for, address_of) for report in reports), key=lambda report: report.file)),
    )


def load_documents(paths: Iterable[Path]) -> list[Document]:
    """Return the Documents of all files of some paths, sorted by id.

    Raises UnreadableDocument where a file is refused, naming it, or no document is found.
    """
    collection = read_collection(list(paths))
    refused = [report for report in collection.reports if report.outcome is Outcome.REFUSED]
    if refused:
        raise UnreadableDocument(f"{refused[0].file}: {refused[0].reason}")
    if not collection.documents:
        raise UnreadableDocument("no document was found; give files or folders of a format that is read")
    return list(collection.documents)


def _load_all(files: Sequence[FoundFile]) -> Iterator[Result]:
    """Yield what is read of each file, or why it can't be read, in their order."""
    here = [file.format in PLAIN and _is_short(file.path) for file in files]
    isolated = run_isolated(
        [(LOADERS[file.format], file.path) for file, is_here in zip(files, here, strict=True) if not is_here]
    )
    for file, is_here in zip(files, here, strict=True):
        yield _load(PLAIN[file.format], file.path) if is_here else next(isolated)


def _is_short(file: Path) -> bool:
    try:
        return file.stat().st_size <= SHORT
    except OSError:  # it is gone, which its loader tells
        return True


def _read_scans(
    read: Mapping[FoundFile, Result], languages: str, cache: Path | None, progress: Progress
) -> dict[FoundFile, Result]:
    """Return what OCR reads of those PDFs that have pages without text."""

    def load(scans: Sequence[FoundFile]) -> Iterator[Result]:
        return run_isolated([(LOADERS["pdf"], scan.path) for scan in scans], OCR_SECONDS, ocr=languages)

    # Of another format, so that the cache tells both readings apart.
    scans = {
        replace(file, format=f"pdf {languages}"): file
        for file, result in read.items()
        if file.format == "pdf" and NO_TEXT in (str(result) if isinstance(result, Exception) else str(result.notes))
    }
    return {
        scans[scan]: result
        for scan, result in read_cached(list(scans), load, cache, progress).items()
        if isinstance(result, Extraction) or not isinstance(read[scans[scan]], Extraction)
    }


def _cleaned(files: Sequence[FoundFile], read: Mapping[FoundFile, Result]) -> list[Result]:
    """Return what was read of files, in their order, the text files of each folder without what these share."""
    pages = ((file, page) for file in files if file.format == "text" and isinstance(page := read[file], Extraction))
    cleaned = dict(read)
    for _, of_folder in groupby(pages, key=lambda page: page[0].path.parent):
        texts = dict(of_folder)
        cleaned |= zip(texts, clean_pages(list(texts.values())), strict=True)
    return [cleaned[file] for file in files]


def _load(load: Loader, file: Path) -> Result:
    try:
        return load(file)
    except UnreadableDocument as error:
        return error
    except OSError as error:
        return BrokenOff(unreadable(error))
    # A parser of front matter raises anything for values that its writers never thought of.
    except Exception:
        return BrokenOff(DAMAGED)


def _sidecars(folders: Iterable[Path], reports: list[FileReport]) -> Mapping[Path, Mapping[str, object]]:
    """Return the values that the sidecars of some folders give, by file; one that can't be read is reported."""
    values: dict[Path, Mapping[str, object]] = {}
    for folder in sorted(folders):
        if (path := folder / SIDECAR).is_file():
            try:
                values |= {folder / name: given for name, given in read_sidecar(path).items()}
            except UnreadableDocument as error:
                reports.append(FileReport(str(path), Outcome.REFUSED, str(error)))
    return values


def _document(
    file: FoundFile, id: str, extraction: Result, values: Mapping[Path, Mapping[str, object]]
) -> tuple[Document, tuple[str, ...]]:
    """Return the Document of a file and the notes on it. Raises UnreadableDocument for a file without a sentence."""
    if isinstance(extraction, UnreadableDocument):
        raise extraction
    told = described(extraction, values.get(file.path, {}))
    if not has_sentence(told.text):
        raise UnreadableDocument("it holds no sentence beside titles and menus; leave it out, or save its text")
    document = Document(
        id=id,
        title=told.title or title_from_name(file.name.stem) or id,
        text=told.text,
        url=told.url,
        publisher=told.publisher,
        published=told.published,
        kind=told.kind,
        countries=told.countries,
        themes=told.themes,
        is_summary=told.is_summary,
        pages=told.pages,
    )
    return document, told.notes


def _passed_over(file: PassedOver) -> FileReport:
    return FileReport(str(file.name), Outcome.REFUSED if file.is_expected else Outcome.SKIPPED, file.reason)


def _folded(report: FileReport, kept_for: Mapping[str, str], address_of: Mapping[str, str]) -> FileReport:
    """Return the report of a file whose document says the same as another as one of a file that was skipped."""
    if report.document not in kept_for:
        return report
    reason = f"it says the same as {address_of[kept_for[report.document]]}, which is kept"
    return FileReport(report.file, Outcome.SKIPPED, reason)
