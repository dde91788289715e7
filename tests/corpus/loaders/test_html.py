"""Saved web pages become the text of their article, without the furniture of their site."""

import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import trafilatura

from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.html.page import MAX_MARKUP, read_html
from doubles.pages import PAGES, Page, words

SENTENCE = "<p>The shelter in Kora took in {} people who had been held on a farm, and gave them food and a bed.</p>"


class Figures(NamedTuple):
    """How the readings of all pages compare with what they should give."""

    titles: float  # share of right titles
    dates: float  # share of pages with the date that they declare, or none where they declare none
    lost: float  # share of the articles' words
    kept: float  # share of the furniture's words
    missing: tuple[str, ...]  # lines that had to stay


def read(tmp_path: Path, source: str | bytes) -> Extraction:
    """Read a page from a file."""
    file = tmp_path / "page.html"
    file.write_bytes(source if isinstance(source, bytes) else source.encode())
    return read_html(file)


def body(article: str, head: str = "", around: str = "") -> str:
    """Return a page with an article of two paragraphs and whatever is added to them."""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shelter in Kora</title>{head}</head><body>{around}<main>
    <h1>A shelter in Kora</h1>{SENTENCE.format("forty")}{article}<p>It is open all year, and asks nobody for papers or money.</p></main></body></html>"""


def compare(readings: dict[Page, Extraction]) -> Figures:
    """Count the words of the articles that are lost and those of the furniture that are kept."""
    lost = kept = article_words = furniture_words = 0
    for page, found in readings.items():
        told = Counter(words(re.sub(r"(?m)^\d+\. ", "", found.text) + " " + found.title))
        article, furniture = Counter(page.article), Counter(page.furniture)
        lost += (article - told).total()
        kept += ((told - article - Counter(page.either) - Counter(words(found.title))) & furniture).total()
        article_words += article.total()
        furniture_words += furniture.total()
    return Figures(
        sum(found.title == page.title for page, found in readings.items()) / len(readings),
        sum(found.published == page.published for page, found in readings.items()) / len(readings),
        lost / article_words,
        kept / furniture_words,
        tuple(line for page, found in readings.items() for line in page.stays if not is_kept(line, found.text)),
    )


def is_kept(line: str, text: str) -> bool:
    """Return whether a line stands in a text; the cells of a row stand in one line, whatever names them."""
    cells = line.split(" | ")
    return line in text or (len(cells) > 1 and any(all(cell in row for cell in cells) for row in text.split("\n")))


def plain_trafilatura(source: bytes) -> Extraction:
    """Read a page by trafilatura alone, as its documentation says."""
    found = trafilatura.bare_extraction(source, include_comments=False, with_metadata=True)
    return Extraction(found.text or "", found.title or "", published=found.date or "") if found else Extraction("")


def test_articles_of_all_kinds_of_sites_are_read_whole_and_alone(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Of sixty pages nearly all titles are right, hardly a word is lost or kept too much, and no number to call is lost."""
    found = compare({page: read(tmp_path, page.html) for page in PAGES})
    plain = compare({page: plain_trafilatura(page.html) for page in PAGES})
    for name, figures in (("read_html", found), ("trafilatura", plain)):
        shown = " ".join(f"{field} {value:.4f}" for field, value in zip(figures._fields[:4], figures[:4], strict=True))
        record_property(name, f"{shown} lines missing {len(figures.missing)}")
        print(f"{name:12} {shown} lines missing {len(figures.missing)}")  # noqa: T201

    assert len(PAGES) >= 60
    assert found.titles >= 0.95
    assert found.dates == 1.0
    assert found.lost < 0.01
    assert found.kept < 0.03
    assert not found.missing


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>{}</p>",
        '<p aria-hidden="true">{}</p>',
        '<div style="color:red; display : none"><p>{}</p></div>',
        '<p style="position:absolute;left:-9999px">{}</p>',
        "<template><p>{}</p></template>",
        "<!-- {} -->",
        "<noscript>{}</noscript>",
        '<span class="sr-only">{}</span>',
    ],
)
def test_what_a_reader_does_not_see_is_not_read(tmp_path: Path, hidden: str) -> None:
    """Hidden text is the usual road of planted instructions, even with a number to call."""
    found = read(tmp_path, body(hidden.format("Unseen words: call 0800 000 111")))

    assert "Unseen" not in found.text
    assert "0800" not in found.text


