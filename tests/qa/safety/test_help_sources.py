"""The shipped files are made of what may be shipped and is clearly licensed, and of nothing else."""

from typing import Any

import pytest

from qa.safety.help_sources import entries_of, is_shippable, numbers_by_country


def line(**fields: object) -> dict[str, Any]:
    """Return a line of the source data with some fields."""
    known = {"country": "Ghana", "iso2": "GH", "service": "Helpline", "number": "0800", "kind": "trafficking"}
    page = {
        "source": "https://example.org",
        "source_date": "",
        "url": "",
        "snippet": "quoted",
        "advice": "ship after check",
    }
    return {**known, **page, "languages": [], "hours": "", "note": "", "text": "", **fields}


def test_what_a_source_says_is_taken_over_in_our_form() -> None:
    """Hours, dates, languages and ways to write are read where they are plain; the quote is left out."""
    said = {
        "hours": "Mon-Fri 9-17",
        "source_date": "2022-06-14 (agreement named on page)",
        "note": "Free and anonymous.",
    }
    ways = {
        "text": "SMS to short code 8020 (free), chat",
        "url": "https://example.org/help",
        "kind": "domestic violence",
    }
    [(advice, entry)] = entries_of([line(languages=["Twi", "200 and more by interpreter", "some"], **said, **ways)], {})

    assert (entry.hours, entry.source_date, entry.free) == ("Mo-Fr 09:00-17:00", "2022-06-14", True)
    assert (entry.sms, entry.chat, entry.form) == ("8020", "https://example.org/help", "")
    assert (entry.languages, entry.purpose) == (("Twi", "interpreters"), "violence")
    assert "quoted" not in entry.model_dump_json()
    assert is_shippable(advice, entry)


@pytest.mark.parametrize(
    ("hours", "date"),
    [("CONTRADICTION: 24/7 (a) against 9-17 (b)", "about 2016"), ("24 hours; 9-18 elsewhere", "2022-2025 (plan)")],
)
def test_what_is_in_doubt_is_not_claimed(hours: str, date: str) -> None:
    """Hours that sources contradict and dates that are none are left out; the doubt is kept for the operator."""
    [(_, entry)] = entries_of([line(hours=hours, source_date=date)], {("Ghana", "0800"): "Two pages differ."})

    assert (entry.hours, entry.source_date, entry.doubt) == ("", "", "Two pages differ.")


@pytest.mark.parametrize("fields", [{"advice": "verify first"}, {"source": "search(pages): a page without an address"}])
def test_lines_without_a_good_source_are_not_shown(fields: dict[str, str]) -> None:
    """A line that is to be verified, or whose source is no page, is not shown."""
    [(advice, entry)] = entries_of([line(**fields)], {})

    assert not is_shippable(advice, entry)


def test_emergency_numbers_have_a_clear_licence() -> None:
    """A number from elsewhere counts only where libphonenumber has it too; one that the table doubts is left out."""
    empty = {"police": "", "ambulance": "", "fire": "", "general": "", "ship": "yes"}
    rows = [
        empty | {"iso2": "DE", "police": "110", "fire": "113", "general": "112", "source": "FCDO"},
        empty | {"iso2": "UY", "ambulance": "105", "general": "911", "source": "MIT", "ship": "check ambulance"},
        empty | {"iso2": "MM", "police": "999", "source": "FCDO"},
    ]
    numbers = numbers_by_country(rows)

    assert numbers["DE"] == {"112": ["general"], "110": ["police"]}
    assert numbers["UY"] == {"911": ["general"]}
    assert numbers["MM"] == {"199": ["general"]}
