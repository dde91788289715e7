"""Plain text files become documents without menus."""

from pathlib import Path

import pytest

from corpus import UnreadableDocument
from corpus.loaders.plain_text import load_plain_text


def test_lines_that_the_files_repeat_are_left_out(tmp_path: Path) -> None:
    """What every page of a site carries is its menu; the title comes from the page, or else from the file's name."""
    files = [tmp_path / f"page-{number}.txt" for number in range(4)]
    for number, file in enumerate(files):
        title = "A shelter opens\n" if number == 0 else ""
        file.write_text(f"Share this page\n{title}The shelter has {number} beds.\n", encoding="utf-8")
    documents = load_plain_text(files)

    assert [document.text for document in documents] == [f"The shelter has {number} beds." for number in range(4)]
    assert [document.title for document in documents[:2]] == ["A shelter opens", "Page 1"]
    assert [document.id for document in documents] == [file.stem for file in files]


@pytest.mark.parametrize("content", [pytest.param("## B\n\n## C\n", id="headings"), pytest.param(" \n ", id="blank")])
def test_a_file_without_a_sentence_is_named_with_the_cure(tmp_path: Path, content: str) -> None:
    """A document would have nothing to cite."""
    (tmp_path / "a.txt").write_text(content, encoding="utf-8")

    with pytest.raises(UnreadableDocument, match=r"a\.txt holds no text .*; leave it out"):
        load_plain_text([tmp_path / "a.txt"])