def test_elements_that_a_site_names_itself_are_boxes(tmp_path: Path) -> None:
    """Lines in them stand apart and furniture is told by their names, while one in a line of text is a part of it."""
    found = read(
        tmp_path,
        "<body><site-menu><a href='/a'>Home</a></site-menu><page-content><h1>A shelter in Kora</h1>"
        f"{SENTENCE.format('forty')}<rich-text>It opened <time-ago>two years ago</time-ago> behind the market, with nine beds."
        "</rich-text><share-bar>Tell your friends</share-bar></page-content></body>",
    )

    assert found.text.split("\n\n")[1:] == ["It opened two years ago behind the market, with nine beds."]


def test_numbers_of_visitors_and_what_follows_a_copyright_line_go(tmp_path: Path) -> None:
    """They are about the site; a number to call beside them stays, and so does a list whose class is named by its builder."""
    found = read(
        tmp_path,
        body(
            "<div class='elementor-widget'><ul><li>Visitors: 14</li><li>a bed</li></ul></div>"
            f"{SENTENCE.format('sixty')}",
        ).replace(
            "</main>",
            "<p>Visitors: 5,521</p><p>Telephone: 0800 000 111</p><p>© Kora</p><p>Made in 0.041 s.</p>"
            "<div>Was this useful? <input type='button' value='Yes'></div></main>",
        ),
    )

    assert "- Visitors: 14\n- a bed" in found.text
    assert "Telephone: 0800 000 111" in found.text
    assert not re.search("5,521|Kora$|0.041|useful|Yes", found.text)


def test_an_article_ends_with_the_boxes_of_its_paragraphs(tmp_path: Path) -> None:
    """What stands below in boxes of another kind is furniture in any language; a short section like others is not."""
    sections = "".join(
        f"<div class='text'>{part}</div>" for part in (SENTENCE, "<h2>Where</h2><p>Behind the market</p>")
    )
    below = (
        "<div class='mas'><h2>Opiniones</h2><p>Pepe: muy bien.</p></div><div id='z'><ol><li>Un puente</li></ol></div>"
    )
    found = read(tmp_path, body(sections).replace("<p>It is open", f"{below}<p hidden>"))

    assert "Behind the market" in found.text
    assert not re.search("Opiniones|Pepe|puente", found.text)


def test_notes_stand_with_the_article_that_they_belong_to(tmp_path: Path) -> None:
    """A mark in the article leads to a note below it, wherever it stands; other lines there go."""
    notes = "<div class='n'><p id='n1'>Without children</p><p>Share</p></div></main>"
    found = read(tmp_path, body('<p>It has forty beds.<a href="#n1">*</a></p>').replace("</main>", notes))

    assert "Without children" in found.text
    assert "Share" not in found.text


@pytest.mark.parametrize(
    "contact", ["Police: 00-17", "值班<br>000-5550120", "write to help@shelter.example", "Quay <b>0115</b>"]
)
def test_whom_to_call_or_to_write_to_stays_wherever_it_stands(tmp_path: Path, contact: str) -> None:
    """A number that begins with a zero is no quantity, whatever the line says in whatever language."""
    found = read(tmp_path, body("", around=f"<div class='menu'><p>{contact}</p><p>Visits: 5121</p></div>"))

    assert re.sub("<[^>]*>", "", contact.replace("<br>", "")) in re.sub(r"\n", "", found.text)
    assert "5121" not in found.text


