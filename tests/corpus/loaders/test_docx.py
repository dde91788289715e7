"""Documents of word processors are read as they stand with all changes accepted."""

from pathlib import Path

import pytest

from corpus.loaders.office.docx import read_docx
from doubles.packages import word_paragraph, word_parts, word_table, write_package


def text_of(folder: Path, body: str, **others: str) -> str:
    """Return the text that is read of a body."""
    return read_docx(write_package(folder / "a.docx", word_parts(body, **others))).text


def style(name: str) -> str:
    """Return the properties of a paragraph of a style."""
    return f'<w:pStyle w:val="{name}"/>'


def item(number: int, depth: int = 0) -> str:
    """Return the properties of a paragraph in a list."""
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'


def test_headings_are_told_by_their_styles_in_any_language(tmp_path: Path) -> None:
    """Ids of styles are translated; a style of one's own inherits its level; a table of contents is no text."""
    body = (
        word_paragraph("A plan for shelters", style("Titel"))
        + word_paragraph("Needs 3", style("Verzeichnis1"))
        + word_paragraph("Needs", style("berschrift1"))
        + word_paragraph("Forty beds are missing.")
        + word_paragraph("Costs", style("Eigene"))
        + word_paragraph("Norway pays.", '<w:outlineLvl w:val="9"/>')
    )
    read = read_docx(write_package(tmp_path / "a.docx", word_parts(body, title="Document1")))

    assert read.text == "## Needs\n\nForty beds are missing.\n\n## Costs\n\nNorway pays."
    assert (read.title, read.published) == ("A plan for shelters", "2024-05-03")


@pytest.mark.parametrize(
    ("told", "title"), [("A plan", "A plan"), ("Microsoft Word - plan_v3.doc", "Needs"), ("", "Needs")]
)
def test_without_a_title_of_its_own_it_has_that_of_its_properties(tmp_path: Path, told: str, title: str) -> None:
    """One that a program gave is none; then the heading at the top is."""
    body = word_paragraph("Needs", style("berschrift1")) + word_paragraph("Forty beds are missing.")

    assert read_docx(write_package(tmp_path / "a.docx", word_parts(body, title=told))).title == title


def test_nested_lists_count_as_the_page_shows(tmp_path: Path) -> None:
    """Bullets, numbers and letters; an inner list begins anew below each item."""
    body = (
        word_paragraph("It offers:", "")
        + word_paragraph("shelter;", style("Liste"))
        + word_paragraph("apply", item(2))
        + word_paragraph("in person", item(2, 1))
        + word_paragraph("by mail", item(2, 1))
        + word_paragraph("wait", item(2))
        + word_paragraph("at home", item(2, 1))
        + word_paragraph("no item", item(0))
    )

    assert text_of(tmp_path, body).split("\n") == [
        "It offers:",
        "- shelter;",
        "1. apply",
        "- 1.a) in person",
        "- 1.b) by mail",
        "2. wait",
        "- 2.a) at home",
        "",
        "no item",
    ]


def test_a_table_stands_where_it_stood(tmp_path: Path) -> None:
    """Between its paragraphs, each row by itself with its headings."""
    body = word_paragraph("Before.") + word_table("Year|Assisted", "2016|311", "2017|402") + word_paragraph("After.")

    assert text_of(tmp_path, body) == "Before.\n\nYear: 2016 | Assisted: 311\n\nYear: 2017 | Assisted: 402\n\nAfter."


def test_labels_and_values_are_no_headings(tmp_path: Path) -> None:
    """A form of two columns has its labels on the left, unless the first row is marked as headings."""
    form = word_table("Donor|Norway", "Partner|A shelter in Accra")
    marked = form.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1)

    assert text_of(tmp_path, form) == "Donor | Norway\n\nPartner | A shelter in Accra"
    assert text_of(tmp_path, marked) == "Donor: Partner | Norway: A shelter in Accra"


