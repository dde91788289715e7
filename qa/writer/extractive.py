"""Make statements and citations of evidence, without a language model.

In: chosen evidence. Out: statements that are the evidence's own words, in reading order, and the citations under them.
Left out: choosing (evidence) and rephrasing; an extractive answer says nothing that its sources don't say.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from corpus import Span, is_list_item, lead_span, split_sentences
from qa.answers import Citation, Statement
from qa.evidence import Evidence

# What begins a sentence that speaks of something named before it.
POINTING = re.compile(r"(?:It|Its|They|Their|He|His|She|Her|This|These|Those|Both|Others)\b")


def compose(evidence: Sequence[Evidence]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Return the statements and their citations.

    Documents come in the order of their best evidence, sentences in the order in which they stand there. The items of
    a list follow the line that opens it, and such a line brings its items. Sentences that stand side by side in a
    passage share a citation. A sentence that opens one with "it" or "they" is given the document's title for a subject.
    """
    best = sorted(evidence, key=lambda one: -one.support)
    rank = {one.document.id: place for place, one in reversed(list(enumerate(best)))}
    ordered = sorted(_with_items(_with_leads(evidence)), key=lambda one: (rank[one.document.id], one.span))
    runs: list[list[Evidence]] = []
    for one in ordered:
        if runs and _side_by_side(runs[-1][-1], one):
            runs[-1].append(one)
        else:
            runs.append([one])
    citations = tuple(Citation(number, _joined(run)) for number, run in enumerate(runs, start=1))
    statements = tuple(
        _statement(one, citation.number, opens=one is run[0])
        for run, citation in zip(runs, citations, strict=True)
        for one in run
    )
    return statements, citations


def _with_leads(evidence: Sequence[Evidence]) -> set[Evidence]:
    """Add the line that opens a list to its chosen items, where it stands in their passage."""
    leads: dict[tuple[str, Span], Evidence] = {}
    taken = {(one.document.id, one.span) for one in evidence}
    for one in evidence:
        lead = lead_span(one.document.text, one.span)
        if lead and lead.start >= one.passage.start and (one.document.id, lead) not in taken:
            leads.setdefault((one.document.id, lead), Evidence(one.document, one.passage, lead, one.support))
    return {*evidence, *leads.values()}


def _with_items(evidence: set[Evidence]) -> set[Evidence]:
    """Add the items of its list to a line that opens one and has none of them: alone it says nothing."""
    added: set[Evidence] = set()
    for one in evidence:
        items = _items_of(one) if one.text.endswith((":", "：")) else []
        if not any(other.document == one.document and other.span in items for other in evidence):
            added |= {Evidence(one.document, one.passage, span, one.support) for span in items}
    return evidence | added


def _items_of(lead: Evidence) -> list[Span]:
    text = lead.document.text
    after = split_sentences(text, lead.span.end, lead.passage.end)
    return list(takewhile(lambda span: lead_span(text, span) == lead.span, after))


def _side_by_side(one: Evidence, after: Evidence) -> bool:
    between = one.document.text[one.span.end : after.span.start]
    return one.passage == after.passage and one.document == after.document and not between.strip(" \n-*•0123456789.)")


def _joined(run: Sequence[Evidence]) -> Evidence:
    span = Span(run[0].span.start, run[-1].span.end)
    return Evidence(run[0].document, run[0].passage, span, max(one.support for one in run))


def _statement(evidence: Evidence, number: int, *, opens: bool) -> Statement:
    is_item = is_list_item(evidence.document.text, evidence.span)
    text = evidence.text.rstrip(";") if is_item else evidence.text
    subject = evidence.document.title if opens and POINTING.match(text) else ""
    return Statement(text, (number,), round(evidence.support, 4), is_item, subject)
