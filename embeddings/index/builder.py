"""Build a generation beside the one that serves, verify it, and publish it.

In: documents and an encoder. Out: the id of the generation that now serves.
A build that fails leaves the serving generation as it was, and nothing else; what one that was killed left is removed
by the next build, which encodes only texts that are not cached yet.
Left out: the files of a generation (generation.py), and replacing one by another (publishing.py).
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from corpus import Document, Passage, Span, list_lead
from corpus.documents.catalogue import list_documents
from corpus.documents.cuts import Cuts, cut_cached
from corpus.documents.words import count_words
from embeddings.index.bm25_index import Bm25Index
from embeddings.index.estimate import Estimate
from embeddings.index.faiss_index import CORES, EXACT, MIN_RECALL, FaissIndex
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
from embeddings.models.encoder import Encoder, Matrix
from embeddings.models.pooling import PassageText

CUTS = "cuts.sqlite"  # beside the cache of vectors, how documents were cut
CUT_AHEAD = 50  # documents that are cut while others are encoded
VERIFIED_PASSAGES = 20  # that must be found by their text before a generation may serve
COSINE_TOLERANCE = 5e-3  # a text encoded in another batch has a cosine with itself of 1 only up to rounding to 8 bits
ASKED_PASSAGES = 100  # whose first sentences are searched to measure the recall
TRIAL = 2_000  # passages by which is foretold what the indexes will take
DEEPER = 4  # times what a passage takes in the graph of the trial, it takes in one of a hundred thousand or more
COUNTING = 0.9  # of the time of BM25
PASSAGE_VECTORS = "passages.f32"  # in 32 bits, until they are indexed

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class IndexPlan:
    """How and where an index is built: by an encoder, into the folder `root`.

    `cache` is the file of vectors encoded before; `vectors` the address of Milvus, where passages are to be searched
    there. `kept` is the number of generations that are kept, `exact` that of passages up to which a search compares
    all. `submit` has passages encoded elsewhere, with an encoder that is equal to this one (cache.py).
    """

    encoder: Encoder
    root: Path
    cache: Path
    created_by: str
    vectors: str = ""
    kept: int = KEPT_GENERATIONS
    exact: int = EXACT
    submit: Submit | None = None


def build_generation(
    documents: Collection[Document],
    plan: IndexPlan,
    *,
    check: Callable[[Generation], None] = lambda generation: None,
    progress: Progress = lambda done, total: None,
    then: Callable[[Path], None] = lambda folder: None,
) -> str:
    """Build, verify and publish a generation of documents; return its id.

    `check` raises GenerationProblem for one that must not be published. `progress` is called with the seconds that the
    build has taken and those that it is expected to take in all, `then` with the folder when it serves, before any
    other may. Raises ValueError for no documents, BuildInProgress while another build runs, MilvusProblem, and
    GenerationProblem where the new generation does not pass verification.
    """
    if not documents:
        raise ValueError("an index needs at least one document")
    root, vectors = plan.root, plan.vectors
    root.mkdir(parents=True, exist_ok=True)
    with build_lock(root):
        remove_unpublished(root, vectors)
        staging = staging_folder(root, "new")
        staging.mkdir()
        try:
            estimate = Estimate(progress)
            contents = _write(staging, documents, plan, estimate)
            id = next_id(root, contents.corpus_digest)
            seal(staging, plan.encoder, contents, id=id, created_by=plan.created_by)
            check(_verified(staging, plan.encoder, vectors))
            # Questions are at work on the one that served last; its files may go, its collection may not.
            publish(staging, root, id, max(plan.kept, 2) if vectors else plan.kept, vectors)
            estimate.end()
        finally:
            with suppress(MilvusProblem):  # the next build removes what is left
                remove_unpublished(root, vectors)
        then(root / id)
        return id


def passage_text(passage: Passage, text: str, sentences: Sequence[Span]) -> PassageText:
    """Return what is encoded of a passage, whose sentences stand in the `text` of its document.

    Its context is its title, its headings, and, where it begins within a list, the sentence that introduces the list.
    """
    parts = (passage.title, passage.heading, list_lead(text, sentences[0]))
    return PassageText(". ".join(part for part in parts if part) + ".", tuple(span.of(text) for span in sentences))


def _write(folder: Path, documents: Collection[Document], plan: IndexPlan, estimate: Estimate) -> Contents:
    """Write all files of a generation but the manifest; no more than some thousand passages are in memory at a time."""
    with new_texts(folder / TEXTS) as texts:
        for document in documents:
            texts.add_document(document)
        facets = list_documents(texts.documents.entries(), {}).facets
        texts.add_summary(count_words(texts.documents.values()), facets)
        estimate.next_step()
        sentences = _write_vectors(folder, texts, plan, estimate)
        digest, passages = corpus_digest(texts.documents.values()), len(texts.passages)
        estimate.next_step()
        recall = _index_vectors(folder, texts, plan, next_id(plan.root, digest), estimate)
        if not plan.vectors:
            estimate.next_step()
            Bm25Index.build(_counted(texts, estimate), folder).save(folder / LEXICAL)
        return Contents(len(texts.documents), passages, sentences, digest, recall)


def _write_vectors(folder: Path, texts: Texts, plan: IndexPlan, estimate: Estimate) -> int:
    """Cut the documents, add their passages, and write the vectors of these; return the number of their sentences."""
    documents, cut_documents, passages, sentences = len(texts.documents), 0, 0, 0
    dense_s = words_s = 0.0  # that a passage takes in the later steps
    file = folder / PASSAGE_VECTORS

    def added(cut: Iterable[tuple[Document, Cuts]]) -> Iterator[PassageText]:
        nonlocal cut_documents, passages
        for cut_documents, (document, cuts) in enumerate(cut, 1):  # noqa: B007 - for `show`
            for passage, spans in cuts:
                texts.add_passage(passages, passage, spans)
                passages += 1
                yield passage_text(passage, document.text, spans)

    def show(done: int) -> None:
        if not done:
            return
        total = passages * documents // cut_documents  # until all documents are cut, a guess
        estimate.later = [total * later for later in (dense_s if total > plan.exact else 0, words_s)]
        estimate.show(done / total)

    with (
        file.open("wb") as written,
        new_sentence_vectors(folder, plan.encoder.dimension) as add_sentences,
        closing(_ahead(cut_cached(texts.documents.values(), plan.cache.with_name(CUTS)), CUT_AHEAD)) as cut,
    ):
        for row, vectors in enumerate(encode_each(added(cut), plan.encoder, plan.cache, show, plan.submit), 1):
            written.write(vectors[0].astype(np.float32).tobytes())
            add_sentences(vectors[1:])
            sentences += len(vectors) - 1
            if row == TRIAL and not plan.vectors:
                written.flush()
                with estimate.beside():
                    dense_s, words_s = _trial(np.fromfile(file, np.float32).reshape(row, -1), texts, folder)
    if not passages:
        raise GenerationProblem("the documents hold nothing but headings, so there is nothing to find; add others")
    return sentences


def _trial(vectors: Matrix, texts: Texts, folder: Path) -> tuple[float, float]:
    """Return the seconds that a passage takes to be put into a graph, and into BM25, by a trial with the first ones."""
    begin = time.monotonic()
    FaissIndex.build(vectors, exact=0, threads=1)  # more would wait for each other in so small a graph
    middle = time.monotonic()
    Bm25Index.build((passage.text_in_context for passage in islice(texts.passages, len(vectors))), folder)
    return DEEPER * (middle - begin) / CORES / len(vectors), (time.monotonic() - middle) / len(vectors)


def _counted(texts: Texts, estimate: Estimate) -> Iterator[str]:
    """Yield the texts of the passages, and tell of progress: to count their terms is most of what BM25 takes."""
    passages = len(texts.passages)
    for row, passage in enumerate(texts.passages, 1):
        yield passage.text_in_context
        if row % TRIAL == 0:
            estimate.show(COUNTING * row / passages)


def _index_vectors(folder: Path, texts: Texts, plan: IndexPlan, id: str, estimate: Estimate) -> float:
    """Index the vectors of the passages, on Milvus with their words, and remove their file; return the recall.

    Raises GenerationProblem where too few of the nearest passages are found.
    """
    file, sentences = folder / PASSAGE_VECTORS, SentenceVectors.load(folder)
    vectors = np.memmap(file, np.float32, "r").reshape(-1, plan.encoder.dimension)
    asked = range(0, len(vectors), max(1, len(vectors) // ASKED_PASSAGES))
    queries = np.array([sentences[row][0] for row in asked])
    if plan.vectors:
        found = build_collection(folder, id, texts, vectors, plan.exact, plan.vectors, estimate.show)
        recall = found.measure_recall(vectors, queries) if len(vectors) > plan.exact else 1.0
    else:
        dense = FaissIndex.build(vectors, plan.exact, estimate.show)
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
