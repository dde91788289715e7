"""Fetch the pages of a website, which are then read like any other files.

In: the address of a site, and a folder. Out: the folder of its pages, and a report of each address passed over.
Pages are found by sitemaps, feeds and links. robots.txt is obeyed, one page is fetched at a time, with a pause, and a
page that has not changed since the last run is not sent again. A run that was broken off goes on where it stopped.
Left out: requests (fetching.py), sitemaps and feeds (sitemaps.py), the files (folder.py), and reading them (files.py).
"""

import mimetypes
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from lxml import etree, html
from protego import Protego

from corpus.documents.collection import Collection, FileReport, Outcome
from corpus.loaders.base import UnreadableDocument
from corpus.loaders.finding import BY_SUFFIX
from corpus.loaders.texts import decode
from corpus.loaders.website.fetching import SECONDS, Response, Unreachable, fetch, normalised
from corpus.loaders.website.folder import Record, WebsiteFolder
from corpus.loaders.website.sitemaps import pages_in_sitemaps

NAME = "Waymark"  # by which robots.txt addresses us
MOST_PAGES = 10_000  # addresses of a site
MOST_SECONDS = 4 * 3600.0  # of a run; the next one goes on
MOST_FAILURES = 10  # in a row, after which a site is left in peace
MOST_HOPS = 5  # redirects
MOST_ROBOTS = 500_000  # bytes of a robots.txt (RFC 9309)
TRIES = 3  # of a page, where the server asks to wait
WAIT_S, MOST_WAIT_S = 10, 120  # where it does not say how long, and at most
OK, UNCHANGED, WAIT, UNAVAILABLE = 200, 304, 429, 503
CLIENT_ERRORS = range(400, 500)
LINKS = "//a/@href | //area/@href"
FEEDS = "//link[@rel='alternate'][@type='application/rss+xml' or @type='application/atom+xml']/@href"


@dataclass(frozen=True, slots=True)
class Website:
    """The folder in which a site's pages are, the address of each by the name of its file, and those passed over."""

    folder: Path
    addresses: Mapping[str, str]
    reports: tuple[FileReport, ...]


@dataclass(frozen=True, slots=True)
class Manners:
    """How a site is visited: the user agent, the seconds between two requests, whether it may be a private one.

    After `seconds` a run breaks off.
    """

    agent: str
    delay: float = 1.0
    private: bool = False
    seconds: float = MOST_SECONDS


class _BrokenOff(Exception):
    """A run that goes on another time; the message says why it did not end."""


def fetch_website(
    address: str,
    folder: Path,
    manners: Manners,
    progress: Callable[[int, int], None] = lambda done, total: None,
    *,
    alone: bool = False,
) -> Website:
    """Fetch the pages of a site below the last slash of an address; a page that is no web page, or `alone`, alone.

    `progress` is called with the number of addresses visited and of those that are known.
    """
    visit = _Visit(WebsiteFolder(folder), manners)
    is_whole = False
    try:
        visit.run(address, progress, alone=alone)
        is_whole = True
    except (_BrokenOff, Unreachable) as error:
        visit.report(address, str(error), Outcome.REFUSED)
    addresses = visit.folder.close(is_whole=is_whole)
    return Website(visit.folder.pages.parent, addresses, tuple(visit.reports.values()))


def named_by_address(collection: Collection, websites: Sequence[Website]) -> Collection:
    """Return a collection whose pages of websites are reported by their addresses, with those that were passed over."""
    addresses = {file: address for website in websites for file, address in website.addresses.items()}
    reports = [replace(report, file=addresses.get(report.file, report.file)) for report in collection.reports]
    reports += [report for website in websites for report in website.reports]
    return replace(collection, reports=tuple(sorted(reports, key=lambda report: report.file)))


