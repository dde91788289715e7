"""Each file of a collection has an id of its own, derived from its name."""

from pathlib import PurePath

from hypothesis import given
from hypothesis import strategies as st

from corpus.documents.document import DOCUMENT_ID
from corpus.loaders.names import document_ids

PART = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=20)
FILES = st.lists(st.lists(PART, min_size=1, max_size=3).map(lambda parts: PurePath(*parts)), unique=True, max_size=12)


@given(FILES.map(lambda files: list(dict.fromkeys(file for file in files if file.name))))
def test_ids_are_valid_and_differ(files: list[PurePath]) -> None:
    """Whatever the names, in any script, an id is one that a Document accepts, and no two files share one."""
    ids = document_ids(files)

    assert len(set(ids)) == len(files)
    assert all(DOCUMENT_ID.fullmatch(id) for id in ids)


def test_a_name_that_says_nothing_is_told_with_its_folder() -> None:
    """The pages of a site are often all called index."""
    assert document_ids([PurePath("shelters/index.html"), PurePath("a.md")]) == ["shelters-index", "a"]


def test_files_that_share_a_name_are_told_apart_by_their_folders() -> None:
    """The id of another file does not change with them."""
    files = [PurePath("2023/report.md"), PurePath("2024/report.md"), PurePath("2024/annex.md")]

    assert document_ids(files) == ["2023-report", "2024-report", "annex"]


def test_files_that_differ_by_their_suffix_are_told_apart() -> None:
    """Their names, which have all that an id could be made of, go into a digest."""
    one, other = document_ids([PurePath("same.md"), PurePath("Same.txt")])

    assert one.startswith("same-")
    assert other.startswith("same-")
    assert one != other
