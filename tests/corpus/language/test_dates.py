"""The first date of a text is read, however it is written; what is no date is passed by."""

import pytest

from corpus.language.dates import iso_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Annual report 2023-24, 3 May 2024", "2024-05-03"),
        ("Budget 2024/25/99, 2024-05-03", "2024-05-03"),
        ("Lot 45-67-2024, March 2024", "2024-03"),
        ("2023年13月, 2024年5月3日", "2024-05-03"),
        ("Room 99 May 2024", "2024-05"),
        ("3 May 2024, changed on 2024-06-01", "2024-05-03"),
        ("le 5 mai 2024 (4 May 2024)", "2024-05-05"),
        ("May 3, 2024, then 1 May 2024", "2024-05-03"),
        ("3/4/2024, or 5 May 2024", ""),
        ("5 aprıl 2024", ""),
        ("2024-02-30", ""),
    ],
)
def test_the_first_date_is_read(text: str, iso: str) -> None:
    """What looks like a date and is none hides no other; one that may be two dates leaves the text without any."""
    assert iso_date(text) == iso


def test_a_language_without_a_calendar_has_english_dates() -> None:
    """Its months are not known, and those of English are."""
    assert iso_date("3 May 2024", "zz") == "2024-05-03"
