"""One complete, immutable, checksummed index folder: a generation.

In: the folder. Out: documents, passages, their sentences, and the two searches over them.
Left out: making and publishing one (building).

The folder `var/index/<id>/` holds `documents.jsonl` and `passages.jsonl` for people to read, `vectors.faiss` (a row a
passage), `sentences.npy` (float16, a row a sentence, in the passages' order), `bm25/` and `manifest.json`, which names
the encoder and gives every other file's SHA-256. `var/index/current` names the generation that serves. No file of it
is a pickle, so that opening an index can't run code.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus import Document, Passage, Span
from embeddings.index.bm25_index import LexicalIndex
from embeddings.index.faiss_index import DenseIndex, Ranking, Rows, best_first
from embeddings.models.encoder import Encoder, Matrix, Vector

FORMAT = 1
CURRENT = "current"
MANIFEST = "manifest.json"

__all__ = ["Generation", "GenerationProblem", "Manifest", "Ranking", "current_generation"]


class GenerationProblem(RuntimeError):
    """A generation that is missing, damaged or of another encoder; the message names the cure."""


class Manifest(BaseModel):
    """What a generation says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    id: str
    encoder: str
    fingerprint: str
    dimension: int
    documents: int
    passages: int
    sentences: int
    corpus_digest: str
    created_by: str
    checksums: dict[str, str]


