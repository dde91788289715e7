"""Measure how many passages a second Waymark, txtai and LlamaIndex index, each by itself in an environment of its own.

In: `texts` and a file to write the passages of the starter collection to, as lines of JSON; or `waymark`, `txtai` or
`llamaindex`, that file, and the folder of a sentence-transformers model for the last two. Out: a line of figures.
Run as `PYTHONPATH=tests python -m measures.indexing_peers KIND FILE [MODEL]`, by turns; each is loaded and warm before.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp


def passages() -> list[str]:
    """Return what Waymark searches: the passages of the starter collection, with their titles and headings."""
    from corpus import cut_into_passages, load_documents

    documents = load_documents([Path("corpus/briefs")])
    return [passage.text_in_context for document in documents for passage in cut_into_passages(document)]


def waymark(_texts: Sequence[str], _model: str) -> Callable[[], object]:
    """Cut the starter collection and index it: vectors of passages and sentences, and BM25."""
    from corpus import load_documents
    from embeddings import IndexPlan, build_generation
    from embeddings.models.pooling import PassageText
    from qa.pipeline.retrieval import load_encoder
    from qa.settings import Settings

    encoder, documents, var = load_encoder(Settings()), load_documents([Path("corpus/briefs")]), Path(mkdtemp())
    encoder.encode_passages([PassageText("", ("Warm up.",))])
    return lambda: build_generation(
        documents, IndexPlan(encoder, var / "index", var / "vectors.sqlite", created_by="peers")
    )


def txtai(texts: Sequence[str], model: str) -> Callable[[], object]:
    """Index texts as txtai's hybrid search does: vectors and BM25, with the texts."""
    from txtai import Embeddings  # type: ignore[import-not-found]

    embeddings = Embeddings(path=model, content=True, hybrid=True)
    embeddings.index([(0, "Warm up.", None)])
    return lambda: (embeddings.index(list(enumerate(texts))), embeddings.save(mkdtemp()))


def llamaindex(texts: Sequence[str], model: str) -> Callable[[], object]:
    """Index texts as LlamaIndex does by default: vectors, with the texts."""
    from llama_index.core import Settings, VectorStoreIndex  # type: ignore[import-not-found]
    from llama_index.core.schema import TextNode  # type: ignore[import-not-found]
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding  # type: ignore[import-not-found]

    Settings.embed_model = HuggingFaceEmbedding(model_name=model, device="cpu", embed_batch_size=32)
    Settings.embed_model.get_text_embedding("Warm up.")
    return lambda: VectorStoreIndex([TextNode(text=text) for text in texts]).storage_context.persist(mkdtemp())


def main(kind: str, file: str, model: str = "") -> None:
    """Print passages a second by the clock, and a second of a processor, which others at work don't delay."""
    if kind == "texts":
        Path(file).write_text("".join(f"{json.dumps(text)}\n" for text in passages()), encoding="utf-8")
        return
    texts = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    index = {"waymark": waymark, "txtai": txtai, "llamaindex": llamaindex}[kind](texts, model)
    begin, busy = time.perf_counter(), time.process_time()
    index()
    seconds, busy = time.perf_counter() - begin, time.process_time() - busy
    print(f"{kind}: {len(texts)} passages, {len(texts) / seconds:.1f} a second, {len(texts) / busy:.1f} of a processor")


if __name__ == "__main__":
    main(*sys.argv[1:])
