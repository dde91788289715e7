"""Read what a web page declares about itself: its title, address, publisher and date.

In: the parsed page. Out: strings, empty where the page declares nothing.
Left out: guessing: a date in an address, or that of today in a site's header, is not the page's.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from lxml.html import HtmlElement

from corpus.documents.cleaning import normalise_characters, one_line
from corpus.language.dates import iso_date
from corpus.loaders.html.tree import HEADINGS, leaves, measure

UNSPACED = re.compile(r"(?<=[\u3040-\u30ff\u3400-\u9fff]) (?=[\u3040-\u30ff\u3400-\u9fff])")
PARTS = re.compile(r"\s+[|•·»›:–—-]+\s+|\s*[|»_]\s*|\s+::\s+")  # what stands between a title and the name of a site
WORD = re.compile(r"[^\W_]+")
HEADINGS_READ = 200  # among which the title is sought
TITLE = 300  # characters that a title has at most
AGREEING = 0.9  # share of a shown title that the head of the page repeats
NEAR = 6  # leaves after the title among which its date line stands
DATELINE = 50  # characters before the dash of "Geneva, 4 May 2020 –"
DATE_LINE = 70  # characters that a date line has at most
REVISED = re.compile(
    r"updated|modifi|revis|reviewed|mis[e]? à jour|actualizad|actualización"
    r"|обновл|измен|تحديث|更新|修改|aktualisiert|atualizad|aggiornat",
    re.I,
)
DATED = (
    "article:published_time", "datepublished", "citation_publication_date", "dcterms.issued", "dc.date.issued",
    "dcterms.created", "dc.date", "dcterms.date", "pubdate", "publication_date", "date",
)  # fmt: skip
ARTICLES = re.compile(r"Article|Posting|Report|WebPage|FAQPage|Dataset|Event|CreativeWork|QAPage")


def squash(text: str) -> str:
    """Return the letters and digits of a text in lower case, for comparing.

    >>> squash("## A shelter, at last!")
    'ashelteratlast'
    """
    return re.sub(r"[\W_]+", "", text).casefold()


def _text(element: HtmlElement) -> str:
    pieces = one_line(" ".join(element.itertext()))
    return UNSPACED.sub("", pieces) if len(element) else pieces  # no blank where a mark begins or ends within a word


@dataclass(frozen=True, slots=True)
class Declared:
    """What the head of a page and its JSON-LD declare."""

    metas: dict[str, str]
    linked_data: tuple[dict[str, object], ...]
    document_title: str
    canonical: str
    language: str

    @classmethod
    def of(cls, tree: HtmlElement) -> "Declared":
        """Read the declarations of a page, before its scripts are removed."""
        metas: dict[str, str] = {}
        for meta in tree.iter("meta"):
            name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
            if name and (content := normalise_characters(meta.get("content") or "")):
                metas.setdefault(name, " ".join(content.split()))
        titles = tree.xpath("//head/title|//title[not(ancestor::*[local-name()='svg'])]")
        canonical = tree.xpath("//link[@rel='canonical']/@href")
        return cls(
            metas,
            tuple(_linked_data(tree)),
            _text(titles[0]) if titles else "",
            canonical[0].strip() if canonical else "",
            (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").lower(),
        )

    @property
    def url(self) -> str:
        """The address that the page gives as its own."""
        addresses = (self.canonical, self.metas.get("og:url", ""))
        return next((address for address in addresses if re.match(r"https?://\S+$", address)), "")

    @property
    def publisher(self) -> str:
        """The name of the site or organisation."""
        return self.metas.get("og:site_name", "") or next(self._publishers(), "")

    def _publishers(self) -> Iterator[str]:
        for item in self.linked_data:
            publisher = item.get("publisher")
            for one in publisher if isinstance(publisher, list) else [publisher]:
                if isinstance(one, dict) and isinstance(one.get("name"), str):
                    yield one_line(str(one["name"]))

    def title(self, tree: HtmlElement) -> tuple[str, HtmlElement | None]:
        """Return the title of the page and the element that shows it, if one does.

        That is the heading, or else another line, of which the head of the page repeats most: a heading alone may be
        the name of the site or of a section, and the head alone a slogan for social networks.
        """
        headings = [heading for heading in islice(tree.iter("h1", "h2", "h3"), HEADINGS_READ) if _text(heading)]
        sites = {squash(self.publisher), *(squash(_text(link)) for link in tree.iter("a") if _leads_home(link))}
        headings = [heading for heading in headings if squash(_text(heading)) not in sites and not _leads_home(heading)]
        linked = [str(item.get("headline") or "") for item in self.linked_data]
        told = [*linked, self.metas.get("og:title", ""), self.metas.get("citation_title", ""), self.document_title]
        told = [title[:TITLE] for title in told if squash(title)]
        for title in told:
            if (shown := _best(headings, title)) is not None:
                return _text(shown), shown
        for title in told:
            sizes = measure(tree.body)
            short = [
                element
                for element in tree.body.iter()
                if 0 < sizes[element].chars <= 2 * len(title) and sizes[element].density < 1
            ]
            parts = [squash(part) for part in [title, *PARTS.split(title)]]
            same = [element for element in short if squash(_text(element)) in parts]
            if (shown := _best([one for one in same if squash(_text(one)) not in sites], title)) is not None:
                return _text(shown), shown
        main = next((heading for heading in headings if heading.tag == "h1"), None)
        if main is not None or not told:
            shown = main if main is not None else next(iter(headings), None)
            return _text(shown) if shown is not None else "", shown
        return _without_site(told[0], sites), None

    def published(self, tree: HtmlElement, heading: HtmlElement | None) -> str:
        """Return the day, month or year on which the page says that it was published, in ISO form."""
        found = [self.metas.get(name, "") for name in DATED[:2]]
        found += [str(item.get("datePublished", "")) for item in self.linked_data]
        found += [
            element.get("datetime") or element.get("content") or _text(element)
            for element in tree.xpath("//*[@itemprop='datePublished']|//time[@pubdate]")
        ]
        found += [self.metas.get(name, "") for name in DATED[2:]]
        for value in found:
            if iso := iso_date(value, self.language):
                return iso
        return self._date_line(tree, heading) if heading is not None else ""

    def _date_line(self, tree: HtmlElement, heading: HtmlElement) -> str:
        """Return the date that stands in a short line below the title, or right above it."""
        order = leaves(tree)
        before: list[HtmlElement] = []
        for leaf in order:
            if leaf is heading or heading in leaf.iter():
                break
            before = [leaf]
        kin = set(islice(heading.iterancestors(), 2))
        for leaf in [*islice(order, NEAR), *(leaf for leaf in before if leaf.getparent() in kin)]:
            text = _text(leaf)
            # "Kora, 18 November 2023 – A centre opened": the date is that of the report.
            dateline = re.match(rf"(.{{4,{DATELINE}}}?\d{{4}})\)?\s*[-–—]+\s", text)
            text = dateline[1] if dateline else text
            if leaf.tag in (*HEADINGS, "li", "table") or leaf.find(".//a//time") is not None:
                continue
            if len(text) > DATE_LINE or re.search(r"[.。؟?!]$", text):
                continue
            revised = REVISED.search(text)
            text = text[: revised.start()] if revised else text
            times = [] if revised else leaf.xpath("descendant-or-self::time/@datetime")
            for value in [*times, text]:
                if iso := iso_date(value, self.language):
                    return iso
        return ""


def _leads_home(element: HtmlElement) -> bool:
    """Return whether an element is a link to the start page, or holds one: its text is the site's name."""
    links = element.xpath("ancestor-or-self::a/@href|.//a/@href")
    return any(re.fullmatch(r"(?:https?://[^/]+)?/?(?:[a-z]{2}/?)?(?:(?:index|default)\.\w+)?", link) for link in links)


