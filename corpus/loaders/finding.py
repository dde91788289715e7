r"""Find the files of a collection, and tell the format of each by its content.

In: paths of files, folders and .zip archives. Out: a FoundFile for each file that can be read, and a PassedOver, with
the reason and the cure, for each other.
Links that lead out of their folder, hidden files, pipes and devices are passed over, and so are archives that unpack to
more than they may, and files of archives that are damaged. In names, what can't be written is told as `\xe9`.
"""

import errno
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from corpus.loaders.base import UnreadableDocument, unreadable
from corpus.loaders.metadata import SIDECAR

HEAD = 4096  # bytes of a file by which its format is told
MAX_BYTES = 200_000_000  # of a file
MAX_UNPACKED, MAX_MEMBERS = 2_000_000_000, 20_000  # of an archive, in bytes and files
# What the library raises for archives that are damaged, encrypted or packed in a way that it does not know.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # of a disk, which no archive is to blame for
NOT_UNPACKED = "it can't be unpacked; unpack it yourself"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
HTML = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b", re.I | re.DOTALL)
BY_SUFFIX = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".xlsx": "xlsx",
    ".odt": "odt",
    ".epub": "epub",
    ".rtf": "rtf",
    ".csv": "csv",
    ".tsv": "csv",
    ".eml": "mail",
}
NOT_READ = f"its format is none of those that are read: {', '.join(sorted(set(BY_SUFFIX.values())))}"
BY_CONTENT = {"pdf", "docx", "pptx", "xlsx", "odt", "epub", "rtf"}  # which no other file is taken for by its suffix
ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BY_PART = {
    b"mimetypeapplication/vnd.oasis.opendocument.text": "odt",
    b"mimetypeapplication/epub+zip": "epub",
    b"META-INF/container.xml": "epub",
    b"word/document": "docx",
    b"ppt/presentation.xml": "pptx",
    b"xl/workbook.xml": "xlsx",
}
TAIL = 1_000_000  # bytes at the end of a package, where the names of its parts stand


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: where it lies, its name in the collection, and its format."""

    path: Path
    name: PurePath
    format: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that is not read, and why; `is_expected` where it was to be: named itself, or damaged by its name."""

    name: PurePath
    reason: str
    is_expected: bool = False


def find_files(paths: Sequence[Path], unpacked: Path) -> Iterator[FoundFile | PassedOver]:
    """Yield all files of some paths, each once, in their order; archives are unpacked into a folder, `unpacked`.

    Raises OSError where the disk is too full for them.
    """
    seen: set[Path] = set()
    for number, path in enumerate(paths):
        for found in _under(path, unpacked / str(number)):
            if isinstance(found, PassedOver) or (real := found.path.resolve()) not in seen:
                seen |= {real} if isinstance(found, FoundFile) else set()
                yield replace(found, name=writable(found.name))


def format_of(file: Path) -> str | None:
    """Return the format of a file by its first bytes, and by the suffix of its name where these do not tell.

    None is a format that is not read.
    """
    with file.open("rb") as opened:
        head = opened.read(HEAD)
        opened.seek(-min(TAIL, file.stat().st_size), os.SEEK_END)
        tail = opened.read() if head.startswith(ZIP) else b""
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(rb"{\rtf"):
        return "rtf"
    if head.startswith(COMPOUND):
        return "compound"
    if tail and file.suffix.lower() != ".zip":  # an archive may hold such packages
        return next((format for part, format in BY_PART.items() if part in head + tail), None)
    if HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "html"
    named = BY_SUFFIX.get(file.suffix.lower())
    return None if named in BY_CONTENT else named


def writable(name: PurePath) -> PurePath:
    r"""Return a name that can be written anywhere, as in UTF-8 and on a terminal.

    >>> str(writable(PurePath("caf\udce9\n.txt")))
    'caf\\xe9\\x0a.txt'
    """
    decoded = os.fsencode(name).decode(errors="backslashreplace")
    return PurePath(CONTROL.sub(lambda character: f"\\x{ord(character[0]):02x}", decoded))


def not_read(file: PurePath) -> str:
    """Return why a file is not read that has no format."""
    suffix = file.suffix.lower()
    if BY_SUFFIX.get(suffix) in BY_CONTENT:
        return f"its name ends in {suffix}, and its content is another or damaged; save it again, or rename it"
    return NOT_READ


def _under(path: Path, unpacked: Path) -> Iterator[FoundFile | PassedOver]:
    """Yield a file that was asked for, the files of an archive, or those in a folder and the folders below it."""
    try:
        is_folder, is_there = path.is_dir(), path.exists()
    except OSError as error:
        yield PassedOver(path, unreadable(error), is_expected=True)
        return
    if is_folder:
        yield from _in_folder(path, PurePath())
    elif not is_there:
        yield PassedOver(path, "it is not there; check the path", is_expected=True)
    elif path.suffix.lower() == ".zip" and path.is_file():
        yield from _in_archive(path, unpacked)
    else:
        found = _found(path, PurePath(path.name), path.parent)
        yield found if isinstance(found, FoundFile) else PassedOver(path, found.reason, is_expected=True)


