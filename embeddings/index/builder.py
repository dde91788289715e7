"""Build a generation beside the one that serves, verify it, and publish it.

In: documents and an encoder. Out: the id of the generation that now serves.
A build that fails leaves the serving generation as it was, and nothing else; what one that was killed left is removed
by the next build, which encodes only texts that are not cached yet.
Left out: the files of a generation (generation.py), and replacing one by another (publishing.py).
"""

from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

import numpy as np

from corpus import Document, Passage, Span, list_lead
from corpus.catalogue import list_documents
from corpus.cuts import Cuts, cut_cached
from corpus.words import count_words
from embeddings.index.bm25_index import Bm25Index
from embeddings.index.faiss_index import EXACT, MIN_RECALL, FaissIndex
from embeddings.index.generation import DENSE, LEXICAL, TEXTS, Generation, corpus_digest
from embeddings.index.manifest import Contents, GenerationProblem, seal
from embeddings.index.milvus_index import STRONG, MilvusProblem, build_collection
from embeddings.index.publishing import (
    KEPT_GENERATIONS,
    build_lock,
    next_id,
    publish,
    remove_unpublished,
    staging_folder,
)
from embeddings.index.sentence_vectors import SentenceVectors, new_sentence_vectors
from embeddings.index.texts import Texts, new_texts
from embeddings.models.cache import Progress, Submit, encode_each
from embeddings.models.encoder import Encoder
from embeddings.models.pooling import PassageText

CUTS = "cuts.sqlite"  # beside the cache of vectors, how documents were cut
CUT_AHEAD = 50  # documents that are cut while others are encoded
VERIFIED_PASSAGES = 20  # that must be found by their text before a generation may serve
COSINE_TOLERANCE = 5e-3  # a text encoded in another batch has a cosine with itself of 1 only up to rounding to 8 bits
ASKED_PASSAGES = 100  # whose first sentences are searched to measure the recall
PASSAGE_VECTORS = "passages.f32"  # in 32 bits, until they are indexed

Item = TypeVar("Item")


def build_generation(
    documents: Collection[Document],
    encoder: Encoder,
    root: Path,
    cache: Path,
    *,
    created_by: str,
    vectors: str = "",
    kept: int = KEPT_GENERATIONS,
    exact: int = EXACT,
    check: Callable[[Generation], None] = lambda generation: None,
    progress: Progress = lambda done, total: None,
    submit: Submit | None = None,
) -> str:
    """Build, verify and publish a generation in the folder `root`; return its id.

    `cache` is the file of vectors encoded before; `vectors` the address of Milvus, where passages are to be searched
    there. `kept` is the number of generations that are kept, `exact` that of passages up to which a search compares
    all, and `check` raises GenerationProblem for one that must not be published. `progress` is called with the number
    of passages encoded so far and of all passages, which is a guess until all documents are cut. `submit` has passages
    encoded elsewhere, with an encoder that is equal to this one (cache.py). Raises ValueError for no documents,
    BuildInProgress while another build runs, MilvusProblem, and GenerationProblem where the new
    generation does not pass verification.
    """
    if not documents:
        raise ValueError("an index needs at least one document")
    root.mkdir(parents=True, exist_ok=True)
    with build_lock(root):
        remove_unpublished(root, vectors)
        staging = staging_folder(root, "new")
        staging.mkdir()
        try:
            contents = _write(staging, documents, encoder, cache, exact, progress, submit, vectors)
            id = next_id(root, contents.corpus_digest)
            seal(staging, encoder, contents, id=id, created_by=created_by)
            check(_verified(staging, encoder, vectors))
            # Questions are at work on the one that served last; its files may go, its collection may not.
            publish(staging, root, id, max(kept, 2) if vectors else kept, vectors)
        finally:
            with suppress(MilvusProblem):  # the next build removes what is left
                remove_unpublished(root, vectors)
        return id


def passage_text(passage: Passage, text: str, sentences: Sequence[Span]) -> PassageText:
    """Return what is encoded of a passage, whose sentences stand in the `text` of its document.

    Its context is its title, its headings, and, where it begins within a list, the sentence that introduces the list.
    """
    parts = (passage.title, passage.heading, list_lead(text, sentences[0]))
    return PassageText(". ".join(part for part in parts if part) + ".", tuple(span.of(text) for span in sentences))


