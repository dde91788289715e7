"""Sitemaps give the addresses of pages, whatever one of them is."""

import gzip

import pytest

from corpus.loaders.website import sitemaps
from corpus.loaders.website.fetching import Unreachable
from corpus.loaders.website.sitemaps import pages_in_sitemaps


def read(files: dict[str, bytes], *start: str) -> tuple[list[str], dict[str, str]]:
    """Return the pages that sitemaps name, and the warnings on sitemaps."""

    def fetch(address: str) -> bytes:
        if address not in files:
            raise Unreachable("it answered 404")
        return files[address]

    warnings: dict[str, str] = {}
    return list(pages_in_sitemaps(start or ["a"], fetch, warnings.__setitem__)), warnings


def of_pages(*addresses: str) -> bytes:
    """Return a sitemap of pages."""
    return f"<urlset>{''.join(f'<url><loc> {address} </loc></url>' for address in addresses)}</urlset>".encode()


def of_sitemaps(*addresses: str) -> bytes:
    """Return a sitemap of sitemaps."""
    inner = "".join(f"<sitemap><loc>{address}</loc></sitemap>" for address in addresses)
    return f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}'.encode()


def test_a_broken_sitemap_spoils_no_other() -> None:
    """One that is missing and one that can't be unpacked are told of; the others are read, packed or torn."""
    files = {
        "a": of_sitemaps("none", "broken", "packed", "torn"),
        "broken": b"\x1f\x8b no gzip",
        "packed": gzip.compress(of_pages("https://x.org/?a=1&amp;b=2")),
        "torn": of_pages("https://x.org/1", "https://x.org/2")[:-40],
    }
    pages, warnings = read(files)

    assert pages == ["https://x.org/?a=1&b=2", "https://x.org/1"]
    assert warnings == {"none": "it answered 404", "broken": "it can't be unpacked"}


def test_feeds_give_addresses_too() -> None:
    """The pages and files of RSS and Atom, but not the feeds themselves, or where to write comments."""
    rss = b"""<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><link>https://x.org/</link>
    <atom:link href="https://x.org/rss" rel="self"/><item><link><![CDATA[https://x.org/1]]></link>
    <comments>https://x.org/1/comments</comments><enclosure url='https://x.org/1.pdf' length="9"/></item>"""
    atom = b"""<feed><link rel="self" href="https://x.org/atom"/><entry><link href="https://x.org/2?a=1&amp;b=2"/>
    <link type="text/html" rel="alternate" href="https://x.org/3"/><link href="https://x.org/r" rel="replies"/>"""

    assert read({"a": rss}) == (["https://x.org/", "https://x.org/1", "https://x.org/1.pdf"], {})
    assert read({"a": atom}) == (["https://x.org/2?a=1&b=2", "https://x.org/3"], {})


def test_a_bomb_is_not_unpacked() -> None:
    """What unpacks to 400 MB is refused, and what it would hold is never all in memory."""
    packed = gzip.compress(b"<urlset>" + b" " * 400_000_000, compresslevel=1)
    pages, warnings = read({"a": packed})

    assert pages == []
    assert warnings == {"a": "it unpacks to more than 50 MB"}


def test_sitemaps_without_end_are_left() -> None:
    """One that names itself is read once; of those that name ever new ones, only some are."""
    assert read({"a": of_sitemaps("a", "b"), "b": of_pages("https://x.org/")}) == (["https://x.org/"], {})

    chain = {str(number): of_sitemaps(str(number + 1)) for number in range(9)}
    many = {"a": of_sitemaps(*map(str, range(500))), **{str(number): of_pages(f"/{number}") for number in range(500)}}

    assert list(read(chain, "0")[1]) == ["2"]
    assert len(read(many)[0]) == sitemaps.MOST_SITEMAPS - 1


def test_so_many_sitemaps_are_read_at_most() -> None:
    """However many a robots.txt names, and whatever these name."""
    given = [str(number) for number in range(300)]
    files = {name: of_sitemaps(f"below {name}") for name in given}
    files["0"] = of_pages("/0")
    pages, warnings = read(files, *given)

    assert pages == ["/0"]
    assert len(warnings) == sitemaps.MOST_SITEMAPS
    assert "it and those after it are not read" in warnings["200"]
    assert not [name for name in warnings if name.startswith("below")]


def test_so_many_pages_are_taken_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound holds over all sitemaps together."""
    monkeypatch.setattr(sitemaps, "MOST_PAGES", 3)

    assert read({"a": of_sitemaps("b", "c"), "b": of_pages("/1", "/2"), "c": of_pages("/3", "/4")})[0] == [
        "/1",
        "/2",
        "/3",
    ]


def test_entities_are_not_expanded() -> None:
    """A sitemap that defines entities names no page by them."""
    xml = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>&x;</loc></url></urlset>'

    assert read({"a": xml})[0] == ["&x;"]
