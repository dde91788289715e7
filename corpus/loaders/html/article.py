"""Tell the article of a web page from the furniture of its site.

In: the parsed page. Out: its body with the article alone, and lines with numbers to call wherever they stood.
Left out: writing lines (page.py).

trafilatura says where the article is. Its text is then read from the page itself, since the tree of trafilatura
loses items of lists, headings, lists in cells and repeated lines; what is left out of it shows signs of being
furniture: by its tag, its class, its links or its label. Losing a paragraph is worse than keeping a teaser.
"""

import re
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from corpus.loaders.html.labels import (
    BANNER,
    COOKIES,
    COPYRIGHT,
    DOUBTFUL,
    EMAIL,
    FURNITURE,
    LINKED_SHARE,
    NEWSLETTER,
    ROLES,
    SHARE,
    TAGS,
    TEASER,
    number_to_call,
)
from corpus.loaders.html.location import MAIN_TAGS, Size, find_article, kept_by_trafilatura, measure
from corpus.loaders.html.tree import BLOCKS, HEADINGS, TABLE_PARTS, is_data, leaves, text_of, tokens

LISTS = ("ul", "ol", "div", "section", "p", "td", "dl", "table")
LINKS = 0.75  # share of linked characters of what is nothing but links
LABEL = 90  # characters of a label that may stand above links
LOOK_BACK = 12  # links below a label
PROSE = 60  # characters of a paragraph, without blanks
BOX = 420  # characters, without blanks, of a box with a number to call, a banner or a form
LINKED = 0.5  # share of linked characters from which text is a list of links
PROSE_LINKED = 0.3  # and up to which it is prose
FREE = 0.4  # share of the article above which nothing in it is taken for furniture


class _Page:
    """A page that was measured, and the decisions on its elements."""

    def __init__(self, tree: HtmlElement, heading: HtmlElement | None) -> None:
        self.body = tree.body
        self.sizes = measure(self.body)
        self.kept = kept_by_trafilatura(tree)
        self.main = find_article(self.body, self.kept, self.sizes)
        self.path = {self.main, *self.main.iterancestors()}
        self.heading = heading
        self.shown = set() if heading is None else {heading, *heading.iterancestors()}
        body = list(self.body.iter())
        # Links above the title are a menu; so are those below the last paragraph of a page that marks no article.
        self.above = set() if heading is None else set(body[: body.index(heading)]) - self.shown
        self.below: set[HtmlElement] = set()
        if self.main.tag not in MAIN_TAGS and self.main.get("role") not in MAIN_TAGS:
            last = max((number for number, element in enumerate(body) if self._is_text(element)), default=len(body))
            self.below = set(body[last + 1 :])
        self.enough = FREE * self.sizes[self.main].chars

    def is_furniture(self, element: HtmlElement) -> bool:
        """Return whether an element off the path to the article is a part of the site."""
        size = self.sizes.get(element)
        if size is None or element in self.path or element is self.heading or element.tag in TABLE_PARTS[1:]:
            return False
        names = tokens(element) if element.tag not in HEADINGS else ""
        if BANNER.search(names) and self.heading not in (element, *element.iterdescendants()):
            return True
        is_article = size.chars > self.enough and size.density <= LINKED and self._in_main(element)
        if element in self.shown or is_article:
            return False
        return (
            self._is_named(element, size, names) or self._is_labelled(element, size) or self._is_teaser(element, size)
        )

    def _is_named(self, element: HtmlElement, size: Size, names: str) -> bool:
        """Return whether tag, role or class call an element a part of the site."""
        role = element.get("role")
        if element.tag == "nav" or role in ROLES[:7] or "BreadcrumbList" in element.get("itemtype", ""):
            return True
        if element.tag == "a" and re.search(r"\b(?:btn|button)\b", names):
            return size.linked > 0 and not re.search(r"\d", text_of(element))
        if FURNITURE.search(names):
            return True
        doubtful = element.tag in ("aside", "footer", "header", "form") or role in ROLES or DOUBTFUL.search(names)
        has_fields = size.chars <= BOX and self._has_fields(element)
        return bool(doubtful) and (size.density > LINKED or has_fields)

    def _is_text(self, element: HtmlElement) -> bool:
        size = self.sizes[element]
        return (
            size.chars > LABEL / 3
            and size.density < LINKED
            and next(element.iterdescendants(*BLOCKS), None) is None
            and element.tag in BLOCKS
        )

    def _in_main(self, element: HtmlElement) -> bool:
        return any(above is self.main for above in element.iterancestors())

    def _has_fields(self, element: HtmlElement) -> bool:
        return any(
            field.get("type", "text") in ("text", "email", "search", "tel", "password")
            for field in element.iter("input")
        )

    def _is_labelled(self, element: HtmlElement, size: Size) -> bool:
        """Return whether a small element says itself that it is a banner, a teaser, a row of buttons or a form."""
        if size.chars > BOX or not size.chars:
            return False
        text = text_of(element)
        is_linked = size.density > LINKED
        has_fields = self._has_fields(element)
        teaser = TEASER.fullmatch(text)
        return (
            SHARE.fullmatch(text) is not None
            or (is_linked and (LINKED_SHARE.fullmatch(text) or TAGS.match(text)) is not None)
            or (size.chars < BOX / 2 and COPYRIGHT.search(text) is not None)
            or ((has_fields or is_linked) and NEWSLETTER.search(text) is not None)
            or (COOKIES.search(text) is not None and next(element.iter("button", "input"), None) is not None)
            or (has_fields and size.chars < PROSE)
            or (teaser is not None and (is_linked or not teaser["rest"].strip(" :：")))
        )

    def _is_teaser(self, element: HtmlElement, size: Size) -> bool:
        """Return whether an element leads to other pages: a card with a linked heading, or a list of links."""
        if element.tag in ("article", "a") and element not in self.path and size.chars < BOX:
            headings = [heading for heading in element.iter(*HEADINGS) if self.sizes.get(heading, Size(0, 0)).chars]
            if headings and all(self.sizes[heading].density > LINKED for heading in headings):
                return True
        if size.density < LINKS or element.tag not in LISTS:
            return False
        links = list(element.iter("a"))
        if self._follows_label(element) or (len(links) > 1 and element in self.above):
            return True
        if element.tag == "ul" and all(link.get("href", "").startswith("#") for link in links):
            return len(links) > 1
        if element in self.below:
            return True
        return len(links) > 1 and not any(self.kept.get(leaf, 0) > LINKED for leaf in leaves(element))

    def _follows_label(self, element: HtmlElement) -> bool:
        """Return whether "Read also" or the like stands above a link, or above the links before it."""
        for before in islice(element.itersiblings(preceding=True), LOOK_BACK):
            if before not in self.sizes:
                return False
            if self.sizes[before].density < LINKS:
                return TEASER.fullmatch(text_of(before)[:LABEL]) is not None
        return False

    def rescued(self, element: HtmlElement) -> list[HtmlElement]:
        """Return the boxes of a part that is dropped which hold a number to call, or in the article an address."""
        if BANNER.search(tokens(element)):
            return []  # nobody vouches for a number in a comment or an advertisement
        boxes: dict[HtmlElement, None] = {}  # in the order of the page
        inside = self._in_main(element)
        for leaf in list(leaves(element)):
            if any(box in boxes for box in (leaf, *leaf.iterancestors())):
                continue
            size = self.sizes[leaf]
            text = text_of(leaf)
            calls = bool(leaf.xpath("descendant-or-self::a[starts-with(@href, 'tel:')]")) or number_to_call(text)
            if size.density > LINKED or not (calls or (inside and EMAIL.search(text))) or BANNER.search(tokens(leaf)):
                continue
            if element.tag == "nav":
                for link in [link for link in leaf.iter("a") if self.sizes[link].linked]:
                    link.drop_tree()
            boxes[self._box(leaf, element)] = None
        return list(boxes)

    def _box(self, leaf: HtmlElement, limit: HtmlElement) -> HtmlElement:
        """Return the box around a line with a number: its heading and address go with it. A footer has none."""
        if limit.tag == "footer" or limit.get("role") == "contentinfo" or re.search(r"\bfooter\b", tokens(limit)):
            return leaf
        box = leaf
        while box is not limit:
            above = box.getparent()
            size = self.sizes.get(above, Size(0, 0))
            if size.chars > BOX or self._has_fields(above) or above.tag in TABLE_PARTS:
                break
            if any(self.sizes[part].density > LINKED for part in leaves(above) if part is not leaf):
                break
            box = above
        return box


