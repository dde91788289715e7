"""A file is parsed once, and again only where it or its reader has changed."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path, PurePath

import pytest

from corpus import UnreadableDocument, read_collection
from corpus.loaders import cache
from corpus.loaders.base import Extraction
from corpus.loaders.cache import Result, read_cached
from corpus.loaders.finding import FoundFile
from corpus.loaders.isolation import BrokenOff
from doubles.faults import read_only, truncate

PAGES = Extraction("One. Two.", title="A", countries=("Ghana",), pages=(0, 5), notes=("a note",))


class Reading:
    """Files of a folder, what a loader makes of each, by its name, and the names of those that it was given."""

    def __init__(self, folder: Path, **results: Result) -> None:
        """Write a file for each result."""
        self.results, self.loaded = results, list[str]()
        self.cache = folder / "cache" / "extractions.sqlite"
        self.files = [FoundFile(folder / name, PurePath(name), "text") for name in results]
        for file in self.files:
            file.path.write_text(f"The file {file.name}.", encoding="utf-8")

    def load(self, files: Sequence[FoundFile]) -> Iterator[Result]:
        """Yield the results of files."""
        for file in files:
            self.loaded.append(file.name.name)
            yield self.results[file.name.name]

    def run(self) -> dict[str, Result]:
        """Return what is read of each file, and forget what was loaded before."""
        self.loaded.clear()
        read = read_cached(self.files, self.load, self.cache, lambda done, total: None)
        return {file.name.name: result for file, result in read.items()}


def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    """An extraction is the same as before, and a refusal too; only a changed file is loaded."""
    reading = Reading(tmp_path, a=PAGES, b=UnreadableDocument("it is encrypted"), c=Extraction("Text."))
    reading.run()
    reading.files[2].path.write_text("Changed.", encoding="utf-8")
    again = reading.run()

    assert reading.loaded == ["c"]
    assert again["a"] == PAGES
    assert str(again["b"]) == "it is encrypted"


def test_a_renamed_file_is_known_and_one_of_another_format_is_not(tmp_path: Path) -> None:
    """What is read depends on the bytes and the loader alone."""
    reading = Reading(tmp_path, a=PAGES)
    reading.run()
    reading.results["b"] = PAGES
    reading.files = [FoundFile(reading.files[0].path.rename(tmp_path / "b"), PurePath("b"), "text")]
    assert reading.run() == {"b": PAGES}
    assert reading.loaded == []
    reading.files = [FoundFile(tmp_path / "b", PurePath("b"), "html")]
    reading.run()

    assert reading.loaded == ["b"]


def test_other_loaders_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of the loaders' sources, or of a library that they use, makes nothing of the cache hold."""
    reading = Reading(tmp_path, a=PAGES)
    reading.run()
    monkeypatch.setattr(cache, "code_of", lambda *libraries: "others")
    reading.run()

    assert reading.loaded == ["a"]


def test_what_broke_off_or_was_written_meanwhile_is_tried_again(tmp_path: Path) -> None:
    """A file that took too long may be read on a quieter day."""
    reading = Reading(tmp_path, a=BrokenOff("it takes more than 10 s to read"), b=PAGES)
    load = reading.load

    def load_while_written(files: Sequence[FoundFile]) -> Iterator[Result]:
        for file, result in zip(files, load(files), strict=True):
            if file.name.name == "b":
                file.path.write_text("Another state.", encoding="utf-8")
            yield result

    reading.load = load_while_written  # type: ignore[method-assign]
    reading.run()
    reading.run()

    assert reading.loaded == ["a", "b"]


def spoil_rows(file: Path) -> None:
    """Change a byte of each result."""
    with closing(sqlite3.connect(file)) as database, database:
        rows = database.execute("SELECT key, value FROM vals").fetchall()
        database.executemany(
            "UPDATE vals SET value = ? WHERE key = ?",
            [(stored[:-9] + bytes([stored[-9] ^ 1]) + stored[-8:], key) for key, stored in rows],
        )


@pytest.mark.parametrize("spoil", [spoil_rows, truncate])
def test_a_damaged_cache_gives_nothing_wrong(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    """What is damaged is read anew, and then remembered again."""
    reading = Reading(tmp_path, **dict.fromkeys("abc", PAGES))
    reading.run()
    spoil(reading.cache)
    assert reading.run() == dict.fromkeys("abc", PAGES)
    assert reading.loaded == ["a", "b", "c"]
    reading.run()

    assert reading.loaded == []


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    """Files are read as ever."""
    reading = Reading(tmp_path, a=PAGES)
    reading.cache.parent.mkdir()
    with read_only(reading.cache.parent):
        assert reading.run() == {"a": PAGES}


def test_what_is_no_longer_used_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some months without a use; what is used stays."""
    reading = Reading(tmp_path, a=PAGES, b=PAGES)
    reading.run()
    both, only_a = reading.files, reading.files[:1]
    for months in (1, 2, 3, 4):
        monkeypatch.setattr("time.time", lambda at=months * 31 * 86_400: 2e9 + at)
        reading.files = only_a
        reading.run()
        assert reading.loaded == []
    reading.files = both
    reading.run()

    assert reading.loaded == ["b"]


def test_pages_of_a_folder_lose_what_they_share_though_they_were_read_before(tmp_path: Path) -> None:
    """The lines as they stand are remembered, so that a new page can tell that a line is one of all."""
    for number in range(3):
        (tmp_path / f"page-{number}.txt").write_text(f"Share it\nThe shelter has {number} beds.\n", encoding="utf-8")
    file = tmp_path / "cache" / "extractions.sqlite"
    before = read_collection([tmp_path], cache=file)
    (tmp_path / "page-3.txt").write_text("Share it\nThe shelter has 3 beds.\n", encoding="utf-8")
    after = read_collection([tmp_path], cache=file)

    assert "Share it" in before.documents[0].text + before.documents[0].title
    assert [document.text for document in after.documents] == [f"The shelter has {beds} beds." for beds in range(4)]
