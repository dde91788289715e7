"""Files are found in folders and archives, and told by their content; what may not be read is passed over, and why."""

import errno
import os
import socket
import zipfile
from pathlib import Path, PurePath

import pytest

from corpus.loaders import finding
from corpus.loaders.finding import FoundFile, PassedOver, find_files, format_of
from doubles.faults import full_disk


def found_in(tmp_path: Path, *paths: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the formats of found files, and the reasons for those passed over, by name."""
    found = list(find_files(paths, tmp_path / "unpacked"))
    return (
        {str(file.name): file.format for file in found if isinstance(file, FoundFile)},
        {str(file.name): file.reason for file in found if isinstance(file, PassedOver)},
    )


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("page.md", b"<!DOCTYPE html><p>Text.", "html"),
        ("page", b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- saved -->\n<html>', "html"),
        ("note.txt", b"%PDF-1.7\n", "pdf"),
        ("note.pdf", b"Text.", None),
        ("note.MD", b"A tag: <html>", "markdown"),
        ("note.docx", b"PK\x03\x04", None),
        ("note.docx", b"Text.", None),
        ("note.zip", b"PK\x03\x04 [Content_Types].xml word/document.xml", None),
        ("note", b"PK\x03\x04 [Content_Types].xml word/document.xml", "docx"),
        ("note.zip.part", b"PK\x03\x04" + 5_000 * b"." + b"xl/workbook.xml", "xlsx"),
        ("note.docx", b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text", "odt"),
        ("note.doc", b"{\\rtf1", "rtf"),
        ("note.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "compound"),
        ("note.eml", b"Subject: Text", "mail"),
    ],
)
def test_the_format_is_told_by_content(tmp_path: Path, name: str, content: bytes, format: str | None) -> None:
    """The suffix of a name decides only where the first bytes do not."""
    (tmp_path / name).write_bytes(content)

    assert format_of(tmp_path / name) == format


def test_what_may_not_be_read_is_passed_over(tmp_path: Path) -> None:
    """Hidden files, links that lead out, pipes, sockets and files of other formats are told with the reason."""
    folder = tmp_path / "folder"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "config.txt").write_text("Text.")
    (folder / ".env.txt").write_text("Text.")
    (folder / "a.txt").write_text("Text.")
    (folder / "inside.txt").symlink_to(folder / "a.txt")
    (tmp_path / "secret.txt").write_text("Text.")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "gone.txt").symlink_to(folder / "nowhere")
    (folder / "itself.txt").symlink_to(folder / "itself.txt")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "more.zip").write_bytes(b"PK\x03\x04")
    (folder / "~$plan.docx").write_bytes(b"\x03Ann")
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(folder / "door.txt"))
        formats, reasons = found_in(tmp_path, folder)

    assert formats == {"a.txt": "text"}  # the link to it is the same file
    assert {name: reason.split(";")[0] for name, reason in reasons.items()} == {
        ".git": "it is hidden",
        ".env.txt": "it is hidden",
        "out.txt": "it is a link that leads out of its folder",
        "loop": "it is a link to a folder",
        "gone.txt": "it can't be read: No such file or directory",
        "itself.txt": "it can't be read: Too many levels of symbolic links",
        "picture.png": "its format is none of those that are read: "
        + "csv, docx, epub, html, mail, markdown, odt, pdf, pptx, rtf, text, xlsx",
        "more.zip": "it is an archive inside another or in a folder",
        "~$plan.docx": "it is hidden",
        "pipe.txt": "it is no regular file",
        "door.txt": "it is no regular file",
    }


def test_a_file_that_was_asked_for_is_told_as_such(tmp_path: Path) -> None:
    """Who names a file that is not there made a mistake; who names a folder did not."""
    [missing] = find_files([tmp_path / "none.md"], tmp_path / "unpacked")

    assert missing == PassedOver(tmp_path / "none.md", "it is not there; check the path", is_expected=True)


@pytest.mark.parametrize("name", ["broken.pdf", "broken.DOCX"])
def test_a_file_without_the_content_of_its_name_was_expected(tmp_path: Path, name: str) -> None:
    """A damaged file is refused, with its format, and not told to be of one that is never read."""
    (tmp_path / name).write_bytes(b"PK\x03\x04 and nothing else")
    [broken] = find_files([tmp_path], tmp_path / "unpacked")
    suffix = Path(name).suffix.lower()

    assert broken == PassedOver(
        PurePath(name),
        f"its name ends in {suffix}, and its content is another or damaged; save it again, or rename it",
        is_expected=True,
    )


def test_folders_that_may_not_be_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One among others is passed over, and one that was named itself was asked for."""
    scan = os.scandir

    def scan_open_ones(folder: str | int) -> object:
        if str(folder).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return scan(folder)

    for name in ("closed", "open"):
        (tmp_path / "folder" / name).mkdir(parents=True)
        (tmp_path / "folder" / name / "a.txt").write_text("Text.")
    monkeypatch.setattr(os, "scandir", scan_open_ones)
    file, inner = find_files([tmp_path / "folder"], tmp_path / "unpacked")
    [asked_for] = find_files([tmp_path / "folder" / "closed"], tmp_path / "unpacked")

    denied = "it can't be read: Permission denied; check its permissions"
    assert file.name == PurePath("open/a.txt")
    assert inner == PassedOver(PurePath("closed"), denied)
    assert asked_for == PassedOver(tmp_path / "folder" / "closed", denied, is_expected=True)


def test_a_path_below_a_folder_that_may_not_be_entered_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can't be known whether it is there."""
    denied = PermissionError(errno.EACCES, "Permission denied")
    monkeypatch.setattr(Path, "stat", lambda *_, **__: (_ for _ in ()).throw(denied))

    assert found_in(tmp_path, Path("/closed/a.txt"))[1] == {
        "/closed/a.txt": "it can't be read: Permission denied; check its permissions"
    }


def test_an_archive_is_read_like_a_folder(tmp_path: Path) -> None:
    """Its files are named behind it."""
    with zipfile.ZipFile(tmp_path / "site.zip", "w") as archive:
        archive.writestr("below/a.md", "# A\n\nText.")
        archive.writestr(".hidden.md", "Text.")
    [hidden, file] = find_files([tmp_path / "site.zip"], tmp_path / "unpacked")

    assert isinstance(file, FoundFile)
    assert (file.name, file.format) == (PurePath("site.zip/below/a.md"), "markdown")
    assert isinstance(hidden, PassedOver)


def test_hostile_archives_are_refused_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that lead out, and files that unpack to too much or are too many, end the unpacking."""
    monkeypatch.setattr(finding, "MAX_UNPACKED", 10_000)
    monkeypatch.setattr(finding, "MAX_MEMBERS", 3)
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("../../out.md", "Text.")
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", "0" * 1_000_000)
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(4):
            archive.writestr(f"{number}.md", "Text.")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04broken")
    formats, reasons = found_in(tmp_path, *sorted(tmp_path.glob("*.zip")))

    assert not formats
    assert "unpacks to more than" in reasons["bomb.zip"]
    assert "can't be unpacked" in reasons["broken.zip"]
    assert "more than 3 files" in reasons["many.zip"]
    assert "leads out of it" in reasons["out.zip"]
    assert not (tmp_path / "out.md").exists()


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=str)
def test_of_an_archive_the_files_that_are_whole_are_read(tmp_path: Path, packing: int) -> None:
    """One that is damaged, however it was packed, or whose name is too long, is told with the cure; no half is left."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", packing) as archive:
        archive.writestr("damaged.md", os.urandom(2_000_000))
        archive.writestr("b.md", "Text. " * 100)
        archive.writestr(f"{'long' * 80}.md", "Text.")
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    raw[1_900_000:1_900_100] = bytes(100)
    (tmp_path / "a.zip").write_bytes(raw)
    formats, reasons = found_in(tmp_path, tmp_path / "a.zip")

    assert formats == {"a.zip/b.md": "markdown"}
    assert reasons == dict.fromkeys(
        ["a.zip/damaged.md", f"a.zip/{'long' * 80}.md"], "it can't be unpacked; unpack it yourself"
    )
    assert [path.name for path in (tmp_path / "unpacked").rglob("*.md")] == ["b.md"]


