"""Measure what `waymark index` costs anew, after a change of one page in a hundred, and after none.

In: a file of JSON lines with the `text` of pages, and how many of them to take. Out: rows of a table.
Run as `PYTHONPATH=tests python -m measures.indexing_speed PAGES.jsonl.gz 5000`, with an encoder in `WAYMARK_VAR`.
"""

import gzip
import json
import os
import subprocess
import sys
import time
from html import escape
from itertools import islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory

from qa.settings import Settings


def write_page(folder: Path, number: int, text: str) -> None:
    """Write a page into a folder, in one of three formats by turns."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    html = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    name, content = (
        ("html", f"<!doctype html><title>Page {number}</title><body><h1>Page {number}</h1>{html}</body>"),
        ("md", f"# Page {number}\n\n" + "\n\n".join(paragraphs)),
        ("txt", text),
    )[number % 3]
    (folder / f"page-{number}.{name}").write_text(content, encoding="utf-8")


def cost_of_index(folder: Path, var: Path) -> tuple[float, float]:
    """Return the seconds that `waymark index` takes as a command, and those of processors, which others don't delay."""
    begin, before = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
    command = [sys.executable, "-c", "from qa.cli.app import app; app()", "index", str(folder)]
    subprocess.run(command, env=os.environ | {"WAYMARK_VAR": str(var)}, check=True)
    after = getrusage(RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begin, busy


def main(file: str, pages: str) -> None:
    """Index pages anew, after a change, and unchanged."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, int(pages))]
    with TemporaryDirectory() as temporary:
        var, folder = Path(temporary) / "var", Path(temporary) / "pages"
        var.mkdir()
        folder.mkdir()
        (var / "models").symlink_to(Settings().models.resolve())
        for number, text in enumerate(texts):
            write_page(folder, number, text)
        whole, busy_whole = cost_of_index(folder, var)
        print(f"| {len(texts):,} pages anew | {whole:.1f} | {busy_whole:.1f} | |", flush=True)
        for changed in (range(0, len(texts), 100), ()):
            for number in changed:
                write_page(folder, number, f"{texts[number]}\n\nIt was written on another day.")
            seconds, busy = cost_of_index(folder, var)
            row = f"| {len(changed)} of them changed | {seconds:.1f} | {busy:.1f} | {busy / busy_whole:.1%} |"
            print(row, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
