"""Compose statements and citations from evidence, without a language model.

In: selected evidence. Out: statements, which are the evidence word for word, and their citations. The best supported
sentence comes first, since it mostly answers; the others complete it in reading order.
Left out: selecting evidence (reader), and rephrasing, so that an answer says nothing that its sources don't say.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, pairwise

from corpus import Document, Span, is_list_item, lead_span, list_items, split_sentences, whole_item
from corpus.language.text import years_in
from qa.answers.answer import Citation, Statement
from qa.answers.evidence import Evidence

# Words that begin a sentence about something named before it.
POINTING = re.compile(r"(?:It|Its|They|Their|He|His|She|Her|This|These|Those|Both|Others)\b")


@dataclass(frozen=True, slots=True)
class Composition:
    """The statements of an answer, those that only add to them, and the citations of both."""

    statements: tuple[Statement, ...] = ()
    more: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()


MayState = Callable[[Document, str], bool]


def compose(
    evidence: Sequence[Evidence],
    more: Sequence[Evidence] = (),
    *,
    is_overview: bool = False,
    may_state: MayState = lambda document, sentence: True,
) -> Composition:
    """Return the statements of the evidence, those of `more`, and their citations, numbered through.

    Documents are in the order of their best evidence, or in the order of time for an overview; sentences in their order
    in the document, but for the best one and those that lean on it, which open an answer that is no overview. A list
    item is stated with all its sentences, and cited with the line that opens its list, and a list as a whole: where
    most of its items, or only the line that opens it, are evidence, all are stated, else the last one has the others as
    its rest; an item of which `may_state` is false, such as another country's number to call, is left out. Adjacent
    sentences share a citation.
    A sentence that begins with "it" or "they", and does not stand behind the sentence that it follows in the document,
    gets the document's title as its subject.
    """
    shown = _in_lists(evidence, may_state)
    rest = _rest_of_lists(shown, may_state)
    places = {(item.document.id, item.span) for item in chain(shown, *rest.values())}
    added = {item for item in _in_lists(more, may_state) if (item.document.id, item.span) not in places}
    statements, citations = _written(shown, rest, first=1, is_overview=is_overview)
    more_statements, more_citations = _written(added, _rest_of_lists(added, may_state), first=len(citations) + 1)
    return Composition(statements, more_statements, citations + more_citations)


def _written(
    evidence: Collection[Evidence],
    rest: Mapping[Evidence, Sequence[Evidence]],
    first: int,
    *,
    is_overview: bool = False,
) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Return the statements of evidence in the order of reading, and their citations, numbered from `first`.

    `rest` are the items of lists that are cited with an item of the evidence and folded behind it.
    """
    if not evidence:
        return (), ()
    best = sorted(evidence, key=lambda item: (-item.support, item.document.id, item.span))
    listed = sorted(best, key=_time_of) if is_overview else best
    rank = {item.document.id: place for place, item in reversed(list(enumerate(listed)))}
    folded = set(chain(*rest.values()))
    ordered = sorted({*evidence, *folded}, key=lambda item: (rank[item.document.id], item.span))
    start, end = (0, 0) if is_overview else _opening(ordered, ordered.index(best[0]))
    sequence = [*ordered[start:end], *ordered[:start], *ordered[end:]]
    runs = sorted(_runs(ordered), key=lambda run: min(map(sequence.index, run)))
    number_of = {item: number for number, run in enumerate(runs, start=first) for item in run}
    citations = tuple(Citation(number, _joined(run)) for number, run in enumerate(runs, start=first))
    statements = tuple(
        _statement(
            item, number_of[item], rest.get(item, ()), follows=before is not None and _are_adjacent(before, item)
        )
        for before, item in pairwise([None, *sequence])
        if item and item not in folded
    )
    return statements, citations


def _time_of(item: Evidence) -> tuple[bool, str]:
    """Return the time that a sentence tells of, to sort by: the latest year that it or else its document's title names.

    Else it is the year of publication; what has none comes last.
    """
    years = years_in(item.text) or years_in(item.document.title)
    told = max(years, default=item.document.published[:4])
    return not told, told


def _opening(ordered: Sequence[Evidence], best: int) -> tuple[int, int]:
    """Return where the sentences that open the answer start and end: the best one, its list, and what leans on it."""
    start, end = best, best + 1
    while start and _is_item(ordered[start]) and _leans(ordered[start - 1], ordered[start]):
        start -= 1
    while end < len(ordered) and _leans(ordered[end - 1], ordered[end]):
        end += 1
    return start, end


def _leans(before: Evidence, item: Evidence) -> bool:
    """Return whether a sentence says nothing without the one before it: an item of its list, or the next one with "it".

    Of a list, items may be left out between the two, such as other countries' numbers to call.
    """
    if _is_item(item) and before.document == item.document:
        lead = lead_span(item.document.text, item.span)
        if lead and lead in (before.span, lead_span(before.document.text, before.span)):
            return True
    return _are_adjacent(before, item) and (_is_item(item) or POINTING.match(item.text) is not None)


