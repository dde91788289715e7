"""Parse what an English text claims, so that a sentence can be compared with the words that it rests on.

In: a text. Out: Claims: its words as stems, its numbers with their units and what they count, its names, amounts as in
"dozens", and words that change what it claims (negations, modal words, quantifiers, causes), as `claims.yaml` lists.
Left out: comparing (checking).
"""

import re
from calendar import month_name
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

from corpus.documents.terms import STOP_WORDS
from corpus.language.countries import country_code
from corpus.language.shipped import shipped_yaml
from corpus.language.text import fold, stem, without_possessive

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’.][^\W\d_]+)*|[.,;:()]")
WORD = re.compile(r"[^\W_]+(?:['’.][^\W\d_]+)*")
DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
CAPITALISED = r"[A-Z](?:[\w’']|\.(?=\w))*"
NAME = re.compile(rf"\b{CAPITALISED}(?:(?:[ -]| of | for | and | of the | for the ){CAPITALISED})*")
SENTENCE_START = re.compile(r"(?:^|[.:!?]\s+)[\"“(]*$")
ROUTE = re.compile(r"\b(from|to|into)(?: the)? ([A-Z]\w+)")
SHARE = re.compile(rf"\b({DIGITS}) (?:in|out of)(?: every)? (\d\d?|100)\b(?![.,]\d)")  # "one in four", but not in 2015
RANGE = re.compile(rf"(?i)\b(between |from )?({DIGITS})( ?[-–] ?| to | until | and )({DIGITS})")
ENDS = frozenset((*".,;:()", "and", "but", "or", "while", "against", "to"))  # of what belongs to the words before
FIRST_YEAR, LAST_YEAR = 1900, 2100
REACH = 3  # words that carry meaning, behind a number, that belong to it
DEMONYMS = ("n", "an", "ian", "ien", "ean", "ese", "i", "ish", "er")  # endings, the shortest first
LOST_ENDINGS = ("", "a", "e", "y", "o")  # of the name of a country, before them


