"""A generation: one complete, immutable, checksummed index folder.

In: the folder `var/index/<id>/`, and the encoder it was built with. Out: documents, passages, their sentences, and the
two searches over them.
Left out: building a generation (builder.py) and which of them serves (publishing.py).

A generation of an older form is not searched, but its documents can be read, so that it can be made anew.

The folder holds `documents.jsonl` and `passages.jsonl`, which people can read; `vectors.faiss`, one row per passage;
`sentences.npy`, float16, one row per sentence, in the order of the passages; `bm25/`; and `manifest.json`, which names
the encoder and the SHA-256 of every other file. No file is a pickle, so that opening an index can't run code.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus import Document, Passage, Span
from embeddings.index.bm25_index import Bm25Index
from embeddings.index.faiss_index import FaissIndex
from embeddings.index.ranking import Ranking, RowNumbers, top_k
from embeddings.models.encoder import Encoder, Matrix, Vector

FORMAT_VERSION = 1
MANIFEST = "manifest.json"


class GenerationProblem(RuntimeError):
    """A generation that is missing, damaged or built with another encoder; the message names the cure."""


class OlderForm(GenerationProblem):
    """A generation of an older form, which an earlier version of Waymark made."""


class Seal(BaseModel):
    """What the manifests of all forms hold: the form of the generation, and the SHA-256 of its files by name."""

    format: int
    checksums: dict[str, str]


class Manifest(BaseModel):
    """The metadata of a generation: its encoder, the sizes of its parts, and the SHA-256 of its files by name."""

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


@dataclass(frozen=True, eq=False)
class Generation:
    """A loaded generation. Row n of the dense and of the lexical index is `passages[n]`.

    `sentences[n]` are the Spans of passage n's sentences in its document, and `sentence_vectors[n]` their unit vectors,
    float16, shape (sentences of the passage, dimension). `built` is when it was built, in seconds since 1970.
    """

    manifest: Manifest
    built: float
    documents: dict[str, Document]
    passages: tuple[Passage, ...]
    sentences: tuple[tuple[Span, ...], ...]
    sentence_vectors: tuple[npt.NDArray[np.float16], ...]
    dense: FaissIndex
    lexical: Bm25Index

    def __post_init__(self) -> None:
        """Raise GenerationProblem where a number of parts differs from the manifest."""
        counts = {
            "passages": (self.manifest.passages, len(self.passages)),
            "dense rows": (self.manifest.passages, len(self.dense)),
            "BM25 rows": (self.manifest.passages, len(self.lexical)),
            "documents": (self.manifest.documents, len(self.documents)),
            "sentences": (self.manifest.sentences, sum(map(len, self.sentences))),
            "sentence vectors": (self.manifest.sentences, sum(map(len, self.sentence_vectors))),
            "values in a vector": (self.manifest.dimension, self.dense.dimension),
        }
        wrong = [
            f"{actual} {part}, not {expected}" for part, (expected, actual) in counts.items() if expected != actual
        ]
        if wrong:
            raise GenerationProblem(f"index {self.manifest.id} has {'; '.join(wrong)}; run: waymark index")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> Self:
        """Read a generation. Raises GenerationProblem where a file is damaged or another encoder built it."""
        manifest = check_files(folder)
        _check_encoder(manifest, encoder)
        passages, sentences = zip(*map(_passage, _read_records(folder / "passages.jsonl")), strict=True)
        vectors = np.load(folder / "sentences.npy", allow_pickle=False)
        return cls(
            manifest=manifest,
            built=time_built(folder),
            documents={document.id: document for document in _read_documents(folder)},
            passages=passages,
            sentences=sentences,
            sentence_vectors=tuple(np.split(vectors, np.cumsum([len(spans) for spans in sentences])[:-1])),
            dense=FaissIndex.load(folder / "vectors.faiss"),
            lexical=Bm25Index.load(folder / "bm25"),
        )

    def search_dense(self, vector: Vector, limit: int, *, only: RowNumbers | None = None) -> Ranking:
        """Return passages by the mean of two cosines with a question's vector: the passage's and its best sentence's.

        The mean found more than either alone (docs/adr/0004). Sentences are compared only in the `limit` passages
        whose own vectors are nearest. `only` restricts the search to these rows.
        """
        rows, cosines = self.dense.search(vector, limit, only=only)
        best = np.array([self.sentence_cosines(row, vector).max() for row in rows.tolist()], np.float32)
        mean: Vector = (cosines + best) / np.float32(2)
        return top_k(rows, mean, limit)

    def search_lexical(self, terms: Sequence[str], limit: int, *, only: RowNumbers | None = None) -> Ranking:
        """Return passages that share terms with a question, by BM25. `only` restricts the search to these rows."""
        return self.lexical.search(terms, limit, only=only)

    def sentence_cosines(self, row: int, vector: Vector) -> Vector:
        """Return the cosines of a passage's sentences with the question's vector, shape (sentences of the passage,)."""
        cosines: Vector = self.sentence_vectors[row].astype(np.float32) @ vector
        return cosines


def write_generation(
    folder: Path,
    *,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    sentences: Sequence[Sequence[Span]],
    passage_vectors: Matrix,
    sentence_vectors: Matrix,
    encoder: Encoder,
    id: str,
    created_by: str,
) -> None:
    """Write the files of a generation into a new folder, the manifest last.

    `sentences` are those of each passage. The vectors are unit vectors, one row per passage and one row per sentence.
    """
    folder.mkdir(parents=True)
    _write_records(folder / "documents.jsonl", (dataclasses.asdict(document) for document in documents))
    spans = ([[span.start, span.end] for span in of_passage] for of_passage in sentences)
    records = (
        dataclasses.asdict(passage) | {"sentences": of_passage}
        for passage, of_passage in zip(passages, spans, strict=True)
    )
    _write_records(folder / "passages.jsonl", records)
    FaissIndex.build(passage_vectors).save(folder / "vectors.faiss")
    np.save(folder / "sentences.npy", sentence_vectors.astype(np.float16), allow_pickle=False)
    Bm25Index.build([passage.text_in_context for passage in passages]).save(folder / "bm25")
    manifest = Manifest(
        format=FORMAT_VERSION,
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
    """Return the documents of a generation, whatever its encoder. Raises GenerationProblem if a file is damaged.

    Those of an older form stand in the same file, perhaps with fewer fields.
    """
    with suppress(OlderForm):
        check_files(folder)
    return list(_read_documents(folder))


def check_files(folder: Path) -> Manifest:
    """Compare the files of a generation with its manifest, and return that.

    Raises OlderForm where they are whole, but of an older form, and GenerationProblem where they are not whole.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        seal, actual = Seal.model_validate_json(content), _checksums(folder)
        for name in sorted(seal.checksums.keys() | actual.keys()):
            if seal.checksums.get(name) != actual.get(name):
                fault = "missing" if name not in actual else "damaged" if name in seal.checksums else "extra"
                raise GenerationProblem(f"{name} of index {folder.name} is {fault}; run: waymark index")
        if seal.format != FORMAT_VERSION:
            problem, age = (OlderForm, "an older") if seal.format < FORMAT_VERSION else (GenerationProblem, "a newer")
            raise problem(f"index {folder.name} is of {age} form; run: waymark index")
        return Manifest.model_validate_json(content)
    except OSError as error:
        raise GenerationProblem(f"index {folder.name} can't be read: {error.strerror}; run: waymark index") from error
    except ValidationError as error:
        raise GenerationProblem(f"{MANIFEST} of index {folder.name} is damaged; run: waymark index") from error


