"""The rooms import one way: api, qa, embeddings, corpus."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ["api", "qa", "embeddings", "corpus"]  # a package may import those to its right
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def imported_packages(module: Path) -> Iterator[str]:
    """Yield the first part of every module that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downwards(module: Path) -> None:
    """A module imports only its own package and those below it."""
    above = LAYERS[: LAYERS.index(module.relative_to(ROOT).parts[0])]

    assert not set(imported_packages(module)) & set(above)
