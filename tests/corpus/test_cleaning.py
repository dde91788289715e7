"""Scraped and hard-wrapped text becomes clean text, and no paragraph is lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cleaning import clean_page, join_lines, normalise_characters, repeated_lines

SEED = Path(__file__).parents[3] / "shared" / "seed" / "iom-regional-counter-trafficking-conference.txt"

MENU_PAGE = """-
About us
ABOUT USThe fund has worked since 1990 for the good of all people on the move, in 20 states.
News
News
Projects
Contact
A new shelter opens in Lomé
The shelter for women who were traf-
ficked opened on Monday in the centre of
Lomé. It has 30 beds, and counter-
trafficking police guard it by day.

Those who stay there learn a trade, and are free to leave whenever they want to.
For more information:
Jane Doe
Email: jane@example.org
"""


def test_menus_and_contacts_are_cut_and_wrapped_lines_joined() -> None:
    """A page keeps its title and its article, with rejoined words, and nothing of the menu or the contacts."""
    title, text = clean_page(MENU_PAGE)

    assert title == "A new shelter opens in Lomé"
    assert text == (
        "The shelter for women who were trafficked opened on Monday in the centre of Lomé. "
        "It has 30 beds, and counter-trafficking police guard it by day.\n\n"
        "Those who stay there learn a trade, and are free to leave whenever they want to."
    )


@pytest.mark.skipif(not SEED.exists(), reason="not part of the project: the raw page")
def test_a_real_scraped_page_comes_out_clean() -> None:
    """The raw IOM page loses its menu and its contacts, and every paragraph ends as a sentence."""
    title, text = clean_page(SEED.read_text(encoding="utf-8"))

    assert title == "IOM Wraps Up Successful Regional Counter-Trafficking Conference"
    assert text.startswith("A unanimous declaration adopted at the end of a three-day multi-regional conference")
    assert not any(word in text for word in ("Who we are", "WHO WE ARE", "Take Action", "Get involved", "mailto"))
    assert all(paragraph.endswith((".", '."')) for paragraph in text.split("\n\n"))


def test_a_list_of_short_lines_without_signs_of_a_menu_is_kept() -> None:
    """Short lines that show no sign of a menu are kept as text."""
    _, text = clean_page("Members\nGhana\nTogo\nBenin\nMali\nThe four states met in Accra and signed the agreement.")

    assert all(country in text for country in ("Ghana", "Togo", "Benin", "Mali"))


def test_lines_that_many_pages_share_are_boilerplate() -> None:
    """A line on most pages of a site is a menu; one that two pages happen to share is not."""
    pages = [f"Share this page\nArticle {number}\nIOM" for number in range(4)] + ["Article 0"]

    assert repeated_lines(pages) == {"Share this page", "IOM"}


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        pytest.param(["The anti-", "slavery act"], ["The anti-slavery act"], id="prefix keeps its hyphen"),
        pytest.param(["A hot-", "line for all"], ["A hotline for all"], id="broken word is rejoined"),
        pytest.param(["- one;", "- two."], ["- one;", "- two."], id="list items stay apart"),
        pytest.param(["Ends here.", "Begins here."], ["Ends here.", "Begins here."], id="paragraphs stay apart"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_lines_are_joined_where_a_paragraph_goes_on(lines: list[str], joined: list[str]) -> None:
    """Only lines of one paragraph are joined."""
    assert join_lines(lines) == joined


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    """Normalised text is a fixed point, without control characters and double blanks."""
    once = normalise_characters(text)

    assert normalise_characters(once) == once
    assert "  " not in once
    assert "\x00" not in once


@given(st.text(alphabet="Ab c.-\n", max_size=200))
def test_joining_loses_no_letter(text: str) -> None:
    """Joining lines drops only blanks, line ends and hyphens at line ends."""
    joined = "".join(join_lines(text.split("\n")))

    assert [c for c in joined if c.isalpha()] == [c for c in text if c.isalpha()]