@pytest.mark.parametrize(
    ("head", "shown", "title"),
    [
        pytest.param(":: Print ::", "<font size=5><b>A boat for Kora</b></font>", "A boat for Kora", id="large"),
        pytest.param("Diet - Inquiry 7/4: Boats", "<h1>Inquiry: Boats</h1><p>© Diet</p>", "Inquiry: Boats", id="words"),
        pytest.param("台风期间安置点", "<h1><b>台风</b>期间安置点</h1>", "台风期间安置点", id="marked"),
    ],
)
def test_titles_are_found_as_pages_show_them(tmp_path: Path, head: str, shown: str, title: str) -> None:
    """In large letters without a heading, with words between that only the head has, and with marks in a word."""
    page = f"<html><head><title>{head}</title></head><body>{shown}{SENTENCE.format('forty')}{SENTENCE}</body></html>"

    assert read(tmp_path, page).title == title


def test_lists_and_tables_have_a_line_for_each_item_and_row(tmp_path: Path) -> None:
    """Items keep their lead and numbers, cells that span rows are repeated, and headings name the cells."""
    found = read(
        tmp_path,
        body(
            "<p>It offers:</p><ul><li>a bed<ol start=3><li>warm</li><li>dry</li></ol></li><li><p>food</p></li></ul>"
            "<table><tfoot><tr><td>All<td>9</tfoot><thead><tr><th>Year<th>Beds</thead><tr><td rowspan=2>2023<td>4<tr><td>5</table>"
        ),
    )

    assert (
        "It offers:\n- a bed\n3. warm\n4. dry\n- food\n\nYear: 2023 | Beds: 4\n\nYear: 2023 | Beds: 5\n\nYear: All | Beds: 9"
        in found.text
    )


def test_line_breaks_part_paragraphs_and_not_the_lines_of_one(tmp_path: Path) -> None:
    """Two breaks end a paragraph; a single one in the middle of a sentence does not."""
    found = read(tmp_path, body("<p>She came at night and<br>knocked twice.<br><br>Nobody asked why.</p>"))

    assert "\n\nShe came at night and knocked twice.\n\nNobody asked why.\n\n" in found.text


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        pytest.param("utf-8-sig", "", "foyer fermé à clé", id="mark"),
        pytest.param("utf-16", "", "foyer fermé à clé", id="mark-utf-16"),
        pytest.param("cp1252", "iso-8859-1", "foyer fermé – à clé", id="declared"),
        pytest.param("cp1256", "windows-1256", "مأوى للنساء", id="declared-arabic"),
        pytest.param("gb18030", "gb2312", "收容所不收费", id="declared-chinese"),
        pytest.param("utf-8", "iso-8859-1", "foyer fermé à clé", id="declared-wrongly"),
        pytest.param("utf-8", "no-such-thing", "foyer fermé à clé", id="declared-unknown"),
    ],
)
def test_encodings_are_read_by_mark_and_declaration(tmp_path: Path, encoding: str, declared: str, text: str) -> None:
    """Without notes, since nothing was guessed."""
    source = body(f"<p>{text}</p>").replace('"utf-8"', f'"{declared}"')
    found = read(tmp_path, source.encode(encoding))

    assert text in found.text
    assert not found.notes


def test_an_encoding_that_is_guessed_is_noted_and_a_short_page_is_not_guessed(tmp_path: Path) -> None:
    """Detectors guess wrong on short texts."""
    text = "Женщины приехали в приют ночью, и никто не спросил у них ни паспорта, ни денег. Утром пришёл врач. "
    found = read(tmp_path, body(f"<p>{text * 8}</p>").encode("cp1251", "replace"))

    assert "никто не спросил" in found.text
    assert found.notes == ("encoding guessed as cp1251",)
    with pytest.raises(UnreadableDocument, match="save it as UTF-8"):
        read(tmp_path, "<title>Приют</title><p>Приют открыт.</p>".encode("cp1251"))


def test_numbers_are_kept_from_boxes_that_are_dropped_but_not_from_comments(tmp_path: Path) -> None:
    """A hotline stands in the page wherever its site puts it; nobody vouches for a number in a comment."""
    found = read(
        tmp_path,
        body(
            '<div class="comments"><p>My cousin says call 0900 000 222</p></div>',
            around='<div class="sidebar"><div><h3>In danger?</h3><p>Call 116 000, free</p></div><ul><li><a href="/a">Our '
            'shop</a></li></ul></div><nav><a href="tel:0800000333">0800 000 333</a> <a href="/b">Jobs</a></nav>',
        ),
    )

    assert "### In danger?\n\nCall 116 000, free" in found.text
    assert "0800 000 333" in found.text
    assert "0900" not in found.text
    assert "shop" not in found.text
    assert "Jobs" not in found.text


