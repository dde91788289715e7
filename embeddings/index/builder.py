"""Build a generation beside the one that serves, verify it, and publish it by one atomic rename.

In: documents and an encoder. Out: the id of the generation that now serves.
A build that dies leaves the serving one untouched; what it had encoded is remembered, and its folder is swept away by
the next build. The last generations are kept, so that `current` can be pointed back at one of them.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from corpus import Document, Span, cut_into_passages, list_lead, split_sentences
from embeddings.index.generation import (
    CURRENT,
    Generation,
    GenerationProblem,
    corpus_digest,
    write_generation,
)
from embeddings.models.cache import encode_cached
from embeddings.models.encoder import Encoder

KEPT = 3
BUILDING = ".building"
CANARIES = 20  # passages that must be found by their own text before a generation may serve
ROUNDING = 1e-3  # by which the cosine of a text with itself may differ between batches

Progress = Callable[[int, int], None]


class BuildInProgress(RuntimeError):
    """Another process is building an index in the same place."""


def build_generation(
    documents: Sequence[Document],
    encoder: Encoder,
    root: Path,
    cache: Path,
    *,
    created_by: str,
    progress: Progress = lambda done, total: None,
) -> str:
    """Build, verify and publish a generation under `root`; return its id.

    `progress` is told how many of how many texts are encoded. Raises ValueError for no documents, BuildInProgress while
    another build runs, and GenerationProblem where the new generation does not pass its own checks.
    """
    if not documents:
        raise ValueError("an index needs at least one document")
    ordered = sorted(documents, key=lambda document: document.id)
    root.mkdir(parents=True, exist_ok=True)
    with _alone(root):
        for left_over in root.glob(f"{BUILDING}*"):
            shutil.rmtree(left_over)
        id = f"{_last_number(root) + 1:06d}-{corpus_digest(ordered)[:8]}"
        beside = root / f"{BUILDING}-{id}"
        _write(beside, id, ordered, encoder, cache, created_by, progress)
        _verify(beside, encoder)
        _sync(beside)
        beside.rename(root / id)
        _point_current(root, id)
        for old in _generations(root)[:-KEPT]:
            shutil.rmtree(old)
        return id


def _write(
    beside: Path, id: str, documents: list[Document], encoder: Encoder, cache: Path, created_by: str, progress: Progress
) -> None:
    passages = [passage for document in documents for passage in cut_into_passages(document)]
    text_of = {document.id: document.text for document in documents}
    sentences = [split_sentences(text_of[passage.document_id], passage.start, passage.end) for passage in passages]
    texts = [passage.titled for passage in passages]
    for passage, spans in zip(passages, sentences, strict=True):
        texts += [titled_sentence(passage.title, text_of[passage.document_id], span) for span in spans]
    vectors = encode_cached(texts, encoder, cache, progress)
    parts = vectors[: len(passages)], vectors[len(passages) :]
    write_generation(beside, id, documents, passages, sentences, parts, encoder, created_by)


def titled_sentence(title: str, text: str, span: Span) -> str:
    r"""Return a sentence behind its document's title, and a list item also behind the line that opens its list.

    These say what "it", "they" and a bare noun are about. It is what sentence vectors are made of.

    >>> titled_sentence("A meeting", "It asks for:\n- food.", Span(15, 20))
    'A meeting. It asks for. food.'
    """
    return ". ".join(filter(None, (title, list_lead(text, span), span.of(text))))


def _verify(folder: Path, encoder: Encoder) -> None:
    """Load the generation as a server would, and look for passages by their own text, which must lie at cosine 1."""
    generation = Generation.load(folder, encoder)
    for row in range(0, len(generation.passages), max(1, len(generation.passages) // CANARIES)):
        passage = generation.passages[row]
        [vector] = encoder.encode_documents([passage.titled])
        own = generation.dense.search(vector, 1, only=np.array([row]))
        if own.scores[0] < 1 - ROUNDING:
            raise GenerationProblem(f"the new index does not find {passage.id} by its own text; it was not published")


def _generations(root: Path) -> list[Path]:
    return sorted(folder for folder in root.iterdir() if re.fullmatch(r"\d{6}-[0-9a-f]{8}", folder.name))


def _last_number(root: Path) -> int:
    return max((int(folder.name[:6]) for folder in _generations(root)), default=0)


def _point_current(root: Path, id: str) -> None:
    beside = root / f"{BUILDING}-{CURRENT}"
    beside.write_text(f"{id}\n", encoding="utf-8")
    _sync_file(beside)
    beside.replace(root / CURRENT)
    _sync_file(root)


def _sync(folder: Path) -> None:
    """Have a folder and all below it on the disk before it is renamed, so that a power cut can't publish half of it."""
    for path in [*folder.rglob("*"), folder]:
        _sync_file(path)


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system lets go of when its holder dies."""
    with (root / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BuildInProgress(f"another build is running in {root}; wait for it to end") from error
        yield