def test_merged_cells_stand_in_each_row(tmp_path: Path) -> None:
    """A cell that goes over rows is in each of them, and one over columns leaves the others in theirs."""
    span = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    first, goes_on = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>"
    table = word_table("Country|Year|Men|Women", "Ghana|2016|311|290", "|2017|402", "Togo|none|8")
    table = table.replace(f"<w:tc>{word_paragraph('Ghana')}", f"<w:tc>{first}{word_paragraph('Ghana')}")
    table = table.replace(f"<w:tc>{word_paragraph('')}", f"<w:tc>{goes_on}{word_paragraph('')}")
    table = table.replace(f"<w:tc>{word_paragraph('none')}", f"<w:tc>{span}{word_paragraph('none')}")

    assert text_of(tmp_path, table).split("\n\n") == [
        "Country: Ghana | Year: 2016 | Men: 311 | Women: 290",
        "Country: Ghana | Year: 2017 | Men: 402",
        "Country: Togo | Year: none | Women: 8",
    ]


def test_a_frame_of_one_cell_is_no_table(tmp_path: Path) -> None:
    """Its paragraphs are, and a table in a cell is part of it."""
    frame = f"<w:tbl><w:tr><w:tc>{word_paragraph('One.')}{word_table('Year|Men', '2016|311')}</w:tc></w:tr></w:tbl>"

    assert text_of(tmp_path, frame) == "One.\n\nYear: 2016 | Men: 311"


def test_tracked_changes_are_accepted(tmp_path: Path) -> None:
    """What was inserted or moved here is read, what was deleted or moved away is not."""
    body = (
        "<w:p><w:r><w:t xml:space='preserve'>The shelter has </w:t></w:r>"
        "<w:del><w:r><w:delText>30</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>40</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> beds.</w:t></w:r></w:p>"
        f"<w:moveFrom>{word_paragraph('Moved.')}</w:moveFrom><w:moveTo>{word_paragraph('Moved.')}</w:moveTo>"
    )

    assert text_of(tmp_path, body) == "The shelter has 40 beds.\n\nMoved."


def test_text_boxes_are_read_once(tmp_path: Path) -> None:
    """Behind their paragraph, though programs write them twice."""
    box = f"<w:txbxContent>{word_paragraph('Call 0800 123 456.')}</w:txbxContent>"
    alternate = (
        f"<m:AlternateContent xmlns:m='m'><m:Choice>{box}</m:Choice><m:Fallback>{box}</m:Fallback></m:AlternateContent>"
    )
    body = f"<w:p><w:r><w:t>The hotline is</w:t></w:r><w:r>{alternate}</w:r><w:r><w:t> free.</w:t></w:r></w:p>"

    assert text_of(tmp_path, body) == "The hotline is free.\n\nCall 0800 123 456."


def test_comments_and_hidden_text_are_none(tmp_path: Path) -> None:
    """Nor are the codes of fields."""
    body = (
        "<w:p><w:commentRangeStart w:id='1'/><w:r><w:t>Shown.</w:t></w:r><w:r><w:commentReference w:id='1'/></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden.</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t> Not hidden.</w:t></w:r></w:p>"
    )
    comments = f"<w:comment w:id='1'>{word_paragraph('A secret.')}</w:comment>"

    assert text_of(tmp_path, body, comments=comments) == "Shown. Not hidden."


def test_footnotes_and_numbers_to_call_in_footers_stand_at_the_end(tmp_path: Path) -> None:
    """The mark of a footnote is no part of its sentence; page numbers and names in footers are no text."""
    body = "<w:p><w:r><w:t>It lasts 45 days.</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    notes = (f"<w:footnote w:id='{id}'>{word_paragraph(text)}</w:footnote>" for id, text in ((0, "?"), (2, "Act 3.")))
    footer = word_paragraph("Page 1") + word_paragraph("Helpline: 0800 123 456")

    assert text_of(tmp_path, body, footnotes="".join(notes), footer=footer).split("\n\n") == [
        "It lasts 45 days.",
        "Act 3.",
        "Helpline: 0800 123 456",
    ]
