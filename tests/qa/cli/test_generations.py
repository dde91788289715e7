"""The commands about generations, and how an index survives what may befall its folder."""

import shutil
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from typer.testing import Result

from doubles.faults import flip_bit, full_disk, make_older, read_only, truncate
from drivers.processes import free_port
from embeddings import current_generation
from embeddings.index.publishing import generations

Run = Callable[..., Result]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the folder of the index that the commands use."""
    return tmp_path / "var" / "index"


@pytest.fixture(autouse=True)
def _without_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer without the reader, which is exported at first use: that takes room and time."""
    monkeypatch.setenv("WAYMARK_READER", "false")


def test_generations_are_listed_verified_and_gone_back_to(run: Run, source: Path, root: Path) -> None:
    """The list tells what each holds, which serves, and what is wrong with one; `rollback` has the one before serve."""
    run("index", str(source / "ghana-shelter.md"))
    run("index", str(source))
    old, new = sorted(path.name for path in generations(root))
    back = run("rollback")
    verified, asked = run("verify"), run("ask", "Who funds the shelter in Accra?")
    forth = run("rollback", new)
    flip_bit(root / old / "texts.sqlite")
    first, second = run("generations").stdout.splitlines()[-3:-1]
    refused = run("rollback")

    assert back.stderr == f"Index {old} serves. A running server takes it up by itself.\n"
    assert verified.stderr == f"Index {old} is whole, with 1 documents; 0 canary questions find theirs.\n"
    assert "Norway" in asked.stdout
    assert f"Index {new} serves" in forth.stderr
    assert new in first
    assert "whole, serves" in first
    assert old in second
    assert "damaged" in second
    assert refused.exit_code == 1
    assert refused.stderr == f"waymark: texts.sqlite of index {old} is damaged; run: waymark index\n"


