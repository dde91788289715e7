"""Build a generation beside the one that serves, verify it, and publish it.

In: documents and an encoder. Out: the id of the generation that now serves.
A build that fails leaves the serving generation as it was, and nothing else; what one that was killed left is removed
by the next build, which encodes only texts that are not cached yet.
Left out: the files of a generation (generation.py), and replacing one by another (publishing.py).
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from corpus import Document, Passage, Span, cut_into_passages, list_lead, split_sentences
from embeddings.index.generation import Generation, GenerationProblem, corpus_digest, write_generation
from embeddings.index.publishing import (
    KEPT_GENERATIONS,
    build_lock,
    next_id,
    publish,
    remove_unpublished,
    staging_folder,
)
from embeddings.models.cache import Progress, encode_cached
from embeddings.models.encoder import Encoder
from embeddings.models.pooling import PassageText

VERIFIED_PASSAGES = 20  # that must be found by their text before a generation may serve
COSINE_TOLERANCE = 1e-3  # a text encoded in another batch has a cosine with itself of 1 only up to rounding


def build_generation(
    documents: Sequence[Document],
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
    far and of all passages. Raises ValueError for no documents, BuildInProgress while another build runs, and
    GenerationProblem where the new generation does not pass verification.
    """
    if not documents:
        raise ValueError("an index needs at least one document")
    ordered = sorted(documents, key=lambda document: document.id)
    root.mkdir(parents=True, exist_ok=True)
    with build_lock(root):
        remove_unpublished(root)
        id = next_id(root, corpus_digest(ordered))
        staging = staging_folder(root, id)
        try:
            _write(staging, id, ordered, encoder, cache, created_by, progress)
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
    folder: Path, id: str, documents: list[Document], encoder: Encoder, cache: Path, created_by: str, progress: Progress
) -> None:
    """Cut the documents, encode passages and sentences, and write the generation."""
    passages = [passage for document in documents for passage in cut_into_passages(document)]
    text_of = {document.id: document.text for document in documents}
    sentences = [split_sentences(text_of[passage.document_id], passage.start, passage.end) for passage in passages]
    texts = [
        passage_text(passage, text_of[passage.document_id], spans)
        for passage, spans in zip(passages, sentences, strict=True)
    ]
    vectors = encode_cached(texts, encoder, cache, progress)
    write_generation(
        folder,
        documents=documents,
        passages=passages,
        sentences=sentences,
        passage_vectors=np.array([of_passage[0] for of_passage in vectors]),
        sentence_vectors=np.concatenate([of_passage[1:] for of_passage in vectors]),
        encoder=encoder,
        id=id,
        created_by=created_by,
    )


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
