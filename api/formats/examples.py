"""Examples of responses for OpenAPI, computed from one small document, so that quotes and offsets are right."""

from collections.abc import Mapping
from typing import Any

from corpus import Document, Passage, Span
from corpus.figures.listing import FigureRecord
from qa import Answer, Citation, Evidence, Hit, Provenance, Statement, Status

DOCUMENT = Document(
    id="ghana-shelter",
    title="Shelter for trafficked children opens in Accra",
    text="A shelter for 40 trafficked children opened in Accra on 12 March 2015. Norway funds the shelter in Accra.",
    url="https://example.org/accra-shelter",
    publisher="IOM",
    published="2015-03-12",
    kind="news",
    countries=("Ghana",),
    themes=("protection", "children"),
    is_summary=True,
)
PASSAGE = Passage("ghana-shelter#1", DOCUMENT.id, DOCUMENT.title, "", DOCUMENT.text, 0, len(DOCUMENT.text))
HIT = Hit(PASSAGE, row=0, score=0.91, cosine=0.88, bm25=5.2, terms=("fund", "accra"))
EVIDENCE = Evidence(DOCUMENT, PASSAGE, Span(71, 105), support=0.97)
ANSWER = Answer(
    id="0f3a61c2b7d94e58",
    question="Who funds the shelter in Accra?",
    standalone_question="Who funds the shelter in Accra?",
    language="en",
    status=Status.ANSWERED,
    confidence=0.93,
    short_answer="Norway",
    statements=(Statement(EVIDENCE.text, citations=(1,), support=EVIDENCE.support),),
    citations=(Citation(1, EVIDENCE),),
    related_questions=("What does the shelter in Accra offer?",),
    provenance=Provenance("000001-1a2b3c4d", "multilingual-e5-small", "extractive", "0.1.0"),
    timings_ms={"understand": 6.4, "retrieve": 8.1, "select": 25.2, "total": 41.0},
)

FIGURE = FigureRecord(
    table="unodc-glotip",
    country="GH",
    name="Ghana",
    year=2018,
    indicator="convicted",
    label="Persons convicted",
    breakdown="",
    value="<5",
    unit="persons",
    source="UNODC, Global Report on Trafficking in Persons",
    url="https://dataunodc.un.org/dp-trafficking-persons",
    licence="Terms of use of the UNODC data portal",
    note='Counts below 5 are given as "<5".',
)


def example_response(body: Mapping[str, Any]) -> dict[int | str, dict[str, Any]]:
    """Return the part of a route's `responses` that shows an example of its JSON."""
    return {200: {"content": {"application/json": {"example": body}}}}
