"""Build a generation beside the one that serves, verify it, and publish it.

In: documents and an encoder. Out: the id of the generation that now serves.
A build that fails leaves the serving generation as it was, and nothing else; what one that was killed left is removed
by the next build, which encodes only texts that are not cached yet.
Left out: the files of a generation (generation.py), and replacing one by another (publishing.py).
"""

from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np

from corpus import Document, Passage, Span, list_lead
from corpus.cuts import Cuts, cut_cached
from embeddings.index.bm25_index import Bm25Index
from embeddings.index.faiss_index import FaissIndex
from embeddings.index.generation import (
    DENSE,
    LEXICAL,
    TEXTS,
    Contents,
    Generation,
    GenerationProblem,
    corpus_digest,
    seal,
)
from embeddings.index.publishing import (
    KEPT_GENERATIONS,
    build_lock,
    next_id,
    publish,
    remove_unpublished,
    staging_folder,
)
from embeddings.index.sentence_vectors import new_sentence_vectors
from embeddings.index.texts import Texts, new_texts
from embeddings.models.cache import Progress, encode_each
from embeddings.models.encoder import Encoder
from embeddings.models.pooling import PassageText

CUTS = "cuts.sqlite"  # beside the cache of vectors, how documents were cut
CUT_AHEAD = 50  # documents that are cut while others are encoded
VERIFIED_PASSAGES = 20  # that must be found by their text before a generation may serve
COSINE_TOLERANCE = 1e-3  # a text encoded in another batch has a cosine with itself of 1 only up to rounding

Item = TypeVar("Item")


def build_generation(
    documents: Collection[Document],
    encoder: Encoder,
    root: Path,
    cache: Path,
    *,
    created_by: str,
    kept: int = KEPT_GENERATIONS,
    check: Callable[[Generation], None] = lambda generation: None,
    progress: Progress = lambda done, total: None,
) -> str:
    """Build, verify and publish a generation in the folder `root`; return its id.

    `cache` is the file of vectors encoded before. `kept` is the number of generations that are kept, and `check` raises
    GenerationProblem for one that must not be published. `progress` is called with the number of passages encoded so
    far and of all passages, which is a guess until all documents are cut. Raises ValueError for no documents,
    BuildInProgress while another build runs, and GenerationProblem where the new generation does not pass verification.
    """
    if not documents:
        raise ValueError("an index needs at least one document")
    root.mkdir(parents=True, exist_ok=True)
    with build_lock(root):
        remove_unpublished(root)
        staging = staging_folder(root, "new")
        staging.mkdir()
        try:
            contents = _write(staging, documents, encoder, cache, progress)
            id = next_id(root, contents.corpus_digest)
            seal(staging, encoder, contents, id=id, created_by=created_by)
            check(_verified(staging, encoder))
            publish(staging, root, id, kept)
        finally:
            remove_unpublished(root)
        return id


def passage_text(passage: Passage, text: str, sentences: Sequence[Span]) -> PassageText:
    """Return what is encoded of a passage, whose sentences stand in the `text` of its document.

    Its context is its title, its headings, and, where it begins within a list, the sentence that introduces the list.
    """
    parts = (passage.title, passage.heading, list_lead(text, sentences[0]))
    return PassageText(". ".join(part for part in parts if part) + ".", tuple(span.of(text) for span in sentences))


def _write(
    folder: Path, documents: Collection[Document], encoder: Encoder, cache: Path, progress: Progress
) -> Contents:
    """Write all files of a generation but the manifest; no more than some thousand passages are in memory at a time."""
    with new_texts(folder / TEXTS) as texts:
        for document in documents:
            texts.add_document(document)
        sentences = _write_vectors(folder, texts, encoder, cache, progress)
        Bm25Index.build(passage.text_in_context for passage in texts.passages).save(folder / LEXICAL)
        digest = corpus_digest(texts.documents.values())
        return Contents(len(texts.documents), len(texts.passages), sentences, digest)


def _write_vectors(folder: Path, texts: Texts, encoder: Encoder, cache: Path, progress: Progress) -> int:
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

    dense = FaissIndex.empty(encoder.dimension)
    with (
        new_sentence_vectors(folder, encoder.dimension) as add_sentences,
        closing(_ahead(cut_cached(texts.documents.values(), cache.with_name(CUTS)), CUT_AHEAD)) as cut,
    ):
        for vectors in encode_each(added(cut), encoder, cache, show):
            dense.add(vectors[:1])
            add_sentences(vectors[1:])
            sentences += len(vectors) - 1
    dense.save(folder / DENSE)
    return sentences


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


def _verified(folder: Path, encoder: Encoder) -> Generation:
    """Load a generation as a server does, encode some of its passages, evenly spread, again, and return it.

    Raises GenerationProblem where it can't be loaded, since NumPy and FAISS are silent about the last bytes that a full
    disk did not take, and where the cosine of a passage's indexed vector with the new one is not 1.
    """
    try:
        generation = Generation.load(folder, encoder)
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
