"""One generation serves, the last ones are kept, and one build runs at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from doubles.fakes import HashingEncoder
from doubles.faults import flip_bit
from embeddings import BuildInProgress, GenerationProblem, current_generation, earlier_generations
from embeddings.index.publishing import CURRENT, KEPT_GENERATIONS, build_lock, generations, next_id, roll_back

Build = Callable[..., str]


def names(folders: list[Path]) -> list[str]:
    """Return the names of folders."""
    return [folder.name for folder in folders]


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


def test_as_many_generations_are_kept_as_the_operator_wants(build: Build, root: Path) -> None:
    """One is the serving one alone."""
    ids = [build() for _ in range(3)]
    two = [build(kept=2), names(generations(root))]
    one = [build(kept=1), names(generations(root))]

    assert two == [two[0], [two[0], ids[-1]]]
    assert one == [one[0], [one[0]]]


def test_an_earlier_generation_serves_again(build: Build, root: Path) -> None:
    """The one before the serving one, or the one that is named, forward too; it is an error where there is none."""
    ids = [build() for _ in range(3)]
    went = [roll_back(root, HashingEncoder()) for _ in range(2)]
    with pytest.raises(GenerationProblem, match="no index before the serving one; waymark generations"):
        roll_back(root, HashingEncoder())
    with pytest.raises(GenerationProblem, match="no index of the id 000009"):
        roll_back(root, HashingEncoder(), "000009")

    assert went == [ids[1], ids[0]]
    assert current_generation(root).name == ids[0]
    assert roll_back(root, HashingEncoder(), ids[2]) == current_generation(root).name == ids[2]


def test_what_is_damaged_is_not_gone_back_to(build: Build, root: Path) -> None:
    """Files and encoder of the generation are verified first, and the serving one stays."""
    ids = [build(), build()]
    other = HashingEncoder()
    other.fingerprint = "0" * 64
    with pytest.raises(GenerationProblem, match="built with"):
        roll_back(root, other)
    flip_bit(root / ids[0] / "sentences.npy")
    with pytest.raises(GenerationProblem, match=f"sentences.npy of index {ids[0]} is damaged"):
        roll_back(root, HashingEncoder())

    assert current_generation(root).name == ids[1]


def test_what_was_gone_back_from_is_never_fallen_back_to(build: Build, root: Path) -> None:
    """It may have told something wrong: it serves in no other's place, and goes with the next build."""
    ids = [build() for _ in range(3)]
    roll_back(root, HashingEncoder(), ids[1])
    before_build = names(earlier_generations(root))
    new = build()

    assert before_build == [ids[0]]
    assert names(earlier_generations(root)) == [ids[1], ids[0]]
    assert new > ids[2]
    assert not (root / ids[2]).exists()


def test_without_the_file_that_tells_which_serves_all_may(build: Build, root: Path) -> None:
    """A file `current` that is missing or garbage names no folder, and no generation is removed for that."""
    ids = [build(), build()]
    for garbage in (b"", b"\xff\xfe\n", b"../../etc\n", None):
        (root / CURRENT).write_bytes(garbage) if garbage is not None else (root / CURRENT).unlink()
        with pytest.raises(GenerationProblem, match="run: waymark index"):
            current_generation(root)

    assert names(earlier_generations(root)) == ids[::-1]
    assert roll_back(root, HashingEncoder()) == ids[1]
    (root / CURRENT).unlink()
    assert names(generations(root)) == [*ids[::-1]]
    assert build() == names(generations(root))[0]
    assert names(generations(root))[1:] == ids[::-1]


def test_a_folder_that_another_holds_is_not_gone_back_in(build: Build, root: Path) -> None:
    """A rollback waits for no build, and changes nothing while one runs."""
    ids = [build(), build()]
    with build_lock(root), pytest.raises(BuildInProgress, match="wait"):
        roll_back(root, HashingEncoder())

    assert current_generation(root).name == ids[1]


def test_two_builds_at_once_are_refused(build: Callable[[], str], root: Path) -> None:
    """A second build in the same folder is an error that says to wait, and changes nothing."""
    id = build()

    with build_lock(root), pytest.raises(BuildInProgress, match="wait"):
        build()

    assert current_generation(root).name == id
