"""The HTML of the pages, in the reader's language.

In: a template and what it shows. Out: the response. Left out: which page is shown (routes, errors).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.templating import Jinja2Templates
from markupsafe import Markup
from starlette.responses import HTMLResponse

from api.formats.assets import version
from api.formats.translations import LANGUAGES, direction_of, page_language, texts_in
from corpus.language.dates import long_date
from qa.answers.charts import Chart, chart_svg
from qa.figures.texts import local
from qa.safety.help_card import help_texts
from qa.safety.help_page import NEUTRAL_SITE, dial_number, site_name

# A telephone number as it is dialled from abroad or in a country, which no year, date or figure looks like; answer.js
# has the same.
NUMBER = r"(?<![\w.,-])(?!\d\d[ -]\d\d[ -]\d{4})(?:\+\d|0\d)[\d ()-]{6,18}\d(?!\d)"
LAST_WORD = re.compile(rf"(?:.*? )??({NUMBER}[^ ]?|[^ ]{{1,24}})", re.DOTALL)

templates = Jinja2Templates(Path(__file__).parents[1] / "templates")


def language_for(request: Request) -> str:
    """Return the language that the address names, else one that the browser accepts."""
    return page_language(request.query_params.get("language", ""), request.headers.get("accept-language", ""))


def render_page(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """Render a template in the reader's language."""
    language = language_for(request)
    page = {
        "texts": texts_in(language),
        "help_texts": help_texts(language),
        "version": version(),
        "language": language,
        "languages": LANGUAGES,
        "direction": direction_of(language),
        "neutral_site": NEUTRAL_SITE,
    }
    return templates.TemplateResponse(request, template, page | context, status, headers={"vary": "accept-language"})


def statement_groups(
    statements: Iterable[dict[str, Any]], citations: Sequence[dict[str, Any]]
) -> list[tuple[bool, list[dict[str, Any]]]]:
    """Group statements into lists and paragraphs, each of a single document where it is quoted; True marks a list."""

    def group_of(statement: dict[str, Any]) -> tuple[bool, str]:
        return statement["is_item"], statement["language"] or citations[statement["citations"][0] - 1]["document_id"]

    return [(is_list, list(group)) for (is_list, _), group in groupby(statements, key=group_of)]


def by_document(citations: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Group citations by document, in the order in which the documents are first cited."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for citation in citations:
        groups.setdefault(citation["document_id"], []).append(citation)
    return list(groups.values())


def split_last_word(text: str) -> tuple[str, str]:
    """Split a text before its last word or telephone number, which stays on one line with the marks after it.

    A word that is long does not.

    >>> split_last_word("Norway paid."), split_last_word("挪威政府为阿克拉的儿童庇护所提供资金并培训工作人员。")[1]
    (('Norway ', 'paid.'), '')
    >>> split_last_word("Libya: 00218 91 00 11 491")
    ('Libya: ', '00218 91 00 11 491')
    """
    found = LAST_WORD.fullmatch(text)
    return (text[: found.start(1)], found[1]) if found else (text, "")


def split_numbers(text: str) -> list[str]:
    """Split a text into what is between telephone numbers, and these, by turns.

    >>> split_numbers("Call 0800 0000 189, 7 to 9; from 09-10-2015 to 2016-09-10 it took 28 000 calls.")
    ['Call ', '0800 0000 189', ', 7 to 9; from 09-10-2015 to 2016-09-10 it took 28 000 calls.']
    """
    return re.split(f"({NUMBER})", text)


def fill(text: str, **values: object) -> str:
    """Put values into a text of the page.

    >>> fill("Source {number}: {title}", number=2, title="Shelter")
    'Source 2: Shelter'
    """
    return text.format(**values)


def drawing(chart: Chart) -> Markup:
    """Return the SVG of a chart."""
    return Markup(chart_svg(chart))  # noqa: S704 - it escapes its texts


FILTERS = (
    statement_groups,
    split_last_word,
    split_numbers,
    by_document,
    site_name,
    dial_number,
    long_date,
    fill,
    direction_of,
    local,
    drawing,
)
templates.env.filters.update({function.__name__: function for function in FILTERS})
