"""Make the tree of a web page plain: nothing hidden, and all text in leaves.

In: the parsed page. Out: the same tree, changed; its leaves, tables and texts.
Left out: telling the article from the furniture of its site (article.py).
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from corpus.loaders.html.labels import BANNER

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
).union(HEADINGS)
TABLE_PARTS = ("table", "thead", "tbody", "tfoot", "tr")
UNSEEN = (
    "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "canvas", "audio", "video",
    "map", "select", "textarea", "option", "datalist", "link", "meta", "title", "dialog", "amp-ad", "amp-sidebar",
)  # fmt: skip
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{4,}", re.I)
HIDDEN_CLASS = re.compile(r"\b(?:sr only|visually ?hidden|screen reader text|element invisible|d none|is hidden)\b")
COLUMN = 150  # characters of a cell that is a column of the page in a table without headings
PAIR = 2  # columns and rows that a table of data has at least, and paragraphs that its cells have at most
OPENERS = ("button", "a", "div", "h2", "h3", "h4", "summary", "amp-accordion")
PANEL = 30  # characters of a panel that a button opens


def tokens(element: HtmlElement) -> str:
    """Return the words of an element's class and id in lower case, parted by blanks."""
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return re.sub(r"[\s_\-:./]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names)).lower().strip()


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

    A panel that a button on the page opens is not hidden: the answers of an FAQ are.
    """
    opened = {
        id.lstrip("#"): button
        for button in tree.iter(*OPENERS)
        for name in ("aria-controls", "data-target", "data-bs-target")
        if (id := button.get(name))
    }
    for element in list(tree.iter(*UNSEEN)):
        element.drop_tree()
    body = tree.body  # looked up anew at each use
    for element in list(body.iter()):
        if element is not body and _is_hidden(element) and not _is_panel(element, opened):
            element.drop_tree()
    for table in tree.iter("table"):
        if _is_layout(table):
            table.set("role", "presentation")
    for mark in tree.xpath("//sup[a[starts-with(@href, '#')]]"):
        mark.drop_tree()
    _wrap_loose_text(body)


def _is_hidden(element: HtmlElement) -> bool:
    hidden = element.get("hidden")
    return (
        (hidden is not None and hidden.lower() != "until-found")
        or element.get("aria-hidden", "").lower() == "true"
        or HIDDEN_STYLE.search(element.get("style", "")) is not None
        or HIDDEN_CLASS.search(tokens(element)) is not None
    )


def _is_panel(element: HtmlElement, opened: dict[str, HtmlElement]) -> bool:
    if element.get("role") == "tabpanel":
        return True
    button = opened.get(element.get("id", ""))
    if button is None or element.find(".//form") is not None or BANNER.search(tokens(element)) or element.tag == "nav":
        return False
    words = text_of(element)
    linked = sum(len(text_of(link)) for link in element.iter("a"))
    if len(words) < PANEL or linked > len(words) / 2:
        return False
    if button.tag == "button":
        button.tag = "span" if any(up.tag in (*HEADINGS, "dt") for up in button.iterancestors()) else "p"
    return True


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
        if child in containers or child.tag in BLOCKS or (run is None and child.tag in ("input", "button", "img")):
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
