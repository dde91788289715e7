"""Find documents that say the same as another one.

In: documents. Out: for each that is folded, the one that is kept in its stead.
Two documents are near-duplicates where they share most of their sentences (Jaccard similarity; Broder 1997), and the
other sentences hold the same numbers: a corrected figure is no duplicate.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from corpus.documents import Document
from corpus.sentences import split_sentences
from corpus.text import numbers_in

SIMILAR = 0.9  # share of the sentences of two documents that both have
COMMON = 100  # documents that have a sentence, from which it tells none of them apart


def duplicates(documents: Sequence[Document]) -> dict[str, str]:
    """Return the ids of documents that are folded, each with the id of the one that is kept.

    The one that tells most of its origin is kept, of equal ones the first by its id.
    """
    said = {document.id: frozenset(map(str.casefold, _sentences(document))) for document in documents}
    by_sentence: defaultdict[str, list[str]] = defaultdict(list)
    kept_for: dict[str, str] = {}
    for document in sorted(documents, key=lambda document: (-_told(document), document.id)):
        own = said[document.id]
        telling = (by_sentence[sentence] for sentence in own if len(by_sentence[sentence]) < COMMON)
        shared = Counter(id for ids in telling for id in ids)
        if kept := next((id for id, _ in shared.most_common() if _is_similar(own, said[id])), None):
            kept_for[document.id] = kept
            continue
        for sentence in own:
            by_sentence[sentence].append(document.id)
    return kept_for


def _is_similar(one: frozenset[str], other: frozenset[str]) -> bool:
    is_near = len(one & other) >= SIMILAR * len(one | other)
    return is_near and numbers_in(" ".join(one - other)) == numbers_in(" ".join(other - one))


def _sentences(document: Document) -> list[str]:
    return [span.of(document.text) for span in split_sentences(document.text)]


def _told(document: Document) -> int:
    """Return how many of the fields that tell where a document comes from are filled."""
    return sum(map(bool, (document.url, document.publisher, document.published, document.countries, document.themes)))
