"""Documents, passages and sentences are read from disk as they were written."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from random import Random

import pytest

from corpus import Document, Passage, Span
from corpus.documents.catalogue import list_documents
from corpus.language.dates import may_lie_within
from doubles.faults import full_disk
from embeddings.index.texts import Texts, new_texts, open_texts

COUNTRIES = ("Ghana", "Côte d'Ivoire", "PERU", "Straße")
KINDS = ("news", "report", "")
TIMES = ("", "2014", "2014-06", "2015-03-12")


def some_documents(number: int) -> list[Document]:
    """Return documents with random values of each facet."""
    random = Random(1)  # noqa: S311 - no secret
    return [
        Document(
            id=f"document-{place}",
            title=f"Title {place}",
            text="🙂 A shelter.",
            publisher=random.choice(("IOM", "iom", "UNODC")),
            kind=random.choice(KINDS),
            published=random.choice((*TIMES, "2016")),
            countries=tuple(random.sample(COUNTRIES, random.randrange(3))),
            themes=tuple(random.sample(("labour", "children"), random.randrange(3))),
            pages=(0, 2),
        )
        for place in range(number)
    ]


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
    assert found[3] == (Passage("document-1#1", "document-1", "Title 1", "", "A shelter.", 2, 12), (Span(2, 12),))
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
    documents, random = some_documents(60), Random(2)  # noqa: S311 - no secret
    texts = written(tmp_path / "texts.sqlite", documents)
    values = {"country": (*COUNTRIES, "STRASSE"), "kind": KINDS, "publisher": ("Iom",), "theme": ("Labour", "none")}
    for _ in range(300):
        wanted = {facet: random.sample(values[facet], 1) * 2 for facet in random.sample(list(values), 2)}
        since, until = random.choice(TIMES), random.choice(TIMES)
        listed = {document.id for document in list_documents(documents, wanted).documents}
        expected = [
            row
            for row in range(120)
            if (document := documents[row // 2]).id in listed and may_lie_within(document.published, since, until)
        ]

        assert texts.rows_where(wanted, since, until).tolist() == expected


def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path) -> None:
    """As it is for the other files of an index."""
    with full_disk(20_000), pytest.raises(OSError, match="can't be written"):
        written(tmp_path / "texts.sqlite", some_documents(500))
