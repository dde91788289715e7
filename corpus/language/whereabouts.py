"""Tell in which countries somebody who asks for help may be, by the countries and cities that a message names.

In: a message and its language. Out: ISO 3166 codes. Cities, short names and the words around them are in `places.yaml`.
Left out: the countries that a question is about (countries), whose documents it is answered from.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from corpus.language.countries import apart, codes_of, keyed_words, question_keys
from corpus.language.inflection import forms_of, unjoined
from corpus.language.shipped import shipped_yaml
from corpus.language.text import MARKS, fold

LONGEST = 8  # words of a name, of which each Chinese sign counts as one
NEAR = 8  # words before and behind a name that are looked at
CLAUSE_END = re.compile(r"[.!?;,:…]+(?=\s|$)|[。！？，；：\n]")
ARABIC, CYRILLIC, LATIN = re.compile("[\u0600-\u06ff]"), re.compile("[а-яіїєґ]"), re.compile("[a-z]")


@dataclass(frozen=True, slots=True)
class Mention:
    """The countries that one name in a message means; `is_home` where somebody comes from or wants to go."""

    codes: tuple[str, ...]
    is_home: bool


def countries_of_stay(text: str, language: str) -> tuple[str, ...]:
    """Return the codes of the countries in which a message tells that somebody is, or else of those of home.

    >>> countries_of_stay("locked in Dubai by my boss, help me return to Philippines", "en")
    ('AE',)
    >>> countries_of_stay("I want to return to Philippines", "en"), countries_of_stay("Chad beats me", "en")
    (('PH',), ())
    """
    stays, homes = whereabouts(text, language)
    return stays or homes


def whereabouts(text: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes of the countries in which a message tells that somebody is, and of those of home, in its order.

    A person's name is neither.

    >>> whereabouts("I am from Nepal, locked in Doha", "en")
    (('QA',), ('NP',))
    """
    clauses = [clause for clause in CLAUSE_END.split(text) if clause.strip()]
    mentions = [mention for clause in clauses for mention in _mentions(clause, language, _names(language))]
    if language != "en" and LATIN.search(fold(text)):  # it may still name the country in English
        mentions += [mention for clause in clauses for mention in _mentions(clause, "en", _countries("en"))]
    stays, homes = (
        tuple(dict.fromkeys(code for mention in mentions if mention.is_home == is_home for code in mention.codes))
        for is_home in (False, True)
    )
    return stays, homes


def _mentions(clause: str, language: str, names: Mapping[str, tuple[str, ...]]) -> Iterator[Mention]:
    """Yield the names in a part of a message, of several that begin with the same word the longest."""
    words, keys = keyed_words(clause, language)
    folded = [fold(word) for word in words]
    start = 0
    while start < len(words):
        name = next(filter(names.get, _names_at(folded, keys, start, names)), "")
        end = start + (len(name.split()) or 1)
        before, behind = folded[max(0, start - NEAR) : start], folded[end : end + NEAR]
        if name and not _is_person(name, before, behind):
            yield Mention(names[name], _is_home(name, before, behind))
        start = end


def _names_at(folded: Sequence[str], keys: Sequence[str], start: int, names: Mapping[str, object]) -> Iterator[str]:
    """Yield what may be a name that begins with a word, the longest first; none where no name does."""
    joined = "ar" if ARABIC.match(folded[start]) else ""
    alone = () if keys[start] == "|" else (keys[start], *unjoined(folded[start], joined))  # "|" is a homonym
    firsts = [first for first in alone if f"{first} " in names]
    for end in range(min(start + LONGEST, len(keys)), start, -1) if firsts else ():
        yield from (" ".join([first, *rest[start + 1 : end]]) for first in firsts for rest in (keys, folded))


def _is_home(name: str, before: Sequence[str], behind: Sequence[str]) -> bool:
    """Tell whether the words around a name make it the country where somebody comes from, or wants to return to."""
    if name in _words("peoples") and before and before[-1] in _words("owners"):
        return True
    near = f" {' '.join(before)}"
    if _pattern("escape", " (?:{})(?: \\w+)? from(?: the)?$").search(near):
        return False
    leads = _pattern("home", f" (?:{{}})(?: (?:{_either('between')}))*$").search(near)
    return bool(leads or _pattern("home_behind", "(?:{})(?: |$)").match(" ".join(behind)))


def _is_person(name: str, before: Sequence[str], behind: Sequence[str]) -> bool:
    """Tell whether a name is that of a person: behind "my name is", or a first name that does something to somebody."""
    if _pattern("persons", " (?:{})$").search(f" {' '.join(before)}"):
        return True
    is_place = before and before[-1] in _words("prepositions")
    acts = _pattern("acts", f"(?:{{}})(?: \\w+)? (?:{'|'.join(_words('objects'))})(?: |$)")
    return name in _words("first_names") and not is_place and bool(acts.match(" ".join(behind)))


@cache
def _pattern(kind: str, around: str) -> re.Pattern[str]:
    return re.compile(around.replace("{}", _either(kind)))


@cache
def _either(kind: str) -> str:
    """Return a regular expression for the entries of a list of `places.yaml`, which are parted by commas."""
    entries = ", ".join(shipped_yaml("corpus/language/places.yaml")[kind])
    return MARKS.sub("", unicodedata.normalize("NFKD", entries)).replace(", ", "|")


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(shipped_yaml("corpus/language/places.yaml")[kind])


@cache
def _names(language: str) -> dict[str, tuple[str, ...]]:
    """Return a map from names of cities and countries to codes, and from their first words with a blank to none."""
    return _places("tr" if language == "tr" else "") | _countries(language)


@cache
def _places(language: str) -> dict[str, tuple[str, ...]]:
    """Return the same map of the names in `places.yaml`; they are many, so that languages share it."""
    names: dict[str, tuple[str, ...]] = {}
    for code, places in shipped_yaml("corpus/language/places.yaml")["places"].items():
        for form in chain.from_iterable(_forms(place, language) for place in places.split(", ")):
            names[form] = (*names.get(form, ()), code)
    return names | {f"{name.split()[0]} ": () for name in names}


@cache
def _countries(language: str) -> dict[str, tuple[str, ...]]:
    """Return the same map of countries only, whose names are the keys of their words."""
    keys = {" ".join(apart(key).split()): codes_of(name) for key, name in question_keys(language).items()}
    return keys | {f"{key.split()[0]} ": () for key in keys}


def _forms(name: str, language: str) -> frozenset[str]:
    """Return the forms of a name, folded: its last word is declined in Russian, Ukrainian and Turkish."""
    *first, last = map(fold, keyed_words(name, "en")[0])
    declined = ("ru", "uk") if CYRILLIC.search(last) else ("tr",) if language == "tr" and last.isascii() else ()
    lasts = {last, *(form for each in declined for form in forms_of(last, each))}
    return frozenset(" ".join([*first, form]) for form in lasts)
