"""A PDF reads as its pages do: in order, whole paragraphs, without running headers and footers."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from corpus.loaders.base import Extraction, UnreadableDocument
from corpus.loaders.pdf.document import MASTHEAD_END, read_pdf
from drivers.browsing import chromium

REAL = Path(__file__).parents[4] / "shared" / "data" / "un_pdf"
END = re.compile(r"[.!?:;…][\"'”’»)\]]*$")

# A text with its distance from the left and from the top of a page of A4, in points, its size, and its weight.
Text = tuple[str, float, float] | tuple[str, float, float, float] | tuple[str, float, float, float, str]
Read = Callable[..., Extraction]

BODY = (
    "The programme helped many persons in the",
    "first year of its work, and in the second it",
    "opened two centres for them.",
)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that writes a PDF of pages of placed texts, and reads it."""

    def write_and_read(*pages: Sequence[Text], **metadata: str) -> Extraction:
        file = tmp_path / "written.pdf"
        with PdfPages(file, metadata=metadata) as pdf:
            for page in pages:
                figure = Figure(figsize=(595 / 72, 842 / 72))
                for text, left, top, *style in page:
                    size, weight = [*style, *(10, "normal")[len(style) :]]
                    figure.text(left / 595, 1 - top / 842, text, size=size, weight=weight, parse_math=False)
                pdf.savefig(figure)
        return read_pdf(file)

    return write_and_read


def paragraph(*lines: str, left: float = 70, top: float = 150) -> list[Text]:
    """Return the lines of a paragraph one below the other."""
    return [(line, left, top + 12 * number) for number, line in enumerate(lines)]


def test_lines_become_paragraphs_where_the_space_between_them_is_wide(read: Read) -> None:
    """Each paragraph is one line of the text."""
    found = read([*paragraph(*BODY), *paragraph("It was the first of its kind.", top=200)])

    assert found.text == f"{' '.join(BODY)}\n\nIt was the first of its kind."


def test_a_hyphen_goes_only_where_the_joined_word_is_right(read: Read) -> None:
    """A word broken at a line's end is joined; a compound, a range and an open hyphen keep theirs."""
    found = read(
        paragraph(
            "For a long time and a term they had been traf-",
            "ficked and asked the counter-",
            "trafficking police in 2023-",
            "2024 for short- and long-",
            "term help, data-",
            "and knowledge-sharing.",
        )
    )

    assert found.text == (
        "For a long time and a term they had been trafficked and asked the counter-trafficking police in "
        "2023-2024 for short- and long-term help, data- and knowledge-sharing."
    )


def test_two_columns_are_read_one_after_the_other(read: Read) -> None:
    """A heading over both stands before them, and a paragraph goes on from the foot of the first column."""
    left = [f"Left {word} is a line of the first column" for word in ("one", "two", "three", "four", "five")]
    right = [f"right {word} is a line of the second one" for word in ("six", "seven", "eight", "nine", "ten")]
    found = read([("A title over both of the columns", 70, 100, 18), *paragraph(*left), *paragraph(*right, left=320)])

    assert found.title == "A title over both of the columns"
    assert found.text == " ".join([*left, *right])


def test_headings_are_told_by_size_and_weight(read: Read) -> None:
    """The largest on page one is the title; others have a level by their rank."""
    found = read(
        [
            ("Help for victims", 70, 80, 20),
            ("Who pays", 70, 120, 14),
            *paragraph(*BODY),
            ("In Ghana", 70, 220, 10, "bold"),
            *paragraph(*BODY, top=250),
        ]
    )

    assert found.title == "Help for victims"
    assert re.findall(r"^#.*", found.text, re.M) == ["### Who pays", "#### In Ghana"]


def test_items_are_lines_of_their_own(read: Read) -> None:
    """Numbers and letters stay as they are, bullets and dashes become hyphens."""
    items = ["1. First of all", "(a) Second", "• Third", "– Fourth"]
    found = read([*paragraph(*BODY), *paragraph(*items, top=186)])

    assert (
        found.text.split("\n", 1)[1].split()
        == " ".join(["1. First of all", "(a) Second", "- Third", "- Fourth"]).split()
    )
    assert {"1. First of all", "(a) Second", "- Third", "- Fourth"} <= set(found.text.split("\n"))


def test_running_lines_go_and_a_paragraph_goes_on_over_the_page(read: Read) -> None:
    """Headers, footers and page numbers are told by place and repetition; pages begin where their first word stands."""
    pages = [
        [
            ("Annual report", 70, 40),
            *paragraph(f"Page {word} tells of the work that was done in", "the years before and it goes on with the"),
            (f"Annual report | {number}", 480, 810),
        ]
        for number, word in enumerate(("one", "two", "three", "four"), 7)
    ]
    found = read(*pages)

    assert "Annual report" not in found.text
    assert not re.search(r"\d", found.text)
    assert [found.text[page:].split()[:2] for page in found.pages] == [
        ["Page", word] for word in ("one", "two", "three", "four")
    ]
    assert found.text.count("\n") == 0


