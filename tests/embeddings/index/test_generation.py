"""A generation is loaded as it was written, or refused."""

import json
import os
import tracemalloc
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import generation_of
from corpus import Document
from doubles.fakes import HashingEncoder
from doubles.faults import flip_bit, make_older, truncate
from embeddings import Generation, GenerationProblem, current_generation, passage_text
from embeddings.index.faiss_index import MIN_RECALL
from embeddings.index.generation import corpus_digest, read_documents
from embeddings.index.manifest import MANIFEST, OlderForm, check_files


def test_what_is_built_is_what_is_loaded(documents: list[Document], build: Callable[[], str], root: Path) -> None:
    """Documents, passages, sentences and their vectors come back as they were."""
    id = build()
    generation = Generation.load(current_generation(root), HashingEncoder())
    passage = generation.passages[0]
    spans = generation.sentences[0]
    text = generation.documents[passage.document_id].text

    assert generation.manifest.id == id
    assert list(generation.documents.values()) == sorted(documents, key=lambda document: document.id)
    assert text[passage.start : passage.end] == passage.text
    assert all(passage.start <= span.start < span.end <= passage.end for span in spans)
    assert [passage.id for passage in generation.passages] == [generation.passages[row].id for row in range(3)]
    assert [len(generation.sentence_vectors[row]) for row in range(3)] == list(map(len, generation.sentences))


def test_a_passage_scores_the_mean_of_its_cosine_and_of_its_best_sentence(generation: Generation) -> None:
    """Scores are those of a plain computation, best first."""
    vector = HashingEncoder().encode_query("Who funds the shelter in Accra?")
    found = generation.search_dense(vector, len(generation.passages))
    texts = [
        passage_text(passage, generation.documents[passage.document_id].text, spans)
        for passage, spans in zip(generation.passages, generation.sentences, strict=True)
    ]
    passages = np.array([vectors[0] for vectors in HashingEncoder().encode_passages(texts)])
    best = [(vectors[1:] @ vector).max() for vectors in HashingEncoder().encode_passages(texts)]

    assert found.scores == pytest.approx(((passages @ vector + best) / 2)[found.rows], abs=1e-3)
    assert sorted(found.scores, reverse=True) == found.scores.tolist()
    assert generation.search_dense(vector, 3, only=np.array([1])).rows.tolist() == [1]


def test_no_file_of_a_generation_is_a_pickle(build: Callable[[], str], root: Path) -> None:
    """Opening an index can't run code: no file begins as a pickle does, and arrays hold no objects."""
    folder = root / build()
    files = [file for file in folder.rglob("*") if file.is_file()]

    assert not any(file.suffix in {".pkl", ".pickle"} or file.read_bytes()[:1] == b"\x80" for file in files)
    for file in folder.rglob("*.npy"):
        np.load(file, allow_pickle=False)


@pytest.mark.parametrize(
    "name", ["texts.sqlite", "vectors.faiss", "sentences.npy", "sentence_ends.npy", "bm25/data.csc.index.npy", MANIFEST]
)
@pytest.mark.parametrize("harm", ["changed", "cut", "gone"])
def test_a_damaged_generation_is_refused(build: Callable[[], str], root: Path, name: str, harm: str) -> None:
    """A byte changed, a file cut short or missing is an error that names the cure, never a wrong answer."""
    harms = {"changed": flip_bit, "cut": truncate, "gone": Path.unlink}
    harms[harm](root / build() / name)

    with pytest.raises(GenerationProblem, match="run: waymark index"):
        Generation.load(current_generation(root), HashingEncoder())


def test_a_generation_with_an_extra_file_is_refused(build: Callable[[], str], root: Path) -> None:
    """A file that the manifest does not name is an error."""
    (root / build() / "extra.txt").write_text("", encoding="utf-8")

    with pytest.raises(GenerationProblem, match=r"extra\.txt of index .* is extra"):
        Generation.load(current_generation(root), HashingEncoder())


def test_an_index_of_another_encoder_is_refused(build: Callable[[], str], root: Path) -> None:
    """Vectors of different encoders are never compared; the documents can be read all the same."""
    build()
    other = HashingEncoder()
    other.name, other.fingerprint = "other", "0" * 64

    with pytest.raises(GenerationProblem, match=r"built with hashing .* settings ask for other"):
        Generation.load(current_generation(root), other)

    assert len(read_documents(current_generation(root))) == 3


def test_an_index_of_an_older_form_is_told_from_a_damaged_one(
    documents: list[Document], build: Callable[[], str], root: Path
) -> None:
    """Its documents can be read, unless they are damaged."""
    folder = root / build()
    make_older(folder)

    with pytest.raises(OlderForm, match="is of an older form; run: waymark index"):
        Generation.load(folder, HashingEncoder())
    assert list(read_documents(folder).values()) == sorted(documents, key=lambda document: document.id)
    truncate(folder / "documents.jsonl")
    with pytest.raises(GenerationProblem, match=r"documents\.jsonl of index .* is damaged"):
        read_documents(folder)


