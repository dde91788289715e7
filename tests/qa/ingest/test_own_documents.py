"""The folder of the documents of staff: what is stored is whole, described, and told of."""

import os
import time
from pathlib import Path

import pytest

from corpus import UnreadableDocument, read_collection
from corpus.loaders.website.crawling import Manners
from corpus.loaders.website.fetching import Unreachable
from doubles.websites import Page, redirect, web_page, website
from qa.ingest.own_documents import NameTaken, OwnDocuments, fetch_page

MANNERS = Manners("Waymark/0", delay=0, private=True)


@pytest.fixture
def own(tmp_path: Path) -> OwnDocuments:
    """Return an empty folder."""
    return OwnDocuments(tmp_path / "documents")


def store(own: OwnDocuments, name: str, text: str = "Norway funds the shelter.", **told: str) -> bool:
    """Store a text; return whether it is new."""
    with own.receiving(name) as received:
        received.write_text(text, encoding="utf-8")
        return own.store(received, name, told)[1]


def test_what_is_told_of_a_file_is_read_with_it_and_kept_when_it_is_replaced(own: OwnDocuments) -> None:
    """A new version keeps its title unless another is told."""
    is_new = [
        store(own, "tema.md", title="A title, of Tema", countries="Ghana; Togo", publisher="IOM"),
        store(own, "accra.md"),
        store(own, "tema.md", "Denmark funds the shelter.", publisher="ILO"),
    ]
    [_, document] = read_collection([own.folder]).documents

    assert is_new == [True, True, False]
    assert (document.id, document.title, document.publisher) == ("tema", "A title, of Tema", "ILO")
    assert (document.countries, document.text) == (("Ghana", "Togo"), "Denmark funds the shelter.")
    assert [file.document for file in own.files()] == ["accra", "tema"]


def test_columns_of_the_operator_are_kept(own: OwnDocuments) -> None:
    """A sidecar that was written by hand keeps its rows."""
    (own.folder / "documents.csv").write_text("file,summary\nbrief.md,true\n", encoding="utf-8")
    (own.folder / "brief.md").write_text("The shelter in Tema is full.", encoding="utf-8")
    store(own, "accra.md", title="Accra")

    assert [document.is_summary for document in read_collection([own.folder]).documents] == [False, True]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("accra.exe", "MZ", UnreadableDocument),
        ("tema.md", "", UnreadableDocument),
        ("Tema!.txt", "Another.", NameTaken),
    ],
    ids=["format that is not read", "empty", "same id"],
)
def test_what_is_refused_changes_nothing(own: OwnDocuments, name: str, text: str, problem: type[Exception]) -> None:
    """A file of an unknown format, an empty one, or one that would take the id of another, leaves no trace."""
    store(own, "tema.md", title="Tema")
    before = {path.name: path.read_bytes() for path in own.folder.iterdir()}
    with pytest.raises(problem):
        store(own, name, text)

    assert {path.name: path.read_bytes() for path in own.folder.iterdir()} == before
    assert not list(own.folder.with_name("documents.changes").glob("received-*"))


def test_what_was_being_received_when_a_server_died_goes_after_a_day(own: OwnDocuments) -> None:
    """The disk does not fill with halves of files."""
    changes = own.folder.with_name("documents.changes")
    for name, age in (("received-old.pdf", 2 * 86_400), ("received-new.pdf", 3600)):
        (changes / name).touch()
        os.utime(changes / name, (time.time() - age,) * 2)
    store(own, "tema.md")

    assert [path.name for path in changes.glob("received-*")] == ["received-new.pdf"]


def test_files_that_come_together_do_not_disturb_each_other(own: OwnDocuments, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is stored while another looks for old ones was told as a full disk."""
    glob = Path.glob

    def stored_meanwhile(folder: Path, pattern: str) -> list[Path]:
        return [*glob(folder, pattern), folder / "received-stored.md"]

    monkeypatch.setattr(Path, "glob", stored_meanwhile)

    assert store(own, "tema.md")


def test_a_name_in_no_encoding_is_written_so_and_can_be_deleted(own: OwnDocuments) -> None:
    """An operator may have copied it there; the list of files was an internal error."""
    Path(os.fsdecode(bytes(own.folder) + b"/caf\xe9.txt")).write_text("Norway funds the shelter.")
    [file] = own.files()
    [document] = read_collection([own.folder]).documents
    is_deleted = own.delete(file.document, is_served=True)

    assert (file.file, file.document) == (r"caf\xe9.txt", document.id)
    assert is_deleted
    assert own.files() == []


def test_a_deleted_document_loses_its_file_and_is_left_out_until_it_is_added_again(own: OwnDocuments) -> None:
    """One that came from elsewhere is left out too; one that nobody knows is told as such."""
    store(own, "tema.md", title="Tema")
    deleted = [
        own.delete("tema", is_served=False),
        own.delete("brief", is_served=True),
        own.delete("nope", is_served=False),
    ]
    left_out, files = own.deleted(), own.files()
    store(own, "tema.md")
    added_again = own.deleted()
    own.forget({"brief"})

    assert deleted == [True, True, False]
    assert files == []
    assert "title" not in (own.folder / "documents.csv").read_text(encoding="utf-8")
    assert (left_out, added_again, own.deleted()) == ({"brief", "tema"}, {"brief"}, frozenset())


def test_one_page_is_fetched_and_no_other(tmp_path: Path) -> None:
    """Redirects are followed, links and sitemaps are not."""
    with website({"/": redirect("/news"), "/news": web_page("/other", text="Norway funds the shelter.")}) as site:
        found = fetch_page(f"{site.address}/", tmp_path / "page", MANNERS)
        asked = [path for path, _ in site.requests]

    assert found == f"{site.address}/news"
    assert b"Norway funds" in (tmp_path / "page").read_bytes()
    assert asked == ["/robots.txt", "/", "/news"]


@pytest.mark.parametrize(
    ("pages", "private", "reason"),
    [
        ({"/": web_page()}, False, "private network"),
        ({}, True, "404"),
        ({"/": Page(b"GIF", headers={"content-type": "image/gif"})}, True, "none of those that are read"),
        ({"/": web_page(), "/robots.txt": Page(b"User-agent: *\nDisallow: /")}, True, "robots.txt"),
    ],
    ids=["private", "missing", "picture", "forbidden"],
)
def test_a_page_that_may_not_be_fetched_is_refused(
    tmp_path: Path, pages: dict[str, Page], private: bool, reason: str
) -> None:
    """The rules are those of websites; the reason is told."""
    with website(pages) as site, pytest.raises(Unreachable, match=reason):
        fetch_page(f"{site.address}/", tmp_path / "page", Manners("Waymark/0", 0, private))