class Number(NamedTuple):
    """A number with its unit and its bound ("more", "less"), "" for none, and the stems of what it counts.

    The unit of a fraction is "part", that of a position in an order "th". `of_more` is whether it counts some of a
    larger number: "two of the boats". `before` are the stems of the words since the number before. `in_range` is
    whether it bounds a range: "between 20 and 40".
    """

    value: float
    unit: str
    bound: str
    counted: tuple[str, ...]
    of_more: bool = False
    before: tuple[str, ...] = ()
    in_range: bool = False

    @property
    def is_year(self) -> bool:
        """Whether it may be a year."""
        return not self.unit + self.bound and FIRST_YEAR <= self.value < LAST_YEAR and self.value == int(self.value)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a text claims.

    `stems` are of all its words; `content` are those that carry meaning, in order. A name is the words of a proper
    name, folded, a country and its people as ISO code. `marks` are the kinds of the words that change a claim, each
    with the stems of the words behind them. `routes` are names behind "from" and "to". `amounts` are kinds of amounts.
    """

    stems: frozenset[str]
    content: tuple[str, ...]
    numbers: tuple[Number, ...]
    names: tuple[tuple[str, ...], ...]
    acronyms: frozenset[str]
    marks: Mapping[str, tuple[str, ...]]
    routes: frozenset[tuple[str, str]]
    amounts: frozenset[str]


def word_lists() -> dict[str, Any]:
    """Return the lists of `claims.yaml`."""
    lists: dict[str, Any] = shipped_yaml("qa/writer/claims.yaml")
    return lists


def claims_of(text: str) -> Claims:
    """Return what a text claims.

    >>> claims = claims_of("About 6,000 migrants may not reach Puntland.")
    >>> [(number.value, sorted(number.counted)) for number in claims.numbers], sorted(claims.marks), claims.names
    ([(6000.0, ['migrant', 'puntland', 'reach'])], ['negation', 'possible'], (('puntland',),))
    """
    plain = _in_digits(text)
    names = list(names_in(plain))
    return Claims(
        stems=frozenset(map(_canonical, (*WORD.findall(plain), *(word for words in names for word in words)))),
        content=tuple(stem for _, stem in words_of(plain) if stem),
        numbers=tuple(_numbers(plain)),
        names=tuple(tuple(map(_canonical, words)) for words in names),
        acronyms=frozenset(acronym(words) for words in names if len(words) > 1),
        marks=_marks(plain),
        amounts=frozenset(kind for kind, pattern in _patterns("amounts").items() if pattern.search(plain)),
        routes=frozenset(("from" if way == "from" else "to", _canonical(name)) for way, name in ROUTE.findall(plain)),
    )


def _in_digits(text: str) -> str:
    """Return a text with all numbers in digits, fractions as decimals.

    >>> _in_digits("Twenty-four of a hundred and five, 2.5 million, nearly two thirds")
    '24 of 105, 2500000, nearly 0.6667 part'
    """
    lists = word_lists()
    plain = (
        re.sub(r"(?<=\d)[\u00a0\u202f](?=\d{3}\b)", ",", text)
        .replace("\u2011", "-")
        .replace("US$", "USD ")
        .replace("US dollar", "dollar")
    )
    plain = _number_words().sub(lambda match: _plain(_value_of(match[0])), plain)
    plain = re.sub(
        rf"(?i)\b({DIGITS}|a) hundred(?: and (\d\d?)\b)?",
        lambda match: _plain(_float(match[1]) * 100 + float(match[2] or 0)),
        plain,
    )
    plain = re.sub(
        rf"(?i)\b({DIGITS}|an?) ({'|'.join(lists['scales'])})\b",
        lambda match: _plain(_float(match[1]) * lists["scales"][match[2].casefold()]),
        plain,
    )
    plain = re.sub(
        rf"(?i)\b({DIGITS}|an?)[- ]({'|'.join(lists['parts'])})s?\b",
        lambda match: f"{_plain(_float(match[1]) / lists['parts'][match[2].casefold()])} part",
        plain,
    )
    plain = SHARE.sub(_share, plain)
    times = "|".join(map(lists["measures"].get, lists["times"]))
    plain = re.sub(rf"\b(?:an?|every|each|per) ({times})\b", r"1 \1", plain, flags=re.IGNORECASE)
    return re.sub(r"\bhalf\b", "0.5 part", plain, flags=re.IGNORECASE)


def _share(match: re.Match[str]) -> str:
    """Return "one in four" as a part, and what is no share as it is."""
    part, whole = _float(match[1]), _float(match[2])
    return f"{_plain(part / whole)} part" if part < whole else match[0]


def _plain(value: float) -> str:
    return f"{round(value, 4):.4f}".rstrip("0").rstrip(".")


def _float(digits: str) -> float:
    return 1.0 if digits.casefold() in {"a", "an"} else float(digits.replace(",", ""))


@cache
def _number_words() -> re.Pattern[str]:
    lists = word_lists()
    tens, units = ("|".join(lists[kind]) for kind in ("tens", "units"))
    return re.compile(rf"\b(?!one (?:of|another|by)\b)(?:(?:{tens})[- ](?:{units})|{tens}|{units})\b", re.IGNORECASE)


def _value_of(words: str) -> float:
    values = word_lists()["tens"] | word_lists()["units"]
    return float(sum(values[word] for word in re.split(r"[- ]", words.casefold())))


@cache
def _number_pattern() -> re.Pattern[str]:
    lists = word_lists()
    bounds = "|".join(f"(?P<{bound}>{phrases})" for bound, phrases in lists["bounds"].items())
    money, measures = ("|".join(lists[kind].values()) for kind in ("money", "measures"))
    ordinals = "|".join(lists["ordinals"])
    return re.compile(
        rf"(?:\b(?:{bounds})\s+(?:the |an? |as )?)?(?P<before>{money})?\s?(?<![\d.,])(?P<digits>{DIGITS})"
        rf"(?:(?P<th>st|nd|rd|th)\b|[- ]?(?P<after>{money}|{measures})(?!\w))?|\b(?P<ordinal>{ordinals})\b",
        re.IGNORECASE,
    )


def _numbers(text: str) -> Iterator[Number]:
    lists, in_range = word_lists(), _places_in_ranges(text)
    end = 0
    for match in _number_pattern().finditer(text):
        bound = next((bound for bound in lists["bounds"] if match[bound]), "")
        month = [word for word in text[: match.start()].split()[-1:] if word in month_name]
        counted = (*_behind(text[match.end() :]), *map(_canonical, month))
        before = tuple(stem for word, stem in words_of(text[end : match.start()]) if stem and word not in month)
        end = match.end()
        if match["ordinal"]:
            yield Number(lists["ordinals"][match["ordinal"].casefold()], "th", "", counted, False, before)
        else:
            unit = "th" if match["th"] else _unit(match["before"] or match["after"] or "")
            of_more = not unit and text.startswith(" of ", match.end())
            is_bound = match.start("digits") in in_range
            yield Number(_float(match["digits"]), unit, bound, counted, of_more, before, is_bound)


def _places_in_ranges(text: str) -> set[int]:
    """Return where the numbers stand that bound a range; "it rose from 20 to 40" tells of none, but for years."""
    places: set[int] = set()
    for match in RANGE.finditer(text):
        opening, first, last = (match[1] or "").casefold(), _float(match[2]), _float(match[4])
        is_range = match[3] != " and " and (opening != "from " or FIRST_YEAR <= first < last < LAST_YEAR)
        if first < last and (is_range or opening == "between "):
            places |= {match.start(2), match.start(4)}
    return places


def _unit(words: str) -> str:
    """Return the unit that some words stand for: that whose pattern they match."""
    units = word_lists()["money"] | word_lists()["measures"]
    return next((unit for unit, phrases in units.items() if words and re.fullmatch(phrases, words, re.IGNORECASE)), "")


def _behind(text: str, ends: Collection[str] = ENDS) -> list[str]:
    """Return the stems of the next words and numbers that belong to what stands before a text."""
    tokens = takewhile(lambda token: token.casefold() not in ends, TOKEN.findall(text[:80]))
    return [_canonical(token) for token in tokens if not _is_light(token)][:REACH]


def words_of(text: str) -> list[tuple[str, str]]:
    """Return the words of a text in their order, each with its stem, "" for a number or where it carries no meaning."""
    words = WORD.findall(_in_digits(text))
    return [(word, _canonical(word) if word[0].isalpha() and not _is_light(word) else "") for word in words]


@cache
def _light_words() -> frozenset[str]:
    return STOP_WORDS | frozenset(word_lists()["light"].split())


def _is_light(word: str) -> bool:
    return word.casefold() in _light_words() and not (word.isupper() and len(word) > 1)


def names_in(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each proper name; a capital letter alone makes no name of the first word of a sentence."""
    for match in NAME.finditer(text):
        words = [word for word in re.findall(CAPITALISED, match[0]) if not _is_light(word)]
        starts = SENTENCE_START.search(text[: match.start()]) and match[0].startswith(tuple(words[:1]))
        if starts and len(words) == 1 and not _is_name(words[0]):
            continue
        if words:
            yield (country,) if country_code(country := " ".join(words)) else tuple(words)


