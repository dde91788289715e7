"""A public data set gives the same nDCG@10 as a separate, direct computation that shares no code with the product.

`WAYMARK_SCIFACT` names the folder of SciFact in the format of BEIR. To encode it twice takes half an hour on two cores.
"""

import os
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import pytest
import Stemmer

from embeddings import SentenceEncoder, model_folder
from embeddings.models.pretrained import source_folder
from qa.evaluation.datasets.beir import BeirSet, load_beir, rank_documents
from qa.evaluation.reporting.runs import collect_run
from qa.evaluation.reporting.summary import summarise
from qa.pipeline.retrieval import LEXICAL_WEIGHT
from qa.settings import Settings

FOLDER = os.environ.get("WAYMARK_SCIFACT", "")
DEPTH = 50
pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="not part of the project: SciFact; name its folder by WAYMARK_SCIFACT"),
]

Scores = npt.NDArray[np.float32]


def spread(scores: Scores) -> Scores:
    """Spread a query's best 50 over 0 to 1; all others get 0."""
    best = np.sort(scores)[::-1][:DEPTH]
    low = best[best > 0].min() if (best > 0).any() else 0.0
    return np.where(scores >= low, (scores - low) / (best[0] - low), 0.0).astype(np.float32)


def mean_ndcg(data: BeirSet, ids: list[str], scores: list[Scores]) -> float:
    """Return nDCG@10 by its definition, meaned over the queries."""
    values = []
    for grades, of_query in zip((data.grades[query] for query in sorted(data.grades)), scores, strict=True):
        gains = [grades.get(ids[row], 0) for row in np.argsort(-of_query, kind="stable")[:10]]
        ideal = sorted(grades.values(), reverse=True)[:10]
        dcg, best = (sum(gain / np.log2(place + 2) for place, gain in enumerate(some)) for some in (gains, ideal))
        values.append(dcg / best)
    return float(np.mean(values))


def test_scifact_gives_what_a_direct_computation_gives() -> None:
    """BM25, dense and fused lie within 0.01 of bm25s and sentence-transformers called directly."""
    from sentence_transformers import SentenceTransformer

    settings = Settings()
    data = load_beir(Path(FOLDER))
    encoder = SentenceEncoder(model_folder(settings.encoder, settings.models), settings.encoder)
    run = collect_run(rank_documents(data, encoder, settings.cache), {})
    found = {
        system: summarise(records)[data.name]["figures"]["nDCG@10"]["value"] for system, records in run.records.items()
    }
    ids = sorted(data.documents)
    texts, queries = [data.documents[id] for id in ids], [data.queries[query] for query in sorted(data.grades)]
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, stopwords="en_plus", stemmer=stemmer, show_progress=False), show_progress=False)
    tokens = bm25s.tokenize(queries, stopwords="en_plus", stemmer=stemmer, return_ids=False, show_progress=False)
    by_words = [index.get_scores([term for term in terms if term in index.vocab_dict]) for terms in tokens]
    folder = source_folder(settings.encoder, settings.models)
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    documents = model.encode(["passage: " + text for text in texts], normalize_embeddings=True)
    asked = model.encode(["query: " + query for query in queries], normalize_embeddings=True)
    by_meaning = list(asked @ documents.T)
    fused = [
        (1 - LEXICAL_WEIGHT) * spread(dense) + LEXICAL_WEIGHT * spread(lexical)
        for dense, lexical in zip(by_meaning, by_words, strict=True)
    ]

    assert found["bm25"] == pytest.approx(mean_ndcg(data, ids, by_words), abs=0.01)
    assert found["dense"] == pytest.approx(mean_ndcg(data, ids, by_meaning), abs=0.01)
    assert found["waymark"] == pytest.approx(mean_ndcg(data, ids, fused), abs=0.01)