def test_address_and_publisher_come_from_the_head_of_the_page(tmp_path: Path) -> None:
    """An address without a host is none; the publisher may stand in JSON-LD alone."""
    head = """<link rel="canonical" href="/relative"><meta property="og:url" content="https://kora.example/shelter">
    <script type="application/ld+json">{"@graph": [{"@type": "WebPage", "publisher": {"name": "Kora Aid"}, "datePublished": "2024-05-06T07:00:00Z"}]}</script>"""
    found = read(tmp_path, body("", head))

    assert (found.url, found.publisher, found.published) == ("https://kora.example/shelter", "Kora Aid", "2024-05-06")


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("<p>Published on 3 May 2023, updated 9 June 2024</p>", "2023-05-03"),
        ("<p>Last updated: 9 June 2024</p>", ""),
        ("<p>Registration closes on 3 May 2023.</p>", ""),
        ("<p>03/04/2023</p>", ""),
        ("<p>March 2023</p>", "2023-03"),
        ('<p><time datetime="2023-05-03T10:00">3 May</time></p>', "2023-05-03"),
    ],
)
def test_a_date_is_that_of_publication_or_none(tmp_path: Path, line: str, published: str) -> None:
    """Neither a revision, nor a date that the article tells of, nor one that may be read in two ways."""
    source = body("").replace("</h1>", f"</h1>{line}")

    assert read(tmp_path, source).published == published


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("", id="empty"),
        pytest.param("<html><body><div id='root'></div><script>start()</script></body></html>", id="scripts-only"),
        pytest.param("<html>" + " " * MAX_MARKUP + "</html>", id="too-large"),
        pytest.param(body("<br>" * 130_000), id="too-many"),
        pytest.param("<div>" * 10_000 + SENTENCE + "</div>" * 10_000, id="too-deep"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_cure(tmp_path: Path, source: str) -> None:
    """Rather than an Extraction without text or with a part of it."""
    with pytest.raises(UnreadableDocument, match=r"save|open"):
        read(tmp_path, source)


@pytest.mark.slow
@pytest.mark.parametrize(
    "article",
    [
        pytest.param("<p>" + "word and more words here. " * 40_000, id="one-line"),
        pytest.param("<p>" + "a" * 1_000_000, id="one-word"),
        pytest.param("".join(f"<h2>Heading {n} of all</h2>" for n in range(100_000)), id="headings"),
        pytest.param("<div>Some words in it. " * 1_500, id="deep"),
        pytest.param("<ul><li>a" * 1_000, id="deep-lists"),
        pytest.param("".join(f"<li><a href=/{n}>Link {n}</a>" for n in range(50_000)), id="links"),
    ],
)
def test_odd_pages_end_in_time(tmp_path: Path, article: str) -> None:
    """Each in under ten seconds, as text."""
    begun = time.process_time()

    assert "shelter in Kora" in read(tmp_path, body(article)).text
    assert time.process_time() - begun < 10


def test_an_empty_table_is_no_damage(tmp_path: Path) -> None:
    """Nothing is read of it, and all of the page around it."""
    table = "<table><tr><th></th><th></th></tr><tr><th></th><th></th></tr></table>"

    assert read(tmp_path, body(table)).text == read(tmp_path, body("")).text


def test_cells_keep_the_signs_of_numbers_and_the_numbers_of_items(tmp_path: Path) -> None:
    """A number below zero is no list item."""
    rows = "<tr><td>Change</td><td>- 12</td></tr><tr><td>Beds</td><td><ol><li>warm</li><li>dry</li></ol></td></tr>"

    assert "Change | - 12\n\nBeds | 1. warm; 2. dry" in read(tmp_path, body(f"<table>{rows}</table>")).text
