"""Choose, of several figures in a sentence, the one that stands beside what a question names.

In: a question, a sentence, and the phrase of it that the reader finds likeliest. Out: the phrase, or one of the figure
beside the country, people, region or year that the question names; None where the phrase runs over several figures and
nothing tells which is asked for. The words that bound a figure, such as "at least", stay with it.
Left out: figures of tables (qa.figures), and finding the phrase (embeddings.cross_encoder.phrases).
"""

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.documents.terms import terms_of
from corpus.language.countries import text_key
from corpus.language.regions import peoples_in, places_in
from corpus.language.text import CARDINALS, YEAR, years_in
from embeddings.cross_encoder.phrases import Phrase
from qa.query.question import Question

NUMBER = rf"(?<!\d )(?:\d+(?:,\d{{3}})*(?:\.\d+)?|{'|'.join(CARDINALS[1:])})(?![\w/-]| \d)"
FIGURE = re.compile(
    r"(?<![\w.,/-])(?P<money>(?:(?:USD|EUR|CHF|GBP|US\$|[$€£]) ?)?)"
    rf"(?:(?!{YEAR} to (?!{YEAR})){NUMBER} to |(?<=between ){NUMBER} and )?{NUMBER}(?: (?:million|billion))?"
    r"(?P<unit>(?: ?(?:per cent|%)| (?:US )?(?:dollars|euros?|francs))?)",
    re.IGNORECASE,
)
# Words before a figure without which it would be exact.
BOUND = (
    r"\b(?:at (?:least|most)|over|under|up to|(?:more|fewer|less) than|about|around|approximately|roughly|nearly|almost"
    r"|close to|an estimated) "
)
BOUND_BEFORE = re.compile(rf"{BOUND}(?:(?:USD|EUR|CHF|GBP) )?$", re.IGNORECASE)
BEFORE_FIGURE = re.compile(rf"\W*(?:{BOUND})?(?:the )?", re.IGNORECASE)  # what a phrase may hold before its figure
MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATE = re.compile(rf"(?:\d\d? (?:and|to|or) )?\d\d? {MONTH}\b")
DATE_BEFORE_YEAR = re.compile(rf"(?:\d\d? )?{MONTH} $")  # the day and the month, which belong to a year
WHEN = re.compile(
    r"(?:and )?(?:since |until )?(?:when|(?:in|on) (?:what|which) (?:year|date|day|month))\b", re.IGNORECASE
)
# The word behind a figure that is counted: "five convictions", but not "eight for theft".
COUNTED = re.compile(r" (?:(?:more|other|new) )?(?!(?:for|in|of|at|on|by|from|to|with|and|or)\b)(?P<noun>[a-z-]+)")
# "How many centres were closed", and "20 of Libya's 53 centres", of which the first is asked for, but not by "how many
# centres are there".
OF_ALL = re.compile(r" of (?:(?:the )?[\w'’-]+['’]s?|the|its|their|these|those|all) (?:\w+ )?", re.IGNORECASE)
ASKS_FOR_ALL = re.compile(
    r"(?!.*\bhow many of\b).*\b(?:all|altogether|exists?|ha[ds]|have|there|total)\b", re.IGNORECASE
)
COUNTED_NOUN = re.compile(r"\bhow many (?P<noun>[a-z-]+)", re.IGNORECASE)
HOW_MANY = re.compile(r"\bhow (?:many|much) ((?:\S+ ?){1,4})", re.IGNORECASE)  # the words that tell what is counted
# What parts two figures, the best sign first: the first mark between them, else the last of such words.
MARK, CONJUNCTION, PREPOSITION = (
    re.compile(sign, re.IGNORECASE)
    for sign in (r"[;:,](?!\d)", r"\b(?:and|but|while|whereas|against|or|then)\b", r"\b(?:to|than|from)\b")
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its unit, its characters in the sentence, and the words that tell of it.

    `lead` are the words before the first figure of a sentence, which often hold for all of them.
    """

    start: int
    end: int
    kind: str
    lead: str = ""
    beside: str = ""


def figure_asked_for(question: Question, sentence: str, phrase: Phrase) -> Phrase | None:
    """Return the phrase of the figure that a question asks for; the given one where it holds the only figure, or none.

    >>> sentence = "Of these, 88 were Thais and 61 Indonesians."
    >>> figure_asked_for(Question("How many Thais?"), sentence, Phrase(28, 30, -0.5)).of(sentence)
    '88'
    """
    figures = _figures(sentence)
    chosen = [figure for figure in figures if figure.start < phrase.end and figure.end > phrase.start]
    alike = _with_words([figure for figure in figures if chosen and figure.kind == chosen[0].kind], sentence)
    chosen = [figure for figure in alike if figure.start < phrase.end and figure.end > phrase.start]
    if len(alike) < 2 or not BEFORE_FIGURE.fullmatch(sentence[phrase.start : chosen[0].start]):  # noqa: PLR2004
        return phrase
    parts = _parts_of_all(alike, chosen, sentence)
    if parts and not question.is_english:
        return None
    asked = (
        (parts if not ASKS_FOR_ALL.match(question.text) else [])
        or _beside_noun(question, alike, chosen, sentence)
        or _beside_names(question, alike)
        or _beside_words(question, alike, chosen, sentence)
    )
    if asked == chosen:
        return phrase
    if len(asked) == 1:
        return replace(phrase, start=asked[0].start, end=asked[0].end)
    return phrase if len(chosen) == 1 else None


def with_bound(sentence: str, phrase: Phrase) -> str:
    """Return the words of a phrase without brackets around it, behind those that bound its figure, or make it inexact.

    >>> with_bound("At least 45 died.", Phrase(9, 11, -0.5))
    'At least 45'
    """
    words = re.sub(r"^\(([^()]*)\)$", r"\1", phrase.of(sentence))
    bound = BOUND_BEFORE.search(sentence[: phrase.start]) if FIGURE.match(words) else None
    return f"{bound[0]}{words}" if bound else words


def _figures(sentence: str) -> list[Figure]:
    """Return the figures of a sentence but the days of dates."""
    dates = [match.span() for match in DATE.finditer(sentence)]
    return [
        Figure(_start(match), match.end(), _kind(match))
        for match in FIGURE.finditer(sentence)
        if not any(start <= match.start() < end for start, end in dates)
    ]


def _start(match: re.Match[str]) -> int:
    """Return where a figure begins: that of a year, with the day and the month before it."""
    date = DATE_BEFORE_YEAR.search(match.string[: match.start()]) if re.match(YEAR, match[0]) else None
    return date.start() if date else match.start()


def _kind(match: re.Match[str]) -> str:
    if re.match(YEAR, match[0]):
        return "year"
    unit = match["unit"].strip()
    return "share" if unit in ("per cent", "%") else "money" if match["money"] or unit else "number"


def _with_words(figures: list[Figure], sentence: str) -> list[Figure]:
    """Return figures with the words of their sentence that tell of each."""
    if not figures:
        return []
    cuts = [figures[0].start, *(_cut(sentence, one, other) for one, other in pairwise(figures)), len(sentence)]
    return [
        replace(figure, lead=sentence[:begin] if number == 0 else "", beside=sentence[begin:end])
        for number, (figure, (begin, end)) in enumerate(zip(figures, pairwise(cuts), strict=True))
    ]


def _cut(sentence: str, one: Figure, other: Figure) -> int:
    """Return where the words of a figure end and those of the next begin."""
    between = sentence[one.end : other.start]
    if mark := MARK.search(between):
        return one.end + mark.start()
    for sign in (CONJUNCTION, PREPOSITION):
        if places := [match.start() for match in sign.finditer(between)]:
            return one.end + places[-1]
    return other.start


def _parts_of_all(figures: list[Figure], chosen: list[Figure], sentence: str) -> list[Figure]:
    """Return the part of the whole that a phrase gives, where its sentence tells both: "20 of the 53 centres"."""
    parts = pairwise(figures)
    return [part for part, whole in parts if whole in chosen and OF_ALL.fullmatch(sentence[part.end : whole.start])]


def _beside_noun(question: Question, figures: list[Figure], chosen: list[Figure], sentence: str) -> list[Figure]:
    """Return the one figure before the noun that is counted, where a chosen one stands before another noun.

    "In how many countries" asks for the second figure of "590 offices in 171 countries".
    """
    noun = COUNTED_NOUN.search(question.text)
    asked = set(terms_of(noun["noun"])) if noun else set()
    counted = [
        set(terms_of(of["noun"])) if (of := COUNTED.match(sentence, figure.end)) else set() for figure in figures
    ]
    before = [figure for figure, terms in zip(figures, counted, strict=True) if asked & terms]
    others = [figure for figure, terms in zip(figures, counted, strict=True) if terms - asked and figure in chosen]
    return before if len(before) == 1 and others == chosen else []


def _beside_names(question: Question, figures: list[Figure]) -> list[Figure]:
    """Return the one figure beside a place or a year that is asked about, where another stands beside another one."""
    kinds: tuple[tuple[Set[str], Callable[[str], Set[str]]], ...] = (
        (_places(question.text, question.language), lambda text: _places(text, "en")),
        (set(question.years), lambda text: set(years_in(text)) if figures[0].kind != "year" else set()),
    )
    for asked, names_in in kinds:
        ranks = []
        for figure in figures:
            lead, beside = names_in(figure.lead), names_in(figure.beside)
            ranks.append((len(beside & asked), len(lead & asked), -len((lead | beside) - asked)))
        best = max(ranks)
        others = [rank for rank in ranks if rank != best]
        if any(best[:2]) and len(others) == len(ranks) - 1 and any(rank[2] for rank in others):
            return [figures[ranks.index(best)]]
    return []


def _beside_words(question: Question, figures: list[Figure], chosen: list[Figure], sentence: str) -> list[Figure]:
    """Return the figures beside words of a question that no other is beside: of the chosen ones, or the only one.

    The chosen ones are those that a phrase runs over; for another, only the words behind "how many" count, or for a
    date all but names, before it too. In "five convictions for fraud and eight for theft" convictions stand beside
    both.
    """
    if not question.is_english:
        return []
    counted = [COUNTED.match(sentence, figure.end) for figure in figures]
    shared = set() if all(counted) else {term for noun in counted if noun for term in terms_of(noun["noun"])}
    is_date = figures[0].kind == "year" and WHEN.match(question.text) is not None
    names = set(terms_of(" ".join(question.names))) if is_date else set()
    alone = _alone_beside(set(question.terms) - shared - names, figures, with_lead=is_date)
    among = [figure for figure in alone if figure in chosen]
    if among:
        return among
    counted_words = set(terms_of(" ".join(HOW_MANY.findall(question.text)))) - shared
    others = alone if is_date else _alone_beside(counted_words, figures)
    return others if len(others) == 1 else []


def _alone_beside(asked: Set[str], figures: list[Figure], *, with_lead: bool = False) -> list[Figure]:
    """Return the figures beside terms that stand beside no other, or before the first, where the lead counts too."""
    words = [asked & set(terms_of(f"{figure.lead if with_lead else ''} {figure.beside}")) for figure in figures]
    once = {word for of_figure in words for word in of_figure if sum(word in other for other in words) == 1}
    return [figure for figure, of_figure in zip(figures, words, strict=True) if of_figure & once]


def _places(text: str, language: str) -> Set[str]:
    """Return the codes of the countries and regions that a text names, or whose people it names."""
    places, without = places_in(text_key(text, language), language)
    return places.keys() | peoples_in(without, language).keys()
