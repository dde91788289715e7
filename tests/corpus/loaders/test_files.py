"""Files are found, read by the loader of their format, and sorted."""

from pathlib import Path

import pytest

from corpus import UnreadableDocument, load_documents


def test_files_of_all_formats_in_a_folder_become_documents_sorted_by_id(tmp_path: Path) -> None:
    """Markdown and plain text are read, below the folder too and whatever the case of their suffix; others are not."""
    (tmp_path / "below").mkdir()
    for name in ("c.MD", "a.txt", "below/b.markdown", "d.docx"):
        (tmp_path / name).write_text("Text.", encoding="utf-8")
    documents = load_documents([tmp_path, tmp_path / "a.txt"])

    assert [document.id for document in documents] == ["a", "b", "c"]


def test_a_file_of_another_format_is_named_with_the_cure(tmp_path: Path) -> None:
    """A file that is named explicitly is not skipped."""
    (tmp_path / "a.pdf").write_bytes(b"%PDF")

    with pytest.raises(UnreadableDocument, match=r"a\.pdf is of no format .*; save it as"):
        load_documents([tmp_path / "a.pdf"])


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    """The message names the path."""
    with pytest.raises(UnreadableDocument, match="none is not there"):
        load_documents([tmp_path / "none"])


def test_a_folder_without_documents_is_an_error(tmp_path: Path) -> None:
    """The message lists the formats that are read."""
    with pytest.raises(UnreadableDocument, match=r"holds no document; Waymark reads \.md, .*\.text"):
        load_documents([tmp_path])


@pytest.mark.parametrize("names", [("one/same.txt", "two/same.txt"), ("Same.md", "same.txt")])
def test_two_files_that_give_one_id_are_an_error(tmp_path: Path, names: tuple[str, str]) -> None:
    """The message names both files, whether of one format or of two."""
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Text.", encoding="utf-8")

    with pytest.raises(UnreadableDocument, match=f"{names[0]} and .*{names[1]} give the same id; rename one"):
        load_documents([tmp_path])