def _runs(ordered: Iterable[Evidence]) -> list[tuple[Evidence, ...]]:
    """Return the evidence in groups of adjacent sentences, each of which is quoted as a whole."""
    runs: list[tuple[Evidence, ...]] = []
    for item in ordered:
        if runs and _are_adjacent(runs[-1][-1], item):
            runs[-1] = (*runs[-1], item)
        else:
            runs.append((item,))
    return runs


def _in_lists(evidence: Iterable[Evidence], may_state: MayState) -> set[Evidence]:
    """Return evidence with whole items for sentences of lists, the lines that open these, and their other items."""
    return _with_items(_with_leads(_in_whole_items(evidence, may_state)), may_state)


def _in_whole_items(evidence: Iterable[Evidence], may_state: MayState) -> list[Evidence]:
    """Return evidence with the whole item for each sentence of a list, once with the support of its best sentence.

    A sentence stays alone where `may_state` is false of another one of its item.
    """
    whole: dict[tuple[str, Span], Evidence] = {}
    for item in sorted(evidence, key=lambda item: -item.support):
        span = whole_item(item.document.text, item.span)
        if span != item.span and _may_be_stated(item.document, span, may_state) != [span]:
            span = item.span
        whole.setdefault((item.document.id, span), item if span == item.span else _evidence(item, span))
    return list(whole.values())


def _may_be_stated(document: Document, item: Span, may_state: MayState) -> list[Span]:
    """Return a list item, or those of its sentences that may be stated, where not all of them may."""
    sentences = split_sentences(document.text, item.start, item.end)
    allowed = [sentence for sentence in sentences if may_state(document, sentence.of(document.text))]
    return [item] if allowed == sentences else allowed


def _with_leads(evidence: Sequence[Evidence]) -> set[Evidence]:
    """Add the line that opens a list to its chosen items."""
    leads: dict[tuple[str, Span], Evidence] = {}
    taken = {(item.document.id, item.span) for item in evidence}
    for item in evidence:
        lead = lead_span(item.document.text, item.span)
        if lead and (item.document.id, lead) not in taken:
            leads.setdefault((item.document.id, lead), _evidence(item, lead))
    return {*evidence, *leads.values()}


def _with_items(evidence: set[Evidence], may_state: MayState) -> set[Evidence]:
    """Add all items of a list to the line that opens it, where none of them, or most of them, were chosen."""
    added: set[Evidence] = set()
    for chosen, others in map(partial(_list_of, evidence, may_state), evidence):
        if not chosen or len(chosen) > len(others):
            added |= set(others)
    return evidence | added


def _rest_of_lists(evidence: set[Evidence], may_state: MayState) -> dict[Evidence, list[Evidence]]:
    """Return the items that are not chosen of each list whose line that opens it is, by the last of those that are."""
    lists = map(partial(_list_of, evidence, may_state), evidence)
    return {max(chosen, key=lambda item: item.span): others for chosen, others in lists if chosen and others}


def _list_of(
    evidence: Collection[Evidence], may_state: MayState, lead: Evidence
) -> tuple[list[Evidence], list[Evidence]]:
    """Return the items of the list that a sentence opens: those in the evidence, and the others that may be stated.

    Of an item that may be stated in part only, its sentences count as items.
    """
    document = lead.document
    items = list_items(document.text, lead.span)
    spans = [span for item in items for span in _may_be_stated(document, item, may_state)]
    chosen = [item for item in evidence if item.document == document and item.span in spans]
    known = {item.span for item in chosen}
    return chosen, [_evidence(lead, span) for span in spans if span not in known]


def _evidence(found: Evidence, span: Span) -> Evidence:
    """Return evidence like what was found, of another span; the passage is widened where a list goes on outside it."""
    passage, text = found.passage, found.document.text
    start, end = min(span.start, passage.start), max(span.end, passage.end)
    return replace(found, span=span, passage=replace(passage, text=text[start:end], start=start, end=end))


def _are_adjacent(before: Evidence, after: Evidence) -> bool:
    between = before.document.text[before.span.end : after.span.start]
    return before.document == after.document and before.span < after.span and not between.strip(" \n-*•0123456789.)")


def _joined(run: Sequence[Evidence]) -> Evidence:
    best = max(run, key=lambda item: item.support)
    return _evidence(best, Span(run[0].span.start, run[-1].span.end))


def _is_item(item: Evidence) -> bool:
    return is_list_item(item.document.text, item.span)


def _statement(item: Evidence, number: int, rest: Sequence[Evidence], *, follows: bool) -> Statement:
    """Return a statement; `follows` tells whether it stands behind the sentence that it follows in its document."""
    text = _stated(item)
    subject = "" if follows or not POINTING.match(text) else item.document.title
    further = tuple(_stated(other) for other in rest)
    return Statement(text, (number,), round(item.support, 4), _is_item(item), subject, further)


def _stated(item: Evidence) -> str:
    return item.text.rstrip(";") if _is_item(item) else item.text
