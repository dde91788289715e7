"""The texts of a generation: its documents, and its passages with their sentences, in an SQLite file.

In: documents, then the passages cut from them, in the order of their rows. Out: documents by id, passages and sentences
by row, each read when it is asked for, so that memory does not grow with the collection.
The text stands last in each row, since SQLite reads no further than it must: listing documents reads none.
Left out: vectors (sentence_vectors.py), and whether the file is whole (manifest.py).
"""

import errno
import json
import sqlite3
import weakref
import zlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, fields
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np

from corpus import Document, Passage, Span
from corpus.documents.catalogue import FACETS, Entry, keys_of
from corpus.documents.words import Word
from corpus.language.dates import may_lie_within
from embeddings.index.manifest import GenerationProblem
from embeddings.index.ranking import RowNumbers

Item = TypeVar("Item")
Values = tuple[Any, ...]

SCHEMA = """
-- The file is new, and of no use unless all of it was written: it needs no journal.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, metadata TEXT, text TEXT);
CREATE TABLE facets (facet TEXT, value TEXT, document INTEGER, PRIMARY KEY (facet, value, document)) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, document INTEGER, id TEXT, heading TEXT, "start" INTEGER, "end" INTEGER, sentences TEXT,
    text TEXT
);
-- The passages of a document stand in neighbouring rows.
CREATE TABLE rows_of_documents (document INTEGER PRIMARY KEY, first INTEGER, last INTEGER);
-- What a server needs of all documents when it starts: the words, most frequent first, and the values of the facets.
CREATE TABLE words (number INTEGER PRIMARY KEY, word TEXT UNIQUE, times INTEGER, is_name INTEGER);
CREATE TABLE values_of_facets (facet TEXT PRIMARY KEY, documents_by_value TEXT);
"""
ENTRY_FIELDS = {field.name for field in fields(Entry)}
SUM = "crc32"  # of a text, among the metadata of its document: quotes are cut from it
SELECTED = 100  # rows that a query reads at once
ALL = 2**62  # above every row
DOCUMENT = "SELECT title, metadata, text FROM documents WHERE id = ?"
PASSAGES = """
    SELECT passages.id, documents.id, title, heading, passages.text, "start", "end"
    FROM passages CROSS JOIN documents ON number = document WHERE row BETWEEN ? AND ? ORDER BY row
"""
ROWS_OF_DOCUMENTS = """
    INSERT INTO rows_of_documents SELECT document, min(row), max(row) FROM passages GROUP BY document
"""
SENTENCES = "SELECT sentences FROM passages WHERE row BETWEEN ? AND ? ORDER BY row"
DOCUMENTS_BY_ROW = """
    SELECT document, last - first + 1, json_extract(metadata, '$.published')
    FROM rows_of_documents JOIN documents ON number = document ORDER BY first
"""


