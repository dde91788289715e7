"""Make the tree of a web page plain: nothing hidden, and all text in leaves.

In: the parsed page. Out: the same tree, changed; its leaves, tables and texts.
Left out: telling the article from the furniture of its site (article.py).
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "legend", "li",
    "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul", *HEADINGS,
))  # fmt: skip
TABLE_PARTS = ("table", "thead", "tbody", "tfoot", "tr")
UNSEEN = (
    "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "canvas", "audio", "video",
    "map", "select", "textarea", "option", "datalist", "link", "meta", "title", "dialog", "amp-ad", "amp-sidebar",
)  # fmt: skip
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{4,}", re.I)
HIDDEN_CLASS = re.compile(r"\b(?:sr only|visually ?hidden|screen reader text|element invisible|d none|is hidden)\b")
COLUMN = 150  # characters of a cell that is a column of the page in a table without headings
LARGE = re.compile(r"[4-7]|\+[1-4]")  # sizes of a font that are those of headings
EDIT = re.compile(r"\[.*\]")  # as wikis have it in headings; so are "¶" and "#" links to the heading itself
PAIR = 2  # columns and rows that a table of data has at least, and paragraphs that its cells have at most
NO_LINK = re.compile(r"\s*(?:tel|mailto|sms|whatsapp):|https://wa\.me")  # which do not lead to another page
OPENERS = ("button", "a", "div", "h2", "h3", "h4", "summary", "amp-accordion")
PANEL = 30  # characters of a panel that a button opens


def names_of(element: HtmlElement) -> str:
    """Return the words of an element's class and id in lower case, parted by blanks."""
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return re.sub(r"[\s_\-:./]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names)).lower().strip()


def has_fields(element: HtmlElement) -> bool:
    """Return whether an element has a field to write into."""
    return any(
        field.get("type", "text") in ("text", "email", "search", "tel", "password") for field in element.iter("input")
    )


class Size(NamedTuple):
    """The letters of an element's text without blanks, and how many of them lead to another page or place.

    A character of Chinese, Japanese or Korean counts as two letters.
    """

    chars: int
    linked: int

    @property
    def density(self) -> float:
        """The share of linked characters."""
        return self.linked / self.chars if self.chars else 0.0


def _visible(text: str | None) -> int:
    return sum(2 if letter >= "\u3040" else 1 for letter in "".join(text.split())) if text else 0


def measure(body: HtmlElement) -> dict[HtmlElement, Size]:
    """Return the size of each element of a page."""
    sizes: dict[HtmlElement, Size] = {}
    for _, element in etree.iterwalk(body, events=("end",)):
        chars, linked = _visible(element.text), 0
        for child in element:
            size = sizes[child]
            chars += size.chars + _visible(child.tail)
            linked += size.linked
        times = element.findall("time")
        is_time = (
            chars > 0 and len(times) == 1 and sizes[times[0]].chars == chars
        )  # the address of an entry of a live blog
        is_link = (
            not is_time and element.tag == "a" and not (element.get("name") or NO_LINK.match(element.get("href", "")))
        )
        sizes[element] = Size(chars, chars if is_link or element.tag == "button" else linked)
    return sizes


def text_of(element: HtmlElement) -> str:
    """Return the text of an element on one line."""
    return " ".join("".join(element.itertext()).split())


def leaves(root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the blocks with text that hold no other block, and whole tables of data, in order."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag in BLOCKS and (is_data(element) or next(element.iterdescendants(*BLOCKS), None) is None):
            walk.skip_subtree()
            if any(text.strip() for text in element.itertext()):
                yield element


def is_data(element: HtmlElement) -> bool:
    """Return whether an element is a table that does not place things on the page."""
    return bool(element.tag == "table" and element.get("role") != "presentation")


def remove_hidden(tree: HtmlElement) -> None:
    """Remove what a reader of the page doesn't see, mark tables of layout, and wrap loose text into paragraphs.

    A panel that a button on the page opens is not hidden: the answers of an FAQ are. Nor is what scripts show at once,
    which is most of the page.
    """
    for element in list(tree.iter(*UNSEEN)):
        element.drop_tree()
    _name_elements(tree)
    body = tree.body  # looked up anew at each use
    _show_panels(body)
    enough = len(text_of(body)) / 2
    for element in list(body.iter()):
        if (
            element is not body
            and _is_hidden(element)
            and not ("visibility" in element.get("style", "") and len(text_of(element)) > enough)
        ):
            element.drop_tree()
    for table in tree.iter("table"):
        if _is_layout(table):
            table.set("role", "presentation")
    for heading in list(tree.iter(*HEADINGS, "dt", "summary")):
        for part in heading.findall(".//*"):
            text = text_of(part)
            if (part.tag == "a" and not re.search(r"\w", text)) or (
                EDIT.fullmatch(text) and part.find(".//a") is not None
            ):
                part.drop_tree()
            elif part.tag == "button" or (part.tag == "a" and part.get("href", "").startswith("#")):
                part.tag = "span"  # it opens what stands below
    _mark_large(body)
    _wrap_loose_text(body)


def _name_elements(tree: HtmlElement) -> None:
    """Make elements that a site names itself boxes, but in a line of text, and the buttons of forms buttons."""
    for element in list(tree.iter()):
        if "-" in element.tag and not _is_in_line(element):
            element.set("class", f"{element.get('class', '')} {element.tag}")
            element.tag = "div"
        elif element.tag == "input" and element.get("type", "").lower() in ("button", "submit"):
            element.tag, element.text = "button", element.get("value")


def _is_in_line(element: HtmlElement) -> bool:
    """Return whether text stands beside an element that holds no block."""
    above = element.getparent()
    beside = [above.text, *(other.tail for other in above)]
    return any(text and text.strip() for text in beside) and next(element.iter(*BLOCKS), None) is None


def _mark_large(body: HtmlElement) -> None:
    """Make the large lines of old pages headings."""
    for font in list(body.iter("font")):
        if LARGE.fullmatch(font.get("size", "")) and _is_alone(font):
            font.tag = "h1"


def _is_alone(element: HtmlElement) -> bool:
    """Return whether an inline element is a line of its own."""
    text = text_of(element)
    while element.getparent().tag not in BLOCKS and text_of(element.getparent()) == text:
        element = element.getparent()
    before, after, above = element.getprevious(), element.getnext(), element.getparent()
    lead = (above.text if before is None else before.tail) or ""
    breaks = all(beside is None or beside.tag == "br" or beside.tag in BLOCKS for beside in (before, after))
    is_line = breaks and not lead.strip() and not (element.tail or "").strip() and above.tag in BLOCKS
    return is_line and 0 < len(text) <= COLUMN and next(element.iter("br", *BLOCKS), None) is None


def _is_hidden(element: HtmlElement) -> bool:
    hidden = element.get("hidden")
    return (
        (hidden is not None and hidden.lower() != "until-found")
        or element.get("aria-hidden", "").lower() == "true"
        or HIDDEN_STYLE.search(element.get("style", "")) is not None
        or HIDDEN_CLASS.search(names_of(element)) is not None
    )


def _show_panels(body: HtmlElement) -> None:
    """Show the panels with prose that buttons open, and make the buttons text: the questions of an FAQ."""
    by_id = {element.get("id"): element for element in body.iter() if element.get("id")}
    for button in list(body.iter(*OPENERS)):
        opened = button.get("aria-controls") or button.get("data-target") or button.get("data-bs-target")
        if button.get("data-toggle") or button.get("data-bs-toggle"):
            opened = opened or button.get("href")
        panel = by_id.get(opened.lstrip("#")) if opened else None
        if panel is None and button.get("aria-expanded"):
            near = [button, *islice(button.iterancestors(), 2)]
            panel = next((up.getnext() for up in near if up.getnext() is not None and _is_hidden(up.getnext())), None)
        if panel is None or panel.tag == "nav" or panel.find(".//form") is not None:
            continue
        words = text_of(panel)
        if len(words) < PANEL or sum(len(text_of(link)) for link in panel.iter("a")) > len(words) / 2:
            continue
        for name in ("hidden", "aria-hidden", "style"):
            panel.attrib.pop(name, None)
        if button.tag in ("a", "button"):
            button.tag = "span" if any(up.tag in (*HEADINGS, "dt", "p") for up in button.iterancestors()) else "p"


def _is_layout(table: HtmlElement) -> bool:
    """Return whether a table only places things on the page: then its cells are read one after another."""
    if table.get("role") in ("presentation", "none") or table.xpath(".//table|.//h1|.//h2|.//td//h3"):
        return True
    rows = rows_of(table)
    headed = bool(table.xpath(".//th|./caption"))
    return (
        max((len(cells_of(row)) for row in rows), default=0) < PAIR
        or (len(rows) < PAIR and not headed)
        or any(len(cell.findall("p")) > PAIR for row in rows for cell in cells_of(row))
        or (not headed and any(len(text_of(cell)) > COLUMN for row in rows for cell in cells_of(row)))
    )


def rows_of(table: HtmlElement) -> list[HtmlElement]:
    """Return the rows of a table itself, not of tables in its cells; those of headings first, those of sums last."""
    return [row for path in ("thead/tr", "tr|tbody/tr", "tfoot/tr") for row in table.xpath(path)]


def cells_of(row: HtmlElement) -> list[HtmlElement]:
    """Return the cells of a row."""
    return [cell for cell in row if cell.tag in ("td", "th")]


def _wrap_loose_text(body: HtmlElement) -> None:
    """Put text that stands beside blocks into paragraphs of its own, so that all text is in leaves."""
    containers = {body}
    for block in body.iterdescendants(*BLOCKS):
        above = block.getparent()
        while above is not None and above not in containers:
            containers.add(above)
            above = above.getparent()
    for container in containers:
        if container.tag not in TABLE_PARTS:
            _wrap(container, containers)


def _wrap(container: HtmlElement, containers: set[HtmlElement]) -> None:
    run: HtmlElement | None = None
    if (container.text or "").strip():
        run = container.makeelement("p")
        run.text, container.text = container.text, None
        container.insert(0, run)
    for child in list(container):
        if child is run:
            continue
        tail, child.tail = child.tail, None
        if child in containers or child.tag in BLOCKS or (run is None and child.tag in ("input", "img")):
            run = None
            if (tail or "").strip():
                run = container.makeelement("p")
                run.text = tail
                child.addnext(run)
            continue
        if run is None:
            run = container.makeelement("p")
            child.addprevious(run)
        run.append(child)
        child.tail = tail
