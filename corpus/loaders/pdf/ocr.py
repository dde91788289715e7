"""Read the pictures of scanned pages by OCR, with the program Tesseract.

In: a page of pypdfium2, and the languages that may be on it. Out: the pieces of its lines.
Left out: which pages are read so (document.py), and pictures on pages that have text.
"""

import os
import subprocess
from math import sqrt

import pypdfium2

from corpus.loaders.isolation import BrokenOff
from corpus.loaders.pdf.page import Line, read_pieces

DPI = 300  # of the picture that Tesseract is given
MOST_PIXELS = 40_000_000  # of it
SECONDS = 60  # for a page
POINTS = 72  # in an inch


def read_picture(page: pypdfium2.PdfPage, languages: str) -> list[Line]:
    """Return the pieces of the lines that are seen on a page; `languages` is one or several, as in `eng+fra`.

    Raises BrokenOff where the program or one of the languages is not installed, or the page takes too long.
    """
    width, height = page.get_size()
    scale = min(DPI / POINTS, sqrt(MOST_PIXELS / (width * height)))
    picture = page.render(scale=scale, grayscale=True).to_numpy()
    rows, columns = picture.shape[:2]
    command = f"tesseract stdin stdout -l {languages} --dpi {scale * POINTS:.0f} -c textonly_pdf=1 pdf".split()
    try:
        ran = subprocess.run(  # noqa: S603 - the languages are a setting, and no text of the file is an argument
            command,
            input=f"P5 {columns} {rows} 255\n".encode() + picture.tobytes(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},  # several files are read at a time
        )
    except FileNotFoundError as error:
        raise BrokenOff("it is a scan, which tesseract would read; install that, or unset WAYMARK_OCR") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise BrokenOff(f"tesseract can't read it: {reason}; see whether it has the languages {languages}") from error
    except subprocess.TimeoutExpired as error:
        raise BrokenOff(f"one of its pages takes tesseract more than {SECONDS} s; leave it out") from error
    # A page with the text where it is seen, which is arranged like any other.
    document = pypdfium2.PdfDocument(ran.stdout)
    try:
        [read] = document
        try:
            return read_pieces(read, is_mapped=True)[0]
        finally:
            read.close()
    finally:
        document.close()
