"""Tables are read row by row, each cell with its heading, wherever the headings stand."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from corpus import UnreadableDocument
from corpus.loaders.office import packages, tables
from corpus.loaders.office.tables import read_csv, read_xlsx
from corpus.loaders.rows import row_lines
from corpus.loaders.texts import GUESSED_FROM


def test_headings_are_found_below_titles() -> None:
    """Titles, sources and labels of groups are lines of their own."""
    rows = [
        ["Assisted persons", "", ""],
        ["", "", ""],
        ["Country", "2016", "2017"],
        ["West Africa", "", ""],
        ["Ghana", "311", "402"],
        ["Source: survey", "", ""],
    ]

    assert row_lines(rows, headed=True) == [
        "Assisted persons",
        "West Africa",
        "Country: Ghana | 2016: 311 | 2017: 402",
        "Source: survey",
    ]


@pytest.mark.parametrize(
    ("rows", "headed", "lines"),
    [
        ([["Oslo", "12"], ["Bergen", "7"]], True, ["Oslo | 12", "Bergen | 7"]),
        ([["2016", "311"], ["2017", "402"]], True, ["2016 | 311", "2017 | 402"]),
        ([["Ama", "a@x.org"], ["Kofi", "k@x.org"]], True, ["Ama | a@x.org", "Kofi | k@x.org"]),
        ([["Name", "City"], ["Ama", "Accra"]], False, ["Name | City", "Ama | Accra"]),
        ([["Name", "City"], ["Ama", "Accra"]], True, ["Name: Ama | City: Accra"]),
        ([["Name", "Men"], ["Ama", "3"]], False, ["Name: Ama | Men: 3"]),
    ],
)
def test_a_first_row_of_values_is_none_of_headings(rows: list[list[str]], headed: bool, lines: list[str]) -> None:
    """Numbers, years among years and addresses are values; two columns of words may be labels and values."""
    assert row_lines(rows, headed=headed) == lines


def test_blank_rows_part_tables() -> None:
    """The next has headings of its own, or goes on with those above."""
    rows = [["Year", "Men"], ["2016", "311"], [""], ["2017", "402"], [""], ["City", "Beds"], ["Oslo", "12"]]

    assert row_lines(rows, headed=True) == [
        "Year: 2016 | Men: 311",
        "Year: 2017 | Men: 402",
        "City: Oslo | Beds: 12",
    ]


def test_semicolons_in_windows_encoding_below_a_title(tmp_path: Path) -> None:
    """As spreadsheet programs write them in Europe; the note tells the encoding that was guessed."""
    source = "Personnes aidées, par pays\r\nPays;Année;Montant\r\n"
    source += 'Sénégal;2016;1 250,50\r\nBénin;2017;900,00\r\nGuinée équatoriale;2017;"à l\'étude; près de 3"\r\n'
    (tmp_path / "a.csv").write_bytes(source.encode("cp1252"))
    read = read_csv(tmp_path / "a.csv")

    assert len(source) >= GUESSED_FROM
    assert read.text.split("\n\n") == [
        "Personnes aidées, par pays",
        "Pays: Sénégal | Année: 2016 | Montant: 1 250,50",
        "Pays: Bénin | Année: 2017 | Montant: 900,00",
        "Pays: Guinée équatoriale | Année: 2017 | Montant: à l'étude; près de 3",
    ]
    assert "encoding" in read.notes[0]


@pytest.mark.parametrize(
    "source", ['Year,Note\n2016,"one,\ntwo"\n', "Year\tNote\n2016\tone, two\n", "sep=|\nYear|Note\n2016|one, two\n"]
)
def test_any_delimiter_is_found(tmp_path: Path, source: str) -> None:
    """Commas, tabs, or one that the first line names; a cell may hold line breaks."""
    (tmp_path / "a.csv").write_text(source, encoding="utf-8")

    assert read_csv(tmp_path / "a.csv").text == "Year: 2016 | Note: one, two"


def test_long_tables_are_cut_with_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As are workbooks, over all their sheets."""
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    (tmp_path / "a.csv").write_text("Year,Men\n2016,311\n2017,402\n2018,12\n", encoding="utf-8")
    book = workbook(tmp_path, [["Year", "Men"], [2016, 311], [2017, 402], [2018, 12]])

    for read in (read_csv(tmp_path / "a.csv"), read_xlsx(book)):
        assert read.text.endswith("Year: 2017 | Men: 402")
        assert read.notes == ("only its first 3 rows were read; split it",)


