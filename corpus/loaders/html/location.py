"""Find the element of a web page that holds its article.

In: the body of a page. Out: the sizes of its elements, which leaves trafilatura keeps, and the element of the article.
Left out: what else in that element belongs to the site (article.py).
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from corpus.loaders.html.tree import HEADINGS, TABLE_PARTS, is_data, leaves, text_of

MAIN_TAGS = ("article", "main")
MAIN_SHARE = 0.9  # of the text that trafilatura keeps is in the article


class Size(NamedTuple):
    """The characters of an element's text without blanks, and how many of them lead to another page or place."""

    chars: int
    linked: int

    @property
    def density(self) -> float:
        """The share of linked characters."""
        return self.linked / self.chars if self.chars else 0.0


def _visible(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def measure(body: HtmlElement) -> dict[HtmlElement, Size]:
    """Return the size of each element of a page."""
    sizes: dict[HtmlElement, Size] = {}
    for _, element in etree.iterwalk(body, events=("end",)):
        chars, linked = _visible(element.text), 0
        for child in element:
            size = sizes[child]
            chars += size.chars + _visible(child.tail)
            linked += size.linked
        if element.tag == "button" or (
            element.tag == "a"
            and not re.match(r"\s*(?:tel|mailto|sms|whatsapp):|https://wa\.me", element.get("href", "tel:"))
        ):
            linked = chars
        sizes[element] = Size(chars, linked)
    return sizes


TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]|[^\W_]+")
SHINGLE = 4  # words that are compared together


def _shingles(text: str) -> Iterable[tuple[str, ...]]:
    words = TOKEN.findall(text)
    return [tuple(words)] if 0 < len(words) < SHINGLE else zip(words, words[1:], words[2:], words[3:], strict=False)


def kept_by_trafilatura(tree: HtmlElement) -> dict[HtmlElement, float]:
    """Return the leaves that trafilatura takes for the article's, with the share of each that it keeps."""
    try:
        found = bare_extraction(tree, fast=True, include_comments=False, favor_recall=True, with_metadata=False)
    except RecursionError:  # lists within lists within lists
        return {}
    if not isinstance(found, Document) or not found.text:
        return {}
    told = {shingle for line in found.text.split("\n") for shingle in _shingles(line)}
    kept: dict[HtmlElement, float] = {}
    for leaf in leaves(tree.body):
        own = list(_shingles(text_of(leaf)))
        if hits := sum(shingle in told for shingle in own):
            kept[leaf] = hits / len(own)
    return kept


def find_article(body: HtmlElement, kept: dict[HtmlElement, float], sizes: dict[HtmlElement, Size]) -> HtmlElement:
    """Return the element that holds the article: the deepest with nearly all that was kept, or the one around it."""
    weights: dict[HtmlElement, float] = {}
    for leaf, share in kept.items():
        weight = share * sizes[leaf].chars
        for element in (leaf, *leaf.iterancestors()):
            weights[element] = weights.get(element, 0) + weight
            if element is body:
                break
    main = body
    while (inner := _inner(main, weights, MAIN_SHARE * weights.get(body, 0))) is not None:
        main = inner
    for element in (main, *main.iterancestors()):
        if element.tag in MAIN_TAGS or element.get("role") in MAIN_TAGS:
            return element
    marked = [element for element in body.iter() if element.tag in MAIN_TAGS or element.get("role") in MAIN_TAGS]
    best = max(marked, key=lambda element: weights.get(element, 0), default=body)
    if weights.get(best, 0) > weights.get(body, 0) / 2:
        return best
    if not kept:
        return next(iter(body.xpath(".//main|.//*[@role='main']|.//article")), body)
    while main is not body and main.tag in (
        *HEADINGS,
        *TABLE_PARTS,
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dd",
        "blockquote",
        "pre",
        "table",
    ):
        main = main.getparent()
    return main


def _inner(main: HtmlElement, weights: dict[HtmlElement, float], enough: float) -> HtmlElement | None:
    """Return the child that holds enough of the text, if one does."""
    return next((child for child in main if not is_data(child) and weights.get(child, 0) >= enough > 0), None)
