"""How search, answers, memory, start-up, building and disk grow with the number of passages, up to a million.

In: a file of JSON lines with the `text` of pages, a folder for indexes, a number of passages. Out: a line of JSON in
`docs/results/scale.jsonl`; `draw` makes `docs/results/scale.md` and `docs/images/scale.png` of them.
Run as `PYTHONPATH=tests python -m measures.scale build PAGES.jsonl.gz FOLDER 1000`, which goes through
`build_generation` with vectors and passages that are made instead of encoded and cut; then
`... measure FOLDER/1000 ...`; then `... peer PYTHON FOLDER/1000 txtai`, with a Python that has txtai or LlamaIndex; and
`... draw`.

Texts are sentences of the pages, put together at random. A vector is a real one of the cache, moved by the difference
of another real one and a near neighbour of that: so neighbours differ by what real neighbours differ by.
"""

import gc
import gzip
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import faiss
import numpy as np
from faiss.contrib.exhaustive_search import knn_ground_truth

from corpus import Document, Passage, Span, split_sentences
from corpus.documents.cuts import Cuts
from embeddings import Generation, IndexPlan, build_generation, current_generation
from embeddings.index import builder
from embeddings.models.cache import WINDOW, _vectors
from embeddings.models.encoder import Encoder, Matrix
from embeddings.models.pooling import PassageText
from measures.scale_plot import RESULTS, draw
from qa.answers.hits import Filters
from qa.pipeline.assistant import Assistant
from qa.pipeline.retrieval import load_encoder, retrieve
from qa.query.query import Query, make_query
from qa.query.question import Question
from qa.settings import Settings
from rooms import ROOT

PASSAGES = 25  # of a document
SENTENCES = 3  # of a passage; real ones have 11, whose vectors would take 4 GB of disk for a million
COUNTRIES = ("Ghana", "Peru", "Nepal", "Chad", "Togo")  # the first of a thousand documents has the first, and so on
NEAR = 20  # neighbours of a real vector that count as near
SEARCHES, ANSWERS = 200, 20
GOLD = ("factual", "unseen_factual")
PEER = Path(__file__).with_name("scale_peer.py")


class MadeDocuments(Collection[Document]):
    """Documents of made passages, each of which is a paragraph with a sentence a line; made when they are asked for."""

    def __init__(self, file: Path, passages: int) -> None:
        """Read the sentences of a quarter of the pages."""
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            texts = [" ".join(json.loads(line)["text"].split()) for line in lines]
        spans = ((text, span) for text in texts[::4] for span in split_sentences(text, 0, len(text)))
        self._sentences = [span.of(text) for text, span in spans if 30 < span.end - span.start < 300]
        self._number = passages // PASSAGES

    def __len__(self) -> int:
        return self._number

    def __contains__(self, document: object) -> bool:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Document]:
        random = Random(0)  # noqa: S311 - no secret
        for number in range(self._number):
            passages = ("\n".join(random.choices(self._sentences, k=SENTENCES)) for _ in range(PASSAGES))
            place = (number % 1000).bit_length() // 2  # 0 for one in a thousand, 4 for half of them
            yield Document(
                id=f"made-{number:06}",
                title=f"Report {number} of {1990 + number % 35}",
                text="\n\n".join(passages),
                countries=(COUNTRIES[min(place, 4)],),
                published=str(1990 + number % 35),
            )


class MadeEncoder:
    """An encoder of real questions that makes the vectors of passages, by the digest of each."""

    def __init__(self, encoder: Encoder, real: Matrix) -> None:
        """Take the encoder, and the vectors that are moved."""
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension
        self.encode_query = encoder.encode_query
        self._real = real
        sample = np.random.default_rng(0).permutation(len(real))[:2000]
        _, near = faiss.knn(real[sample], real, NEAR + 1, faiss.METRIC_INNER_PRODUCT)
        self._differences = (real[sample, np.newaxis] - real[near[:, 1:]]).reshape(-1, real.shape[1])

    def encode_passages(self, passages: Iterable[PassageText]) -> list[Matrix]:
        """Return the vectors of each passage and of its sentences."""
        return list(map(self.made, passages))

    def made(self, passage: PassageText) -> Matrix:
        """Return the vectors of a passage, which are always the same."""
        length = 1 + len(passage.sentences)
        digest = blake2b(repr(passage).encode(), digest_size=8 * (length + 1)).digest()
        first, *others = np.frombuffer(digest, np.uint64)
        moved = self._differences[np.array(others) % len(self._differences)] * np.float32(0.6)
        moved[1:] += moved[0]  # sentences lie around their passage
        vectors: Matrix = self._real[int(first) % len(self._real)] + moved
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def real_vectors(cache: Path, encoder: Encoder) -> Matrix:
    """Return the vectors of passages and sentences that are cached."""
    import sqlite3

    rows = sqlite3.connect(cache).execute("SELECT vectors FROM passages WHERE encoder = ?", (encoder.fingerprint,))
    return np.concatenate(
        [vectors for (stored,) in rows if (vectors := _vectors(stored, encoder.dimension)) is not None]
    )


