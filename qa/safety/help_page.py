"""A page with all that the help card can show, in HTML that needs no server and no script.

In: the book of each language. Out: the text of the page. A site keeps it as a file of its own, for when Waymark's
server can't be reached; the server shows it where there is no JavaScript.
Left out: the card beside an answer, which is the widget's and the pages'.
"""

from collections.abc import Sequence
from importlib.resources import files
from itertools import groupby
from urllib.parse import urlsplit

from babel import Locale
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from qa.safety.help_card import HelpBook, HelpCountry, sort_key

NEUTRAL_SITE = "https://worldweather.wmo.int/"  # target of "Leave this page", in all six languages


def help_page(books: Sequence[HelpBook], *, others: Sequence[str] = (), style_sheet: str = "", script: str = "") -> str:
    """Return the page in the languages of the books, the first of them shown first.

    `others` are codes of languages that the server shows at `/help?language=`. Without the address of a style sheet,
    the styles stand in the page itself; without that of a script, nothing runs.
    """
    style = "" if style_sheet else Markup(help_style())  # noqa: S704 - a file of ours
    page = _environment().get_template("help_page.html")
    return page.render(
        books=books, others=others, style_sheet=style_sheet, style=style, script=script, exit=NEUTRAL_SITE
    )


def help_style() -> str:
    """Return the style sheet of the page."""
    return files("qa.safety").joinpath("help_page.css").read_text(encoding="utf-8")


def dial_number(number: str) -> str:
    """Return a telephone number without the characters that are not dialled.

    >>> dial_number("+44 (0) 800-0121 700")
    '+448000121700'
    """
    return "".join(character for character in number.replace("(0)", "") if character in "+*#0123456789")


def site_name(address: str) -> str:
    """Return the host of a web address as browsers write it, or "" for an address that must not become a link.

    >>> site_name("https://www.iom.int/news"), site_name("javascript:alert(1)")
    ('iom.int', '')
    """
    try:
        url = urlsplit(address)
        host = (url.hostname or "").encode("idna").decode() if url.scheme in {"http", "https"} else ""
        return host.removeprefix("www.")
    except ValueError:
        return ""


def by_letter(book: HelpBook) -> list[tuple[str, list[HelpCountry]]]:
    """Return the countries by the first letter of their names."""

    def letter(country: HelpCountry) -> str:
        return sort_key(country, book.language)[0].upper()

    return [(first, list(countries)) for first, countries in groupby(book.countries, letter)]


def own_name(language: str) -> str:
    """Return the name of a language in itself.

    >>> own_name("es")
    'Español'
    """
    return (Locale.parse(language).get_language_name(language) or language).capitalize()


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("qa.safety", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    filters = (dial_number, site_name, by_letter, own_name)
    environment.filters.update({function.__name__: function for function in filters})
    return environment
