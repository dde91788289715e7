"""Compose statements and citations from evidence, without a language model.

In: selected evidence. Out: statements, which are the evidence word for word, and their citations. The best supported
sentence comes first, since it mostly answers; the others complete it in reading order.
Left out: selecting evidence (reader), and rephrasing, so that an answer says nothing that its sources don't say.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from corpus import Span, is_list_item, lead_span, split_sentences
from corpus.text import years_in
from qa.answers import Citation, Statement
from qa.evidence import Evidence

# Words that begin a sentence about something named before it.
POINTING = re.compile(r"(?:It|Its|They|Their|He|His|She|Her|This|These|Those|Both|Others)\b")


@dataclass(frozen=True, slots=True)
class Composition:
    """The statements of an answer, those that only add to them, and the citations of both."""

    statements: tuple[Statement, ...] = ()
    more: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()


def compose(evidence: Sequence[Evidence], more: Sequence[Evidence] = (), *, is_overview: bool = False) -> Composition:
    """Return the statements of the evidence, those of `more`, and their citations, numbered through.

    Documents are in the order of their best evidence, or in the order of time for an overview; sentences in their order
    in the document, but for the best one and those that lean on it, which open an answer that is no overview. A list
    item is cited with the line that opens its list, and such a line with its items. Adjacent sentences of a passage
    share a citation. A sentence that begins with "it" or "they", and does not stand behind the sentence that it follows
    in the document, gets the document's title as its subject.
    """
    shown = _with_items(_with_leads(evidence))
    places = {(item.document.id, item.span) for item in shown}
    added = [item for item in _with_items(_with_leads(more)) if (item.document.id, item.span) not in places]
    statements, citations = _written(shown, first=1, is_overview=is_overview)
    more_statements, more_citations = _written(added, first=len(citations) + 1)
    return Composition(statements, more_statements, citations + more_citations)


def _written(
    evidence: Collection[Evidence], first: int, *, is_overview: bool = False
) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Return the statements of evidence in the order of reading, and their citations, numbered from `first`."""
    if not evidence:
        return (), ()
    best = sorted(evidence, key=lambda item: (-item.support, item.document.id, item.span))
    listed = sorted(best, key=_time_of) if is_overview else best
    rank = {item.document.id: place for place, item in reversed(list(enumerate(listed)))}
    ordered = sorted(evidence, key=lambda item: (rank[item.document.id], item.span))
    start, end = (0, 0) if is_overview else _opening(ordered, ordered.index(best[0]))
    sequence = [*ordered[start:end], *ordered[:start], *ordered[end:]]
    runs = sorted(_runs(ordered), key=lambda run: min(map(sequence.index, run)))
    number_of = {item: number for number, run in enumerate(runs, start=first) for item in run}
    citations = tuple(Citation(number, _joined(run)) for number, run in enumerate(runs, start=first))
    statements = tuple(
        _statement(item, number_of[item], follows=before is not None and _are_adjacent(before, item))
        for before, item in pairwise([None, *sequence])
        if item
    )
    return statements, citations


def _time_of(item: Evidence) -> tuple[bool, str]:
    """Return the time that a sentence tells of, to sort by: the last year that it names, or its document's year."""
    years = years_in(item.text) or years_in(item.document.title)
    told = max(years, default=item.document.published[:4])
    return not told, told


def _opening(ordered: Sequence[Evidence], best: int) -> tuple[int, int]:
    """Return where the sentences that open the answer start and end: the best one, its list, and what leans on it."""
    start, end = best, best + 1
    while start and _is_item(ordered[start]) and _are_adjacent(ordered[start - 1], ordered[start]):
        start -= 1
    while end < len(ordered) and _are_adjacent(ordered[end - 1], ordered[end]) and _leans(ordered[end]):
        end += 1
    return start, end


def _leans(item: Evidence) -> bool:
    """Tell whether a sentence says nothing without the one before it: a list item, or one that begins with "it"."""
    return _is_item(item) or POINTING.match(item.text) is not None


def _runs(ordered: Iterable[Evidence]) -> list[tuple[Evidence, ...]]:
    """Return the evidence in groups of adjacent sentences, each of which is quoted as a whole."""
    runs: list[tuple[Evidence, ...]] = []
    for item in ordered:
        if runs and _are_adjacent(runs[-1][-1], item):
            runs[-1] = (*runs[-1], item)
        else:
            runs.append((item,))
    return runs


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
        and before.span < after.span
        and not between.strip(" \n-*•0123456789.)")
    )


def _joined(run: Sequence[Evidence]) -> Evidence:
    span = Span(run[0].span.start, run[-1].span.end)
    return Evidence(run[0].document, run[0].passage, span, max(item.support for item in run))


def _is_item(item: Evidence) -> bool:
    return is_list_item(item.document.text, item.span)


def _statement(item: Evidence, number: int, *, follows: bool) -> Statement:
    """Return a statement; `follows` tells whether it stands behind the sentence that it follows in its document."""
    text = item.text.rstrip(";") if _is_item(item) else item.text
    subject = "" if follows or not POINTING.match(text) else item.document.title
    return Statement(text, (number,), round(item.support, 4), _is_item(item), subject)
