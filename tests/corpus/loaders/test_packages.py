"""Packages are opened with limits, and those that are damaged or encrypted are refused with the cure."""

import time
import zipfile
from pathlib import Path

import pytest

from corpus import UnreadableDocument
from corpus.loaders.office import packages
from corpus.loaders.office.compound import read_compound
from corpus.loaders.office.docx import read_docx
from corpus.loaders.office.odt import read_odt
from corpus.loaders.office.packages import opened_package
from doubles.packages import WORD, word_paragraph, word_parts, write_package


def test_a_bomb_is_refused_at_once(tmp_path: Path) -> None:
    """Whatever it unpacks to, in well under a second."""
    bomb = word_parts("") | {"word/document.xml": " " * 500_000_000}
    file = write_package(tmp_path / "a.docx", bomb)
    begin = time.process_time()
    with pytest.raises(UnreadableDocument, match="unpacks to more than 100 MB; split it"):
        read_docx(file)

    assert time.process_time() - begin < 1


def test_the_parts_of_a_package_share_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many parts are as much as a large one."""
    monkeypatch.setattr(packages, "MAX_UNPACKED", 100)
    file = write_package(tmp_path / "a.zip", {"a": "." * 60, "b": "." * 60})
    with opened_package(file) as package:
        assert len(package.read("a")) == 60
        with pytest.raises(UnreadableDocument, match="unpacks to more than"):
            package.read("b")


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    """Neither those that grow, nor those that name files."""
    (tmp_path / "secret.txt").write_text("A secret.")
    entities = f'<!ENTITY a "lol"><!ENTITY b "{"&a;" * 9}"><!ENTITY c SYSTEM "{(tmp_path / "secret.txt").as_uri()}">'
    body = f"<w:body>{word_paragraph('Text &b;&c;')}</w:body>"
    document = f'<!DOCTYPE d [{entities}]><w:document xmlns:w="{WORD}">{body}</w:document>'
    file = write_package(tmp_path / "a.docx", word_parts("") | {"word/document.xml": document})

    assert read_docx(file).text == "Text"


def test_encrypted_files_are_refused(tmp_path: Path) -> None:
    """Each program encrypts in its own way."""
    office = tmp_path / "a.docx"
    office.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
    open_document = write_package(
        tmp_path / "a.odt",
        {
            "META-INF/manifest.xml": "<manifest><file-entry><encryption-data/></file-entry></manifest>",
            "content.xml": "\x01\x02",
        },
    )
    zipped = write_package(tmp_path / "b.docx", word_parts(""))
    zipped.write_bytes(
        zipped.read_bytes().replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    )
    for read, file in ((read_compound, office), (read_odt, open_document), (read_docx, zipped)):
        with pytest.raises(UnreadableDocument, match="it is encrypted; open it with its password"):
            read(file)


def test_files_of_old_programs_are_refused(tmp_path: Path) -> None:
    """With the formats that are read."""
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(UnreadableDocument, match=r"save it as \.docx"):
        read_compound(tmp_path / "a.doc")


@pytest.mark.parametrize("damage", ["cut", "xml", "packing"])
def test_damaged_files_are_refused(tmp_path: Path, damage: str) -> None:
    """Whether the package is, or a part of it."""
    parts = word_parts(word_paragraph("Text."))
    file = write_package(tmp_path / "a.docx", parts | ({"word/document.xml": "<w:body>"} if damage == "xml" else {}))
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:500])
    if damage == "packing":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
    with pytest.raises(UnreadableDocument, match="it is damaged"):
        read_docx(file)