class Texts:
    """The documents, passages and sentences in an open file. May be used by several threads.

    `is_damaged` tells whether something was read that is not what was written.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        """Take a connection; `open_texts` and `new_texts` make one."""
        self._database, self._lock = database, Lock()
        self.is_damaged = False
        self._documents: dict[tuple[str, str], RowNumbers] = {}  # that have a value of a facet
        weakref.finalize(self, database.close)

    @property
    def documents(self) -> "Documents":
        """The documents by id."""
        return Documents(self)

    @property
    def passages(self) -> "Rows[Passage]":
        """The passages by row."""
        return Rows(self, PASSAGES, lambda values: Passage(*values))

    @property
    def sentences(self) -> "Rows[tuple[Span, ...]]":
        """The Spans of the sentences of each passage, by row."""
        return Rows(self, SENTENCES, lambda values: tuple(Span(*span) for span in self.parsed(values[0])))

    @property
    def words(self) -> "Words":
        """The words of the documents."""
        return Words(self)

    @property
    def facets(self) -> dict[str, dict[str, int]]:
        """For each facet its values, those of most documents first, and how many documents have each."""
        return {facet: json.loads(values) for facet, values in self.select("SELECT * FROM values_of_facets")}

    def rows_where(self, wanted: Mapping[str, Sequence[str]], since: str = "", until: str = "") -> RowNumbers:
        """Return the rows of the documents that have, of each facet, one of its values, and are of a time.

        Values are compared as a catalogue compares them, and dates as `may_lie_within` does.
        """
        documents, passages, dates, date_of = self._documents_by_row
        allowed = np.ones(len(documents), bool)
        for facet, values in wanted.items():
            numbers = [self._documents_with(facet, key) for key in keys_of(values, facet)]
            allowed &= np.isin(documents, np.concatenate([np.empty(0, np.int64), *numbers]))
        if since or until:
            allowed &= np.array([may_lie_within(date, since, until) for date in dates], bool)[date_of]
        return np.flatnonzero(np.repeat(allowed, passages))

    @cached_property
    def _documents_by_row(self) -> tuple[RowNumbers, RowNumbers, Sequence[str], RowNumbers]:
        """The numbers of the documents in the order of their passages, and how many each has; all dates, and whose."""
        numbers, passages, published = zip(*self.select(DOCUMENTS_BY_ROW), strict=True)
        dates, date_of = np.unique(published, return_inverse=True)
        return np.array(numbers), np.array(passages), dates.tolist(), date_of

    def _documents_with(self, facet: str, key: str) -> RowNumbers:
        """Return the numbers of the documents that have a value; they are kept, since the next question may want it."""
        if (facet, key) in self._documents:
            return self._documents[facet, key]
        numbers = self.select("SELECT document FROM facets WHERE facet = ? AND value = ?", facet, key)
        found = np.fromiter((number for (number,) in numbers), np.int64)
        if len(found):  # of what nobody has, there is no end
            self._documents[facet, key] = found
        return found

    def add_document(self, document: Document) -> None:
        """Add a document."""
        values = asdict(document)
        id, title, text = (values.pop(name) for name in ("id", "title", "text"))
        with self._lock:
            added = self._database.execute(
                "INSERT INTO documents (id, title, metadata, text) VALUES (?, ?, ?, ?)",
                (id, title, json.dumps(values | {SUM: zlib.crc32(text.encode())}, ensure_ascii=False), text),
            )
            self._database.executemany(
                "INSERT OR IGNORE INTO facets VALUES (?, ?, ?)",
                (
                    (facet, key, added.lastrowid)
                    for facet, values_of in FACETS.items()
                    for key in keys_of(values_of(document), facet) - {""}
                ),
            )

    def add_passage(self, row: int, passage: Passage, sentences: Sequence[Span]) -> None:
        """Add the passage of a row, whose document is there already."""
        place = (passage.id, passage.heading, passage.start, passage.end)
        spans = json.dumps([(span.start, span.end) for span in sentences])
        with self._lock:
            self._database.execute(
                "INSERT INTO passages VALUES (?, (SELECT number FROM documents WHERE id = ?), ?, ?, ?, ?, ?, ?)",
                (row, passage.document_id, *place, spans, passage.text),
            )

    def add_summary(self, words: Iterable[Word], facets: Mapping[str, Mapping[str, int]]) -> None:
        """Add the words of all documents, most frequent first, and the values of their facets."""
        with self._lock:
            self._database.executemany("INSERT INTO words (word, times, is_name) VALUES (?, ?, ?)", words)
            self._database.executemany(
                "INSERT INTO values_of_facets VALUES (?, ?)",
                ((facet, json.dumps(values, ensure_ascii=False)) for facet, values in facets.items()),
            )

    def select(self, query: str, *values: object) -> Iterator[Values]:
        """Yield the rows that a query finds, some at a time. Raises GenerationProblem where the file is damaged."""
        try:
            with self._lock:
                cursor = self._database.execute(query, values)
                rows = cursor.fetchmany(SELECTED)
            while rows:
                yield from rows
                with self._lock:
                    rows = cursor.fetchmany(SELECTED)
        except sqlite3.DatabaseError as error:
            raise self.damage() from error

    def parsed(self, stored: str) -> Any:  # noqa: ANN401 - JSON
        """Return a value that was written as JSON. Raises GenerationProblem where it is none."""
        try:
            return json.loads(stored)
        except ValueError as error:
            raise self.damage() from error

    def damage(self) -> GenerationProblem:
        """Return the error of something that is not what was written."""
        self.is_damaged = True
        return GenerationProblem("texts.sqlite is damaged; run: waymark index")


class Documents(Mapping[str, Document]):
    """The documents of a generation by id, in the order of their ids."""

    def __init__(self, texts: Texts) -> None:
        """Take the texts that they are among."""
        self._texts = texts

    def __len__(self) -> int:
        [(number,)] = self._texts.select("SELECT count(*) FROM documents")
        return int(number)

    def __iter__(self) -> Iterator[str]:
        return (id for (id,) in self._texts.select("SELECT id FROM documents ORDER BY id"))

    def __getitem__(self, id: str) -> Document:
        """Return a document. Raises KeyError for none, and GenerationProblem where its text is damaged."""
        for title, metadata, text in self._texts.select(DOCUMENT, id):
            values = self._texts.parsed(metadata)
            if values.pop(SUM, None) not in (None, zlib.crc32(text.encode())):  # older forms have none
                raise self._texts.damage()
            return document_of(values | {"id": id, "title": title, "text": text})
        raise KeyError(id)

    def entries(self) -> Iterator[Entry]:
        """Yield the documents without their texts."""
        for id, title, metadata in self._texts.select("SELECT id, title, metadata FROM documents ORDER BY id"):
            values = self._texts.parsed(metadata) | {"id": id, "title": title}
            yield Entry(**{name: value for name, value in _tupled(values).items() if name in ENTRY_FIELDS})


class Rows(Generic[Item]):
    """Something of each passage, by row."""

    def __init__(self, texts: Texts, query: str, make: Callable[[Values], Item]) -> None:
        """Take the query that reads it from one row to another, and what makes it of the values read."""
        self._texts, self._query, self._make = texts, query, make

    def __len__(self) -> int:
        [(last,)] = self._texts.select("SELECT max(row) FROM passages")
        return 0 if last is None else int(last) + 1

    def __iter__(self) -> Iterator[Item]:
        return map(self._make, self._texts.select(self._query, 0, ALL))

    def __getitem__(self, row: int) -> Item:
        for values in self._texts.select(self._query, row, row):
            return self._make(values)
        raise IndexError(row)


class Words(Container[str]):
    """The words of the documents; those that few documents have are looked up when they are asked for."""

    def __init__(self, texts: Texts) -> None:
        """Take the texts that they are of."""
        self._texts = texts

    def __contains__(self, word: object) -> bool:
        return any(self._texts.select("SELECT 1 FROM words WHERE word = ?", word))

    def most_frequent(self, number: int) -> Iterator[Word]:
        """Yield the most frequent words, at most so many."""
        rows = self._texts.select("SELECT word, times, is_name FROM words ORDER BY number LIMIT ?", number)
        return (Word(word, times, bool(is_name)) for word, times, is_name in rows)


def open_texts(file: Path) -> Texts:
    """Open a file that `new_texts` made, which nobody writes any more."""
    address = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
    database = sqlite3.connect(address, uri=True, check_same_thread=False)
    return Texts(database)


@contextmanager
def new_texts(file: Path) -> Iterator[Texts]:
    """Make a file for texts, which is whole at the end of the block. Raises OSError where it can't be written."""
    try:
        with closing(sqlite3.connect(file, check_same_thread=False)) as database, database:
            database.executescript(SCHEMA)
            yield Texts(database)
            database.execute(ROWS_OF_DOCUMENTS)
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, f"the texts can't be written: {error}", str(file)) from error


def document_of(values: Mapping[str, Any]) -> Document:
    """Return a Document of values that were JSON."""
    return Document(**_tupled(values))


def _tupled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with tuples for lists: JSON has lists where a Document has tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
