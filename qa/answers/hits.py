"""What a search finds, and among which documents: hits, the same as JSON of `POST /v1/search`, and filters.

Left out: searching (qa/pipeline/retrieval.py).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from corpus import Document, Passage, Span
from corpus.documents.catalogue import NEAREST, keys_of, nearest_values
from corpus.documents.sentences import HEADING, LIST_MARK
from corpus.documents.terms import places_of
from corpus.language.dates import may_lie_within
from corpus.language.text import utf16_offset
from qa.answers.addresses import address_at, view_address

FACET_OF = {"countries": "country", "themes": "theme", "kinds": "kind", "publishers": "publisher"}  # fields of Filters
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
        """Yield the wanted values that no document has, and the bound of time that leaves none.

        `known` are the values there are, by facet, as in a Listing.
        """
        for field, facet in FACET_OF.items():
            keys = keys_of(known[facet], facet)
            for place, value in enumerate(getattr(self, field)):
                if keys.isdisjoint(keys_of([value], facet)):
                    yield UnknownValue((field, place), value, tuple(nearest_values(value, known[facet])))
        years = ("", *known["year"])
        if not any(may_lie_within(year, self.since, self.until) for year in years):
            is_until = any(may_lie_within(year, self.since, "") for year in years)
            field, value = ("until", self.until) if is_until else ("since", self.since)
            nearest = sorted(filter(str.isdecimal, known["year"]), key=lambda year: abs(int(year) - int(value[:4])))
            yield UnknownValue((field,), value, tuple(nearest[:NEAREST]))


NO_FILTERS = Filters()