def test_a_damaged_table_is_refused(tmp_path: Path) -> None:
    """With the line."""
    (tmp_path / "a.csv").write_text('Year,Men\n"' + "a" * 200_000, encoding="utf-8")
    with pytest.raises(UnreadableDocument, match="line 2"):
        read_csv(tmp_path / "a.csv")


def workbook(folder: Path, *sheets: Sequence[Sequence[object]]) -> Path:
    """Write a workbook whose sheets have such rows."""
    book = Workbook()
    del book["Sheet"]
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Part {number}")
        for row in rows:
            sheet.append(row)
    book.properties.title = "Figures"
    book.properties.modified = datetime(2024, 5, 3)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def test_values_of_workbooks_read_as_they_are_shown(tmp_path: Path) -> None:
    """Dates as ISO, whole numbers without a point, shares in per cent; each sheet has a heading."""
    file = workbook(
        tmp_path,
        [["Figures of 2024"], ["Day", "Men", "Cost", "Share"], [date(2024, 5, 3), 3.0, 0.1 + 0.2, 0.07]],
        [["Open", "Seen", "Name"], [True, datetime(2024, 5, 3, 9, 30), "Café\nBleu"]],
    )
    book = tables.load_workbook(file)
    book["Part 1"]["D3"].number_format = "0%"
    book.save(file)
    read = read_xlsx(file)

    assert read.text.split("\n\n") == [
        "## Part 1",
        "Figures of 2024",
        "Day: 2024-05-03 | Men: 3 | Cost: 0.3 | Share: 7%",
        "## Part 2",
        "Open: TRUE | Seen: 2024-05-03 09:30 | Name: Café Bleu",
    ]
    assert read.title == "Figures"
    assert not read.notes


def test_formulas_and_hidden_sheets_are_told(tmp_path: Path) -> None:
    """A formula is what it last came to; one without a result has a note, and so has a hidden sheet."""
    file = workbook(tmp_path, [["Year", "City", "Men"], [2016, "Accra", "=1+2"]], [["Secret"]])
    book = tables.load_workbook(file)
    book["Part 2"].sheet_state = "hidden"
    book.save(file)
    read = read_xlsx(file)

    assert read.text == "## Part 1\n\nYear: 2016 | City: Accra"
    assert ["1 formulas were never calculated" in read.notes[0], "hidden sheet Part 2" in read.notes[1]] == [True, True]
    change(file, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>3</v>")
    change(file, "xl/worksheets/sheet1.xml", b"<v />", b"<v>3</v>")
    assert read_xlsx(file).text == "## Part 1\n\nYear: 2016 | City: Accra | Men: 3"


def change(file: Path, part: str, old: bytes, new: bytes) -> None:
    """Replace bytes of a part of a package."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_bomb_in_a_workbook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is parsed."""
    monkeypatch.setattr(packages, "MAX_UNPACKED", 10_000)
    file = workbook(tmp_path, [["Year", "Men"], *[[number, number] for number in range(1_000)]])
    with pytest.raises(UnreadableDocument, match="unpacks to more than"):
        read_xlsx(file)


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    """Its parser would expand them."""
    file = workbook(tmp_path, [["Year", "Men"]])
    change(file, "xl/workbook.xml", b"<workbook", b'<!DOCTYPE w [<!ENTITY a "b">]><workbook')
    with pytest.raises(UnreadableDocument, match="entities"):
        read_xlsx(file)
