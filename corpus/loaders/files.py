"""Find the files of documents, and load each with the loader of its format.

In: paths of files and folders. Out: Documents, sorted by id.
Left out: parsing the files (markdown.py, plain_text.py). A format not listed here is an error that names the cure.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus.documents import Document
from corpus.loaders.base import Loader, UnreadableDocument, document_id
from corpus.loaders.markdown import load_markdown
from corpus.loaders.plain_text import load_plain_text

# The formats that are read: the suffixes of their files' names, and their loader.
FORMATS: dict[tuple[str, ...], Loader] = {
    (".md", ".markdown"): load_markdown,
    (".txt", ".text"): load_plain_text,
}
SUFFIXES = tuple(suffix for suffixes in FORMATS for suffix in suffixes)


def load_documents(paths: Iterable[Path]) -> list[Document]:
    """Return the Documents of all files given and of all files of a known format in the folders given, sorted by id.

    Raises UnreadableDocument for a path that doesn't exist, a folder without documents, a file of another format or
    without readable text, and two files whose names give the same id.
    """
    files = sorted(set(_find_files(paths)))
    _check_ids(files)
    documents = [
        document
        for suffixes, load in FORMATS.items()
        for document in load([file for file in files if file.suffix.lower() in suffixes])
    ]
    return sorted(documents, key=lambda document: document.id)


def _find_files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            files = [file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file()]
            if not files:
                raise UnreadableDocument(f"{path} holds no document; Waymark reads {', '.join(SUFFIXES)}")
            yield from files
        elif not path.exists():
            raise UnreadableDocument(f"{path} is not there; check the path")
        elif path.suffix.lower() not in SUFFIXES:
            raise UnreadableDocument(f"{path} is of no format that Waymark reads; save it as Markdown or plain text")
        else:
            yield path


def _check_ids(files: Iterable[Path]) -> None:
    file_of: dict[str, Path] = {}
    for file in files:
        first = file_of.setdefault(document_id(file), file)
        if first != file:
            raise UnreadableDocument(f"{first} and {file} give the same id; rename one of them")