def remove_furniture(tree: HtmlElement, heading: HtmlElement | None) -> HtmlElement:
    """Return the body of a page with nothing but its article, below its title, and the numbers to call around it."""
    page = _Page(tree, heading)
    _remove_around(page)
    dropped: list[HtmlElement] = []
    walk = etree.iterwalk(page.main, events=("start",))
    for _, element in walk:
        if is_data(element):
            walk.skip_subtree()
        elif element is not page.main and page.is_furniture(element):
            walk.skip_subtree()
            dropped.append(element)
    for element in dropped:
        _replace(element, page.rescued(element))
    for button in list(page.body.iter("button")):
        button.drop_tree() if not any(up.tag in (*HEADINGS, "dt", "summary") for up in button.iterancestors()) else None
    return page.body


def _remove_around(page: _Page) -> None:
    """Remove what stands around the article, but what stands between title and article, and numbers to call."""
    inside = set(leaves(page.main))
    order = list(leaves(page.body))
    places = [number for number, leaf in enumerate(order) if leaf in inside]
    title = next((number for number, leaf in enumerate(order) if leaf is page.heading), None)
    between = set(order[title : places[0]]) if title is not None and places else set()
    for above in [page.main, *page.main.iterancestors()]:
        if above is page.body or above.getparent() is None:
            break
        for part in [*above.itersiblings(preceding=True), *above.itersiblings()]:
            furniture = {element for element in part.iter() if page.is_furniture(element)}
            rescued = page.rescued(part)
            boxes = set(rescued)
            keep: dict[HtmlElement, None] = {}
            for leaf in leaves(part):
                box = next((up for up in (leaf, *leaf.iterancestors()) if up in boxes), None)
                if box is not None:
                    keep[box] = None
                elif not any(up in furniture for up in (leaf, *leaf.iterancestors())) and _belongs(
                    page, leaf, leaf in between
                ):
                    keep[leaf] = None
            _replace(part, list(keep))


def _belongs(page: _Page, leaf: HtmlElement, is_between: bool) -> bool:
    size = page.sizes[leaf]
    if leaf is page.heading:
        return True
    if size.density > PROSE_LINKED:
        return False
    if is_between:
        return size.chars >= PROSE or re.search(r"\d", text_of(leaf)) is not None
    return page.kept.get(leaf, 0) > LINKED and size.chars >= PROSE


def _replace(element: HtmlElement, kept: list[HtmlElement]) -> None:
    """Put the parts of an element that are kept in its place."""
    if kept == [element]:
        return
    if not kept:
        element.drop_tree()
        return
    box: HtmlElement = element.makeelement("div")
    element.addprevious(box)
    for part in kept:
        part.tail = None
        box.append(part)
    element.drop_tree()
