"""Fixtures of the tests of the index: build a generation of the three documents."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import Document
from embeddings import build_generation
from fakes import HashingEncoder

Build = Callable[..., str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of the index."""
    return tmp_path / "index"


@pytest.fixture
def build(documents: list[Document], root: Path, tmp_path: Path) -> Build:
    """Return a function that builds and publishes a generation and returns its id; it may be given an encoder."""

    def build(encoder: HashingEncoder | None = None) -> str:
        cache = tmp_path / "vectors.sqlite"
        return build_generation(documents, encoder or HashingEncoder(), root, cache, created_by="tests")

    return build