def test_contacts_and_dates_in_margins_stay(read: Read) -> None:
    """A telephone number, an address or a date goes only where every page repeats it."""
    pages = [
        [
            *([("Hotline 0800 123 456", 70, 40)] if number else []),
            *paragraph(*BODY),
            (f"{number + 3} May 2024", 70, 800),
            ("help@example.org", 70, 815),
        ]
        for number in range(5)
    ]
    pages[2].insert(0, ("Call +233 30 274 2930", 70, 20))
    text = read(*pages).text

    assert "Call +233 30 274 2930" in text
    assert text.count("May 2024") == 5
    assert "help@example.org" not in text


def test_marks_of_footnotes_go_and_footnotes_stand_at_the_end_of_their_page(read: Read) -> None:
    """A mark is not glued to the number before it; a paragraph that goes on over the page keeps its parts together."""
    first = [
        *paragraph("They numbered exactly 300 persons in 2024.", "Others came later, and all of them were"),
        ("15", 298, 146, 6),
        ("15", 70, 777, 5),
        ("See the report of the year before.", 78, 780, 8),
    ]
    found = read(first, paragraph("helped by the same people in the end."))

    assert found.text == (
        "15 See the report of the year before.\n\n"
        "They numbered exactly 300 persons in 2024. Others came later, and all of them were helped by the same people "
        "in the end."
    )
    assert found.text[found.pages[1] :].startswith("helped by")


def test_aligned_words_are_rows_of_a_table(read: Read) -> None:
    """Cells are parted by a bar, and a cell of two lines is one."""
    rows = [("Country", "Victims", "Year"), ("Ghana", "120", "2023"), ("Togo", "77", "2024"), ("Mali", "9", "2024")]
    table = [
        (cell, 70 + 120 * column, 300 + 20 * row) for row, cells in enumerate(rows) for column, cell in enumerate(cells)
    ]
    found = read([*paragraph(*BODY), *table, ("(north)", 70, 370)])

    assert found.text.endswith(
        "Country | Victims | Year\n\nGhana | 120 | 2023\n\nTogo | 77 | 2024\n\nMali (north) | 9 | 2024"
    )


@pytest.mark.parametrize("name", ["Microsoft Word - draft.doc", "current.wpf", "A/79/797", "2502112", ""])
def test_a_title_that_is_none_gives_way_to_the_largest_heading(read: Read, name: str) -> None:
    """Names of files, symbols and job numbers are no titles."""
    assert read([("Help for victims", 70, 80, 20), *paragraph(*BODY)], Title=name).title == "Help for victims"


def test_a_title_in_the_metadata_is_taken(read: Read) -> None:
    """It is what the author called the document."""
    assert read([("Brief 7", 70, 80, 20), *paragraph(*BODY)], Title="Help in Ghana").title == "Help in Ghana"


def test_a_paper_of_the_united_nations_tells_its_title_publisher_and_date(read: Read) -> None:
    """The masthead is no title, and the day of distribution counts, not that of the file."""
    found = read(
        [
            ("United Nations", 120, 60, 14),
            ("A/79/797", 450, 60, 10),
            ("General Assembly", 120, 90, 20, "bold"),
            ("Distr.: General", 400, 92),
            ("9 April 2025", 400, 104),
            ("Original: English", 400, 128),
            ("Help for victims", 120, 220, 14, "bold"),
            ("I. Introduction", 120, 260, 14, "bold"),
            *paragraph(*BODY, left=120, top=290),
        ]
    )

    assert (found.title, found.publisher, found.published) == ("Help for victims", "United Nations", "2025-04-09")
    assert found.text.startswith("United Nations\n\nA/79/797\n\nGeneral Assembly")


@pytest.mark.parametrize(
    "above", [("Committee on Shelters", 60, 12, "bold"), ("Resolution adopted by the Assembly", 120, 14, "bold")]
)
def test_a_paper_of_the_united_nations_is_not_named_by_its_organ(
    read: Read, above: tuple[str, float, float, str]
) -> None:
    """The organ stands at the edge in letters as large as the title; a resolution is named by its number and topic."""
    name, left, size, weight = above
    found = read(
        [
            ("General Assembly", 120, 90, 20, "bold"),
            ("Original: English", 400, 128),
            (name, left, 180, size, weight),
            ("78/228. Help for victims", 120, 220, 12, "bold"),
            *paragraph(*BODY, left=120, top=290),
        ]
    )

    assert found.title == "78/228. Help for victims"


def test_other_papers_have_no_publisher_and_the_day_of_the_file(read: Read) -> None:
    """The United Nations are named here, but not as the publisher; the date in the text is not that of the paper."""
    found = read([*paragraph("The United Nations met in Geneva on 9 April 2025 to talk of it.")])

    assert found.publisher == ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found.published)
    assert found.published != "2025-04-09"


def test_text_that_runs_to_the_left_comes_in_logical_order(read: Read) -> None:
    """Hebrew is drawn from the right; numbers and Latin words in it run to the right."""
    logical = "הארגון סייע ל 45 קורבנות בשנת 2023 עם IOM (ראו שם)"

    assert logical in read([(logical, 70, 150), ("Latin text goes on.", 70, 300)]).text


