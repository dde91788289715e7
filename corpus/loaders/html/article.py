"""Tell the article of a web page from the furniture of its site.

In: the parsed page, plain (tree.py), and its shown title. Out: the same tree with the lines of the article alone, and
lines with numbers to call wherever they stood.
Left out: what trafilatura keeps (votes.py), telling whom to call (contacts.py), writing lines (page.py).

trafilatura says where the article is, and the densities of text and links (Kohlschütter, Fankhauser and Nejdl,
Boilerplate detection using shallow text features, WSDM 2010) what belongs to it: trafilatura itself loses headings,
items and cells. The article begins at its title and ends with the element that holds nearly all that trafilatura keeps.
Inside it a block stays unless it looks like furniture; outside of it a block goes unless it looks like prose. Below the
last paragraph, boxes of another kind than those of paragraphs are furniture too.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from lxml import etree
from lxml.html import HtmlElement

from corpus.loaders.html.contacts import holds_contact
from corpus.loaders.html.tree import HEADINGS, TABLE_PARTS, has_fields, is_data, leaves, measure, names_of, text_of
from corpus.loaders.html.votes import votes_of

MAIN_SHARE = 0.8  # of the text that trafilatura keeps is in the article
FREE = 0.4  # share of that text above which nothing is taken for furniture
LINKED = 0.5  # share of linked characters from which text is a list of links
PROSE_LINKED = 0.3  # and up to which it is prose
SHORT = 0.3  # weight of what is no prose
PROSE = 60  # characters of a paragraph, without blanks
BOX = 420  # characters, without blanks, of a box with a number to call, a card or a form
BOXES = ("div", "section", "article", "main", "table", "tbody", "tr", "td", "center", "form")
LOOSE = ("p", "div", "td", "summary")  # which have to be prose above the article, or to tell its date
YEAR = re.compile(r"(?<!\d)(?:1[34]|19|20)\d\d(?!\d)")
COUNTER = re.compile(r"[^\d:：]{3,30}[:：]\s*\d[\d., ]*")  # "Visitors: 5,521"
SENTENCE_END = re.compile(r"""[.!?…。！？؟।:;]["'”’»)\]]*$""")

# Words of classes and ids. Nobody vouches for a number in a comment or an advertisement.
UNTRUSTED = re.compile(r"\b(?:ads?|advert\w*|sponsor\w*|comments?|disqus|forum)\b")
FURNITURE = re.compile(
    r"\b(?:cookie\w*|consent|breadcrumbs?|shar(?:e|ing)|social|newsletter|subscri\w+|pag(?:er|ination)|related\w*"
    r"|recommend\w*|promo|toc|feedback|paywall|popup|modal|tags)\b"
)
# These hold menus on one site, and the hotline box or the summary of the article on another.
DOUBTFUL = re.compile(
    r"\b(?:sidebar|\w*profile|author|teasers?|\w*footer|header|menu|nav\w*|(?<!elementor )widgets?|banner|tool(?:s|bar)"
    r"|actions?)\b"
)
FURNITURE_ROLES = ("navigation", "search", "menu", "toolbar", "dialog")
DOUBTFUL_ROLES = ("complementary", "contentinfo", "banner", "alert")


def keep_article(tree: HtmlElement, title: HtmlElement | None) -> None:
    """Drop all blocks of a page but those of its article, from its title on, and the numbers to call around it."""
    page = _Page(tree, title)
    for leaf in page.dropped():
        leaf.drop_tree()
    for mark in tree.xpath("//button|//sup[a[starts-with(@href, '#')]]"):
        mark.drop_tree()


