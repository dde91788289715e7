"""Faults for tests: folders that are read-only, a full disk, files that are damaged, an index of an older form."""

import ctypes
import hashlib
import json
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from embeddings.index.generation import read_documents
from embeddings.index.manifest import MANIFEST

CAPABILITY_VERSION = 0x20080522  # of capget(2) and capset(2)
DAC_OVERRIDE = 1 << 1  # the capability of the superuser to write where the permissions forbid it


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Forbid to write to a folder and all in it, to the superuser too, as long as this thread is in the block."""
    modes = {path: path.stat().st_mode for path in [folder, *folder.rglob("*")]}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    header, before, data = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION), (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None)
    libc.capget(header, before)
    data[:] = [before[0] & ~DAC_OVERRIDE, *before[1:]]
    libc.capset(header, data)
    try:
        yield
    finally:
        libc.capset(header, before)
        for path, mode in modes.items():
            path.chmod(mode)


@contextmanager
def full_disk(free: int) -> Iterator[None]:
    """Let no file grow beyond this number of bytes, as long as this process is in the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def truncate(file: Path) -> None:
    """Cut a file in half."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip_bit(file: Path, place: float = 0.5) -> None:
    """Change one bit of a file, at a place between 0 and 1."""
    content = bytearray(file.read_bytes())
    content[int(len(content) * place)] ^= 0x10
    file.write_bytes(content)


def make_older(folder: Path) -> None:
    """Have a generation be of the first form, which held its documents as JSON lines."""
    lines = [json.dumps(asdict(document)) for document in read_documents(folder).values()]
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    shutil.rmtree(folder)
    folder.mkdir()
    content = "\n".join(lines).encode()
    (folder / "documents.jsonl").write_bytes(content)
    changed = {"format": 1, "checksums": {"documents.jsonl": hashlib.sha256(content).hexdigest()}}
    (folder / MANIFEST).write_text(json.dumps(manifest | changed), encoding="utf-8")
