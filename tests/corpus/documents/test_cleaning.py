"""Scraped and hard-wrapped text becomes clean text, and no paragraph is lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.documents.cleaning import (
    clean_page,
    join_lines,
    lines_of,
    normalise_characters,
    table_lines,
    without_furniture,
)

SEED = Path(__file__).parents[4] / "shared" / "seed" / "iom-regional-counter-trafficking-conference.txt"

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


def test_menus_are_cut_and_wrapped_lines_joined() -> None:
    """A page keeps its title and its article, with rejoined words and its contacts, and nothing of the menu."""
    title, text = clean_page(lines_of(MENU_PAGE))

    assert title == "A new shelter opens in Lomé"
    assert text == (
        "The shelter for women who were trafficked opened on Monday in the centre of Lomé. "
        "It has 30 beds, and counter-trafficking police guard it by day.\n\n"
        "Those who stay there learn a trade, and are free to leave whenever they want to.\n\n"
        "For more information:\n\nJane Doe\n\nEmail: jane@example.org"
    )


@pytest.mark.skipif(not SEED.exists(), reason="not part of the project: the raw page")
def test_a_real_scraped_page_comes_out_clean() -> None:
    """The raw IOM page loses its menu, and every paragraph of its article ends as a sentence."""
    title, text = clean_page(lines_of(SEED.read_text(encoding="utf-8")))
    article, _, contacts = text.partition("\n\nFor further information")

    assert title == "IOM Wraps Up Successful Regional Counter-Trafficking Conference"
    assert text.startswith("A unanimous declaration adopted at the end of a three-day multi-regional conference")
    assert not any(word in text for word in ("Who we are", "WHO WE ARE", "Take Action", "Get involved"))
    assert all(paragraph.endswith((".", '."')) for paragraph in article.split("\n\n"))
    assert "300 856 0341" in contacts


def test_a_list_of_short_lines_without_signs_of_a_menu_is_kept() -> None:
    """Short lines that show no sign of a menu are kept as text."""
    _, text = clean_page("Members\nGhana\nTogo\nBenin\nMali\nThe four states met in Accra and signed the agreement.")

    assert all(country in text for country in ("Ghana", "Togo", "Benin", "Mali"))


def test_lines_that_many_pages_share_are_left_out() -> None:
    """A line on most pages of a site is a menu; one that two pages happen to share is not."""
    pages = [f"Our site\nArticle {number}\nIt opens.\nShare this\nText {number}.\nIOM" for number in range(4)]

    assert without_furniture([*pages, "Article 0"]) == [
        *(f"Article {number}\nIt opens.\nText {number}." for number in range(4)),
        "Article 0",
    ]


@pytest.mark.parametrize("line", ["Call 0800 111 222", "Write to help@example.org", "12 Palm Street, Lome", "May 2024"])
def test_what_a_reader_looks_for_is_never_dropped(line: str) -> None:
    """A helpline that every page names is no boilerplate, wherever it stands."""
    pages = [f"{line}\nArticle {name}\nText.\n{line}" for name in "ABCDE"]

    assert without_furniture(pages) == pages


def test_a_cookie_banner_and_a_footer_are_cut() -> None:
    """They stand around a single page too, and a number in the footer stays."""
    page = (
        "Cookies on this site\nWe use cookies.\nReject cookies\nAdvice centre\nIt gives advice.\n"
        "Report a problem\nRelated content\nCall 0800 11\n© Crown"
    )

    assert clean_page(page) == ("Advice centre", "It gives advice.\n\nCall 0800 11")


def test_a_question_before_its_answer_is_a_heading() -> None:
    """The answer is quoted without it, in any of the usual marks; a question at the end of a text is a sentence."""
    page = "Fees\nP: ¿Cuánto se paga?\nR: Hasta 900.\nWhen does it close?\nOn Monday.\nWho knows?"

    assert clean_page(page)[1] == (
        "###### ¿Cuánto se paga?\n\nHasta 900.\n\n###### When does it close?\n\nOn Monday.\n\nWho knows?"
    )


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        pytest.param(["The anti-", "slavery act"], ["The anti-slavery act"], id="prefix keeps its hyphen"),
        pytest.param(["A hot-", "line for all"], ["A hotline for all"], id="broken word is rejoined"),
        pytest.param(
            ["A well-", "known and well-known law"], ["A well-known and well-known law"], id="word with hyphen"
        ),
        pytest.param(["- one;", "- two."], ["- one;", "- two."], id="list items stay apart"),
        pytest.param(["Ends here.", "Begins here."], ["Ends here.", "Begins here."], id="paragraphs stay apart"),
        pytest.param(
            ["who had helped more than", "4,310 girls."], ["who had helped more than 4,310 girls."], id="number"
        ),
        pytest.param(
            ["Its cost, it said, was", "US$2 million."], ["Its cost, it said, was US$2 million."], id="amount"
        ),
        pytest.param(["What we do", "Where we work"], ["What we do", "Where we work"], id="menu entries stay apart"),
        pytest.param(["Year: 2016 | Men: 3", "of all"], ["Year: 2016 | Men: 3", "of all"], id="rows stay apart"),
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


@pytest.mark.parametrize("has_headings", [True, False])
@pytest.mark.parametrize("rows", [[], [[]], [["", ""]]], ids=str)
def test_an_empty_table_has_no_lines(rows: list[list[str]], has_headings: bool) -> None:
    """Whether its first row is one of headings or not."""
    assert table_lines(rows, has_headings=has_headings) == []
