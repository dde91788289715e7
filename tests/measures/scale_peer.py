"""Index and search ready vectors with txtai or LlamaIndex, in a Python that has them; prints a line of JSON.

Run by `scale`, as `python scale_peer.py txtai|LlamaIndex VECTORS.f32 QUESTIONS.npy`.
"""

import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

LIMIT = 50

Search = Callable[[Any], list[int]]


def txtai(vectors: Any, folder: str) -> Callable[[], Search]:  # noqa: ANN401 - an array
    """Index with txtai as it is by default: an exact index or an IVF one of FAISS, by size."""
    from txtai import Embeddings

    built = Embeddings(method="external")
    built.index([(row, vector, None) for row, vector in enumerate(vectors)])
    built.save(folder)

    def load() -> Search:
        embeddings = Embeddings(method="external")
        embeddings.load(folder)
        return lambda query: [row for row, _ in embeddings.search(query, LIMIT)]

    return load


def llama_index(vectors: Any, folder: str) -> Callable[[], Search]:  # noqa: ANN401 - an array
    """Index with LlamaIndex as it is by default: vectors as JSON, compared by NumPy."""
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores import SimpleVectorStore, VectorStoreQuery

    store, file = SimpleVectorStore(), f"{folder}/vectors.json"
    store.add([TextNode(id_=str(row), text="", embedding=vector.tolist()) for row, vector in enumerate(vectors)])
    store.persist(file)

    def load() -> Search:
        loaded = SimpleVectorStore.from_persist_path(file)
        return lambda query: [
            int(id) for id in loaded.query(VectorStoreQuery(query.tolist(), similarity_top_k=LIMIT)).ids or ()
        ]

    return load


def main(name: str, vectors_file: str, questions_file: str) -> None:
    """Index and search, and print the figures."""
    questions = np.load(questions_file)
    vectors = np.fromfile(vectors_file, np.float32).reshape(-1, questions.shape[1])
    folder = tempfile.mkdtemp()
    begin = time.process_time()
    load = {"txtai": txtai, "LlamaIndex": llama_index}[name](vectors, folder)
    built, begin = time.process_time() - begin, time.process_time()
    search = load()
    started = time.process_time() - begin
    search(questions[0])
    times, hits = [], []
    for question in questions[:50]:
        begin = time.process_time()
        found = search(question)
        times.append((time.process_time() - begin) * 1000)
        exact = np.argsort(-(vectors @ question))[:LIMIT]
        hits.append([len({*found[:k]} & {*exact[:k].tolist()}) / k for k in (10, LIMIT)])
    disk = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    shutil.rmtree(folder)
    p50, p95 = np.percentile(times, [50, 95])
    row = {
        "system": name,
        "passages": len(vectors),
        "search_processor_p50_ms": p50,
        "search_processor_p95_ms": p95,
        "start_processor_s": started,
        "build_processor_s": built,
        "build_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "disk_mb": disk / 2**20,
        "recall_10": np.mean(hits, axis=0)[0],
        "recall_50": np.mean(hits, axis=0)[1],
    }
    print(json.dumps(row))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