class _Visit:
    """A run over a site."""

    def __init__(self, folder: WebsiteFolder, manners: Manners) -> None:
        """Take the folder into which pages are fetched."""
        self.folder, self._manners = folder, manners
        self.reports: dict[str, FileReport] = {}
        self._robots = Protego.parse("")
        self._site, self._below = "", "/"
        self._waiting: deque[str] = deque()
        self._seen: set[str] = set()
        self._failures = 0
        self._next_request = 0.0
        self._deadline = time.monotonic() + manners.seconds

    def run(self, address: str, progress: Callable[[int, int], None], *, alone: bool) -> None:
        """Visit all pages of a site. Raises Unreachable or _BrokenOff where that can't be, or not now."""
        start = normalised(address)
        self._below = urlsplit(start).path.rpartition("/")[0] + "/"
        first = self._enter(start)
        if not alone and (first is None or not first.file or first.is_html):
            sitemaps = [*self._robots.sitemaps] or [f"{self._site}/sitemap.xml"]
            feeds = (feed for feed in self._linked(first, FEEDS) if self._robots.can_fetch(feed, NAME))
            self._add(pages_in_sitemaps([*sitemaps, *feeds], self._sitemap, self.report), self._site)
            self._follow(first)
        while self._waiting:
            progress(len(self._seen) - len(self._waiting), len(self._seen))
            self._follow(self._page(self._waiting.popleft()))
        progress(len(self._seen), len(self._seen))

    def report(self, address: str, reason: str, outcome: Outcome = Outcome.SKIPPED) -> None:
        """Note why an address was passed over."""
        self.reports[address] = FileReport(address, outcome, reason)

    def _enter(self, address: str) -> Record | None:
        """Visit the first page, wherever its redirects lead; the site is where they end."""
        for _ in range(MOST_HOPS):
            if self._site != _site_of(address):
                self._site = _site_of(address)
                self._robots = self._robots_of(self._site)
            self._seen.add(address)
            record = self._page(address)
            if record is None or not record.leads_to:
                return record
            address = record.leads_to
        raise Unreachable(f"it leads on more than {MOST_HOPS} times")

    def _follow(self, record: Record | None) -> None:
        """Have the pages visited to which a page leads or links."""
        if record and record.leads_to:
            if self._own(record.leads_to) is None:
                self.report(record.url, f"it leads elsewhere, to {record.leads_to}")
            self._add([record.leads_to], record.url)
        self._add(self._linked(record, LINKS), self._site)

    def _linked(self, record: Record | None, kind: str) -> Iterator[str]:
        """Yield the addresses of the site to which a page links, if it is one."""
        if record and record.is_html:
            base, links = _links_in(self.folder.pages / record.file, kind)
            yield from filter(None, (self._own(link, urljoin(record.url, base)) for link in links))

    def _add(self, addresses: Iterable[str], base: str) -> None:
        """Have those addresses visited that belong to the site and are new."""
        for address in addresses:
            url = self._own(address, base)
            if url is None or url in self._seen:
                continue
            if len(self._seen) >= MOST_PAGES:
                self.report(self._site, f"it has more than {MOST_PAGES:,} pages; give parts of it")
                return
            self._seen.add(url)
            self._waiting.append(url)

    def _own(self, address: str, base: str = "") -> str | None:
        """Return an address in the form of the site, with its www. and https or without; None where it is another's."""
        try:
            url = normalised(address, base)
        except Unreachable:
            return None
        own = self._site + url.removeprefix(_site_of(url))
        is_own = _bare_host(url) == _bare_host(self._site) and urlsplit(own).path.startswith(self._below)
        return own if is_own else None

    def _page(self, url: str) -> Record | None:
        """Return what a page holds now, fetched if it may have changed; None where it must not be fetched."""
        if fetched := self.folder.fetched(url):
            return fetched
        if not self._robots.can_fetch(url, NAME):
            self.report(url, "the site's robots.txt asks not to fetch it")
            return None
        known = self.folder.unchanged(url)
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.modified} if known else {}
        try:
            response = self._get(url, {name: value for name, value in conditions.items() if value})
            record = known if known and response.status == UNCHANGED else self._record_of(url, response)
            self._failures = 0
        except Unreachable as error:
            record = self.folder.last(url)
            self.report(url, f"{error}{'; its last copy is kept' if record.file else ''}", Outcome.REFUSED)
            self._failures += 1
        self.folder.note(record)
        if self._failures == MOST_FAILURES:
            raise _BrokenOff("it no longer answers; give it again later, and it goes on from here")
        return record

    def _record_of(self, url: str, response: Response) -> Record:
        """Store the page of a response. Raises Unreachable where the server may answer better another time."""
        if response.leads_to:
            return Record(url, response.status, leads_to=response.leads_to)
        if response.status in CLIENT_ERRORS and response.status != WAIT:
            self.report(url, f"it answered {response.status}")
            return Record(url, response.status)
        if response.status != OK:
            raise Unreachable(f"it answered {response.status}")
        if suffix := _suffix_of(url, response):
            return self.folder.store(url, suffix, response.body, response.headers)
        self.report(url, f"its type is none of those that are read: {response.headers.get('content-type', '')}")
        return Record(url, response.status)

    def _get(self, url: str, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
        """Fetch an address after a pause, and again where the server asks to wait. Raises Unreachable or _BrokenOff."""
        for _ in range(TRIES):
            at = max(time.monotonic(), self._next_request)
            if at >= self._deadline:
                raise _BrokenOff(f"it takes more than {self._manners.seconds / 60:g} minutes; give it again later")
            time.sleep(max(0.0, at - time.monotonic()))
            try:
                response = fetch(
                    url,
                    {"User-Agent": self._manners.agent, **headers},
                    private=self._manners.private,
                    seconds=min(SECONDS, self._deadline - at),
                )
            finally:
                pause = max(self._manners.delay, self._robots.crawl_delay(NAME) or 0)
                self._next_request = time.monotonic() + pause
            asked = response.headers.get("retry-after", "")
            if response.status != WAIT and not (response.status == UNAVAILABLE and asked):
                break
            self._next_request += min(float(asked) if asked.isdecimal() else WAIT_S, MOST_WAIT_S)
        return response

    def _get_following(self, url: str) -> Response:
        """Fetch an address and follow its redirects, wherever they lead."""
        for _ in range(MOST_HOPS):
            response = self._get(url)
            if not response.leads_to:
                return response
            url = response.leads_to
        raise Unreachable(f"it leads on more than {MOST_HOPS} times")

    def _robots_of(self, site: str) -> Protego:
        """Return the rules of a site. Raises Unreachable where they can't be known now: then nothing is fetched."""
        try:
            response = self._get_following(f"{site}/robots.txt")
        except Unreachable as error:
            raise Unreachable(f"nothing is fetched while its robots.txt can't be read: {error}") from error
        if response.status in CLIENT_ERRORS and response.status != WAIT:
            return Protego.parse("")
        if response.status != OK:
            raise Unreachable(f"nothing is fetched while its robots.txt answers {response.status}; try again later")
        return Protego.parse(response.body[:MOST_ROBOTS].decode("utf-8-sig", errors="replace"))

    def _sitemap(self, address: str) -> bytes:
        response = self._get_following(normalised(address, self._site))
        if response.status != OK:
            raise Unreachable(f"it answered {response.status}")
        return response.body


def _links_in(file: Path, kind: str) -> tuple[str, list[str]]:
    """Return the base that a page gives its links, or "", and the links of a kind."""
    try:
        text = decode(file.read_bytes())[0]
        tree = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (UnreadableDocument, etree.LxmlError):
        return "", []
    return next(iter(tree.xpath("//base/@href")), ""), tree.xpath(kind)


def _site_of(url: str) -> str:
    """Return the scheme, the host and the port of a normalised address, as they stand in it."""
    return url[: url.index("/", url.index("//") + 2)]


def _bare_host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")


def _suffix_of(url: str, response: Response) -> str:
    """Return the suffix of a page's file, by the declared type, else by the address; "" if neither is one we read."""
    declared = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    suffixes = (mimetypes.guess_extension(declared), PurePosixPath(urlsplit(url).path).suffix.lower())
    return next((suffix for suffix in suffixes if suffix in BY_SUFFIX), "")
