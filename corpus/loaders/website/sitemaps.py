"""Read the sitemaps and feeds of a site: the addresses of its pages.

In: addresses of sitemaps and feeds (RSS, Atom), and a function that fetches one. Out: addresses of pages, and which of
them could not be read.
Whatever a sitemap says, so many bytes are unpacked of it, so many are read, and they lie so deep in each other; one
that is broken spoils none of the others. No tree is built of their XML, which could take all memory.
"""

import re
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from html import unescape

from corpus.loaders.website.fetching import Unreachable

MOST_BYTES = 50_000_000  # of a sitemap, unpacked: the protocol allows no more
MOST_SITEMAPS, MOST_DEPTH = 200, 3
MOST_PAGES = 50_000
GZIP = b"\x1f\x8b"  # its first bytes, whatever the address ends with
INDEX = re.compile(rb"<(?:\w+:)?sitemapindex\b")
# The address of a page in a sitemap, in RSS, in Atom (where other relations are not its pages), and of a file in RSS.
LOCATION = re.compile(
    rb"<(?:(?:sm:)?loc|link)>\s*(?:<!\[CDATA\[)?\s*([^<\]\s]{1,2000})"
    rb"|<link\b(?![^>]{0,2000}\brel=[\"'](?!alternate|enclosure))[^>]{0,2000}?\bhref=[\"']([^\"'\s]{1,2000})"
    rb"|<enclosure\b[^>]{0,2000}?\burl=[\"']([^\"'\s]{1,2000})"
)


def pages_in_sitemaps(
    sitemaps: Iterable[str], fetch: Callable[[str], bytes], warn: Callable[[str, str], None]
) -> Iterator[str]:
    """Yield the addresses in sitemaps and in those that they name; `warn` is told which could not be read, and why."""
    given = list(dict.fromkeys(sitemaps))
    if others := given[MOST_SITEMAPS:]:
        warn(others[0], f"it and those after it are not read: there are more than {MOST_SITEMAPS} sitemaps")
    waiting = deque((address, 1) for address in given[:MOST_SITEMAPS])
    seen = {address for address, _ in waiting}
    left = MOST_PAGES
    while waiting:
        address, depth = waiting.popleft()
        try:
            xml = _unpacked(fetch(address))
        except Unreachable as error:
            warn(address, str(error))
            continue
        found = [unescape(found[found.lastindex or 0].decode(errors="replace")) for found in LOCATION.finditer(xml)]
        if not INDEX.search(xml):
            yield from found[:left]
            left -= len(found[:left])
            continue
        new = [child for child in dict.fromkeys(found) if child not in seen]
        room = MOST_SITEMAPS - len(seen) if depth < MOST_DEPTH else 0
        if len(new) > room:
            warn(address, f"not all sitemaps in it are read: they are more than {MOST_SITEMAPS}, or lie too deep")
        seen.update(new[:room])
        waiting.extend((child, depth + 1) for child in new[:room])


def _unpacked(body: bytes) -> bytes:
    """Return what was packed by gzip, and other bytes as they are. Raises Unreachable where that is not possible."""
    if not body.startswith(GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise Unreachable("it can't be unpacked") from error
    if unpacker.unconsumed_tail:
        raise Unreachable(f"it unpacks to more than {MOST_BYTES // 1_000_000} MB")
    return plain
