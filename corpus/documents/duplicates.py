"""Find documents that say the same as another one.

In: documents. Out: for each that is folded, the one that is kept in its stead.
Two documents are near-duplicates where they share most of their sentences (Jaccard similarity; Broder 1997), and the
other sentences hold the same numbers: a corrected figure is no duplicate.
Only documents that share one of their rarest sentences are compared, since two that are similar can't differ in all of
these (prefix filtering; Chaudhuri, Ganti and Kaushik 2006): the time grows with the documents, not with their square.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import ceil

from corpus.documents.document import Document
from corpus.language.text import numbers_in

SIMILAR = 0.9  # share of the sentences of two documents that both have
COMMON = 100  # documents that have a sentence among their rarest, with which further ones are not compared
# Rougher ends than those of sentences.py tell as well what two documents share, in a hundredth of the time.
ENDS = re.compile(r"(?<=[.!?…؟])\s+|(?<=[。！？])|\n[\s#•*-]*")


def duplicates(documents: Sequence[Document]) -> dict[str, str]:
    """Return the ids of documents that are folded, each with the id of the one that is kept.

    The one that tells most of its origin is kept, of equal ones the first by its id.
    """
    said = {document.id: frozenset(ENDS.split(document.text.casefold())) for document in documents}
    frequency = Counter(sentence for sentences in said.values() for sentence in sentences)
    kept_with: defaultdict[str, list[str]] = defaultdict(list)
    kept_for: dict[str, str] = {}
    for document in sorted(documents, key=lambda document: (-_told(document), document.id)):
        own = said[document.id]
        rarest = sorted(own, key=lambda sentence: (frequency[sentence], sentence))[
            : len(own) - ceil(SIMILAR * len(own)) + 1
        ]
        candidates = dict.fromkeys(id for sentence in rarest for id in kept_with[sentence])
        if kept := next((id for id in candidates if _is_similar(own, said[id])), None):
            kept_for[document.id] = kept
            continue
        for sentence in rarest:
            if len(kept_with[sentence]) < COMMON:
                kept_with[sentence].append(document.id)
    return kept_for


def _is_similar(one: frozenset[str], other: frozenset[str]) -> bool:
    is_near = len(one & other) >= SIMILAR * len(one | other)
    return is_near and numbers_in(" ".join(one - other)) == numbers_in(" ".join(other - one))


def _told(document: Document) -> int:
    """Return how many of the fields that tell where a document comes from are filled."""
    return sum(map(bool, (document.url, document.publisher, document.published, document.countries, document.themes)))