def test_the_documents_of_the_second_form_can_be_read(
    documents: list[Document], build: Callable[[], str], root: Path
) -> None:
    """It had the same texts, and a manifest without sizes."""
    folder = root / build()
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    del manifest["sizes"], manifest["recall"]
    (folder / MANIFEST).write_text(json.dumps(manifest | {"format": 2}), encoding="utf-8")

    with pytest.raises(OlderForm):
        Generation.load(folder, HashingEncoder())
    assert list(read_documents(folder).values()) == sorted(documents, key=lambda document: document.id)


@pytest.mark.parametrize("harm", [flip_bit, truncate])
def test_of_large_files_a_start_compares_sizes_only(
    build: Callable[[], str], root: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], None]
) -> None:
    """A byte changed is found where all is verified; a file that is cut short is found at a start too."""
    folder = root / build()
    monkeypatch.setattr("embeddings.index.manifest.CHECKED_AT_START", 0)
    harm(folder / "sentences.npy")

    with pytest.raises(GenerationProblem, match=r"sentences\.npy of index .* is damaged"):
        check_files(folder)
    with nullcontext() if harm is flip_bit else pytest.raises(GenerationProblem):
        Generation.load(folder, HashingEncoder())


@pytest.mark.parametrize("name", ["texts.sqlite", "vectors.faiss", "sentences.npy", "bm25/terms.npy"])
def test_a_large_file_whose_beginning_is_damaged_is_refused(
    build: Callable[[], str], root: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What libraries raise of it is told as damage, so that the generation before it may serve."""
    folder = root / build()
    monkeypatch.setattr("embeddings.index.manifest.CHECKED_AT_START", 0)
    flip_bit(folder / name, 0)

    with pytest.raises(GenerationProblem, match="is damaged; run: waymark index"):
        Generation.load(folder, HashingEncoder())


def test_an_index_that_finds_too_few_of_the_nearest_is_not_published(
    build: Callable[..., str], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says how all are compared; one that finds enough tells how many in its manifest."""
    assert Generation.load(root / build(exact=0), HashingEncoder()).manifest.recall >= MIN_RECALL

    monkeypatch.setattr("embeddings.index.builder.MIN_RECALL", 1.1)
    with pytest.raises(GenerationProblem, match="set WAYMARK_EXACT_PASSAGES=3"):
        build(exact=0)
    assert len(list(root.glob("0*"))) == 1


def test_an_index_of_a_newer_form_is_refused(build: Callable[[], str], root: Path) -> None:
    """Whatever else its manifest holds, nothing of it is read."""
    folder = root / build()
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    del manifest["passages"]
    (folder / MANIFEST).write_text(json.dumps(manifest | {"format": 99, "new": 1}), encoding="utf-8")

    for read in (lambda: Generation.load(folder, HashingEncoder()), lambda: read_documents(folder)):
        with pytest.raises(GenerationProblem, match="is of a newer form; run: waymark index") as refused:
            read()
        assert not isinstance(refused.value, OlderForm)


def test_memory_does_not_grow_with_the_collection(tmp_path: Path) -> None:
    """A generation of thirty times as many documents of the same words is loaded and searched in the same memory."""

    def memory(number: int) -> int:
        texts = {f"{place}.txt": f"Shelter\n\nThe shelter has {place % 5} beds." for place in range(number)}
        folder = tmp_path / str(number)
        folder.mkdir()
        generation_of(texts, folder, HashingEncoder())
        tracemalloc.start()
        generation = Generation.load(current_generation(folder / "index"), HashingEncoder())
        generation.search_dense(HashingEncoder().encode_query("How many beds?"), 50)
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return held

    assert memory(600) < 1.1 * memory(20)


def test_a_generation_tells_when_it_was_built(build: Callable[[], str], root: Path) -> None:
    """It is the time of its manifest, which archives keep."""
    folder = root / build()
    os.utime(folder / "manifest.json", (1_000_000, 2_000_000))

    assert Generation.load(folder, HashingEncoder()).built == 2_000_000


def test_the_digest_of_documents_changes_with_any_field_and_with_their_order(documents: list[Document]) -> None:
    """Equal documents have equal digests, others have not."""
    first, *others = documents
    changed = replace(first, publisher="Another")

    assert corpus_digest(documents) == corpus_digest([first, *others])
    assert len({corpus_digest(variant) for variant in (documents, documents[::-1], [changed, *others])}) == 3
