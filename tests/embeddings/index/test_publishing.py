"""One generation serves, the last ones are kept, and one build runs at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from embeddings import BuildInProgress, Generation, GenerationProblem, current_generation
from embeddings.index.publishing import KEPT_GENERATIONS, build_lock, next_id, set_current
from fakes import HashingEncoder


def test_no_index_yet_is_an_error_with_the_cure(tmp_path: Path) -> None:
    """Where nothing was built, the message names the command that builds."""
    with pytest.raises(GenerationProblem, match="run: waymark index"):
        current_generation(tmp_path)


def test_the_last_generations_are_kept(build: Callable[[], str], root: Path) -> None:
    """The oldest generations are removed, the newest are kept, and numbers go up."""
    ids = [build() for _ in range(KEPT_GENERATIONS + 2)]

    assert sorted(path.name for path in root.iterdir() if path.is_dir()) == ids[-KEPT_GENERATIONS:]
    assert ids == sorted(ids)
    assert next_id(root, "0123456789") == f"{len(ids) + 1:06d}-01234567"


def test_an_earlier_generation_can_serve_again(build: Callable[[], str], root: Path) -> None:
    """A kept generation is complete, so that the index can go back to it."""
    ids = [build(), build()]
    set_current(root, ids[0])

    assert Generation.load(current_generation(root), HashingEncoder()).manifest.id == ids[0]


def test_two_builds_at_once_are_refused(build: Callable[[], str], root: Path) -> None:
    """A second build in the same folder is an error that says to wait, and changes nothing."""
    id = build()

    with build_lock(root), pytest.raises(BuildInProgress, match="wait"):
        build()

    assert current_generation(root).name == id
