"""The files of help lines claim no more than their sources, and an operator can check, confirm and replace lines."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from qa.safety.help_lines import (
    LINES,
    TO_VERIFY,
    BrokenHelpLines,
    HelpEntry,
    confirm,
    dump_entries,
    emergency_numbers,
    problems_of,
    read_entries,
)

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize("file", [LINES, TO_VERIFY], ids=["shown", "to verify"])
def test_no_shipped_line_claims_to_be_confirmed(file: Path) -> None:
    """Every shipped line names its source, and none claims that anybody called it."""
    entries = read_entries(file)

    assert len(entries) > 40
    assert all(entry.source and entry.number and entry.checked is None for entry in entries)


def test_shown_lines_come_from_web_pages() -> None:
    """A line that is shown names the page that gives it, and none of these waits to be verified."""
    shown, waiting = read_entries(LINES), read_entries(TO_VERIFY)

    assert all(entry.source.startswith("http") for entry in shown)
    assert not {(entry.country, entry.number) for entry in shown} & {(entry.country, entry.number) for entry in waiting}


def test_emergency_numbers_are_there_for_nearly_all_countries() -> None:
    """Some 240 countries and territories have numbers that can be dialled, each with the services that answer."""
    numbers = emergency_numbers()

    assert len(numbers) > 230
    assert numbers["NO"] == {"110": ["fire"], "112": ["general"], "113": ["ambulance"]}
    assert all(number.isdecimal() and services for found in numbers.values() for number, services in found.items())


def entry(number: str = "1", **fields: object) -> HelpEntry:
    """Return an entry of Kenya with some fields."""
    return HelpEntry.model_validate({"country": "Kenya", "service": "s", "number": number, "source": "s"} | fields)


def test_what_is_stale_or_contradictory_is_told() -> None:
    """Lines that nobody confirmed lately, that a source contradicts, or that differ from each other are listed."""
    fine, never = entry("1", checked=TODAY), entry("2", source="https://example.org", source_date="2019")
    old, doubted = entry("3", checked=date(2020, 1, 1)), entry("4", checked=TODAY, doubt="Another page says 5.")
    twice = entry("6", checked=TODAY, hours="24/7"), entry("6-", checked=TODAY)
    problems = problems_of([fine, never, old, doubted, *twice], date(2026, 1, 1))

    assert problems == {
        never: ["not confirmed; its source, https://example.org, is of 2019"],
        old: ["last confirmed on 2020-01-01"],
        doubted: ["contradicted: Another page says 5."],
        twice[0]: ["the same number stands here with other facts"],
        twice[1]: ["the same number stands here with other facts"],
    }


def test_confirming_begins_a_file_of_ones_own_with_the_shipped_lines(tmp_path: Path) -> None:
    """A confirmed line bears today's date, no doubt, and what was replaced; all others stay unconfirmed."""
    file = tmp_path / "mine.yaml"
    confirm(file, "UK", "08000121700", {"hours": "24/7"}, TODAY)
    entries = read_entries(file)
    [confirmed] = [line for line in entries if line.checked]

    assert (confirmed.country, confirmed.hours, confirmed.doubt) == ("United Kingdom", "24/7", "")
    assert confirmed.checked == TODAY
    assert len(entries) == len(read_entries(LINES))


def test_a_line_to_be_verified_is_taken_over_once_it_is_confirmed(tmp_path: Path) -> None:
    """What an operator confirms from the list to verify joins their file; a number that was replaced is found anew."""
    file = tmp_path / "mine.yaml"
    file.write_text(dump_entries([entry()]), encoding="utf-8")
    confirm(file, "Bahrain", "995", {"number": "996"}, TODAY)
    confirm(file, "Bahrain", "996", {"service": "Hotline"}, TODAY)

    assert [(line.country, line.number) for line in read_entries(file)] == [("Kenya", "1"), ("Bahrain", "996")]
    assert read_entries(file)[1].service == "Hotline"
    with pytest.raises(BrokenHelpLines, match="there is no line 7 of Kenya"):
        confirm(file, "Kenya", "7", {})


@pytest.mark.parametrize(
    "text",
    [
        "- country: Kenya",
        "[",
        "- nothing",
        yaml.safe_dump([{"country": "X", "service": "s", "number": "1", "source": "s"}]),
    ],
    ids=["missing", "no YAML", "no entry", "no country"],
)
def test_a_broken_file_of_lines_is_an_error(tmp_path: Path, text: str) -> None:
    """The error names the file and what to correct."""
    file = tmp_path / "lines.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BrokenHelpLines, match=r"lines\.yaml.*(mend|correct)"):
        read_entries(file)


def test_a_missing_file_of_lines_is_told_as_such(tmp_path: Path) -> None:
    """It is neither broken nor in another encoding."""
    with pytest.raises(BrokenHelpLines, match="is not there"):
        read_entries(tmp_path / "nowhere.yaml")
