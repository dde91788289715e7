"""Browse documents: filter them, search their titles, list them page by page, and count them by facet.

In: documents or their entries, wanted values and words. Out: a Listing; of a value that no document has, the nearest.
Left out: searching what documents say (embeddings), and showing a listing (qa/cli, api).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz import process

from corpus.documents.document import Document
from corpus.language.countries import plain_country
from corpus.language.text import fold


@dataclass(frozen=True, slots=True)
class Entry:
    """A document without its text."""

    id: str
    title: str
    url: str = ""
    publisher: str = ""
    published: str = ""
    kind: str = ""
    countries: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


Listed = TypeVar("Listed", Document, Entry)
# By what documents are told apart, and the values of a document.
FACETS: dict[str, Callable[[Document | Entry], Iterable[str]]] = {
    "country": lambda document: map(plain_country, document.countries),
    "theme": lambda document: document.themes,
    "kind": lambda document: (document.kind,),
    "publisher": lambda document: (document.publisher,),
    "year": lambda document: (document.published[:4],),
}
NEAREST = 3  # values that are named where a wanted one is not there


@dataclass(frozen=True, slots=True)
class Listing(Generic[Listed]):
    """Some of the documents that were wanted, newest first, and how many there are in all.

    `next` is the id after which the listing goes on, or None at its end. `facets` give for each facet its values, those
    of most documents first, and how many documents have each among those that the other facets allow.
    """

    total: int
    documents: tuple[Listed, ...]
    next: str | None
    facets: Mapping[str, Mapping[str, int]]


def list_documents(
    documents: Iterable[Listed],
    wanted: Mapping[str, Sequence[str]],
    *,
    words: str = "",
    limit: int | None = None,
    after: str = "",
) -> Listing[Listed]:
    """Return the documents that have a wanted value of each facet, and all words in their titles.

    Case is not regarded, a country has any of its English names, and no value of a facet allows all. At most `limit`
    are listed, from behind the document of the id `after`. Raises ValueError where none that is wanted has this id.

    >>> report, news = Document("a", "A", "Text.", published="2024"), Document("b", "B", "Text.", kind="news")
    >>> listing = list_documents([report, news], {"year": ["2024"]})
    >>> [document.id for document in listing.documents], listing.facets["year"], listing.facets["kind"]
    (['a'], {'2024': 1}, {})
    """
    allowed = {facet: keys_of(values, facet) for facet, values in wanted.items() if values}
    sought = fold(words).split()
    found = []
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    for document in documents:
        if not _holds(document.title, sought):
            continue
        values = {facet: set(values_of(document)) - {""} for facet, values_of in FACETS.items()}
        failed = [facet for facet, keys in allowed.items() if keys.isdisjoint(keys_of(values[facet], facet))]
        if not failed:
            found.append(document)
        for facet in FACETS:
            if set(failed) <= {facet}:  # the others allow it
                counts[facet].update(values[facet])
    found.sort(key=lambda document: (fold(document.title), document.id))
    found.sort(key=lambda document: document.published, reverse=True)
    start = [document.id for document in found].index(after) + 1 if after else 0
    shown = found[start:][:limit]
    return Listing(
        total=len(found),
        documents=tuple(shown),
        next=shown[-1].id if start + len(shown) < len(found) else None,
        facets={facet: dict(sorted(of.items(), key=lambda item: (-item[1], item[0]))) for facet, of in counts.items()},
    )


def keys_of(values: Iterable[str], facet: str) -> set[str]:
    """Return the form in which values of a facet are compared.

    >>> keys_of(["Viet Nam"], "country"), keys_of(["IOM"], "publisher")
    ({'vietnam'}, {'iom'})
    """
    return {(plain_country(value) if facet == "country" else value).casefold() for value in values}


def nearest_values(wanted: str, values: Iterable[str]) -> list[str]:
    """Return the values that are written most like a wanted one, the nearest first.

    >>> nearest_values("Gana", ["Colombia", "Ghana", "Guinea", "Panama"])[0]
    'Ghana'
    """
    return [value for value, _, _ in process.extract(wanted, list(values), processor=fold, limit=NEAREST)]


def _holds(title: str, words: Sequence[str]) -> bool:
    folded = fold(title) if words else ""
    return all(word in folded for word in words)
