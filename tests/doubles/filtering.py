"""Documents with random values of each facet, and random filters, with what a plain computation says they allow."""

from collections.abc import Iterator, Sequence
from random import Random

from corpus import Document
from corpus.documents.catalogue import list_documents
from corpus.language.dates import may_lie_within

PLACES = ("Accra", "Lima", "Minsk", "Baku", "Hanoi")
TIMES = ("", "2014", "2014-06", "2015-03-12")
VALUES = {
    "country": ("Ghana", "Côte d'Ivoire", "PERU", 'a" or 1 == 1 or "', "Straße"),
    "kind": ("news", "report", ""),
    "publisher": ("IOM", "iom", "UNODC"),
    "theme": ("labour", "children"),
}
ASKED = VALUES | {
    "country": (*VALUES["country"], "STRASSE", "Republic of Ghana", "{country}"),
    "publisher": ("Iom", "UNODC"),
    "theme": ("Labour", "none", "children"),
}


def some_documents(number: int) -> list[Document]:
    """Return documents of some words, with random values of each facet."""
    random = Random(1)  # noqa: S311 - no secret
    return [
        Document(
            id=f"document-{place}",
            title=f"Shelter {place} in {random.choice(PLACES)}",
            text=f"🙂 A shelter: {place} beds for {' and '.join(random.choices(('children', 'women', 'men'), k=3))}. "
            * random.randint(1, 3),
            publisher=random.choice(VALUES["publisher"]),
            kind=random.choice(VALUES["kind"]),
            published=random.choice((*TIMES, "2016", "not known")),
            countries=tuple(random.sample(VALUES["country"], random.randrange(3))),
            themes=tuple(random.sample(VALUES["theme"], random.randrange(3))),
            pages=(0, 2),
        )
        for place in range(number)
    ]


def random_filters(
    documents: Sequence[Document], number: int
) -> Iterator[tuple[tuple[dict[str, list[str]], str, str], set[str]]]:
    """Yield filters, as `Texts.rows_where` takes them, and the ids of the documents that each allows."""
    random = Random(2)  # noqa: S311 - no secret
    for _ in range(number):
        wanted = {facet: random.choices(ASKED[facet], k=2) for facet in random.sample(list(ASKED), random.randrange(3))}
        since, until = random.choice(TIMES), random.choice(TIMES)
        listed = {document.id for document in list_documents(documents, wanted).documents}
        allowed = {
            document.id
            for document in documents
            if document.id in listed and may_lie_within(document.published, since, until)
        }
        yield (wanted, since, until), allowed
