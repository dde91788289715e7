"""Documents that say the same are found; those that differ in a number are not."""

from dataclasses import replace

from corpus import Document
from corpus.duplicates import duplicates

TEXT = " ".join(f"Shelter {name} has a garden." for name in "ABCDEFGHIJKLMNOPQRST")
ONE = Document("one", "One", f"{TEXT} It opened in 2018.")


def test_near_duplicates_are_folded() -> None:
    """A sentence more or less makes no other document."""
    other = replace(ONE, id="other", text=f"{ONE.text} Everybody came.")

    assert duplicates([ONE, other]) == {"other": "one"}


def test_a_corrected_number_makes_another_document() -> None:
    """A corrigendum is no duplicate of what it corrects."""
    assert duplicates([ONE, replace(ONE, id="other", text=f"{TEXT} It opened in 2019.")]) == {}


def test_the_one_that_tells_its_origin_is_kept() -> None:
    """An address and a date are worth more than being first."""
    assert duplicates([ONE, replace(ONE, id="two", url="https://example.org")]) == {"one": "two"}
