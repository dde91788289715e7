"""Choose which of the sentences that were chosen for an answer stand open; the others only add to it.

In: the chosen evidence, best supported first. Out: what stands open, best first.
Left out: which sentences are chosen (selection), and the order in which they are told (writer).
"""

from collections.abc import Iterable, Sequence

from corpus import is_list_item
from corpus.language.text import numbers_in, years_in
from qa.answers.evidence import Evidence

MIN_OPEN, OPEN_WORDS = 0.08, 70  # support from which a sentence stands beside the best one, and the most words of all
# Least share of the best one's support for an item to stand open beside another item of its document: what asks for a
# list supports most of its items alike, and what asks for one item lends some support to its neighbours.
ITEM_SHARE = 1 / 6
# Of an overview: its fewest documents, most words, most sentences of each document, and least share of the best one's
# support, since in the order of time a doubtful one would open the answer (docs/adr/0063; 0070 tells of more).
OVERVIEW_DOCUMENTS, OVERVIEW_WORDS, OVERVIEW_SENTENCES, OVERVIEW_SHARE = 2, 170, 2, 0.2
FIGURE_ODDS = 7.4  # times the odds of a sentence with a figure, in an overview (docs/adr/0067)


def opened(chosen: Sequence[Evidence], most_words: int | None) -> tuple[Evidence, ...]:
    """Return the best sentence, and others that are likely to tell too, as far as they fit."""
    return fitting(_telling(chosen), most_words or OPEN_WORDS)


def several_tell(chosen: Sequence[Evidence]) -> bool:
    """Return whether sentences of several documents are likely to tell, as an overview needs."""
    return len({item.document.id for item in _telling(chosen)}) >= OVERVIEW_DOCUMENTS


def opened_in_overview(chosen: Sequence[Evidence], most_words: int | None) -> tuple[Evidence, ...]:
    """Return the best sentences of each of several documents, those with figures first, as far as they fit."""
    least = max(MIN_OPEN, OVERVIEW_SHARE * max(map(_in_overview, chosen), default=0.0))
    telling = sorted((item for item in chosen if _in_overview(item) >= least), key=_in_overview, reverse=True)
    fitted: tuple[Evidence, ...] = ()
    for item in telling:
        if sum(other.document.id == item.document.id for other in fitted) < OVERVIEW_SENTENCES:
            fitted = fitting([*fitted, item], most_words or OVERVIEW_WORDS)
    return fitted


def fitting(evidence: Iterable[Evidence], most_words: int) -> tuple[Evidence, ...]:
    """Return the first sentence, and all others that fit into so many words."""
    fitted: list[Evidence] = []
    words = 0
    for item in evidence:
        words_of_item = len(item.text.split())
        if not fitted or words + words_of_item <= most_words:
            fitted.append(item)
            words += words_of_item
    return tuple(fitted)


def _telling(chosen: Sequence[Evidence]) -> list[Evidence]:
    return [item for item in chosen if item == chosen[0] or item.support >= _least_open(item, chosen[0])]


def _least_open(item: Evidence, best: Evidence) -> float:
    """Return the support from which a sentence stands open beside the best one."""
    are_items = item.document == best.document and all(
        is_list_item(one.document.text, one.span) for one in (item, best)
    )
    return max(MIN_OPEN, ITEM_SHARE * best.support) if are_items else MIN_OPEN


def _in_overview(item: Evidence) -> float:
    """Return the support of a sentence in an overview: more, where it holds a number other than a year."""
    if not numbers_in(item.text) - set(years_in(item.text)):
        return item.support
    odds = FIGURE_ODDS * item.support
    return odds / (1 - item.support + odds)
