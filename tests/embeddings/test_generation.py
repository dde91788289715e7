"""Generations are whole, checked, and swapped at once or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus import Document, load_documents
from embeddings import (
    BuildInProgress,
    Generation,
    GenerationProblem,
    build_generation,
    current_generation,
)
from embeddings.index.builder import KEPT, _alone
from fakes import HashingEncoder


def build(documents: list[Document], tmp_path: Path, encoder: HashingEncoder | None = None) -> str:
    """Build and publish under `tmp_path/index`."""
    encoder = encoder or HashingEncoder()
    return build_generation(documents, encoder, tmp_path / "index", tmp_path / "vectors.sqlite", created_by="tests")


def test_what_is_built_is_what_is_loaded(documents: list[Document], tmp_path: Path) -> None:
    """Documents, passages, sentences and their vectors come back as they were."""
    id = build(documents, tmp_path)
    generation = Generation.load(current_generation(tmp_path / "index"), HashingEncoder())
    passage = generation.passages[0]
    spans = generation.sentences[0]
    text = generation.documents[passage.document_id].text

    assert generation.manifest.id == id
    assert list(generation.documents.values()) == sorted(documents, key=lambda document: document.id)
    assert text[passage.start : passage.end] == passage.text
    assert all(passage.start <= span.start < span.end <= passage.end for span in spans)
    assert [len(vectors) for vectors in generation.sentence_vectors] == [len(spans) for spans in generation.sentences]
    assert generation.sentence_vectors[0].dtype == np.float16


def test_equal_input_gives_equal_files(documents: list[Document], tmp_path: Path) -> None:
    """Two builds of the same documents differ in nothing but their number."""
    first, second = (build(documents, tmp_path) for _ in range(2))
    loaded = [Generation.load(tmp_path / "index" / id, HashingEncoder()).manifest for id in (first, second)]

    assert first != second
    assert loaded[0].checksums == loaded[1].checksums


def test_no_file_of_a_generation_is_a_pickle(documents: list[Document], tmp_path: Path) -> None:
    """Opening an index can't run code: no file begins as a pickle does, and arrays hold no objects."""
    folder = tmp_path / "index" / build(documents, tmp_path)
    files = [file for file in folder.rglob("*") if file.is_file()]

    assert not any(file.suffix in {".pkl", ".pickle"} or file.read_bytes()[:1] == b"\x80" for file in files)
    for file in folder.rglob("*.npy"):
        np.load(file, allow_pickle=False)


@pytest.mark.parametrize(
    "name", ["documents.jsonl", "passages.jsonl", "vectors.faiss", "sentences.npy", "manifest.json"]
)
@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_a_damaged_generation_is_refused(documents: list[Document], tmp_path: Path, name: str, harm: str) -> None:
    """A byte changed, a file cut short or missing is an error that names the cure, never a wrong answer."""
    file = tmp_path / "index" / build(documents, tmp_path) / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x11
    match harm:
        case "changed":
            file.write_bytes(content)
        case "cut":
            file.write_bytes(content[: len(content) // 2])
        case _:
            file.unlink()

    with pytest.raises(GenerationProblem, match="run: waymark index"):
        Generation.load(current_generation(tmp_path / "index"), HashingEncoder())


def test_an_index_of_another_encoder_is_refused(documents: list[Document], tmp_path: Path) -> None:
    """Vectors of different encoders are never compared."""
    build(documents, tmp_path)
    other = HashingEncoder()
    other.name, other.fingerprint = "other", "0" * 64

    with pytest.raises(GenerationProblem, match=r"built with hashing .* settings ask for other"):
        Generation.load(current_generation(tmp_path / "index"), other)


def test_no_index_yet_is_an_error_with_the_cure(tmp_path: Path) -> None:
    """Where nothing was built, the message names the command that builds."""
    with pytest.raises(GenerationProblem, match="run: waymark index"):
        current_generation(tmp_path)


def test_the_last_generations_are_kept(documents: list[Document], tmp_path: Path) -> None:
    """Old generations make room, the newest stay for going back."""
    ids = [build(documents, tmp_path) for _ in range(KEPT + 2)]

    assert sorted(path.name for path in (tmp_path / "index").iterdir() if path.is_dir()) == ids[-KEPT:]


def test_two_builds_at_once_are_refused(documents: list[Document], tmp_path: Path) -> None:
    """A second build in the same place is told to wait, and changes nothing."""
    id = build(documents, tmp_path)

    with _alone(tmp_path / "index"), pytest.raises(BuildInProgress, match="wait"):
        build(documents, tmp_path)

    assert current_generation(tmp_path / "index").name == id


def test_a_generation_that_fails_its_own_checks_is_not_published(documents: list[Document], tmp_path: Path) -> None:
    """An encoder that gives other vectors when the index is verified leaves the serving generation in place."""
    id = build(documents, tmp_path)

    class Fickle(HashingEncoder):
        fingerprint = "a" * 64

        def encode_documents(self, texts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return super().encode_documents(texts if len(texts) > 1 else ["Something else."])

    with pytest.raises(GenerationProblem, match="was not published"):
        build(documents, tmp_path, Fickle())

    assert current_generation(tmp_path / "index").name == id


KILLED_BUILD = """
import os, signal, sys
from pathlib import Path
import embeddings.index.builder, embeddings.index.generation
from corpus import load_documents
from fakes import HashingEncoder

moment, root = sys.argv[1], Path(sys.argv[2])

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

class Encoder(HashingEncoder):
    def encode_documents(self, texts):
        return die() if moment == "encoding" else super().encode_documents(texts)

if moment == "writing":
    embeddings.index.generation.LexicalIndex.build = die
if moment == "publishing":
    embeddings.index.builder._point_current = die
embeddings.index.builder.build_generation(
    load_documents([root / "source"])[:2], Encoder(), root / "index", root / "other.sqlite", created_by="tests"
)
"""


@pytest.mark.parametrize("moment", ["encoding", "writing", "publishing"])
def test_a_build_killed_in_the_middle_leaves_the_old_index_serving(tmp_path: Path, source: Path, moment: str) -> None:
    """Whenever a build is killed, the serving generation answers on, and the next build clears up and publishes."""
    documents = load_documents([source])
    old = build(documents, tmp_path)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BUILD, moment, str(tmp_path)], env=environment, check=False, capture_output=True
    )
    serving = Generation.load(current_generation(tmp_path / "index"), HashingEncoder())
    new = build(documents, tmp_path)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert serving.manifest.id == old
    assert len(serving.documents) == 3
    assert current_generation(tmp_path / "index").name == new
    assert not list((tmp_path / "index").glob(".building*"))
