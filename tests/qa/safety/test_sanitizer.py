"""Incoming text is cleaned, limited in length, and can be masked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.safety.sanitizer import clean, is_too_long, mask, shortened

INVISIBLE = re.compile("[\0-\b\x0e-\x1f\u202a-\u202e\u2066-\u2069\u200b\ufeff\U000e0000-\U000e007f]")


@given(st.text(st.characters(), max_size=300))
def test_cleaning_is_done_once(text: str) -> None:
    """Clean text stays as it is, and holds nothing invisible."""
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert not INVISIBLE.search(cleaned)


def test_joiners_are_kept_where_a_language_needs_them() -> None:
    """Persian keeps its joiner; between Latin letters it only hides a word; piles of accents are cut."""
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("W\u200bh\u200da\u00adt") == "What"
    assert len(clean("a" + "\u0301\u0323" * 50)) <= 4


def test_a_text_has_a_limit_in_characters_and_tokens() -> None:
    """A thousand characters are read, more are not, and neither is what would be thousands of tokens."""
    assert not is_too_long("x" * 1000)
    assert is_too_long("x" * 1001)
    assert is_too_long("\U0001f9d1" * 999)
    assert len(shortened("x" * 5000)) == 1000


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail ana.b@mail.example.org now", "mail [e-mail] now"),
        ("ring +1 (212) 555-2368 tonight", "ring [phone] tonight"),
        ("ring 0712 345-678 or (022) 717 91 11", "ring [phone] or ([phone]"),
        ("passport AB1234567 of 2015", "passport [number] of 2015"),
        ("https://ana:pw@www.example.org/ana?of=1 and example.org", "https://www.example.org/[...] and example.org"),
        ("from 2010-2015, on 12.03.2015 and 2015-03-12", "from 2010-2015, on 12.03.2015 and 2015-03-12"),
        ("28,000 calls since 2003, 1,235 victims", "28,000 calls since 2003, 1,235 victims"),
    ],
)
def test_what_tells_who_somebody_is_gets_masked(text: str, masked: str) -> None:
    """Addresses, phone and paper numbers are masked; years and figures are not."""
    assert mask(text) == masked


@given(st.text(max_size=300))
def test_masking_leaves_no_address(text: str) -> None:
    """Whatever stands around it, an e-mail address is gone, and masking again changes nothing."""
    masked = mask(f"{text} ana@example.org {text}")

    assert "ana@example.org" not in masked
