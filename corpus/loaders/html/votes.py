"""Ask trafilatura which lines of a web page belong to its article.

In: the parsed page and its lines. Out: how much of each line trafilatura keeps.
"""

import re
from collections import Counter
from collections.abc import Iterable

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from corpus.loaders.html.tree import text_of

TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]|[^\W_]+")
MANY = 20_000  # lines of a page that is not gone over twice
SHINGLE = 4  # words that are compared together


def _shingles(text: str) -> Iterable[tuple[str, ...]]:
    words = TOKEN.findall(text)
    return [tuple(words)] if 0 < len(words) < SHINGLE else zip(words, words[1:], words[2:], words[3:], strict=False)


def votes_of(tree: HtmlElement, order: list[HtmlElement]) -> dict[HtmlElement, float]:
    """Return the share of each line that trafilatura keeps, on average of its modes."""
    told: Counter[tuple[str, ...]] = Counter()
    for precise in (False, True) if len(order) < MANY else (False,):
        try:
            found = bare_extraction(
                tree,
                fast=True,
                include_comments=False,
                with_metadata=False,
                favor_precision=precise,
                favor_recall=not precise,
            )
        except RecursionError:  # lists within lists within lists
            continue
        if isinstance(found, Document) and found.text:
            told.update({shingle for line in found.text.split("\n") for shingle in _shingles(line)})
    votes = {}
    for leaf in order if told else ():
        own = list(_shingles(text_of(leaf)))
        votes[leaf] = sum(told[shingle] for shingle in own) / max(1, len(own)) / 2
    return votes
