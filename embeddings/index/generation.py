"""A generation: one complete, immutable, checksummed index folder.

In: the folder `var/index/<id>/`, and the encoder it was built with. Out: documents, passages, their sentences, and the
two searches over them.
Left out: building a generation (builder.py) and which of them serves (publishing.py).

A generation of an older form is not searched, but its documents can be read, so that it can be made anew.

The folder holds `texts.sqlite`, with documents, passages and their sentences (texts.py); `vectors.faiss`, one row per
passage, and `bm25/`, or `collection` in their place (milvus_index.py); `sentences.npy` and `sentence_ends.npy`
(sentence_vectors.py); and `manifest.json`, which names the encoder and the SHA-256 and size of every other file. No
file is a pickle, so that opening an index can't run code. All is read or mapped when it is asked for.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from corpus import Document, Passage, Span
from embeddings.index.bm25_index import Bm25Index
from embeddings.index.faiss_index import FaissIndex
from embeddings.index.milvus_index import BOUNDED, COLLECTION, MilvusIndex, filter_of, open_collection
from embeddings.index.ranking import Allowed, Ranking, top_k
from embeddings.index.sentence_vectors import SentenceVectors
from embeddings.index.texts import Documents, Rows, Texts, document_of, open_texts
from embeddings.models.encoder import Encoder, Vector

FORMAT_VERSION = 3
MANIFEST, TEXTS, DENSE, LEXICAL = "manifest.json", "texts.sqlite", "vectors.faiss", "bm25"
CHECKED_AT_START = 2**25  # bytes of a file; of larger ones only the size is compared, so that a start takes no longer


class GenerationProblem(RuntimeError):
    """A generation that is missing, damaged or built with another encoder; the message names the cure."""


class OlderForm(GenerationProblem):
    """A generation of an older form, which an earlier version of Waymark made."""


class Seal(BaseModel):
    """What the manifests of all forms hold: the form of the generation, and of its files, by name, the SHA-256.

    Since form 3 they hold their sizes in bytes too.
    """

    format: int
    checksums: dict[str, str]
    sizes: dict[str, int] = {}


class Manifest(BaseModel):
    """The metadata of a generation: its encoder, the sizes of its parts, and the SHA-256 and size of its files by name.

    `recall` is the part of the nearest passages that the dense index finds, by a sample of sentences.
    """

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
    recall: float
    created_by: str
    checksums: dict[str, str]
    sizes: dict[str, int]


class Contents(NamedTuple):
    """What was written into a generation: the sizes of its parts, the digest of its documents, and the recall."""

    documents: int
    passages: int
    sentences: int
    corpus_digest: str
    recall: float


@dataclass(frozen=True, eq=False)
class Generation:
    """A loaded generation. Row n of the dense and of the lexical index is `passages[n]`.

    `sentences[n]` are the Spans of passage n's sentences in its document, and `sentence_vectors[n]` their unit vectors.
    `built` is when it was built, in seconds since 1970.
    """

    manifest: Manifest
    built: float
    texts: Texts
    sentence_vectors: SentenceVectors
    dense: FaissIndex | MilvusIndex
    lexical: Bm25Index | MilvusIndex

    def __post_init__(self) -> None:
        """Raise GenerationProblem where a number of parts differs from the manifest."""
        counts = {
            "passages": (self.manifest.passages, len(self.passages)),
            "dense rows": (self.manifest.passages, len(self.dense)),
            "BM25 rows": (self.manifest.passages, len(self.lexical)),
            "documents": (self.manifest.documents, len(self.documents)),
            "passages with vectors of sentences": (self.manifest.passages, len(self.sentence_vectors)),
            "sentence vectors": (self.manifest.sentences, self.sentence_vectors.sentences),
            "values in a vector": (self.manifest.dimension, self.dense.dimension),
        }
        wrong = [
            f"{actual} {part}, not {expected}" for part, (expected, actual) in counts.items() if expected != actual
        ]
        if wrong:
            raise GenerationProblem(f"index {self.manifest.id} has {'; '.join(wrong)}; run: waymark index")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, vectors: str = "", consistency: str = BOUNDED) -> Self:
        """Read a generation. `vectors` is the address of Milvus, for those that are searched there.

        Raises GenerationProblem where a file is damaged or another encoder built it, and MilvusProblem. In large files,
        damage that leaves their size is found by `check_files` only.
        """
        manifest = check_files(folder, whole=False)
        _check_encoder(manifest, encoder)
        dense, lexical = _indexes(folder, vectors, consistency)
        return cls(
            manifest=manifest,
            built=time_built(folder),
            texts=open_texts(folder / TEXTS),
            sentence_vectors=SentenceVectors.load(folder),
            dense=dense,
            lexical=lexical,
        )

    @property
    def documents(self) -> Documents:
        """The documents by id."""
        return self.texts.documents

    @property
    def passages(self) -> Rows[Passage]:
        """The passages by row."""
        return self.texts.passages

    @property
    def sentences(self) -> Rows[tuple[Span, ...]]:
        """The sentences of each passage by row."""
        return self.texts.sentences

    @property
    def on_milvus(self) -> MilvusIndex | None:
        """The index on Milvus, where it is there."""
        return self.dense if isinstance(self.dense, MilvusIndex) else None

    def allowed(self, wanted: Mapping[str, Sequence[str]], since: str, until: str) -> Allowed:
        """Return what restricts a search to the documents of some values and a time, as `Texts.rows_where` does."""
        return (filter_of if self.on_milvus else self.texts.rows_where)(wanted, since, until)

    def search_dense(self, vector: Vector, limit: int, *, only: Allowed | None = None) -> Ranking:
        """Return passages by the mean of two cosines with a question's vector: the passage's and its best sentence's.

        The mean found more than either alone (docs/adr/0004). Sentences are compared only in the `limit` passages
        whose own vectors are nearest. `only` restricts the search, as `allowed` returns it.
        """
        rows, cosines = self.dense.search(vector, limit, only=only)
        best = np.array([self.sentence_cosines(row, vector).max() for row in rows.tolist()], np.float32)
        mean: Vector = (cosines + best) / np.float32(2)
        return top_k(rows, mean, limit)

    def search_lexical(self, terms: Sequence[str], limit: int, *, only: Allowed | None = None) -> Ranking:
        """Return passages that share terms with a question, by BM25. `only` restricts the search, as above."""
        return self.lexical.search(terms, limit, only=only)

    def sentence_cosines(self, row: int, vector: Vector) -> Vector:
        """Return the cosines of a passage's sentences with the question's vector, shape (sentences of the passage,)."""
        cosines: Vector = self.sentence_vectors[row] @ vector
        return cosines


def seal(folder: Path, encoder: Encoder, contents: Contents, *, id: str, created_by: str) -> None:
    """Write the manifest of a generation, whose other files are there."""
    manifest = Manifest(
        format=FORMAT_VERSION,
        id=id,
        encoder=encoder.name,
        fingerprint=encoder.fingerprint,
        dimension=encoder.dimension,
        created_by=created_by,
        checksums={name: _sha256(file) for name, file in _files(folder).items()},
        sizes={name: file.stat().st_size for name, file in _files(folder).items()},
        **contents._asdict(),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def read_documents(folder: Path, *, whole: bool = True) -> Mapping[str, Document]:
    """Return the documents of a generation by id, whatever its encoder and its form.

    Raises GenerationProblem if a file is damaged, as `check_files` does.
    """
    try:
        check_files(folder, whole=whole)
    except OlderForm:
        if not (folder / TEXTS).exists():
            return {document.id: document for document in _documents_of_form_1(folder)}
    return open_texts(folder / TEXTS).documents


def check_files(folder: Path, *, whole: bool = True) -> Manifest:
    """Compare the files of a generation with its manifest, and return that.

    If not `whole`, of files above CHECKED_AT_START only the size is compared. Raises OlderForm where they are whole,
    but of an older form, and GenerationProblem where they are not whole.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        seal, files = Seal.model_validate_json(content), _files(folder)
        for name in sorted(seal.checksums.keys() | files.keys()):
            if fault := _fault(seal, name, files.get(name), whole=whole):
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


