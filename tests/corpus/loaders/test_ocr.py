"""Scanned pages are read by OCR where that is asked for, and told apart."""

from io import BytesIO
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from PIL import Image

from corpus import UnreadableDocument, read_collection
from corpus.documents.collection import Outcome
from corpus.loaders.isolation import BrokenOff
from corpus.loaders.pdf.document import read_pdf

pytestmark = pytest.mark.process

LINES = ("The programme helped many persons in the", "first year. It is called “Second chance”.")


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Return a PDF whose two pages are pictures, one of text and one of nothing."""
    pictures = []
    for lines in (LINES, ()):
        figure = Figure(figsize=(595 / 72, 842 / 72))
        for number, line in enumerate(lines):
            figure.text(0.1, 0.8 - 0.02 * number, line, size=12)
        png = BytesIO()
        figure.savefig(png, dpi=200)
        pictures.append(Image.open(png).convert("L"))
    file = tmp_path / "scans" / "scan.pdf"
    file.parent.mkdir()
    pictures[0].save(file, save_all=True, append_images=pictures[1:], resolution=200)
    return file


def test_a_scan_is_read_by_ocr_and_said_to_be(scan: Path, tmp_path: Path) -> None:
    """Its text is arranged like that of other PDFs, from the cache too; without OCR it is refused."""
    cache = tmp_path / "cache.sqlite"
    read = [read_collection([scan.parent], cache=cache, ocr="eng") for _ in range(2)]
    [refused] = read_collection([scan.parent], cache=cache).reports

    assert read[0] == read[1]
    assert read[0].documents[0].text == " ".join(LINES)
    assert read[0].reports[0].outcome is Outcome.PARTLY
    assert read[0].reports[0].reason == "no text on 1 of 2 pages: 2; read by OCR: 1 of 2 pages: 1"
    assert refused.outcome is Outcome.REFUSED
    assert "WAYMARK_OCR" in refused.reason


def test_a_stamped_scan_is_read_by_ocr(tmp_path: Path) -> None:
    """The number of its page is the only text of its file, but not of its picture."""
    figure = Figure(figsize=(595 / 72, 842 / 72))
    for number, line in enumerate(LINES):
        figure.text(0.1, 0.8 - 0.02 * number, line, size=12)
    png = BytesIO()
    figure.savefig(png, dpi=200)
    page = Figure(figsize=(595 / 72, 842 / 72))
    page.figimage(Image.open(png).convert("L").resize((595, 842)), cmap="gray")
    page.text(0.8, 0.03, "1/1", size=10)
    page.savefig(tmp_path / "scan.pdf", dpi=72)
    with pytest.raises(UnreadableDocument, match="needs OCR"):
        read_pdf(tmp_path / "scan.pdf")

    found = read_pdf(tmp_path / "scan.pdf", ocr="eng")

    assert found.text
    assert found.notes == ("read by OCR: 1 of 1 pages: 1",)


def test_what_is_missing_is_named(scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A language that Tesseract does not have, and the program itself; another run may find them."""
    with pytest.raises(BrokenOff, match="see whether it has the languages xyz"):
        read_pdf(scan, ocr="xyz")
    monkeypatch.setenv("PATH", str(scan.parent))
    with pytest.raises(BrokenOff, match="install that, or unset WAYMARK_OCR"):
        read_pdf(scan, ocr="eng")
    with pytest.raises(UnreadableDocument, match="needs OCR"):
        read_pdf(scan)
