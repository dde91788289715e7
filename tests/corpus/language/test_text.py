"""Folding removes spelling variants of a text, and numbers are read in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.language.text import fold, numbers_in, utf16_offset, years_in


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("DON’T", "dont"),
        ("m'oblige", "m oblige"),
        ("Échappé", "echappe"),
        ("أُختي", "اختي"),
        ("٢٠١٥", "2015"),
        ("ＩＯＭ", "iom"),
    ],
)
def test_folding_removes_spelling_variants(text: str, folded: str) -> None:
    """Case, accents, apostrophes, vowel marks, and the forms of letters and digits do not count."""
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folded text is in its final form, but for runs of signs, which shrink to one blank."""
    assert fold(fold(text)) == fold(text)


def test_numbers_are_read_in_any_script() -> None:
    """Years in Arabic-Indic or full-width digits equal those in ASCII."""
    assert numbers_in("في ٢٠١٦ و 2016年") == {"2016"}
    assert numbers_in("１２ of 28,000, in 3.5") == {"12", "28000", "3", "5"}


def test_years_are_numbers_of_four_digits_by_themselves() -> None:
    """Four digits of a longer number, and numbers far from the present, are no years."""
    assert years_in("1899 or 2024, not 12015, 2500 or 201") == ("1899", "2024")
    assert years_in("2016年呢？") == years_in("FY2016") == ("2016",)


@given(st.text(st.characters() | st.sampled_from("🙂👩🏽‍⚕𐎠𓀀𠀋é")), st.data())
def test_offsets_in_utf16_are_those_of_javascript(text: str, data: st.DataObject) -> None:
    """Whatever the script, a stretch of the text in UTF-16 between two offsets is the stretch in code points."""
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    units = text.encode("utf-16-le", "surrogatepass")
    stretch = units[2 * utf16_offset(text, start) : 2 * utf16_offset(text, end)]

    assert stretch.decode("utf-16-le", "surrogatepass") == text[start:end]