def corpus_digest(documents: Iterable[Document]) -> str:
    """Return the SHA-256 of documents in their order, as hexadecimal digits."""
    digest, between = hashlib.sha256(), ""
    for document in documents:
        digest.update((between + json.dumps(asdict(document), ensure_ascii=False, sort_keys=True)).encode())
        between = "\n"
    return digest.hexdigest()


def _check_encoder(manifest: Manifest, encoder: Encoder) -> None:
    if manifest.fingerprint != encoder.fingerprint:
        raise GenerationProblem(
            f"index {manifest.id} was built with {manifest.encoder} ({manifest.fingerprint[:8]}), "
            f"settings ask for {encoder.name} ({encoder.fingerprint[:8]}); run: waymark index"
        )


def _indexes(folder: Path, vectors: str, consistency: str) -> tuple[FaissIndex | MilvusIndex, Bm25Index | MilvusIndex]:
    if (folder / COLLECTION).exists():
        return open_collection(folder, vectors, consistency)
    return FaissIndex.load(folder / DENSE), Bm25Index.load(folder / LEXICAL)


def _files(folder: Path) -> dict[str, Path]:
    """Return a folder's files by name, all but the manifest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {file.relative_to(folder).as_posix(): file for file in files}


def _fault(seal: Seal, name: str, file: Path | None, *, whole: bool) -> str:
    """Return how a file differs from what was sealed; nothing where it does not."""
    if file is None:
        return "missing"
    if name not in seal.checksums:
        return "extra"
    size = file.stat().st_size
    if not whole and size == seal.sizes.get(name) and size > CHECKED_AT_START:
        return ""
    return "" if _sha256(file) == seal.checksums[name] else "damaged"


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _documents_of_form_1(folder: Path) -> Iterator[Document]:
    """Yield the documents of a generation of the first form, perhaps with fewer fields."""
    with (folder / "documents.jsonl").open(encoding="utf-8") as lines:
        yield from map(document_of, map(json.loads, lines))