def test_an_index_that_lost_a_canary_is_not_published(
    run: Run, source: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the document and its question; the old index serves on, and fails to verify when it changes."""
    canaries = root.parent / "canaries.jsonl"
    canaries.parent.mkdir()
    canaries.write_text(
        '{"question": "Who funds the shelter in Accra?", "document": "ghana-shelter"}\n\n'
        '{"question": "How many calls did the hotline take?", "document": "colombia-hotline"}\n',
        encoding="utf-8",
    )
    first = run("index", str(source))
    serving = current_generation(root)
    second = run("index", str(source / "ghana-shelter.md"))
    verified = run("verify")
    other = root.parent / "other.jsonl"
    other.write_text('{"question": "Who met in Islamabad?", "document": "gone"}', encoding="utf-8")
    monkeypatch.setenv("WAYMARK_CANARIES", str(other))
    lost = run("verify")

    assert first.exit_code == verified.exit_code == 0
    assert "2 canary questions find theirs" in verified.stderr
    assert second.exit_code == lost.exit_code == 1
    assert "does not find colombia-hotline by 'How many calls did the hotline take?'" in second.stderr
    assert "ghana-shelter by" not in second.stderr
    assert current_generation(root) == serving
    assert f"index {serving.name} does not find gone by 'Who met in Islamabad?'" in lost.stderr


@pytest.mark.parametrize(
    ("line", "problem"),
    [("{}", "line 1 is no canary question; write it as"), (None, "can't be read: No such file")],
)
def test_canaries_that_can_not_be_read_stop_the_build(
    run: Run, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str | None, problem: str
) -> None:
    """A line that is none and a named file that is not there are errors with the cure, before anything is encoded."""
    file = tmp_path / "mine.jsonl"
    if line is not None:
        file.write_text(line, encoding="utf-8")
    monkeypatch.setenv("WAYMARK_CANARIES", str(file))
    result = run("index", str(source))

    assert result.exit_code == 1
    assert f"{file}" in result.stderr
    assert problem in result.stderr


def test_the_operator_chooses_how_many_generations_are_kept(
    run: Run, source: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The setting counts the serving one."""
    monkeypatch.setenv("WAYMARK_GENERATIONS", "2")
    for _ in range(4):
        run("index", str(source))

    assert [path.name[:6] for path in generations(root)] == ["000004", "000003"]


def test_an_index_of_an_older_form_is_made_anew(run: Run, source: Path, root: Path) -> None:
    """Without paths, `waymark index` takes the documents in it, not the starter collection, and says so in one line."""
    run("index", str(source))
    older = current_generation(root)
    make_older(older)
    refused, anew = run("ask", "Who funds the shelter in Accra?"), run("index")
    asked = run("ask", "Who funds the shelter in Accra?")

    assert refused.stderr == f"waymark: index {older.name} is of an older form; run: waymark index\n"
    assert f"Index {older.name} is of an older form; it is made anew from its documents.\n" in anew.stderr
    assert "serves 3 documents" in anew.stderr
    assert "Norway" in asked.stdout


def test_a_server_makes_an_index_of_an_older_form_anew_before_it_starts(
    run: Run, source: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make serve` finds no older form; where the folder is read-only, the server starts all the same."""
    started: list[str] = []
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: started.append(current_generation(root).name))
    run("index", str(source))
    older = current_generation(root)
    make_older(older)
    with read_only(root.parent):
        without = run("serve", "--port", str(free_port()))
    served = run("serve", "--port", str(free_port()))

    assert "Permission denied" in without.stderr
    assert f"Index {older.name} is of an older form; it is made anew from its documents.\n" in served.stderr
    assert "serves 3 documents" in served.stderr
    assert started == [older.name, current_generation(root).name]
    assert started[0] != started[1]


def test_documents_can_be_added_to_an_index_of_an_older_form(run: Run, source: Path, root: Path) -> None:
    """What is in it is kept."""
    run("index", str(source / "ghana-shelter.md"))
    make_older(current_generation(root))

    assert "serves 2 documents" in run("index", "--add", str(source / "colombia-hotline.md")).stderr


@pytest.mark.parametrize("fault", [read_only, lambda _: full_disk(600)], ids=["read-only", "full"])
def test_a_disk_that_takes_nothing_ends_a_build_in_one_line(
    run: Run, source: Path, root: Path, fault: Callable[[Path], AbstractContextManager[None]]
) -> None:
    """The line tells what to do, and the old index answers on, also where nothing can be written."""
    run("index", str(source))
    with fault(root.parent):
        failed = run("index", str(source))
        asked = run("ask", "Who funds the shelter in Accra?")
    problems = [line for line in failed.stderr.splitlines() if line.startswith("waymark: ")]

    assert failed.exit_code == 1
    assert len(problems) == 1
    assert "free space or correct the permissions, then try again" in problems[0]
    assert "Norway" in asked.stdout


def test_what_the_guide_says_about_backups_works(run: Run, source: Path, root: Path) -> None:
    """The commands of the guide bring index and canaries back, to where all was lost; a build waits for no copy."""
    guide = (ROOT / "docs" / "generations.md").read_text(encoding="utf-8").partition("## Backup")[2]
    save, restore = (part.split("```")[0] for part in guide.split("```sh\n")[1:3])
    environment = {"PATH": "/usr/bin:/bin", "WAYMARK_VAR": str(root.parent)}
    run("index", str(source))
    (root.parent / "canaries.jsonl").write_text("", encoding="utf-8")
    built = (current_generation(root) / "manifest.json").stat().st_mtime
    subprocess.run(["sh", "-ec", save], cwd=source.parent, env=environment, check=True)  # noqa: S607
    shutil.rmtree(root.parent)
    subprocess.run(["sh", "-ec", restore], cwd=source.parent, env=environment, check=True)  # noqa: S607

    assert run("verify").exit_code == 0
    assert "Norway" in run("ask", "Who funds the shelter in Accra?").stdout
    assert (root.parent / "canaries.jsonl").exists()
    assert (current_generation(root) / "manifest.json").stat().st_mtime == pytest.approx(built, abs=1)


@pytest.mark.parametrize("harm", [truncate, flip_bit, Path.unlink])
def test_an_index_is_built_over_a_damaged_one(run: Run, source: Path, root: Path, harm: Callable[[Path], None]) -> None:
    """The cure that the message names helps."""
    run("index", str(source))
    harm(current_generation(root) / "vectors.faiss")
    refused, built = run("ask", "Who funds the shelter in Accra?"), run("index", str(source))

    assert "run: waymark index" in refused.stderr
    assert built.exit_code == 0
    assert "Norway" in run("ask", "Who funds the shelter in Accra?").stdout