class _Page:
    """A page that was measured, and the decisions on its elements."""

    def __init__(self, tree: HtmlElement, title: HtmlElement | None) -> None:
        self.body = tree.body
        self.sizes = measure(self.body)
        self.order = list(leaves(self.body))
        self.prose = set(filter(self._is_prose, self.order))
        votes = votes_of(tree, self.order)
        self.votes = votes if votes else {leaf: 1 - self.sizes[leaf].density for leaf in self.order}
        self.title = title
        self.path = set() if title is None else {title, *title.iterancestors()}
        self.start = next((at for at, leaf in enumerate(self.order) if leaf in self.path), None)
        self.weights = self._weigh(self.order)
        if sum(map(self._weight, self.order[: self.start])) > self.weights[self.body] / 2:
            self.start = None
        self.furniture = set(self._in_furniture())
        plain = [leaf for leaf in self.order[self.start :] if leaf not in self.furniture and not self._in_banner(leaf)]
        self.main = self._find_main(self._weigh(plain))

    def _vote(self, leaf: HtmlElement) -> float:
        return 1 if leaf.tag == "table" else self.votes.get(leaf, 0)

    def _weight(self, leaf: HtmlElement) -> float:
        size = self.sizes[leaf]
        if leaf is self.title:
            return 0
        return self._vote(leaf) * (size.chars - size.linked) * (1 if leaf in self.prose else SHORT)

    def _weigh(self, parts: Iterable[HtmlElement]) -> dict[HtmlElement, float]:
        weights: defaultdict[HtmlElement, float] = defaultdict(float)
        for leaf in parts:
            weight = self._weight(leaf)
            for element in (leaf, *leaf.iterancestors()):
                weights[element] += weight
        return weights

    def _find_main(self, weights: dict[HtmlElement, float]) -> HtmlElement:
        """Return the deepest element with nearly all that was kept, which is no line or list itself."""
        main = self.body
        enough = MAIN_SHARE * weights[self.body]
        while (inner := next((child for child in main if weights[child] >= enough > 0), None)) is not None:
            main = inner
        while (main is not self.body and main.tag not in BOXES) or main.tag in TABLE_PARTS:
            main = main.getparent()
        return main

    def _in_furniture(self) -> Iterator[HtmlElement]:
        """Yield the lines that stand in a part of the site."""
        walk = etree.iterwalk(self.body, events=("start",))
        for _, element in walk:
            if self._is_furniture(element):
                walk.skip_subtree()
                yield from leaves(element)

    def _is_furniture(self, element: HtmlElement) -> bool:
        is_source = element.tag == "footer" and element.getparent().tag == "blockquote"
        if element is self.body or element in self.path or element.tag in TABLE_PARTS[1:] or is_source:
            return False
        if self.weights[element] > FREE * self.weights[self.body]:
            return False
        size = self.sizes[element]
        names = names_of(element)
        role = element.get("role")
        if element.tag in ("nav", "button") or role in FURNITURE_ROLES or UNTRUSTED.search(names):
            return True
        if FURNITURE.search(names) and element.tag not in HEADINGS:
            return True
        linked = size.density > LINKED
        fields = size.chars <= BOX and has_fields(element)
        if element.tag in ("aside", "footer", "header", "form") or role in DOUBTFUL_ROLES or DOUBTFUL.search(names):
            return linked or fields or self.prose.isdisjoint(leaves(element))
        return fields or self._is_teaser(element)

    def _is_prose(self, leaf: HtmlElement) -> bool:
        """Return whether a line is a sentence of an article, by its length, its end and its links."""
        size = self.sizes[leaf]
        return size.density <= PROSE_LINKED and (
            size.chars >= PROSE or (size.chars >= PROSE / 3 and SENTENCE_END.search(text_of(leaf)) is not None)
        )

    def _is_teaser(self, element: HtmlElement) -> bool:
        """Return whether an element leads to another page: a card whose headings are links, or a list of links."""
        size = self.sizes[element]
        if size.chars < BOX and element.tag not in HEADINGS:
            headings = [self.sizes[heading] for heading in element.iter(*HEADINGS) if self.sizes[heading].chars]
            if headings and all(heading.density > LINKED for heading in headings):
                return True
        return size.density > LINKED and element.tag not in ("li", *HEADINGS)

    def _in_banner(self, leaf: HtmlElement, limit: float = BOX / 2) -> bool:
        """Return whether a line stands in a small box with a button, as what asks for consent or an opinion does."""
        box = leaf.getparent()
        is_small = self.sizes[box].chars <= limit and box not in self.path
        return is_small and next(box.iter("button"), None) is not None

    def _is_told_above(self, leaf: HtmlElement, at: int) -> bool:
        """Return whether a line above the article is a part of it: not loose, its subtitle, a caption, or its date."""
        is_subtitle = at - 1 == self.start and self.sizes[leaf].chars >= PROSE / 3
        is_caption = leaf.getprevious() is not None and leaf.getprevious().tag == "img"
        return leaf.tag not in LOOSE or is_subtitle or is_caption or YEAR.search(text_of(leaf)) is not None

    def dropped(self) -> list[HtmlElement]:
        """Return the lines that are not the article's."""
        inside = set(leaves(self.main))
        places = [at for at, leaf in enumerate(self.order) if leaf in inside]
        start = places[0] if self.start is None and places else self.start or 0
        kept: list[HtmlElement] = []
        for at, leaf in enumerate(self.order[start:], start):
            density = self.sizes[leaf].density
            if leaf in self.furniture or self._in_banner(leaf, PROSE if leaf in inside else BOX / 2):
                continue
            if leaf in inside:
                belongs = density <= LINKED or leaf.tag in HEADINGS
            elif places and at < places[-1]:
                belongs = density <= PROSE_LINKED and (leaf in self.prose or self._is_told_above(leaf, at))
            else:
                belongs = self.votes.get(leaf, 0) > LINKED and leaf in self.prose
            if belongs:
                kept.append(leaf)
        kept = self._to_end(self._without_counters(kept), inside)
        stays = set(kept) - set(self._orphans(kept))
        stays |= self._notes(stays) | self._to_call(stays)
        return [leaf for leaf in self.order if leaf not in stays]

    def _without_counters(self, kept: list[HtmlElement]) -> list[HtmlElement]:
        """Return the lines without numbers of visitors around the paragraphs, or what follows a © below them."""
        is_owned = {leaf: "©" in text_of(leaf) for leaf in kept}
        own = [at for at, leaf in enumerate(kept) if not is_owned[leaf]]
        said = [at for at in own if kept[at] in self.prose and self.sizes[kept[at]].chars >= PROSE] or own
        if not said:
            return []
        end = next((at for at in range(said[-1], len(kept)) if is_owned[kept[at]]), len(kept))
        return [
            leaf
            for at, leaf in enumerate(kept[:end])
            if said[0] <= at <= said[-1] or not COUNTER.fullmatch(text_of(leaf)) or holds_contact(text_of(leaf))
        ]

    def _to_end(self, kept: list[HtmlElement], inside: set[HtmlElement]) -> list[HtmlElement]:
        """Return the lines up to the last that stands with paragraphs, or in a box like those of paragraphs."""
        paragraphs = [
            leaf for leaf in kept if leaf in inside and leaf in self.prose and self.sizes[leaf].chars >= PROSE
        ]
        enough = max(map(self._vote, paragraphs), default=0) / 2
        paragraphs = [leaf for leaf in paragraphs if self._vote(leaf) > enough]
        if not paragraphs:
            return kept
        kinds: defaultdict[HtmlElement | None, set[str]] = defaultdict(set)  # of the boxes of paragraphs in an element
        for box in _with_ancestors(paragraphs):
            kinds[box.getparent()] |= _kinds(box)
        said = _with_ancestors(self.prose.intersection(kept))
        last = paragraphs[-1]
        beside = dict(zip(last.iterancestors(), (last, *last.iterancestors()), strict=False))

        def belongs(leaf: HtmlElement) -> bool:
            box = next(up for up in (leaf, *leaf.iterancestors()) if up.getparent() in beside)
            above = box.getparent()
            in_line = not _is_box(beside[above]) and (box in said or not _is_box(box))
            return in_line or not kinds[above].isdisjoint(_kinds(box))

        first = kept.index(last) + 1
        return kept[: next((at for at in range(len(kept), first, -1) if belongs(kept[at - 1])), first)]

    def _orphans(self, kept: list[HtmlElement]) -> Iterator[HtmlElement]:
        """Yield the headings of the article that lost all that stood below them."""
        below, stays = True, set(kept)
        for leaf in reversed(self.order[self.order.index(kept[0]) : self.order.index(kept[-1]) + 2] if kept else []):
            if leaf.tag in HEADINGS and leaf in stays and not below and leaf not in kept[:2]:
                yield leaf
            below = leaf in stays or (below and leaf.tag not in HEADINGS)

    def _notes(self, kept: set[HtmlElement]) -> set[HtmlElement]:
        """Return the lines to which marks in the article lead, or which lead back to them."""
        named = {f"#{to.get('id') or to.get('name')}": to for to in self.body.xpath(".//*[@id]|.//a[@name]")}
        found: set[HtmlElement] = set()
        for link in self.body.xpath(".//a[starts-with(@href, '#')]"):
            to = named.get(link.get("href"), link)
            ends = {up for end in (link, to) for up in (end, *end.iterancestors()) if up in self.votes}
            if not kept.isdisjoint(ends):
                found |= ends - self.furniture
        return {leaf for leaf in found if self.sizes[leaf].density <= PROSE_LINKED}

    def _to_call(self, kept: set[HtmlElement]) -> set[HtmlElement]:
        """Return the lines with an address or a number to call that would be lost, with the headed box around them."""
        found: set[HtmlElement] = set()
        for leaf in self.order:
            around = [element for element in (leaf, *leaf.iterancestors()) if element not in self.path]
            text = " ".join(leaf.itertext())
            calls = holds_contact(text) or leaf.xpath(".//a[starts-with(@href, 'tel:')]")
            calls = calls or (any(up.tag == "address" for up in around) and re.search(r"\d", text))
            if leaf in kept or not calls or any(UNTRUSTED.search(names_of(element)) for element in around):
                continue
            for link in list(leaf.iter("a")):
                if self.sizes[link].linked and not holds_contact(text_of(link)):
                    link.drop_tree()
            box = leaf.getparent()
            parts = list(leaves(box))
            is_box = self.sizes[box].chars <= BOX and not has_fields(box) and kept.isdisjoint(parts)
            is_box = is_box and all(part.getparent() is box and self.sizes[part].density <= LINKED for part in parts)
            is_headed = any(part.tag in HEADINGS for part in parts)
            found.update(parts if is_box and is_headed else [leaf])
        return found


def _with_ancestors(elements: Iterable[HtmlElement]) -> set[HtmlElement]:
    return {up for element in elements for up in (element, *element.iterancestors())}


def _is_box(element: HtmlElement) -> bool:
    return element.tag in BOXES and not is_data(element)


def _kinds(element: HtmlElement) -> set[str]:
    """Return what an element is: its tag with each of its classes, or else with its name unless it is a section."""
    name = "" if element.tag == "section" else element.get("id", "")
    return {f"{element.tag} {kind}" for kind in element.get("class", "").split() or [name]}
