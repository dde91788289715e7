"""How the time to read a file grows with its size, format by format, drawn in `docs/images/growth.png`.

Run as `PYTHONPATH=tests python -m measures.growth`.
"""

import time
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from tempfile import TemporaryDirectory

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from corpus.loaders.files import LOADERS
from doubles.packages import word_paragraph, word_parts, write_package
from rooms import ROOT

PLOT = ROOT / "docs" / "images" / "growth.png"
SIZES = (1, 2, 4, 8)
PARAGRAPHS = 250  # of the smallest file
LINES_A_PAGE = 45


def paragraph(number: int) -> str:
    """Return a paragraph like no other."""
    return (
        f"In {1900 + number % 120} shelter {number} took in {number * 7} persons, as the report (para. {number}) says."
    )


def write_pdf(file: Path, paragraphs: list[str]) -> None:
    """Write paragraphs into a PDF."""
    with PdfPages(file) as pdf:
        for first in range(0, len(paragraphs), LINES_A_PAGE):
            figure = Figure(figsize=(595 / 72, 842 / 72))
            for line, text in enumerate(paragraphs[first : first + LINES_A_PAGE]):
                figure.text(0.1, 0.93 - 0.018 * line, text, size=9)
            pdf.savefig(figure)


def text_writer(before: str, line: str) -> Callable[[Path, list[str]], object]:
    """Return a function that writes paragraphs into a text file."""
    return lambda file, paragraphs: file.write_text(before + "".join(line % text for text in paragraphs))


WRITERS: dict[str, Callable[[Path, list[str]], object]] = {
    "csv": text_writer("Text,Other\n", '"%s",1\n'),
    "docx": lambda file, texts: write_package(file, word_parts("".join(map(word_paragraph, texts)))),
    "html": text_writer("<!doctype html><title>A</title><body><h1>A</h1>", "<p>%s</p>\n"),
    "mail": text_writer("Subject: A\n\n", "%s\n\n"),
    "markdown": text_writer("# A\n\n", "%s\n\n"),
    "pdf": write_pdf,
    "rtf": text_writer(r"{\rtf1\ansi ", "%s\\par\n"),
    "text": text_writer("", "%s\n\n"),
}


def seconds_to_read(format: str, size: int) -> float:
    """Return the processor seconds to read a file of a format, of so many times the smallest size."""
    load = resolve_name(LOADERS[format])
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        WRITERS[format](file, [paragraph(number) for number in range(size * PARAGRAPHS)])
        times = []
        for _ in range(2):
            begin = time.process_time()
            load(file)
            times.append(time.process_time() - begin)
    return min(times)


def main() -> None:
    """Draw a line for each format."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for format in WRITERS:
        axes.plot(SIZES, [seconds_to_read(format, size) for size in SIZES], marker="o", label=format)
    axes.plot(SIZES, [0.01 * size for size in SIZES], linestyle=":", color="grey", label="linear")
    axes.set(xscale="log", yscale="log", xlabel=f"size, in {PARAGRAPHS} paragraphs", ylabel="seconds to read")
    axes.set_xticks(SIZES, map(str, SIZES), minor=False)
    axes.minorticks_off()
    figure.legend(loc="outside right upper")
    figure.savefig(PLOT, dpi=120)


if __name__ == "__main__":
    main()