def _write(
    folder: Path,
    documents: Collection[Document],
    encoder: Encoder,
    cache: Path,
    exact: int,
    progress: Progress,
    submit: Submit | None,
    milvus: str,
) -> Contents:
    """Write all files of a generation but the manifest; no more than some thousand passages are in memory at a time."""
    with new_texts(folder / TEXTS) as texts:
        for document in documents:
            texts.add_document(document)
        facets = list_documents(texts.documents.entries(), {}).facets
        texts.add_summary(count_words(texts.documents.values()), facets)
        sentences = _write_vectors(folder, texts, encoder, cache, progress, submit)
        digest = corpus_digest(texts.documents.values())
        recall = _index_vectors(folder, texts, encoder.dimension, exact, next_id(folder.parent, digest), milvus)
        if not milvus:
            Bm25Index.build((passage.text_in_context for passage in texts.passages), folder).save(folder / LEXICAL)
        return Contents(len(texts.documents), len(texts.passages), sentences, digest, recall)


def _write_vectors(
    folder: Path, texts: Texts, encoder: Encoder, cache: Path, progress: Progress, submit: Submit | None
) -> int:
    """Cut the documents, add their passages, and write the vectors of these; return the number of their sentences."""
    documents, cut_documents, passages, sentences = len(texts.documents), 0, 0, 0

    def added(cut: Iterable[tuple[Document, Cuts]]) -> Iterator[PassageText]:
        nonlocal cut_documents, passages
        for cut_documents, (document, cuts) in enumerate(cut, 1):  # noqa: B007 - for `show`
            for passage, spans in cuts:
                texts.add_passage(passages, passage, spans)
                passages += 1
                yield passage_text(passage, document.text, spans)

    def show(done: int) -> None:
        progress(done, passages * documents // cut_documents)

    with (
        (folder / PASSAGE_VECTORS).open("wb") as file,
        new_sentence_vectors(folder, encoder.dimension) as add_sentences,
        closing(_ahead(cut_cached(texts.documents.values(), cache.with_name(CUTS)), CUT_AHEAD)) as cut,
    ):
        for vectors in encode_each(added(cut), encoder, cache, show, submit):
            file.write(vectors[0].astype(np.float32).tobytes())
            add_sentences(vectors[1:])
            sentences += len(vectors) - 1
    return sentences


def _index_vectors(folder: Path, texts: Texts, dimension: int, exact: int, id: str, milvus: str) -> float:
    """Index the vectors of the passages, on Milvus with their words, and remove their file; return the recall.

    Raises GenerationProblem where too few of the nearest passages are found.
    """
    file, sentences = folder / PASSAGE_VECTORS, SentenceVectors.load(folder)
    vectors = np.memmap(file, np.float32, "r").reshape(-1, dimension)
    asked = range(0, len(vectors), max(1, len(vectors) // ASKED_PASSAGES))
    queries = np.array([sentences[row][0] for row in asked])
    if milvus:
        found = build_collection(folder, id, texts, vectors, exact, milvus)
        recall = found.measure_recall(vectors, queries) if len(vectors) > exact else 1.0
    else:
        dense = FaissIndex.build(vectors, exact)
        recall = dense.measure_recall(vectors, queries)
        dense.save(folder / DENSE)
    if recall < MIN_RECALL:
        raise GenerationProblem(
            f"the new index finds only {recall:.0%} of the nearest passages and was not published; have each compared: "
            f"set WAYMARK_EXACT_PASSAGES={len(vectors)}"
        )
    file.unlink()
    return recall


def _ahead(items: Iterator[Item], number: int) -> Generator[Item, None, None]:
    """Yield items, of which a thread takes a number ahead."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        taken = deque(pool.submit(next, items, None) for _ in range(number))
        while (item := taken.popleft().result()) is not None:
            taken.append(pool.submit(next, items, None))
            yield item
    finally:
        pool.shutdown(cancel_futures=True)


def _verified(folder: Path, encoder: Encoder, milvus: str) -> Generation:
    """Load a generation as a server does, encode some of its passages, evenly spread, again, and return it.

    Raises GenerationProblem where it can't be loaded, since NumPy and FAISS are silent about the last bytes that a full
    disk did not take, and where the cosine of a passage's indexed vector with the new one is not 1.
    """
    try:
        generation = Generation.load(folder, encoder, milvus, STRONG)
    except (RuntimeError, ValueError) as error:
        raise GenerationProblem(
            "the new index is not whole and was not published; free space, then try again"
        ) from error
    for row in range(0, len(generation.passages), max(1, len(generation.passages) // VERIFIED_PASSAGES)):
        passage = generation.passages[row]
        text = passage_text(passage, generation.documents[passage.document_id].text, generation.sentences[row])
        [vectors] = encoder.encode_passages([text])
        ranking = generation.dense.search(vectors[0], 1, only=np.array([row]))
        if ranking.scores[0] < 1 - COSINE_TOLERANCE:
            raise GenerationProblem(f"the new index does not find {passage.id} by its own text; it was not published")
    return generation
