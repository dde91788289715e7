"""The documents that staff add, replace and delete: files in a folder, described by its `documents.csv`.

In: files, and what staff tell of them. Out: the folder, which a build reads, and the ids that it leaves out. An id is
left out until a document of it is added again, since an older index that serves again holds what was deleted after it.
A change is on the disk, whole, before it is confirmed, and is served after the next build (building.py). Beside the
folder stands another, `documents.changes/`: what is being received, and the ids of documents to be left out.
"""

import csv
import fcntl
import io
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

from corpus.loaders.base import UnreadableDocument
from corpus.loaders.finding import format_of, not_read, writable
from corpus.loaders.metadata import FILE, SIDECAR, read_sidecar
from corpus.loaders.names import document_ids
from corpus.loaders.website.crawling import Manners, fetch_website
from corpus.loaders.website.fetching import Unreachable
from embeddings.index.publishing import sync

LOCK, DELETED, RECEIVED = ".lock", "deleted.txt", "received-"
FORGOTTEN_S = 24 * 3600  # after which what was being received when a server died is removed


class NameTaken(ValueError):
    """A file of another name gives its document the same id; the message names it."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file of the folder: its name, the id of its document, its bytes, and when it was stored."""

    file: str
    document: str
    bytes: int
    stored: datetime

    @classmethod
    def at(cls, path: Path) -> "OwnFile":
        """Return what is told of a file."""
        status = path.stat()
        stored = datetime.fromtimestamp(status.st_mtime, UTC)
        return cls(str(writable(PurePath(path.name))), _id_of(path.name), status.st_size, stored)


class OwnDocuments:
    """The folder of the documents of staff."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made where it is not there."""
        self.folder, self._changes = folder, folder.with_name(f"{folder.name}.changes")
        for path in (self.folder, self._changes):
            path.mkdir(parents=True, exist_ok=True)

    def files(self) -> list[OwnFile]:
        """Return the files, sorted by name."""
        return [OwnFile.at(path) for path in self._paths()]

    @contextmanager
    def receiving(self, name: str) -> Iterator[Path]:
        """Yield an empty file, whose name ends like that of the one to be received; it is removed unless stored."""
        for old in self._changes.glob(f"{RECEIVED}*"):
            with suppress(FileNotFoundError):  # it has just been stored
                if old.stat().st_mtime < time.time() - FORGOTTEN_S:
                    old.unlink()
        with tempfile.NamedTemporaryFile(dir=self._changes, prefix=RECEIVED, suffix=name, delete=False) as file:
            received = Path(file.name)
        try:
            yield received
        finally:
            received.unlink(missing_ok=True)

    def store(self, received: Path, name: str, told: Mapping[str, str]) -> tuple[OwnFile, bool]:
        """Have a received file take its place, described by what is told and was told before; return if it is new too.

        Raises UnreadableDocument for an empty file and a format that is not read, and NameTaken.
        """
        if not received.stat().st_size:
            raise UnreadableDocument("it is empty; send the bytes of the file")
        if format_of(received) is None:
            raise UnreadableDocument(not_read(received))
        with self._locked():
            names = {file.document: file.file for file in self.files()}
            if (twin := names.get(_id_of(name), name)) != name:
                raise NameTaken(
                    f"{twin} is the same document, {_id_of(name)}; replace or delete it, or rename this one"
                )
            rows = self._described()
            # First, since what is told of a file that is not there says nothing to a build.
            self._describe(rows | {name: {**rows.get(name, {}), **told}})
            received.chmod(0o644)
            sync(received)
            received.replace(self.folder / name)
            sync(self.folder)
            return OwnFile.at(self.folder / name), name not in names.values()

    def delete(self, id: str, *, is_served: bool) -> bool:
        """Remove a document's file, and have builds leave it out; return whether there was any of this id."""
        with self._locked():
            named = [path.name for path in self._paths() if _id_of(path.name) == id]
            if not named and not is_served:
                return False
            self._leave_out(self.deleted() | {id})
            for name in named:
                (self.folder / name).unlink()
                sync(self.folder)
                self._describe({file: row for file, row in self._described().items() if file != name})
        return True

    def deleted(self) -> frozenset[str]:
        """Return the ids of documents that builds leave out: they were deleted, and no file brings them back."""
        file = self._changes / DELETED
        ids = file.read_text(encoding="utf-8").split() if file.exists() else []
        return frozenset(ids).difference(file.document for file in self.files())

    def forget(self, ids: Collection[str]) -> None:
        """Note that documents were added again."""
        with self._locked():
            self._leave_out(self.deleted().difference(ids))

    def _paths(self) -> list[Path]:
        return [path for path in sorted(self.folder.iterdir()) if _is_own(path)]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Wait until nobody else changes the folder."""
        with (self._changes / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _described(self) -> dict[str, Mapping[str, object]]:
        sidecar = self.folder / SIDECAR
        return read_sidecar(sidecar) if sidecar.exists() else {}

    def _describe(self, rows: Mapping[str, Mapping[str, object]]) -> None:
        table = io.StringIO()
        columns = dict.fromkeys([FILE, *(name for row in rows.values() for name in row)])
        writer = csv.DictWriter(table, list(columns))
        writer.writeheader()
        writer.writerows({FILE: name, **row} for name, row in rows.items())
        self._write(self.folder / SIDECAR, table.getvalue())

    def _leave_out(self, ids: Collection[str]) -> None:
        self._write(self._changes / DELETED, "".join(f"{id}\n" for id in sorted(ids)))

    def _write(self, path: Path, content: str) -> None:
        new = self._changes / f"{path.name}.new"
        new.write_text(content, encoding="utf-8", newline="")
        sync(new)
        new.replace(path)
        sync(path.parent)


def fetch_page(address: str, file: Path, manners: Manners) -> str:
    """Fetch one page into a file, as the pages of a website are; return where it was found.

    Raises Unreachable with the reason.
    """
    with tempfile.TemporaryDirectory() as folder:
        website = fetch_website(address, Path(folder), manners, alone=True)
        if not website.addresses:
            raise Unreachable(website.reports[0].reason)
        [(name, found)] = website.addresses.items()
        shutil.move(website.folder / name, file)
    return found


def _is_own(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.name != SIDECAR


def _id_of(name: str) -> str:
    return document_ids([writable(PurePath(name))])[0]
