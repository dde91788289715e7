"""Every file of a collection is read, or reported with the reason and the cure; one bad file stops no other."""

import os
from pathlib import Path

import pytest

from corpus import UnreadableDocument, load_documents, read_collection
from corpus.documents.collection import Outcome
from corpus.loaders import files
from corpus.loaders.base import Extraction
from doubles.packages import word_paragraph, word_parts, write_package


def write(folder: Path, **contents: str) -> None:
    """Write text files; two underscores in a name are a dot."""
    for name, content in contents.items():
        (folder / name.replace("__", ".")).write_text(content, encoding="utf-8")


def test_one_bad_file_stops_no_other(tmp_path: Path) -> None:
    """Each file has a line in the report, and what can be read becomes documents, sorted by id."""
    write(
        tmp_path, b__md="# B\n\nText.", a__txt="Some text.", broken__md="---\ntitle: [\n---\nText", empty__md="## A\n"
    )
    write(tmp_path, note__md="---\ntitle: C\ncolour: red\n---\nMore.", picture__png="no text")
    collection = read_collection([tmp_path])

    assert [document.id for document in collection.documents] == ["a", "b", "note"]
    assert [(report.file, report.outcome, report.document) for report in collection.reports] == [
        ("a.txt", Outcome.READ, "a"),
        ("b.md", Outcome.READ, "b"),
        ("broken.md", Outcome.REFUSED, ""),
        ("empty.md", Outcome.REFUSED, ""),
        ("note.md", Outcome.PARTLY, "note"),
        ("picture.png", Outcome.SKIPPED, ""),
    ]
    assert all(report.reason for report in collection.reports if report.outcome is not Outcome.READ)


@pytest.mark.parametrize(
    "value",
    ["!!timestamp now", "!!bool maybe", "!!int ''", "0x" + 6_000 * "F", 5_000 * "["],
    ids=lambda value: value[:9],
)
def test_a_value_that_no_parser_foresaw_stops_no_other_file(tmp_path: Path, value: str) -> None:
    """The file is reported, and the others are read."""
    write(tmp_path, a__md=f"---\ntitle: {value}\n---\nText.", b__md="# B\n\nText.")
    collection = read_collection([tmp_path])

    assert [document.id for document in collection.documents] == ["b"]
    assert collection.reports[0].outcome is Outcome.REFUSED


def test_a_name_without_words_gives_a_title_too(tmp_path: Path) -> None:
    """A document needs some title."""
    (tmp_path / "_.txt").write_text("The shelter is open.")
    [document] = read_collection([tmp_path]).documents

    assert document.title == document.id


def test_every_text_of_a_document_can_be_written(tmp_path: Path) -> None:
    """Names in no encoding and halves of characters, as an escape in front matter makes them, broke off a build."""
    Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.txt")).write_text("The shelter is open.")
    write(tmp_path, a__md='---\ntitle: "A \\ud83d"\npublisher: "\\udce9"\n---\nThe camp is open.')
    collection = read_collection([tmp_path])

    assert [(document.title, document.publisher) for document in collection.documents] == [
        ("A \ufffd", "\ufffd"),
        ("Caf\\xe9", ""),
    ]
    assert [report.file for report in collection.reports] == ["a.md", r"caf\xe9.txt"]


def test_a_document_that_says_the_same_is_folded(tmp_path: Path) -> None:
    """The one with an address is kept, and the report says which."""
    text = "The shelter opened in 2018. Norway pays for it."
    write(tmp_path, a__md=text, b__md=f"---\ntitle: B\nurl: https://example.org/b\n---\n{text}")
    collection = read_collection([tmp_path])

    assert [document.id for document in collection.documents] == ["b"]
    assert collection.reports[0].outcome is Outcome.SKIPPED
    assert "the same as https://example.org/b" in collection.reports[0].reason


def test_a_sidecar_describes_the_files_beside_it(tmp_path: Path) -> None:
    """Files that carry no metadata get theirs from `documents.csv`, which is no document."""
    write(tmp_path, a__txt="Some text.", documents__csv="file,title,published\na.txt,A title,2024-05\n")
    [document] = load_documents([tmp_path])

    assert (document.title, document.published) == ("A title", "2024-05")
    write(tmp_path, documents__csv="name\na.txt\n")
    with pytest.raises(UnreadableDocument, match=r"documents\.csv: it has no column file"):
        load_documents([tmp_path])


def test_reading_strictly_names_the_first_bad_file(tmp_path: Path) -> None:
    """Where all files are expected to be right, the first that is not is an error, and so is to find none."""
    with pytest.raises(UnreadableDocument, match=r"none\.md: it is not there"):
        load_documents([tmp_path / "none.md"])
    with pytest.raises(UnreadableDocument, match="no document was found"):
        load_documents([tmp_path])


def test_progress_is_told_file_by_file(tmp_path: Path) -> None:
    """The last call tells that all are read."""
    write(tmp_path, a__txt="Some text.", b__txt="Other text.")
    told: list[tuple[int, int]] = []
    read_collection([tmp_path], lambda done, total: told.append((done, total)))

    assert told == [(1, 2), (2, 2)]


def _read_isolated(file: Path) -> Extraction:
    return Extraction(file.read_text(encoding="utf-8"), title="Isolated", pages=(0, 6))


def test_loaders_in_their_own_process_keep_their_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read of a file is that file's, whatever process read it."""
    monkeypatch.setitem(files.LOADERS, "html", f"{__name__}:_read_isolated")
    write(tmp_path, a__txt="Some text.", b__html="<html> One. Two.", c__md="# C\n\nThree.")
    documents = load_documents([tmp_path])

    assert [document.title for document in documents] == ["A", "Isolated", "C"]
    assert documents[1].page_of(8) == 2


def test_office_files_are_read_beside_others(tmp_path: Path) -> None:
    """By what they hold and not by their names; tables are documents whose rows can be quoted."""
    write_package(tmp_path / "plan.bin", word_parts(word_paragraph("The shelter opened in 2018.")))
    (tmp_path / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    write(tmp_path, beds__csv="City,Beds\nAccra,40\n", reply__eml="Subject: Re: Beds\n\nThey are free.\n")
    collection = read_collection([tmp_path])

    assert {document.id: (document.title, document.text) for document in collection.documents} == {
        "beds": ("Beds", "City: Accra | Beds: 40"),
        "plan": ("Plan", "The shelter opened in 2018."),
        "reply": ("Beds", "They are free."),
    }
    assert [report.file for report in collection.reports if report.outcome is Outcome.REFUSED] == ["old.docx"]