@pytest.mark.browser
def test_arabic_shapes_become_letters(tmp_path: Path) -> None:
    """A page that a browser prints holds joined shapes; numbers and acronyms in it run to the right."""
    paragraph = "في عام 2024، ساعدت المنظمة (IOM) 1,250 ضحية في لبنان، وكلا من 15 بلدا آخر."
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(f"<p dir=rtl lang=ar style=\"font-family:'DejaVu Sans'\">{paragraph}</p>")
        page.pdf(path=tmp_path / "a.pdf")

    assert read_pdf(tmp_path / "a.pdf").text == paragraph


def test_pages_without_text_are_told(read: Read) -> None:
    """A scanned page among others is noted; its offset is that of the next page."""
    found = read(paragraph(*BODY), [], paragraph("The end is here."))

    assert found.notes == ("no text on 1 of 3 pages: 2",)
    assert found.pages[1] == found.pages[2] == found.text.index("The end")


def test_a_scan_is_refused(read: Read) -> None:
    """The error says that it needs OCR."""
    with pytest.raises(UnreadableDocument, match="no text; it is a scan and needs OCR"):
        read([], [])


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """The error names the file and the cure."""
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 and no more")

    with pytest.raises(UnreadableDocument, match="it is damaged or no PDF; open it"):
        read_pdf(tmp_path / "a.pdf")


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    """The error says to save it without its password."""
    key, user = "<" + "41" * 32 + ">", "<" + "42" * 32 + ">"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        f"<</Filter/Standard/V 1/R 2/P -4/O{key}/U{user}>>",
    ]
    body = "%PDF-1.4\n" + "".join(f"{number} 0 obj{text}endobj\n" for number, text in enumerate(objects, 1))
    trailer = f"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[{key}{key}]>>\n%%EOF"
    (tmp_path / "a.pdf").write_text(body + trailer)

    with pytest.raises(UnreadableDocument, match="it is encrypted; save a copy of it without its password"):
        read_pdf(tmp_path / "a.pdf")


def test_text_with_numbers_in_a_margin_is_no_job_number(read: Read) -> None:
    """A line of text at the edge of a page stays whatever its numbers; the number of the print job goes."""
    pages = [
        [
            *paragraph(f"In {2000 + number} it helped {31_506 + number} persons,", *BODY, top=60),
            ("25-02112 (E)" if number == 0 else "25-02112", 480, 810),
        ]
        for number in range(2)
    ]
    text = read(*pages).text

    assert "In 2000 it helped 31506 persons," in text
    assert "In 2001 it helped 31507 persons," in text
    assert "25-02112" not in text


@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason="not part of the project: the real PDFs of the United Nations")
def test_real_papers_read_whole() -> None:
    """All but the scan have a title, a date and text, with no page number and few sentences broken across lines."""
    broken = total = 0
    refused = []
    for file in sorted(REAL.glob("*.pdf")):
        try:
            found = read_pdf(file)
        except UnreadableDocument as error:
            refused.append(str(error))
            continue
        lines = [line for line in found.text.split("\n") if line]
        pages = len(pypdfium2.PdfDocument(file))
        broken += sum(not END.search(line) and after[0].islower() for line, after in pairwise(lines))
        total += len(lines)

        assert found.title
        assert found.published
        assert len(found.pages) == pages
        assert list(found.pages) == sorted(found.pages)
        assert not [line for line in lines if re.fullmatch(rf"\d+/{pages}|Page \d+", line)]

    assert len(refused) == 1
    assert "needs OCR" in refused[0]
    assert broken < 0.01 * total


@pytest.mark.parametrize("stamp", ["{}/3", "Page {} of 3", "Archive {}"])
def test_a_scan_whose_pages_are_stamped_is_refused_as_a_scan(read: Read, stamp: str) -> None:
    """What each page repeats is no text, and no damage either."""
    with pytest.raises(UnreadableDocument, match="no text; it is a scan and needs OCR"):
        read(*([(stamp.format(number), 480, 810)] for number in (1, 2, 3)))


def test_a_stamped_scan_among_pages_of_text_is_told(tmp_path: Path) -> None:
    """The report says that it has no text, but not of a blank page, which has nothing to read but its number."""
    with PdfPages(tmp_path / "a.pdf") as pdf:
        for number in (1, 2, 3):
            figure = Figure(figsize=(595 / 72, 842 / 72))
            for place, line in enumerate(BODY if number == 1 else ()):
                figure.text(0.1, 0.8 - 0.015 * place, line, size=10)
            if number == 2:
                figure.add_axes((0, 0, 1, 1)).imshow([[0, 1], [1, 0]], aspect="auto")
            figure.text(0.8, 0.03, f"{number}/3", size=10)
            pdf.savefig(figure)

    assert read_pdf(tmp_path / "a.pdf").notes == ("no text on 1 of 3 pages: 2",)


def test_the_masthead_in_chinese_ends_with_a_wide_colon() -> None:
    """Below the line that tells the language of the original stands the title, in each language."""
    assert all(MASTHEAD_END.match(line) for line in ("原文：英文", "Original: English", "Chinese only"))
