"""Retrieve the passages that fit a question: dense and lexical search, fused.

In: a query and a generation. Out: Hits, best first, ties by passage id.
Left out: choosing sentences (reader).

The scores of each search are scaled to 0 to 1 (min-max) and added with weights: on 16 of 18 BEIR sets this fusion beats
reciprocal ranks (Pyserini's table of BEIR fusions).
"""

from collections.abc import Callable

import numpy as np

from embeddings import Encoder, Generation, Ranking, SentenceEncoder, model_folder
from embeddings.index.ranking import Allowed
from qa.answers.hits import FACET_OF, NO_FILTERS, Filters, Hit
from qa.query.query import Query
from qa.reader.others import documents_of_others, with_documents
from qa.settings import Settings

DEPTH = 50  # passages that each search hands to the fusion
# The best of 0 to 0.5 on the development questions. Of a question in a language without a glossary, only numbers, names
# and countries can occur in the documents, so the lexical score counts less.
LEXICAL_WEIGHT = 0.4
LEXICAL_WEIGHT_CROSS_LINGUAL = 0.3
NEAREST = 12  # passages of which those about other countries or names are put last
RRF_K = 60
MIN_MAX = "min-max"


def retrieve(
    query: Query,
    generation: Generation,
    *,
    limit: int = DEPTH,
    filters: Filters = NO_FILTERS,
    fusion: str = MIN_MAX,
) -> list[Hit]:
    """Return the passages that fit the question best, at most `limit` of them; `fusion` is one of FUSIONS."""
    only = _allowed(generation, filters)
    dense = generation.search_dense(query.search_vector, DEPTH, only=only)
    lexical = generation.search_lexical(query.searched.terms, DEPTH, only=only)
    has_english_words = query.searched.is_english or query.searched.english
    weight = LEXICAL_WEIGHT if has_english_words else LEXICAL_WEIGHT_CROSS_LINGUAL
    if not len(lexical.rows):
        weight = 0.0
    cosines = dict(zip(dense.rows.tolist(), dense.scores.tolist(), strict=True))
    bm25s = dict(zip(lexical.rows.tolist(), lexical.scores.tolist(), strict=True))
    hits = [
        Hit(generation.passages[row], row, score, cosines.get(row), bm25s.get(row), query.searched.terms)
        for row, score in FUSIONS[fusion](dense, lexical, weight).items()
    ]
    ranked = sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))
    return (ranked if query.searched.is_english else _of_others_last(ranked, query, generation))[:limit]


def _of_others_last(hits: list[Hit], query: Query, generation: Generation) -> list[Hit]:
    """Return the hits of a question in another language, of the first ones those about other countries or names last.

    Of such a question only numbers, names and countries are searched by words, so meaning alone may rank them first.
    """
    first = hits[:NEAREST]
    others = documents_of_others(query.searched, with_documents(first, generation.documents))
    return [*sorted(first, key=lambda hit: hit.passage.document_id in others), *hits[NEAREST:]]


def min_max_fusion(*weighted: tuple[Ranking, float]) -> dict[int, float]:
    """Return the weighted sum of the rankings' scores, scaled to 0 to 1, by row; a row that one lacks has 0 there.

    >>> dense = Ranking(np.array([7, 8, 9]), np.array([0.9, 0.8, 0.7], np.float32))
    >>> lexical = Ranking(np.array([9, 7]), np.array([12.0, 4.0], np.float32))
    >>> {row: round(score, 2) for row, score in min_max_fusion((dense, 0.6), (lexical, 0.4)).items()}
    {7: 0.6, 8: 0.3, 9: 0.4}
    """
    fused: dict[int, float] = {}
    for ranking, weight in weighted:
        if not len(ranking.rows):
            continue
        lowest, highest = ranking.scores.min(), ranking.scores.max()
        scaled = (ranking.scores - lowest) / (highest - lowest) if highest > lowest else np.ones_like(ranking.scores)
        for row, score in zip(ranking.rows.tolist(), scaled.tolist(), strict=True):
            fused[row] = fused.get(row, 0.0) + weight * score
    return fused


def reciprocal_rank_fusion(*rankings: Ranking) -> dict[int, float]:
    """Return the sum of 1 / (60 + rank) by row over rankings, ranks counted from 1 (Cormack et al., SIGIR 2009).

    The sum is divided by the largest possible one.

    >>> dense, lexical = (Ranking(np.array(rows), np.zeros(2, np.float32)) for rows in ([7, 8], [7, 9]))
    >>> {row: round(score, 2) for row, score in reciprocal_rank_fusion(dense, lexical).items()}
    {7: 1.0, 8: 0.49, 9: 0.49}
    """
    fused: dict[int, float] = {}
    for ranking in rankings:
        for rank, row in enumerate(ranking.rows.tolist(), start=1):
            fused[row] = fused.get(row, 0.0) + (RRF_K + 1) / (RRF_K + rank) / len(rankings)
    return fused


Fusion = Callable[[Ranking, Ranking, float], dict[int, float]]
# Answers are made with min-max; the others are baselines of the benchmark.
FUSIONS: dict[str, Fusion] = {
    MIN_MAX: lambda dense, lexical, weight: min_max_fusion((dense, 1 - weight), (lexical, weight)),
    "rrf": lambda dense, lexical, _: reciprocal_rank_fusion(dense, lexical),
    "dense": lambda dense, _lexical, _weight: min_max_fusion((dense, 1.0)),
    "bm25": lambda _dense, lexical, _weight: min_max_fusion((lexical, 1.0)),
}


def _allowed(generation: Generation, filters: Filters) -> Allowed | None:
    if filters == NO_FILTERS:
        return None
    wanted = {facet: values for field, facet in FACET_OF.items() if (values := getattr(filters, field))}
    return generation.allowed(wanted, filters.since, filters.until)


def load_encoder(settings: Settings, notify: Callable[[str], None] = lambda _: None) -> Encoder:
    """Load the encoder that the settings name. Raises ModelProblem with the cure."""
    return SentenceEncoder(model_folder(settings.encoder, settings.models, notify), settings.encoder)