def current_generation(root: Path) -> Path:
    """Return the folder of the generation that serves. Raises GenerationProblem where there is none."""
    try:
        return root / (root / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise GenerationProblem(f"there is no index in {root} yet; run: waymark index") from error


@dataclass(frozen=True, eq=False)
class Generation:
    """A loaded generation. Row n of the vectors and of the BM25 index is `passages[n]`.

    `sentences[n]` are the Spans of passage n's sentences in its document, and `sentence_vectors[n]` their unit vectors,
    float16, shape (sentences of the passage, dimension).
    """

    manifest: Manifest
    documents: dict[str, Document]
    passages: tuple[Passage, ...]
    sentences: tuple[tuple[Span, ...], ...]
    sentence_vectors: tuple[npt.NDArray[np.float16], ...]
    dense: DenseIndex
    lexical: LexicalIndex

    def __post_init__(self) -> None:
        """Refuse parts that are not of one piece."""
        counts = {
            "passages": (self.manifest.passages, len(self.passages)),
            "dense rows": (self.manifest.passages, len(self.dense)),
            "BM25 rows": (self.manifest.passages, len(self.lexical)),
            "documents": (self.manifest.documents, len(self.documents)),
            "sentences": (self.manifest.sentences, sum(map(len, self.sentences))),
            "sentence vectors": (self.manifest.sentences, sum(map(len, self.sentence_vectors))),
            "values in a vector": (self.manifest.dimension, self.dense.dimension),
        }
        wrong = [f"{actual} {what}, not {said}" for what, (said, actual) in counts.items() if said != actual]
        if wrong:
            raise GenerationProblem(f"index {self.manifest.id} has {'; '.join(wrong)}; run: waymark index")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> Self:
        """Read a generation. Raises GenerationProblem where a file is damaged or the encoder is another one."""
        manifest = _manifest(folder)
        _check(folder, manifest, encoder)
        passages, sentences = zip(*map(_passage, _records(folder / "passages.jsonl")), strict=True)
        vectors = np.load(folder / "sentences.npy", allow_pickle=False)
        documents = (Document(**_tuples(record)) for record in _records(folder / "documents.jsonl"))
        return cls(
            manifest=manifest,
            documents={document.id: document for document in documents},
            passages=passages,
            sentences=sentences,
            sentence_vectors=tuple(np.split(vectors, np.cumsum([len(spans) for spans in sentences])[:-1])),
            dense=DenseIndex.load(folder / "vectors.faiss"),
            lexical=LexicalIndex.load(folder / "bm25"),
        )

    def search_dense(self, vector: Vector, limit: int, *, only: Rows | None = None) -> Ranking:
        """Return the passages nearest to the question's vector: half by themselves, half by their best sentence.

        The mean of both found more than either alone (docs/adr/0004). Sentences are compared in the passages that are
        nearest by their own vectors.
        """
        rows, cosines = self.dense.search(vector, limit, only=only)
        best = np.array([self.sentence_cosines(row, vector).max() for row in rows.tolist()], np.float32)
        mean: Vector = (cosines + best) / np.float32(2)
        return best_first(rows, mean, limit)

    def search_lexical(self, terms: Sequence[str], limit: int, *, only: Rows | None = None) -> Ranking:
        """Return the passages that share terms with the question."""
        return self.lexical.search(terms, limit, only=only)

    def sentence_cosines(self, row: int, vector: Vector) -> Vector:
        """Return the cosines of a passage's sentences with the question's vector, shape (sentences of the passage,)."""
        cosines: Vector = self.sentence_vectors[row].astype(np.float32) @ vector
        return cosines


def write_generation(
    folder: Path,
    id: str,
    documents: list[Document],
    passages: list[Passage],
    sentences: list[list[Span]],
    vectors: tuple[Matrix, Matrix],
    encoder: Encoder,
    created_by: str,
) -> None:
    """Write a generation's files, the manifest last. `vectors` are those of the passages and of the sentences."""
    folder.mkdir(parents=True)
    _write_records(folder / "documents.jsonl", (dataclasses.asdict(document) for document in documents))
    spans = ([[span.start, span.end] for span in of_passage] for of_passage in sentences)
    records = (dataclasses.asdict(passage) | {"sentences": own} for passage, own in zip(passages, spans, strict=True))
    _write_records(folder / "passages.jsonl", records)
    DenseIndex.build(vectors[0]).save(folder / "vectors.faiss")
    np.save(folder / "sentences.npy", vectors[1].astype(np.float16), allow_pickle=False)
    LexicalIndex.build([passage.titled for passage in passages]).save(folder / "bm25")
    manifest = Manifest(
        format=FORMAT,
        id=id,
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        documents=len(documents),
        passages=len(passages),
        sentences=sum(map(len, sentences)),
        corpus_digest=corpus_digest(documents),
        created_by=created_by,
        checksums=_checksums(folder),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_documents(folder: Path) -> list[Document]:
    """Return the documents of a generation, whatever encoder made it. Raises GenerationProblem if they are damaged."""
    _check_files(folder, _manifest(folder))
    return [Document(**_tuples(record)) for record in _records(folder / "documents.jsonl")]


def corpus_digest(documents: list[Document]) -> str:
    """Return the SHA-256 of documents: of their records as the index keeps them."""
    lines = (json.dumps(dataclasses.asdict(document), ensure_ascii=False, sort_keys=True) for document in documents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _manifest(folder: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise GenerationProblem(f"{folder} holds no index that this version reads; run: waymark index") from error
    if manifest.format != FORMAT:
        raise GenerationProblem(f"{folder} has index format {manifest.format}, not {FORMAT}; run: waymark index")
    return manifest


def _check(folder: Path, manifest: Manifest, encoder: Encoder) -> None:
    if manifest.fingerprint != encoder.fingerprint:
        raise GenerationProblem(
            f"index {manifest.id} was built with {manifest.encoder} ({manifest.fingerprint[:8]}), "
            f"settings ask for {encoder.name} ({encoder.fingerprint[:8]}); run: waymark index"
        )
    _check_files(folder, manifest)


def _check_files(folder: Path, manifest: Manifest) -> None:
    actual = _checksums(folder)
    for name in sorted(manifest.checksums.keys() | actual.keys()):
        if manifest.checksums.get(name) != actual.get(name):
            problem = "is missing" if name not in actual else "is damaged" if name in manifest.checksums else "is extra"
            raise GenerationProblem(f"{name} of index {manifest.id} {problem}; run: waymark index")


def _checksums(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _records(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _write_records(file: Path, records: Iterator[dict[str, Any]]) -> None:
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    file.write_text("".join(lines), encoding="utf-8")


def _tuples(record: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in record.items()}


def _passage(record: dict[str, Any]) -> tuple[Passage, tuple[Span, ...]]:
    spans = tuple(Span(start, end) for start, end in record.pop("sentences"))
    return Passage(**record), spans
