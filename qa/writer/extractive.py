"""Compose statements and citations from evidence, without a language model.

In: selected evidence. Out: statements, which are the evidence word for word, in reading order, and their citations.
Left out: selecting evidence (reader), and rephrasing, so that an answer says nothing that its sources don't say.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from corpus import Span, is_list_item, lead_span, split_sentences
from qa.answers import Citation, Statement
from qa.evidence import Evidence

# Words that begin a sentence about something named before it.
POINTING = re.compile(r"(?:It|Its|They|Their|He|His|She|Her|This|These|Those|Both|Others)\b")


def compose(evidence: Sequence[Evidence]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Return the statements and their citations.

    Documents are in the order of their best evidence, sentences in their order in the document. A list item is cited
    with the line that opens its list, and such a line with its items. Adjacent sentences of a passage share a citation.
    A sentence that opens one with "it" or "they" gets the document's title as its subject.
    """
    best = sorted(evidence, key=lambda item: -item.support)
    rank = {item.document.id: place for place, item in reversed(list(enumerate(best)))}
    ordered = sorted(_with_items(_with_leads(evidence)), key=lambda item: (rank[item.document.id], item.span))
    runs: list[list[Evidence]] = []
    for item in ordered:
        if runs and _are_adjacent(runs[-1][-1], item):
            runs[-1].append(item)
        else:
            runs.append([item])
    citations = tuple(Citation(number, _joined(run)) for number, run in enumerate(runs, start=1))
    statements = tuple(
        _statement(item, number, is_first=place == 0)
        for number, run in enumerate(runs, start=1)
        for place, item in enumerate(run)
    )
    return statements, citations


def _with_leads(evidence: Sequence[Evidence]) -> set[Evidence]:
    """Add the line that opens a list to its chosen items, where it is in the same passage."""
    leads: dict[tuple[str, Span], Evidence] = {}
    taken = {(item.document.id, item.span) for item in evidence}
    for item in evidence:
        lead = lead_span(item.document.text, item.span)
        if lead and lead.start >= item.passage.start and (item.document.id, lead) not in taken:
            leads.setdefault((item.document.id, lead), Evidence(item.document, item.passage, lead, item.support))
    return {*evidence, *leads.values()}


def _with_items(evidence: set[Evidence]) -> set[Evidence]:
    """Add all items of a list to the line that opens it, where none of them was chosen: alone it says nothing."""
    added: set[Evidence] = set()
    for lead in evidence:
        items = _items_of(lead) if lead.text.endswith((":", "：")) else []
        if not any(other.document == lead.document and other.span in items for other in evidence):
            added |= {Evidence(lead.document, lead.passage, span, lead.support) for span in items}
    return evidence | added


def _items_of(lead: Evidence) -> list[Span]:
    text = lead.document.text
    after = split_sentences(text, lead.span.end, lead.passage.end)
    return list(takewhile(lambda span: lead_span(text, span) == lead.span, after))


def _are_adjacent(before: Evidence, after: Evidence) -> bool:
    between = before.document.text[before.span.end : after.span.start]
    return (
        before.passage == after.passage
        and before.document == after.document
        and not between.strip(" \n-*•0123456789.)")
    )


def _joined(run: Sequence[Evidence]) -> Evidence:
    span = Span(run[0].span.start, run[-1].span.end)
    return Evidence(run[0].document, run[0].passage, span, max(item.support for item in run))


def _statement(evidence: Evidence, number: int, *, is_first: bool) -> Statement:
    is_item = is_list_item(evidence.document.text, evidence.span)
    text = evidence.text.rstrip(";") if is_item else evidence.text
    subject = evidence.document.title if is_first and POINTING.match(text) else ""
    return Statement(text, (number,), round(evidence.support, 4), is_item, subject)