def _is_name(word: str) -> bool:
    """Return whether a word is a name wherever it stands: an acronym, a country or a people."""
    return word[1:2].isupper() or _canonical(word).isupper()


def acronym(words: Sequence[str]) -> str:
    """Return the acronym of a name of several words, as a name is folded.

    >>> acronym(["World", "Health", "Organization"])
    'who'
    """
    return _canonical("".join(word[0] for word in words).upper())


@cache
def _canonical(word: str) -> str:
    """Return the stem of a word, or the code of the country that it names or to whose people it belongs.

    >>> _canonical("Nigerien"), _canonical("Nigerian"), _canonical("Ukrainians"), _canonical("shelters")
    ('NE', 'NG', 'UA', 'shelter')
    """
    plain = without_possessive(word)
    if not plain[:1].isupper():
        return stem(fold(plain))
    if code := word_lists()["peoples"].get(plain.casefold().removesuffix("s")) or country_code(plain):
        return str(code)
    single = plain.removesuffix("s")
    bases = (
        single.removesuffix(ending) + lost for ending in DEMONYMS for lost in LOST_ENDINGS if single.endswith(ending)
    )
    return next(filter(None, map(country_code, bases)), stem(fold(plain)))


@cache
def _patterns(lists: str) -> dict[str, re.Pattern[str]]:
    kinds = word_lists()[lists].items()
    return {kind: re.compile(rf"\b(?:{phrases})(?!\w)", re.IGNORECASE) for kind, phrases in kinds}


def _marks(text: str) -> dict[str, tuple[str, ...]]:
    """Return the kinds of words that change a claim, with the stem of the word that each is about, "" for none."""
    found = {kind: list(pattern.finditer(text)) for kind, pattern in _patterns("marks").items()}
    return {kind: tuple(_changed(text, match) for match in matches) for kind, matches in found.items() if matches}


def _changed(text: str, mark: re.Match[str]) -> str:
    """Return the stem of the word behind a mark, of the last one before it where none is: "but Togo has not"."""
    if behind := next(iter(_behind(text[mark.end() :], ENDS - {"to"})), ""):
        return behind
    before = [stem for _, stem in words_of(text[: mark.start()]) if stem]
    return before[-1] if before else ""
