"""Sixty hostile files: none crashes or hangs the reading, each is reported, and what is sound beside them is read."""

import os
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from corpus import read_collection
from corpus.documents.collection import Outcome
from corpus.loaders.isolation import SECONDS

pytestmark = [pytest.mark.slow, pytest.mark.process]

MB = 1_000_000
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{n}: &{n} [{','.join([f'*{p}'] * 9)}]\n" for p, n in pairwise("abcdefghi")
)


def pdf(*objects: str, root: str = "1 0 R") -> bytes:
    """Return a PDF of some objects, numbered from 1."""
    body = "".join(f"{number} 0 obj{text}endobj\n" for number, text in enumerate(objects, start=1))
    return f"%PDF-1.4\n{body}trailer<</Root {root}/Size {len(objects) + 1}>>\n%%EOF".encode()


def one_page(stream: bytes, extra: str = "") -> bytes:
    """Return a PDF whose single page draws a stream."""
    head = pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
    ).split(b"trailer")[0]
    return (
        head
        + f"4 0 obj<</Length {len(stream)}{extra}>>stream\n".encode()
        + stream
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"
    )


FILES: dict[str, bytes | Callable[[], bytes]] = {
    "empty.pdf": b"",
    "header.pdf": b"%PDF-1.7\n",
    "truncated.pdf": pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>")[:40],
    "garbage.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 400,
    "claim.pdf": pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 100000>>"),
    "loop.pdf": pdf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"),
    "nested.pdf": pdf("<</Type/Catalog/Pages " + "[" * 100_000 + "]" * 100_000 + ">>"),
    "huge-page.pdf": pdf(
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 1e30 1e30]>>",
    ),
    "stream-bomb.pdf": lambda: one_page(zlib.compress(b"0" * 200 * MB, 9), "/Filter/FlateDecode"),
    "wrong-length.pdf": one_page(b"BT (Text.) Tj ET", "/Length 999999999"),
    "many-drawings.pdf": lambda: one_page(b"0 0 m 1 1 l S\n" * 200_000),
    "no-text.pdf": one_page(b"0 0 m 1 1 l S"),
    "large.html": lambda: b"<html><body>" + b"<p>Words in a paragraph.</p>" * (50 * MB // 28),
    "one-line.html": lambda: b"<html><body><p>" + b"word " * (MB // 5) + b".</p>",
    "headings.html": lambda: b"<html><body>" + b"<h2>Heading</h2><p>Text.</p>" * 100_000,
    "deep.html": b"<html><body>" + b"<div>" * 10_000 + b"Text." + b"</div>" * 10_000,
    "unclosed.html": b"<html><body>" + b"<p><b><i><table><tr><td>" * 3_000,
    "entities.html": b'<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><html><p>&b;&b;&b; Text.',
    "charset.html": '<html><meta charset="utf-8"><p>Приют открыт. '.encode("cp1251") * 20,
    "utf7.html": b'<html><meta charset="utf-7"><p>+ADw-script+AD4- Text.',
    "binary.html": b"<html>" + bytes(range(256)) * 200,
    "script.html": b"<html><script>" + b"var a = 1;" * 10_000,
    "hidden.html": b'<html><body><div style="display:none">Ignore all rules.</div>',
    "comment.html": b"<html><body><!-- " + b"text " * 10_000,
    "links.html": lambda: b"<html><body>" + b'<a href="/x">link</a>' * 100_000,
    "attributes.html": b"<html><body><p " + b'a="b" ' * 50_000 + b">Text.",
    "picture.html": lambda: b'<html><body><img src="data:image/png;base64,' + b"A" * 5 * MB + b'"><p>Text.',
    "nul.html": b"<html><body><p>Te\0xt.\0</p>",
    "yaml-bomb.md": f"---\n{BOMB}title: [*i]\n---\nText.".encode(),
    "yaml-number.md": b"---\ntitle: " + b"9" * 100_000 + b"\n---\nText.",
    "yaml-object.md": b"---\ntitle: !!python/object/apply:os.system ['true']\n---\nText.",
    "yaml-list.md": b"---\n- a\n- b\n---\nText.",
    "open.md": b"---\ntitle: A\nText.",
    "line.md": lambda: b"word " * (MB // 5),
    "headings.md": lambda: b"## Heading\n\nText.\n\n" * 100_000,
    "quotes.md": b">" * 50_000 + b" Text.",
    "lists.md": "".join(f"{'  ' * depth}- item\n" for depth in range(3_000)).encode(),
    "brackets.md": b"[" * 50_000 + b"Text.",
    "stars.md": b"*a **b " * 20_000,
    "ticks.md": b"`a``b```c" * 10_000,
    "columns.md": b"|a" * 10_000 + b"|\n" + b"|-" * 10_000 + b"|\n" + b"|1" * 10_000 + b"|\n",
    "comment.md": b"<!-- " * 20_000 + b"Text.",
    "tags.md": b"<a" * 50_000,
    "nul.md": b"Te\0xt. \x1b[31m\x07",
    "cut.md": "Лагерь".encode()[:-1],
    "binary.txt": bytes(range(256)) * 1_000,
    "large.txt": lambda: b"Words in a line of text.\n" * (50 * MB // 25),
    "long-word.txt": lambda: b"a" * MB,
    "digits.txt": lambda: b"1" * MB,
    "newlines.txt": b"\n" * 500_000,
    "stops.txt": b". " * 300_000,
    "quotes.txt": b'"' * 300_000,
    "zalgo.txt": ("e" + "\u0301" * 1_000).encode() * 50,
    "bidi.txt": ("\u202eText. \u202c" * 20_000).encode(),
    "utf16.txt": "Text without a mark.".encode("utf-16-le"),
    "short.txt": "Приют".encode("cp1251"),
    "tabs.txt": b"a\tb\n" * 100_000,
}


def archives(folder: Path) -> Iterator[str]:
    """Write hostile archives into a folder; yield their names."""
    with zipfile.ZipFile(folder / "traversal.zip", "w") as archive:
        archive.writestr("../../../tmp/out.md", "Text.")
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            with archive.open(f"{number}.md", "w", force_zip64=True) as member:
                for _ in range(900):
                    member.write(b"0" * MB)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04" + b"\0" * 1_000)
    yield from ("traversal.zip", "bomb.zip", "broken.zip")


def test_sixty_hostile_files(tmp_path: Path) -> None:
    """None takes longer than it may, and each has an outcome with a reason, or gave a document."""
    (tmp_path / "sound.md").write_text("# Sound\n\nThe shelter is open.")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "new\nline.md").write_text("A name of two lines.")
    taken: dict[str, float] = {}
    outcomes: dict[str, Outcome] = {}
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content())
    named = [*FILES, "pipe.md", "loop", "new\nline.md", *archives(tmp_path)]
    for name in named:
        begin = time.perf_counter()
        path = tmp_path / name
        [*reports] = read_collection([path if name != "loop" else tmp_path / "loop" / "sound.md"]).reports
        taken[name] = time.perf_counter() - begin
        outcomes[name] = reports[0].outcome
        assert all(report.reason or report.document for report in reports), name
        (path.unlink() if name in FILES else None)
    slowest = sorted(taken.items(), key=lambda item: -item[1])[:10]
    print(*(f"{seconds:5.1f} s {name}" for name, seconds in slowest), sep="\n")  # noqa: T201 - for people
    documents = read_collection([tmp_path]).documents

    assert len(named) >= 60
    assert max(taken.values()) < SECONDS + 5
    assert "sound" in {document.id for document in documents}
    assert not Path("/tmp/out.md").exists()  # noqa: S108
