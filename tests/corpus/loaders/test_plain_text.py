"""Plain text files become documents without the menus that they share."""

from pathlib import Path

from corpus import load_documents


def test_lines_that_the_files_of_a_folder_repeat_are_left_out(tmp_path: Path) -> None:
    """What every page of a site carries is its menu; the title comes from the page, or else from the file's name."""
    for number in range(4):
        title = "A shelter opens\n" if number == 0 else ""
        page = f"Share this page\n{title}The shelter has {number} beds.\n"
        (tmp_path / f"page-{number}.txt").write_text(page, encoding="utf-8")
    documents = load_documents([tmp_path])

    assert [document.text for document in documents] == [f"The shelter has {number} beds." for number in range(4)]
    assert [document.title for document in documents[:2]] == ["A shelter opens", "Page 1"]
