"""What a search gives: the only place where the shape of a hit of `POST /v1/search` is written."""

from dataclasses import dataclass
from typing import Self

from corpus import Document
from qa.retrieval import Hit


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A passage that a search found, with its offsets in its document's text; higher scores are better."""

    document_id: str
    passage_id: str
    title: str
    url: str
    text: str
    score: float
    start: int
    end: int

    @classmethod
    def of(cls, hit: Hit, document: Document) -> Self:
        """Return a hit with what is known about its document."""
        return cls(
            document_id=document.id,
            passage_id=hit.passage.id,
            title=document.title,
            url=document.url,
            text=hit.passage.text,
            score=round(hit.score, 6),
            start=hit.passage.start,
            end=hit.passage.end,
        )
