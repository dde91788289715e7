"""A generation: one complete, immutable, checksummed index folder.

In: the folder `var/index/<id>/`, and the encoder it was built with. Out: documents, passages, their sentences, and the
two searches over them.
Left out: whether its files are whole (manifest.py), building it (builder.py) and which one serves (publishing.py).

A generation of an older form is not searched, but its documents can be read, so that it can be made anew.

The folder holds `texts.sqlite`, with documents, passages and their sentences (texts.py); `vectors.faiss`, one row per
passage, and `bm25/`, or `collection` in their place (milvus_index.py); `sentences.npy` and `sentence_ends.npy`, the
vectors of sentences (sentence_vectors.py); and `manifest.json`, which names the encoder and the SHA-256 and size of
every other file. None is a pickle, so that opening an index can't run code; all is read or mapped when it is asked for.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np

from corpus import Document, Passage, Span
from embeddings.index.bm25_index import Bm25Index
from embeddings.index.faiss_index import FaissIndex
from embeddings.index.manifest import GenerationProblem, Manifest, OlderForm, check_files, time_built
from embeddings.index.milvus_index import BOUNDED, COLLECTION, MilvusIndex, filter_of, open_collection
from embeddings.index.ranking import Allowed, Ranking, top_k
from embeddings.index.sentence_vectors import SentenceVectors
from embeddings.index.texts import Documents, Rows, Texts, document_of, open_texts
from embeddings.models.encoder import Encoder, Vector

TEXTS, DENSE, LEXICAL = "texts.sqlite", "vectors.faiss", "bm25"


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
        damage that leaves their size and their beginning as they were is found by `check_files` only.
        """
        manifest = check_files(folder, whole=False)
        _check_encoder(manifest, encoder)
        try:
            dense, lexical = _indexes(folder, vectors, consistency)
            return cls(
                manifest=manifest,
                built=time_built(folder),
                texts=open_texts(folder / TEXTS),
                sentence_vectors=SentenceVectors.load(folder),
                dense=dense,
                lexical=lexical,
            )
        except (RuntimeError, ValueError, sqlite3.DatabaseError) as error:  # of FAISS, NumPy and SQLite
            if isinstance(error, GenerationProblem):
                raise
            raise GenerationProblem(f"index {manifest.id} is damaged; run: waymark index") from error

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
    def is_damaged(self) -> bool:
        """Whether something was read that is not what was written."""
        return self.texts.is_damaged or self.sentence_vectors.is_damaged

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


def _documents_of_form_1(folder: Path) -> Iterator[Document]:
    """Yield the documents of a generation of the first form, perhaps with fewer fields."""
    with (folder / "documents.jsonl").open(encoding="utf-8") as lines:
        yield from map(document_of, map(json.loads, lines))
