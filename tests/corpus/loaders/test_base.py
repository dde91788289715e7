"""A file's name gives a document its id and title; a file that can't be read is an error."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.documents import DOCUMENT_ID
from corpus.loaders.base import UnreadableDocument, document_id, read_text, title_from_name

NAMES = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=40)


@given(NAMES, st.sampled_from("aZ9"), NAMES)
def test_a_name_with_a_latin_letter_or_digit_gives_a_valid_id(before: str, latin: str, after: str) -> None:
    """Whatever else is in the name, the id is one that a Document accepts."""
    assert DOCUMENT_ID.fullmatch(document_id(Path(f"{before}{latin}{after}.txt")))


def test_a_name_without_latin_letters_or_digits_gives_no_id() -> None:
    """The error says to rename the file."""
    with pytest.raises(UnreadableDocument, match="rename it"):
        document_id(Path("\u4f1a.txt"))


@given(NAMES)
def test_a_title_has_no_separators_of_file_names(name: str) -> None:
    """Hyphens and underscores become blanks."""
    assert not re.search(r"[-_]", title_from_name(Path(f"{name}.txt")))


def test_a_byte_order_mark_is_not_text(tmp_path: Path) -> None:
    """UTF-8 is read with and without a byte order mark."""
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfText.")

    assert read_text(tmp_path / "a.txt") == "Text."


def test_other_encodings_are_named_with_the_cure(tmp_path: Path) -> None:
    """A file that is not UTF-8 is an error with its path and what to do."""
    (tmp_path / "a.txt").write_bytes(b"ab\xff\xfe")

    with pytest.raises(UnreadableDocument, match=r"a\.txt is not UTF-8 text \(byte 2\); save it as UTF-8"):
        read_text(tmp_path / "a.txt")


def test_a_file_that_can_not_be_opened_is_named_with_the_cure(tmp_path: Path) -> None:
    """The system's reason is in the message."""
    with pytest.raises(UnreadableDocument, match=r"can't be read: No such file.*; check its permissions"):
        read_text(tmp_path / "a.txt")