def test_a_full_disk_is_not_told_as_a_damaged_archive(tmp_path: Path) -> None:
    """No file of the archive is to blame, so an index without it would lack documents for no reason."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", "Text. " * 100)
        archive.writestr("b.md", "Text. " * 10_000)

    with full_disk(20_000), pytest.raises(OSError, match="File too large"):
        found_in(tmp_path, tmp_path / "a.zip")


def test_what_damaged_files_unpack_to_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of many bombs whose sums are wrong is no longer unpacked than one of one."""
    monkeypatch.setattr(finding, "MAX_UNPACKED", 3_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}.md", f"{number}" * 1_000)
    (tmp_path / "a.zip").write_bytes((tmp_path / "a.zip").read_bytes().replace(b"00000", b"0000x"))

    assert "unpacks to more than" in found_in(tmp_path, tmp_path / "a.zip")[1]["a.zip"]


def test_an_archive_of_which_no_file_can_be_unpacked_is_told_as_one(tmp_path: Path) -> None:
    """As one that needs a password, for which there is one cure."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.md", "Text.")
        archive.writestr("b.md", "Text.")
    raw = (tmp_path / "a.zip").read_bytes()
    encrypted = raw.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    (tmp_path / "a.zip").write_bytes(encrypted)

    assert found_in(tmp_path, tmp_path / "a.zip") == ({}, {"a.zip": "it can't be unpacked; unpack it yourself"})


def test_names_in_no_encoding_end_no_run(tmp_path: Path) -> None:
    """An archive with such a name is told with the cure, and the folder that it unpacks to is read."""
    (tmp_path / "folder").mkdir()
    for name in (b"caf\xe9.md", b"caf\xe8.md", b"two\nlines.md", "Приют.md".encode()):
        Path(os.fsdecode(bytes(tmp_path / "folder") + b"/" + name)).write_text("Text.")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("é.md", "Text.")
    (tmp_path / "a.zip").write_bytes((tmp_path / "a.zip").read_bytes().replace("é".encode(), b"\xff\xff"))
    formats, reasons = found_in(tmp_path, tmp_path / "folder", tmp_path / "a.zip")

    assert list(formats) == [r"caf\xe8.md", r"caf\xe9.md", r"two\x0alines.md", "Приют.md"]
    assert reasons == {
        "a.zip": "the names of files in it are in no known encoding; unpack it yourself and give the folder"
    }
