"""A build ends with a verified generation, or changes nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import Document, Passage
from corpus.documents import cuts
from doubles.fakes import HashingEncoder
from doubles.faults import full_disk, read_only
from embeddings import Generation, GenerationProblem, IndexPlan, build_generation, current_generation
from embeddings.index import builder
from embeddings.models import cache
from embeddings.models.pooling import PassageText


def test_equal_input_gives_equal_files(build: Callable[[], str], root: Path) -> None:
    """Two builds of the same documents differ in their number only."""
    ids = [build(), build()]
    first, second = (Generation.load(root / id, HashingEncoder()).manifest for id in ids)

    assert ids[0] != ids[1]
    assert first.checksums == second.checksums


def test_an_index_without_documents_is_refused(tmp_path: Path) -> None:
    """An index without documents would find nothing."""
    with pytest.raises(ValueError, match="at least one document"):
        build_generation(
            [], IndexPlan(HashingEncoder(), tmp_path / "index", tmp_path / "vectors.sqlite", created_by="tests")
        )

    assert not list(tmp_path.iterdir())


def test_an_index_of_headings_alone_is_refused(root: Path) -> None:
    """The message tells why there is nothing to find; nothing is left."""
    plan = IndexPlan(HashingEncoder(), root, root.parent / "vectors.sqlite", created_by="tests")
    with pytest.raises(GenerationProblem, match="nothing but headings"):
        build_generation([Document("a", "A title", "# A heading\n")], plan)

    assert [path.name for path in root.iterdir()] == [".lock"]


@pytest.mark.parametrize("text", ["...", "it", "\u200b"])
def test_an_index_without_a_word_can_be_built(root: Path, text: str) -> None:
    """Stop words and signs are no terms; a collection that has none is found by vectors alone."""
    plan = IndexPlan(HashingEncoder(), root, root.parent / "vectors.sqlite", created_by="tests")
    id = build_generation([Document("a", "the", text)], plan)

    assert not len(Generation.load(root / id, HashingEncoder()).search_lexical(["pay"], 3).rows)


def test_an_error_in_a_document_ends_the_build(
    build: Callable[[], str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents are cut beside the encoding; what goes wrong there is raised, and nothing is left."""

    def cut(document: Document) -> list[Passage]:
        raise OverflowError(document.id)

    monkeypatch.setattr(cuts, "cut_into_passages", cut)
    with pytest.raises(OverflowError, match="colombia-hotline"):
        build()

    assert [path.name for path in root.iterdir()] == [".lock"]


def test_the_seconds_of_a_build_are_told_and_foretold(
    build: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the steps to come are told too, by a trial; at the end no more are expected than were taken."""
    monkeypatch.setattr(builder, "TRIAL", 1)
    trial = builder._trial
    monkeypatch.setattr(builder, "_trial", lambda *first: [seconds + 50 for seconds in trial(*first)])
    monkeypatch.setattr(cache, "WINDOW", 1)
    told: list[tuple[int, int]] = []
    build(progress=lambda *counts: told.append(counts), exact=0)

    assert max(total for _, total in told) >= 3 * 100  # of three passages in two steps
    assert all(done <= total for done, total in told)
    assert told[-1][0] == told[-1][1]


def test_what_a_crashed_build_left_is_removed(build: Callable[[], str], root: Path) -> None:
    """A folder, or the file that an earlier version left, does not stop the next build and is gone after it."""
    build()
    (root / ".building-000009-abcdef01").mkdir()
    (root / ".building-current").write_text("000009", encoding="utf-8")
    build()

    assert not list(root.glob(".building*"))


def test_a_generation_that_fails_verification_is_not_published(build: Callable[..., str], root: Path) -> None:
    """An encoder that gives other vectors when the index is verified leaves the serving generation in place."""
    id = build()

    class Fickle(HashingEncoder):
        fingerprint = "a" * 64

        def encode_passages(self, passages):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return super().encode_passages(passages if len(passages) > 1 else [PassageText("", ("Something else.",))])

    with pytest.raises(GenerationProblem, match="was not published"):
        build(Fickle())

    assert current_generation(root).name == id


def test_a_generation_that_fails_a_check_is_not_published(build: Callable[..., str], root: Path) -> None:
    """What the operator wants to hold of an index is asked of the new one before it serves."""
    id = build()

    def check(generation: Generation) -> None:
        raise GenerationProblem(f"{len(generation.documents)} are too few")

    with pytest.raises(GenerationProblem, match="3 are too few"):
        build(check=check)

    assert current_generation(root).name == id
    assert [path.name for path in root.iterdir() if path.is_dir()] == [id]


@pytest.mark.parametrize(
    "file", ["texts.sqlite", "vectors.faiss", "sentences.npy", "sentence_ends.npy", "bm25/terms.npy"]
)
def test_a_full_disk_leaves_the_old_index_and_nothing_else(build: Callable[..., str], root: Path, file: str) -> None:
    """Whichever file does not fit, that is one error, and what was written is removed to make room."""
    id = build()
    with full_disk((root / id / file).stat().st_size - 1), pytest.raises((OSError, GenerationProblem)):
        build()

    assert Generation.load(current_generation(root), HashingEncoder()).manifest.id == id
    assert {path.name for path in root.iterdir()} == {".lock", "current", id}


def test_a_folder_that_is_read_only_is_an_error_before_anything_is_encoded(
    build: Callable[..., str], root: Path
) -> None:
    """The error is one of the system."""
    id = build()

    class Encoder(HashingEncoder):
        encode_passages = None  # type: ignore[assignment]

    with read_only(root), pytest.raises(PermissionError):
        build(Encoder())

    assert current_generation(root).name == id


KILLED_BUILD = """
import os, signal, sys
from pathlib import Path
import embeddings.index.builder, embeddings.index.generation, embeddings.index.publishing
from corpus import load_documents
from embeddings import IndexPlan
from doubles.fakes import HashingEncoder
from doubles.fakes import HashingEncoder

moment, root = sys.argv[1], Path(sys.argv[2])

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

class Encoder(HashingEncoder):
    def encode_passages(self, passages):
        return die() if moment == "encoding" else super().encode_passages(passages)

if moment == "writing":
    embeddings.index.generation.Bm25Index.build = die
if moment == "before the rename":
    embeddings.index.publishing.set_current = die
if moment == "at the rename":
    Path.replace = die
embeddings.index.builder.build_generation(
    load_documents([root / "source"])[:2], IndexPlan(Encoder(), root / "index", root / "other.sqlite", "tests")
)
"""


@pytest.mark.parametrize("moment", ["encoding", "writing", "before the rename", "at the rename"])
def test_a_build_killed_in_the_middle_leaves_the_old_index_serving(
    source: Path, build: Callable[[], str], root: Path, moment: str
) -> None:
    """Whenever a build is killed, the serving generation answers on, and the next build clears up and publishes."""
    old = build()
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BUILD, moment, str(source.parent)],
        env=environment,
        check=False,
        capture_output=True,
    )
    serving = Generation.load(current_generation(root), HashingEncoder())
    new = build()

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert serving.manifest.id == old
    assert len(serving.documents) == 3
    assert current_generation(root).name == new
    assert {path.name for path in root.iterdir() if not path.is_dir()} == {".lock", "current"}
    assert not list(root.glob(".building*"))