def _in_folder(folder: Path, inside: PurePath) -> Iterator[FoundFile | PassedOver]:
    """Yield the files of a folder in the order of their names; `inside` is the name of an archive, or empty."""
    unread: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=unread.append):
        here = Path(parent)
        folders.sort()
        for name in [name for name in folders if name.startswith(".") or (here / name).is_symlink()]:
            folders.remove(name)
            reason = "it is hidden" if name.startswith(".") else "it is a link to a folder; give that folder itself"
            yield PassedOver(inside / (here / name).relative_to(folder), reason)
        for name in sorted(files):
            path = here / name
            if name != SIDECAR:
                yield _found(path, inside / path.relative_to(folder), folder)
    for error in unread:
        is_all = Path(error.filename) == folder
        place = folder if is_all else inside / Path(error.filename).relative_to(folder)
        yield PassedOver(place, unreadable(error), is_expected=is_all)


def _found(path: Path, name: PurePath, folder: Path) -> FoundFile | PassedOver:
    """Return a file that can be read, or why it is passed over; links must not lead out of the folder."""
    try:
        if objection := _objection(path, folder):
            return PassedOver(name, objection)
        if format := format_of(path):
            return FoundFile(path, name, format)
    except OSError as error:
        return PassedOver(name, unreadable(error))
    if path.suffix.lower() == ".zip":
        return PassedOver(name, "it is an archive inside another or in a folder; give it itself, or unpack it")
    reason = not_read(path)
    return PassedOver(name, reason, is_expected=reason != NOT_READ)


def _objection(path: Path, folder: Path) -> str:
    """Return why a file is not opened at all, or "". Raises OSError where it is gone or no one may look at it."""
    if path.name.startswith((".", "~$")):  # "~$" marks the lock that office programs lay beside an open file
        return "it is hidden"
    status = path.stat()
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return "it is a link that leads out of its folder; copy the file there"
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file"
    return f"it has more than {MAX_BYTES // 1_000_000} MB; split it" if status.st_size > MAX_BYTES else ""


def _in_archive(archive: Path, folder: Path) -> Iterator[FoundFile | PassedOver]:
    """Unpack an archive into a folder and yield its files, named behind the archive, and those that are damaged."""
    inside = PurePath(archive.name)
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
            if len(members) > MAX_MEMBERS:
                raise UnreadableDocument(f"it holds more than {MAX_MEMBERS:,} files; unpack it and give the folder")
            damaged, left = [], MAX_UNPACKED
            for member in members:
                written, is_whole = _unpack(opened, member, folder, left)
                left -= written
                damaged += [] if is_whole else [member.filename]
        if damaged and len(damaged) == len(members):
            raise UnreadableDocument(NOT_UNPACKED)
    except UnicodeDecodeError:
        reason = "the names of files in it are in no known encoding; unpack it yourself and give the folder"
        yield PassedOver(inside, reason, is_expected=True)
    except DAMAGED as error:
        _raise_if_full(error)
        reason = str(error) if isinstance(error, UnreadableDocument) else NOT_UNPACKED
        yield PassedOver(inside, reason, is_expected=True)
    else:
        yield from (PassedOver(inside / name, NOT_UNPACKED, is_expected=True) for name in damaged)
        yield from _in_folder(folder, inside)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, most: int) -> tuple[int, bool]:
    """Write a file of an archive under a folder; return its number of bytes, and whether it is whole.

    One that is not is removed. Raises UnreadableDocument for a name that leads elsewhere, and where it unpacks to more
    than `most` bytes; OSError where the disk is full.
    """
    target = folder / member.filename
    if not target.resolve().is_relative_to(folder.resolve()):
        raise UnreadableDocument("the name of a file in it leads out of it; unpack it with care and give the folder")
    written = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as packed, target.open("wb") as plain:
            # What an archive says of its sizes can't be trusted.
            while piece := packed.read(1_000_000):
                written += len(piece)
                if written > most:
                    raise UnreadableDocument(f"it unpacks to more than {MAX_UNPACKED // 10**9} GB; unpack it in parts")
                plain.write(piece)
    except UnreadableDocument:
        raise
    except DAMAGED as error:
        with suppress(OSError):
            target.unlink()
        _raise_if_full(error)
        return written, False
    return written, True


def _raise_if_full(error: Exception) -> None:
    """Raise an error that tells of a full disk again; it must not be taken for one of a damaged archive."""
    if isinstance(error, OSError) and error.errno in FULL:
        raise error
