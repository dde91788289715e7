"""The help page needs no server and no script, and has all countries in all languages."""

import re

from qa.safety.help_card import HelpLines, help_book
from qa.safety.help_lines import HelpEntry
from qa.safety.help_page import help_page
from qa.safety.intake import Intake

SIX = ("en", "ar", "es", "fr", "ru", "zh")


def test_the_page_stands_alone() -> None:
    """It loads nothing and runs nothing, and has each language with its countries, numbers and ways to write."""
    books = [Intake.shipped().help_book(language) for language in SIX]
    page = help_page(books)

    assert not re.search(r"<script|<link rel=.style|<img|\ssrc=|@import|url\(", page)
    assert re.findall(r'<section id="(\w+)"', page) == list(SIX)
    assert page.count("<summary>") == sum(len(book.countries) + 2 for book in books)
    assert page.count('href="tel:527"') == page.count('href="sms:8020"') / 2 == len(SIX)


def test_the_operators_countries_stand_first() -> None:
    """The countries that the operator has named are open at the top of the list."""
    book = help_book(Intake.shipped().lines, ("Kenya",), "en")
    page = help_page([book])

    assert page.index("<details open>") < page.index("<summary>Kenya") < page.index("<summary>Afghanistan")


def test_what_an_operator_writes_is_text() -> None:
    """Markup in a line is shown as it was written, and an address that runs something is no link."""
    entry = HelpEntry(country="Kenya", service="<b onclick=x>", number="1", source="s", url="javascript:alert(1)")
    page = help_page([help_book(HelpLines((entry,), 365), (), "en")])

    assert "&lt;b onclick=x&gt;" in page
    assert "javascript:" not in page