def _best(shown: list[HtmlElement], title: str) -> HtmlElement | None:
    """Return the element that has the longest part or most words in common with a title, if that is most of it."""
    said, words, best, most = squash(title), set(WORD.findall(title.casefold())), None, 0
    for element in shown:
        text = squash(_text(element)[:TITLE])
        common = SequenceMatcher(None, text, said, autojunk=False).find_longest_match().size
        common = max(common, sum(len(word) for word in WORD.findall(_text(element).casefold()) if word in words))
        if common > most and common >= AGREEING * min(len(text), len(said)):
            best, most = element, common
    return best


def _without_site(title: str, sites: set[str]) -> str:
    """Return a title without the name of the site before or after it, which is mostly the last part."""
    parts = [part for part in PARTS.split(title) if squash(part)]
    own = [part for part in parts if squash(part) not in sites]
    if len(own) == len(parts) > 1:
        own = own[:-1] if len(own[-1]) < len(title) / 2 else own[1:]
    return max(own, key=len) if own else title


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, object]]:
    """Yield the objects of a page's JSON-LD that describe a page or an article; broken JSON is passed over."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            waiting: list[object] = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting[:0] = value
            elif isinstance(value, dict):
                graph = value.get("@graph")
                waiting += graph if isinstance(graph, list) else [graph]
                waiting.append(value.get("mainEntity"))
                if ARTICLES.search(str(value.get("@type", ""))):
                    yield value
