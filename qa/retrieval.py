"""Retrieve the passages that fit a question: dense and lexical search, fused.

In: a query and a generation. Out: Hits, best first, ties by passage id.
Left out: choosing sentences (reader).

The scores of each search are scaled to 0 to 1 (min-max) and added with weights: on 16 of 18 BEIR sets this fusion beats
reciprocal ranks (Pyserini's table of BEIR fusions).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from corpus import Document, Passage, Span
from corpus.documents.catalogue import NEAREST, keys_of, nearest_values
from corpus.documents.sentences import HEADING, LIST_MARK
from corpus.documents.terms import places_of
from corpus.language.dates import may_lie_within
from corpus.language.text import utf16_offset
from embeddings import Encoder, Generation, Ranking, SentenceEncoder, model_folder
from embeddings.index.ranking import Allowed
from qa.addresses import address_at, view_address
from qa.query.query import Query
from qa.settings import Settings

DEPTH = 50  # passages that each search hands to the fusion
# The best of 0 to 0.5 on the development questions. Of a question in another language, only numbers, names and
# countries can occur in the documents, so the lexical score counts less.
LEXICAL_WEIGHT = 0.4
LEXICAL_WEIGHT_CROSS_LINGUAL = 0.3
RRF_K = 60
FACET_OF = {"countries": "country", "themes": "theme", "kinds": "kind", "publishers": "publisher"}  # fields of Filters
MIN_MAX = "min-max"
# The first line of a passage under its headings, at which the original is opened: markup parts it from the others.
FIRST_LINE = re.compile(rf"(?:(?:{HEADING.pattern}.*)?\n)*(?:{LIST_MARK.pattern})?(?P<line>.+)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. Higher scores are better.

    `row` is its row in the generation; `score` the fused score, 0 to 1; `cosine` and `bm25` are None where that search
    did not find it among its best. `terms` are those that BM25 searched.
    """

    passage: Passage
    row: int
    score: float
    cosine: float | None
    bm25: float | None
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Highlight:
    """A word of the query in the `text` of a result: its offsets there, in code points and in UTF-16 code units."""

    start: int
    end: int
    start_utf16: int
    end_utf16: int

    @classmethod
    def of(cls, span: Span, text: str) -> Self:
        """Return the highlight of a span of a text."""
        return cls(span.start, span.end, utf16_offset(text, span.start), utf16_offset(text, span.end))


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A hit in the shape of `POST /v1/search`; higher scores are better.

    `start` and `end` are its offsets in its document's text, in Unicode code points from 0; `start_utf16` and
    `end_utf16` are the same in UTF-16 code units, as JavaScript counts. `highlights` are the words of the query, also
    in other forms of theirs. `page` is the number of the page of a PDF on which the passage begins. `quote_url` is the
    address of the original at the passage, where browsers can open it there, `view_url` that of the document on this
    server with the passage marked.
    """

    document_id: str
    passage_id: str
    title: str
    url: str
    text: str
    score: float
    start: int
    end: int
    start_utf16: int
    end_utf16: int
    highlights: tuple[Highlight, ...]
    page: int | None
    quote_url: str
    view_url: str

    @classmethod
    def of(cls, hit: Hit, document: Document) -> Self:
        """Return the result of a hit and its document."""
        passage = hit.passage
        line = FIRST_LINE.match(document.text, passage.start, passage.end)
        opened = Span(*line.span("line")) if line else Span(passage.start, passage.end)
        return cls(
            document_id=document.id,
            passage_id=passage.id,
            title=document.title,
            url=document.url,
            text=passage.text,
            score=round(hit.score, 6),
            start=passage.start,
            end=passage.end,
            start_utf16=utf16_offset(document.text, passage.start),
            end_utf16=utf16_offset(document.text, passage.end),
            highlights=tuple(Highlight.of(span, passage.text) for span in places_of(hit.terms, passage.text)),
            page=document.page_of(passage.start),
            quote_url=address_at(document, opened),
            view_url=view_address(document.id, Span(passage.start, passage.end)),
        )


def results_of(hits: Sequence[Hit], documents: Mapping[str, Document]) -> list[SearchResult]:
    """Return the results of hits among some documents, each of which is read once."""
    read = {id: documents[id] for id in {hit.passage.document_id for hit in hits}}
    return [SearchResult.of(hit, read[hit.passage.document_id]) for hit in hits]


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A wanted value that no document has: its field of Filters, its place in that, and the nearest that there are."""

    path: tuple[str | int, ...]
    value: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may be found; an empty tuple allows all. Compared as a catalogue (corpus.documents) does.

    `since` and `until` are ISO dates, months or years, and included; empty ones do not bound.
    """

    countries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def unknown_values(self, known: Mapping[str, Mapping[str, int]]) -> Iterator[UnknownValue]:
        """Yield the wanted values that no document has, and a bound of time behind which there is none.

        `known` are the values there are, by facet, as in a Listing.
        """
        for field, facet in FACET_OF.items():
            keys = keys_of(known[facet], facet)
            for place, value in enumerate(getattr(self, field)):
                if keys.isdisjoint(keys_of([value], facet)):
                    yield UnknownValue((field, place), value, tuple(nearest_values(value, known[facet])))
        if not any(may_lie_within(year, self.since, self.until) for year in ("", *known["year"])):
            field, value = ("since", self.since) if self.since else ("until", self.until)
            years = sorted(filter(str.isdecimal, known["year"]), key=lambda year: abs(int(year) - int(value[:4])))
            yield UnknownValue((field,), value, tuple(years[:NEAREST]))


NO_FILTERS = Filters()


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
    dense = generation.search_dense(query.vector, DEPTH, only=only)
    lexical = generation.search_lexical(query.searched.terms, DEPTH, only=only)
    weight = LEXICAL_WEIGHT if query.searched.is_english else LEXICAL_WEIGHT_CROSS_LINGUAL
    if not len(lexical.rows):
        weight = 0.0
    cosines = dict(zip(dense.rows.tolist(), dense.scores.tolist(), strict=True))
    bm25s = dict(zip(lexical.rows.tolist(), lexical.scores.tolist(), strict=True))
    hits = [
        Hit(generation.passages[row], row, score, cosines.get(row), bm25s.get(row), query.searched.terms)
        for row, score in FUSIONS[fusion](dense, lexical, weight).items()
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:limit]


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
