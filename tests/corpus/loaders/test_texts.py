"""Texts are read in all usual encodings, and a guess is told."""

import pytest

from corpus import UnreadableDocument
from corpus.loaders.texts import decode

RUSSIAN = "Приют для пострадавших от торговли людьми открылся в столице. Его построили на средства двух доноров. " * 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_by_its_mark(encoding: str) -> None:
    """No byte order mark stays in the text."""
    assert decode(RUSSIAN.encode(encoding)) == (RUSSIAN, ())


def test_an_older_encoding_is_guessed_and_told() -> None:
    """Whoever runs the index can see which files to look at."""
    text, [note] = decode(RUSSIAN.encode("cp1251"))

    assert text == RUSSIAN
    assert "cp1251" in note


def test_western_letters_are_not_taken_for_others() -> None:
    """A few lines of French fit encodings of Latvian and Polish too, whose letters are other ones."""
    text = (
        "Guinée équatoriale : les données sont à l'étude, près de 3 personnes aidées en 2017. Sénégal : 250 personnes."
    )

    assert decode(text.encode("cp1252"))[0] == text


def test_a_short_text_of_another_encoding_is_refused() -> None:
    """Detectors guess wrong on short texts."""
    with pytest.raises(UnreadableDocument, match="save it as UTF-8"):
        decode(b"ab\xff\xfe")
