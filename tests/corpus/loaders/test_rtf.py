"""Rich text is read in the encoding that it names, without what is not shown."""

from pathlib import Path

import pytest

from corpus import UnreadableDocument
from corpus.loaders.office import rtf
from corpus.loaders.office.rtf import read_rtf


def rich(folder: Path, body: bytes, head: bytes = rb"\ansi\ansicpg1252") -> Path:
    """Write rich text."""
    (folder / "a.rtf").write_bytes(rb"{\rtf1" + head + b" " + body + b"}")
    return folder / "a.rtf"


@pytest.mark.parametrize("escaped", [True, False])
def test_russian_is_read_in_its_encoding(tmp_path: Path, escaped: bool) -> None:
    """Its letters are written as digits, or as the bytes that they stand for; its title too."""
    words = [text.encode("cp1251") for text in ("Приют", "Открыт в 2018 году.")]
    title, text = (b"".join(rb"\'%02x" % byte for byte in word) if escaped else word for word in words)
    body = rb"{\info{\title " + title + rb"}{\revtim\yr2024\mo5\dy3}}\pard " + text + rb"\par"
    read = read_rtf(rich(tmp_path, body, rb"\ansi\ansicpg1251"))

    assert (read.text, read.title, read.published) == ("Открыт в 2018 году.", "Приют", "2024-05-03")


def test_headings_lists_and_tables_are_lines(tmp_path: Path) -> None:
    """Marks of lists in both ways of writing them; a cell may hold several paragraphs."""
    body = rb"""\pard\outlinelevel0 Needs\par\pard It offers:\par
    {\pntext\'B7\tab}beds\par{\listtext a)\tab}food\par
    \trowd\cellx1\cellx2\cellx3\intbl Year\cell Men\cell Women\cell\row\trowd 2016\cell 311\par or 312\cell 290\cell\row
    \pard After.\par"""
    read = read_rtf(rich(tmp_path, body.replace(b"\n    ", b"\n")))

    assert (read.title, read.text.split("\n")) == (
        "Needs",
        ["It offers:", "- beds", "- a) food", "", "Year: 2016 | Men: 311 or 312 | Women: 290", "", "After."],
    )


def test_what_is_not_shown_is_no_text(tmp_path: Path) -> None:
    """Hidden and deleted text, addresses of links and pictures; of footnotes a note tells."""
    picture = b"{\\pict\\pngblip " + b"0f" * 600 + b"\\bin4 {{{{}"
    link = rb'{\field{\*\fldinst{HYPERLINK "https://example.org"}}{\fldrslt{the site}}}'
    body = rb"One{\v hidden}{\deleted old}{\footnote Aside.}, see " + link + b"." + picture + rb"\par Two.\par"
    read = read_rtf(rich(tmp_path, body))

    assert read.text == "One, see the site.\n\nTwo."
    assert read.notes == (rtf.NOT_READ,)


def test_too_much_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures do not count."""
    monkeypatch.setattr(rtf, "MAX_BYTES", 1_000)
    assert read_rtf(rich(tmp_path, b"Text.{\\pict " + b"0f" * 2_000 + b"}")).text == "Text."
    with pytest.raises(UnreadableDocument, match="split it"):
        read_rtf(rich(tmp_path, b"Text. " * 1_000))
