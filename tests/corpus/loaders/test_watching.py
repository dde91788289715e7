"""A folder is watched until its files have changed and stand still."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.loaders import watching
from corpus.loaders.watching import state_of, wait_for_change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a file, a hidden one, and the folder of Waymark's own files."""
    for name in ("a.md", "deep/b.md", ".hidden", "var/index"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Text.", encoding="utf-8")
    return tmp_path


def append(file: Path) -> None:
    """Write more into a file."""
    file.write_text(f"{file.read_text()} More.")


def swap(file: Path) -> None:
    """Put another file of the same size and time in the place of a file."""
    status, other = file.stat(), file.with_name(".other")
    other.write_text("Tent.")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(file)


@pytest.mark.parametrize(
    ("name", "change", "is_seen"),
    [
        ("a.md", append, True),
        ("deep/b.md", swap, True),
        ("a.md", Path.unlink, True),
        ("deep/new.md", Path.touch, True),
        (".hidden", append, False),
        ("var/index", append, False),
    ],
)
def test_changes_are_seen(folder: Path, name: str, change: Callable[[Path], object], *, is_seen: bool) -> None:
    """A file that is new, gone, written or replaced; but no hidden one, nor what Waymark writes itself."""
    before = state_of([folder], folder / "var")
    change(folder / name)

    assert (state_of([folder], folder / "var") != before) is is_seen


def test_a_file_that_is_still_written_is_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy under way is no change yet; one that has come to an end is."""
    writes = iter([True, False, False, True, True, True, False])
    looks = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if next(writes) and len(looks) > 1:
            append(folder / "a.md")

    monkeypatch.setattr(watching.time, "sleep", sleep)
    before = state_of([folder / "a.md"], folder / "var")
    after = wait_for_change([folder / "a.md"], before, folder / "var")

    assert len(looks) == 7
    assert after == state_of([folder / "a.md"], folder / "var") != before
