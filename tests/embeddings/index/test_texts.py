"""Documents, passages and sentences are read from disk as they were written."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from corpus import Document, Passage, Span
from doubles.faults import full_disk
from doubles.filtering import random_filters, some_documents
from embeddings import GenerationProblem
from embeddings.index.texts import Texts, new_texts, open_texts


def written(file: Path, documents: list[Document]) -> Texts:
    """Write documents with two passages each, and return them as they are read."""
    with new_texts(file) as texts:
        for document in documents:
            texts.add_document(document)
        for place, document in enumerate(documents):
            for number, (start, end) in enumerate([(0, 1), (2, 12)]):
                passage = Passage(
                    f"{document.id}#{number}", document.id, document.title, "", document.text[start:end], start, end
                )
                texts.add_passage(2 * place + number, passage, [Span(start, end)])
    return open_texts(file)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Documents come in the order of their ids, the rest in that of their rows, to several threads too."""
    documents = some_documents(12)
    texts = written(tmp_path / "texts.sqlite", documents)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda row: (texts.passages[row], texts.sentences[row]), range(24)))

    assert list(texts.documents.values()) == sorted(documents, key=lambda document: document.id)
    assert (len(texts.documents), len(texts.passages)) == (12, 24)
    assert found == list(zip(texts.passages, texts.sentences, strict=True))
    assert found[3] == (
        Passage("document-1#1", "document-1", documents[1].title, "", "A shelter:", 2, 12),
        (Span(2, 12),),
    )
    with pytest.raises(KeyError):
        texts.documents["none"]
    with pytest.raises(IndexError):
        texts.passages[24]


def test_entries_are_the_documents_without_their_texts(tmp_path: Path) -> None:
    """All else that a list of documents shows is there."""
    documents = some_documents(3)
    entries = written(tmp_path / "texts.sqlite", documents).documents.entries()

    for entry, document in zip(entries, documents, strict=True):
        assert asdict(entry).items() <= asdict(document).items()


def test_rows_are_found_by_facets_and_time_as_a_catalogue_finds_documents(tmp_path: Path) -> None:
    """Of 300 random filters each finds the rows of the documents that the catalogue lists, and that are of the time."""
    documents = some_documents(60)
    texts = written(tmp_path / "texts.sqlite", documents)
    for filters, allowed in random_filters(documents, 300):
        expected = [row for row in range(120) if documents[row // 2].id in allowed]

        assert texts.rows_where(*filters).tolist() == expected


def test_no_text_is_read_that_was_not_written(tmp_path: Path) -> None:
    """A document whose text has changed on the disk is refused, and so are bytes that are no text; others are read."""
    documents, file = some_documents(3), tmp_path / "texts.sqlite"
    written(file, documents)
    content = file.read_bytes()
    places = [content.rindex(document.text.encode()) for document in documents]
    for place, byte in zip(places, (b"X", b"\xff"), strict=False):
        content = content[: place + 10] + byte + content[place + 11 :]
    file.write_bytes(content)
    texts = open_texts(file)

    assert texts.documents["document-2"] == documents[2]
    assert not texts.is_damaged
    for id in ("document-0", "document-1"):
        with pytest.raises(GenerationProblem, match="damaged"):
            texts.documents[id]
    assert texts.is_damaged


@pytest.mark.parametrize(
    "read",
    [
        lambda texts: texts.documents["document-1"],
        lambda texts: list(texts.documents.entries()),
        lambda texts: texts.sentences[3],
    ],
)
def test_what_is_no_json_any_more_is_damage(tmp_path: Path, read: Callable[[Texts], object]) -> None:
    """SQLite does not see that a byte of a value has changed on the disk; a question is not to fail unforeseen."""
    written(tmp_path / "texts.sqlite", some_documents(3))
    with closing(sqlite3.connect(tmp_path / "texts.sqlite")) as database, database:
        database.execute("UPDATE documents SET metadata = '?' || substr(metadata, 2)")
        database.execute("UPDATE passages SET sentences = '?' || substr(sentences, 2)")
    texts = open_texts(tmp_path / "texts.sqlite")

    with pytest.raises(GenerationProblem, match="damaged"):
        read(texts)
    assert texts.is_damaged


def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path) -> None:
    """As it is for the other files of an index."""
    with full_disk(20_000), pytest.raises(OSError, match="can't be written"):
        written(tmp_path / "texts.sqlite", some_documents(500))