def cut_made(documents: Iterable[Document], _: Path) -> Iterator[tuple[Document, Cuts]]:
    """Yield each made document with its cuts, where it was put together."""
    return ((document, cut(document)) for document in documents)


def cut(document: Document) -> Cuts:
    """Cut a made document where it was put together."""
    passages: Cuts = []
    begin = 0
    for number, text in enumerate(document.text.split("\n\n"), 1):
        passage = Passage(f"{document.id}#{number}", document.id, document.title, "", text, begin, begin + len(text))
        spans, start = [], begin
        for line in text.split("\n"):
            spans.append(Span(start, start + len(line)))
            start += len(line) + 1
        passages.append((passage, spans))
        begin += len(text) + 2
    return passages


def build(pages: Path, folder: Path, passages: int) -> None:
    """Build an index of made passages; keep the vectors of the passages in 32 bits beside it."""
    settings = Settings()
    encoder = load_encoder(settings, print)
    made = MadeEncoder(encoder, real_vectors(settings.cache, encoder))
    folder.mkdir(parents=True)
    seconds: dict[str, float] = {}

    told: list[tuple[int, int]] = []

    def encode_each(
        passages: Iterable[PassageText], _: Encoder, __: Path, show: Callable[[int], None], ___: object
    ) -> Iterator[Matrix]:
        for done, passage in enumerate(passages, 1):
            yield made.made(passage)
            if done % WINDOW == 0:
                show(done)

    def index_vectors(staging: Path, *options: Any) -> float:  # noqa: ANN401 - those of the real one
        os.link(staging / builder.PASSAGE_VECTORS, folder / builder.PASSAGE_VECTORS)
        begin, before = time.perf_counter(), time.process_time()
        recall: float = index(staging, *options)
        seconds.update(dense_s=time.perf_counter() - begin, dense_processor_s=time.process_time() - before)
        return recall

    index = builder._index_vectors
    begin, before = time.perf_counter(), time.process_time()
    with (
        _memory_watched() as peak,
        patch.object(builder, "cut_cached", cut_made),
        patch.object(builder, "encode_each", encode_each),
        patch.object(builder, "_index_vectors", index_vectors),
    ):
        plan = IndexPlan(made, folder, settings.cache, created_by="scale")
        build_generation(MadeDocuments(pages, passages), plan, progress=lambda *seconds: told.append(seconds))
    seconds |= {"build_s": time.perf_counter() - begin, "build_processor_s": time.process_time() - before}
    seconds["build_peak_mb"] = peak[0]
    seconds["foretold"] = next(total for done, total in told if done >= told[-1][0] / 10) / told[-1][0]
    (folder / "build.json").write_text(json.dumps(seconds), encoding="utf-8")


