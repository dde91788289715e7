"""Fixtures of the tests of the index: build a generation of the three documents."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus import Document
from doubles.fakes import HashingEncoder
from embeddings import build_generation

Build = Callable[..., str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of the index."""
    return tmp_path / "index"


@pytest.fixture
def build(documents: list[Document], root: Path, tmp_path: Path) -> Build:
    """Return a function that builds and publishes a generation and returns its id.

    It may be given an encoder and the options of `build_generation`.
    """

    def build(encoder: HashingEncoder | None = None, **options: Any) -> str:  # noqa: ANN401 - those of build_generation
        cache = tmp_path / "vectors.sqlite"
        return build_generation(documents, encoder or HashingEncoder(), root, cache, created_by="tests", **options)

    return build