def is_older_form(folder: Path) -> bool:
    """Return whether a generation says that it is of an older form; its files are not looked at."""
    try:
        return Seal.model_validate_json((folder / MANIFEST).read_bytes()).format < FORMAT_VERSION
    except (OSError, ValidationError):
        return False


def time_built(folder: Path) -> float:
    """Return when a generation was built, in seconds since 1970: its manifest was written last, and never changes."""
    return (folder / MANIFEST).stat().st_mtime


def corpus_digest(documents: Sequence[Document]) -> str:
    """Return the SHA-256 of documents in their order, as hexadecimal digits."""
    lines = (json.dumps(dataclasses.asdict(document), ensure_ascii=False, sort_keys=True) for document in documents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _check_encoder(manifest: Manifest, encoder: Encoder) -> None:
    if manifest.fingerprint != encoder.fingerprint:
        raise GenerationProblem(
            f"index {manifest.id} was built with {manifest.encoder} ({manifest.fingerprint[:8]}), "
            f"settings ask for {encoder.name} ({encoder.fingerprint[:8]}); run: waymark index"
        )


def _checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of a folder's files by name, all but the manifest's."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {file.relative_to(folder).as_posix(): _sha256(file) for file in files}


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _read_records(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _write_records(file: Path, records: Iterator[dict[str, Any]]) -> None:
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    file.write_text("".join(lines), encoding="utf-8")


def _read_documents(folder: Path) -> Iterator[Document]:
    for record in _read_records(folder / "documents.jsonl"):
        # JSON has lists where a Document has tuples.
        lists = {key: tuple(value) for key, value in record.items() if isinstance(value, list)}
        yield Document(**(record | lists))


def _passage(record: dict[str, Any]) -> tuple[Passage, tuple[Span, ...]]:
    spans = tuple(Span(start, end) for start, end in record.pop("sentences"))
    return Passage(**record), spans