def measure(folders: Iterable[Path]) -> None:
    """Start, search and answer from indexes, and add what that took to the results."""
    questions = [
        json.loads(line)["question"]
        for suite in GOLD
        for line in (ROOT / "qa/evaluation/gold" / f"{suite}.jsonl").read_text(encoding="utf-8").splitlines()
    ][:SEARCHES]
    serving = Assistant.from_settings(Settings())  # of the starter, so that all models are there
    queries = [make_query(Question(question), serving.encoder) for question in questions]
    for text in questions[:ANSWERS]:
        serving.ask(text)
    for folder in folders:
        np.save(folder / "questions.npy", np.array([query.vector for query in queries]))
        before, begin, wall = _memory(), time.process_time(), time.perf_counter()
        assistant = serving.over(current_generation(folder))
        figures = {"start_s": time.perf_counter() - wall, "start_processor_s": time.process_time() - begin}
        figures |= _times_of_searches(assistant._evidence_search.generation, queries)
        figures |= _times("answer", [partial(assistant.ask, text) for text in questions[:ANSWERS]])
        figures |= {name: value - before[name] for name, value in _memory().items()}
        figures |= _recalls(assistant._evidence_search.generation, folder / builder.PASSAGE_VECTORS, queries)
        disk = sum(file.stat().st_size for file in current_generation(folder).rglob("*") if file.is_file())
        row = {"system": "Waymark", "passages": int(folder.name), "disk_mb": disk / 2**20} | figures
        _add(row | json.loads((folder / "build.json").read_text(encoding="utf-8")))
        del assistant
        gc.collect()


def _times_of_searches(generation: Generation, queries: Sequence[Query]) -> dict[str, float]:
    """Return the times of searches: among all passages, among those of few documents, and of half of them."""
    for query in queries[:20]:
        retrieve(query, generation)
    figures = _times("search", [partial(retrieve, query, generation) for query in queries])
    for country, share in ((COUNTRIES[1], "few"), (COUNTRIES[4], "many")):
        filters = Filters(countries=(country,))
        calls = [partial(retrieve, query, generation, filters=filters) for query in queries[:50]]
        figures |= _times(f"search_{share}", calls)
    return figures


def _recalls(generation: Generation, file: Path, queries: Sequence[Query]) -> dict[str, float]:
    """Return which part of the passages nearest to questions the dense index finds, by exact search in 32 bits."""
    vectors = np.memmap(file, np.float32, "r").reshape(-1, generation.dense.dimension)
    blocks = (np.array(vectors[begin : begin + 20_000]) for begin in range(0, len(vectors), 20_000))
    _, exact = knn_ground_truth(np.array([query.vector for query in queries]), blocks, 50, faiss.METRIC_INNER_PRODUCT)
    pairs = [(generation.dense.search(query.vector, 50).rows, of) for query, of in zip(queries, exact, strict=True)]
    return {f"recall_{k}": float(np.mean([np.isin(of[:k], rows[:k]) for rows, of in pairs])) for k in (10, 50)}


def peer(python: str, folder: Path, name: str) -> None:
    """Have txtai or LlamaIndex index and search the same vectors, and add what that took to the results."""
    command = [python, str(PEER), name, str(folder / builder.PASSAGE_VECTORS), str(folder / "questions.npy")]
    _add(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]))


def _times(name: str, calls: Iterable[Callable[[], object]]) -> dict[str, float]:
    """Call functions; return percentiles of the milliseconds, by the clock and of the processor."""
    walls, processors = [], []
    for call in calls:
        wall, processor = time.perf_counter(), time.process_time()
        call()
        walls.append((time.perf_counter() - wall) * 1000)
        processors.append((time.process_time() - processor) * 1000)
    return {
        f"{name}_{kind}p{part}_ms": float(np.percentile(times, part))
        for kind, times in (("", walls), ("processor_", processors))
        for part in (50, 95)
    }


def _memory() -> dict[str, float]:
    """Return the memory that this process has for itself, and that of the files that it maps, in MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    own, mapped = (int(status.split(f"{name}:")[1].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return {"memory_mb": own, "mapped_mb": mapped}


@contextmanager
def _memory_watched() -> Iterator[list[float]]:
    """Yield a list with the largest memory in MB that this process had for itself, beyond that at the beginning."""
    before, done = _memory()["memory_mb"], threading.Event()
    peak = [0.0]

    def watch() -> None:
        while not done.wait(0.5):
            peak[0] = max(peak[0], _memory()["memory_mb"] - before)

    threading.Thread(target=watch).start()
    try:
        yield peak
    finally:
        done.set()


def _add(row: dict[str, Any]) -> None:
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["build", pages, folder, *numbers]:
            for number in numbers:
                build(Path(pages), Path(folder) / number, int(number))
        case ["measure", *folders]:
            measure(map(Path, folders))
        case ["peer", python, folder, name]:
            peer(python, Path(folder), name)
        case _:
            draw()
