"""Keep the pages of a website in a folder, from which they are read like any other files.

In: what was fetched at each address. Out: the pages as files, and a `documents.csv` that tells the address of each.
The folder is named like the site. It holds the pages, in a folder of its name below `pages/`; `index.jsonl`, a Record
of each address of the last whole run; and `unfinished.jsonl`, those of a run that has not ended: it takes the place of
the other when it has. So a run that was broken off can go on.
"""

import csv
import fcntl
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from corpus.loaders.base import UnreadableDocument
from corpus.loaders.finding import BY_SUFFIX
from corpus.loaders.metadata import FILE, SIDECAR
from corpus.loaders.names import slug

INDEX, UNFINISHED, PAGES, LOCK = "index.jsonl", "unfinished.jsonl", "pages", ".lock"
NAME_CHARACTERS = 60  # of an address in the name of its file


@dataclass(frozen=True, slots=True)
class Record:
    """What was fetched at an address: the file of its page, if it has one, and what tells whether it has changed.

    `status` is that of HTTP, 0 where there was no answer; `leads_to` is where a redirect leads.
    """

    url: str
    status: int
    etag: str = ""
    modified: str = ""
    digest: str = ""
    file: str = ""
    leads_to: str = ""

    @property
    def is_html(self) -> bool:
        """Whether its page is one of HTML."""
        return BY_SUFFIX.get(PurePosixPath(self.file).suffix) == "html"


class WebsiteFolder:
    """The pages of a site. Whenever a run is broken off, it holds all that was fetched by then."""

    def __init__(self, folder: Path) -> None:
        """Take up the run that was broken off in this folder, or begin another one.

        Raises UnreadableDocument while another run is at work there.
        """
        self._folder, self.pages = folder, folder / PAGES / folder.name
        self.pages.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / LOCK).open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system releases it when its holder dies
        except BlockingIOError as error:
            self._lock.close()
            raise UnreadableDocument(f"another run is fetching {unquote(folder.name)}; wait for it to end") from error
        self._earlier = _read_records(folder / INDEX)
        self._records = _read_records(folder / UNFINISHED)
        self._owners = {record.file: record.url for record in (self._earlier | self._records).values() if record.file}
        self._log = (folder / UNFINISHED).open("a", encoding="utf-8")

    def fetched(self, url: str) -> Record | None:
        """Return what this run has fetched at an address already."""
        return self._records.get(url)

    def last(self, url: str) -> Record:
        """Return what the last whole run fetched at an address, be it nothing."""
        return self._earlier.get(url, Record(url, 0))

    def unchanged(self, url: str) -> Record | None:
        """Return what the last whole run fetched at an address, if there is a page and its file is still the same."""
        record = self.last(url)
        file = self.pages / record.file
        return record if record.file and file.is_file() and _digest(file.read_bytes()) == record.digest else None

    def store(self, url: str, suffix: str, body: bytes, headers: Mapping[str, str]) -> Record:
        """Write a page into a file, and return its record."""
        name = page_name(url, suffix)
        if self._owners.setdefault(f"{name}{suffix}", url) != url:
            name = f"{name}-{_digest(url.encode())[:8]}"
        name += suffix
        (self.pages / name).write_bytes(body)
        return Record(url, 200, headers.get("etag", ""), headers.get("last-modified", ""), _digest(body), name)

    def note(self, record: Record) -> None:
        """Note what was fetched at an address, so that it is not fetched again by this run."""
        self._records[record.url] = record
        self._log.write(json.dumps(asdict(record)) + "\n")
        self._log.flush()

    def close(self, *, is_whole: bool) -> dict[str, str]:
        """End the run; return the addresses of the pages by the names of their files, with that of their folder.

        The pages of the last run are kept unless this one was whole: what it did not meet is gone then.
        """
        self._log.close()
        if is_whole:
            (self._folder / UNFINISHED).replace(self._folder / INDEX)
        records = (self._records if is_whole else self._earlier | self._records).values()
        addresses = {record.file: record.url for record in records if record.file}
        for file in self.pages.iterdir():
            if file.name not in addresses:
                file.unlink()
        with (self.pages / SIDECAR).open("w", encoding="utf-8", newline="") as sidecar:
            csv.writer(sidecar).writerows([(FILE, "url"), *addresses.items()])
        self._lock.close()
        return {f"{self.pages.name}/{file}": address for file, address in addresses.items()}


def page_name(url: str, suffix: str) -> str:
    """Return a name that tells what a page is, in ASCII, without the suffix of its file.

    >>> page_name("https://example.org/news/%D0%9F%D1%80%D0%B8%D1%8E%D1%82.html?id=5", ".html")
    'news-priyut-id-5'
    >>> page_name("https://example.org/", ".html")
    'index'
    """
    parts = urlsplit(url)
    words = slug(unquote(f"{parts.path.removesuffix(suffix)} {parts.query}"))
    return words[:NAME_CHARACTERS].strip("-") or "index"


def _read_records(file: Path) -> dict[str, Record]:
    """Return records by their addresses, without a line that was being written when a run was broken off."""
    records = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        try:
            record = Record(**json.loads(line))
        except (json.JSONDecodeError, TypeError):
            continue
        records[record.url] = record
    return records


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()
