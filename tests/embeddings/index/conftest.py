"""Fixtures of the tests of the index: build a generation of the three documents."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus import Document
from embeddings import IndexPlan, build_generation
from embeddings.index.faiss_index import EXACT
from fakes import HashingEncoder

Build = Callable[..., str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of the index."""
    return tmp_path / "index"


@pytest.fixture
def build(documents: list[Document], root: Path, tmp_path: Path) -> Build:
    """Return a function that builds and publishes a generation and returns its id.

    It may be given an encoder, the address of Milvus, up to how many passages a search is exact, and the options of
    `build_generation`.
    """

    def build(
        encoder: HashingEncoder | None = None,
        vectors: str = "",
        exact: int = EXACT,
        **options: Any,  # noqa: ANN401 - those of build_generation
    ) -> str:
        plan = IndexPlan(
            encoder or HashingEncoder(), root, tmp_path / "vectors.sqlite", "tests", vectors=vectors, exact=exact
        )
        return build_generation(documents, plan, **options)

    return build
