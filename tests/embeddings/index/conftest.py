"""Fixtures of the tests of the index: build a generation of the three documents."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus import Document
from doubles.fakes import HashingEncoder
from embeddings import Generation, IndexPlan, build_generation
from embeddings.models.cache import Progress

Build = Callable[..., str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of the index."""
    return tmp_path / "index"


@pytest.fixture
def build(documents: list[Document], root: Path, tmp_path: Path) -> Build:
    """Return a function that builds and publishes a generation and returns its id.

    It may be given an encoder, what `build_generation` may be given, and the options of the plan.
    """

    def build(
        encoder: HashingEncoder | None = None,
        check: Callable[[Generation], None] = lambda generation: None,
        progress: Progress = lambda done, total: None,
        **options: Any,  # noqa: ANN401 - those of the plan
    ) -> str:
        plan = IndexPlan(encoder or HashingEncoder(), root, tmp_path / "vectors.sqlite", "tests", **options)
        return build_generation(documents, plan, check=check, progress=progress)

    return build
