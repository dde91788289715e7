"""Addresses of quotes: in the original, in the document on this server, and of all quotes of an answer.

The last, a permalink, is made of the places of the quotes, each with a digest of its words, and of no word of the
question. From it the same evidence is found in all documents where the words still stand at their places.
Left out: which documents are looked at (api).
"""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote as url_quote

from corpus import Document, Passage, Span
from qa.answers.evidence import Evidence

WHOLE_WORDS, ENDS = 8, (4, 3)  # of a quote that is named whole in an address, and of the ends of a longer one
PLACE = re.compile(r"(?P<id>[a-z0-9-]{1,300}):(?P<start>\d{1,9})-(?P<end>\d{1,9}):(?P<digest>[0-9a-f]{8})")
MOST_PLACES = 50
SEPARATOR = ","


class UnknownPlace(ValueError):
    """A path that no permalink has."""


def address_at(document: Document, span: Span) -> str:
    """Return the address of a document's original at a quote, where browsers can open it there, else of its beginning.

    >>> address_at(Document("a", "A", "Norway pays.", url="https://example.org/a.pdf", pages=(0,)), Span(0, 12))
    'https://example.org/a.pdf#page=1'
    """
    if not document.url or document.is_summary or "#" in document.url:
        return document.url
    page = document.page_of(span.start)
    return f"{document.url}#{f'page={page}' if page else text_fragment(span.of(document.text))}"


def view_address(document_id: str, span: Span) -> str:
    """Return the address, on this server, of a document with a span marked."""
    return f"/documents/{document_id}?start={span.start}&end={span.end}#quote"


def text_fragment(quote: str) -> str:
    """Return the fragment of an address by which browsers find a text (WICG, "URL Fragment Text Directives").

    A long text is named by its first and last words, since the page may part it by markup.

    >>> text_fragment("Norway pays."), text_fragment("A shelter that Norway pays for opened in Accra in May 2018.")
    (':~:text=Norway%20pays.', ':~:text=A%20shelter%20that%20Norway,in%20May%202018.')
    """
    words = quote.split()
    parts = [words] if len(words) <= WHOLE_WORDS else [words[: ENDS[0]], words[-ENDS[1] :]]
    # Commas and hyphens part a fragment.
    return ":~:text=" + ",".join(url_quote(" ".join(part), safe="").replace("-", "%2D") for part in parts)


def permalink(generation: str, evidence: Sequence[Evidence]) -> str:
    """Return the path of evidence in a generation, or "" where there is none."""
    if not evidence:
        return ""
    places = SEPARATOR.join(
        f"{item.document.id}:{item.span.start}-{item.span.end}:{_digest(item.text)}" for item in evidence
    )
    return f"/answers/{generation}/{urlsafe_b64encode(places.encode()).decode().rstrip('=')}"


def places_in(path: str) -> list[re.Match[str]]:
    """Return the places that the last part of a permalink names. Raises UnknownPlace where it names none."""
    try:
        named = urlsafe_b64decode(path + "=" * (-len(path) % 4)).decode().split(SEPARATOR)
    except ValueError as error:
        raise UnknownPlace(path) from error
    places = [place for place in map(PLACE.fullmatch, named) if place]
    if len(places) != len(named) or len(places) > MOST_PLACES:
        raise UnknownPlace(path)
    return places


def evidence_at(places: Iterable[re.Match[str]], documents: Mapping[str, Document]) -> list[Evidence] | None:
    """Return the evidence at some places, word for word as it was; None where other words, or none, stand at one.

    The passage of each is the quote itself, with the id of its document.
    """
    found = []
    for place in places:
        document = documents.get(place["id"])
        start, end = int(place["start"]), int(place["end"])
        quote = document.text[start:end] if document else ""
        if document is None or not quote or _digest(quote) != place["digest"]:
            return None
        passage = Passage(document.id, document.id, document.title, "", quote, start, start + len(quote))
        found.append(Evidence(document, passage, Span(start, start + len(quote)), 1.0))
    return found


def _digest(quote: str) -> str:
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:8]
