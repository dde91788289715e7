"""Read places, a breakdown and what is asked out of a question, by the words of `words.yaml` and names.

In: a parsed question. Out: codes of places with the citizenship that is meant, categories, a Kind.
Left out: years, which indicator is meant, and whether figures are asked for at all (recognition).
"""

import re
from dataclasses import dataclass
from functools import cache

from corpus.figures import Breakdown, Indicator
from corpus.language.countries import text_key
from corpus.language.regions import COUNTRY, peoples_in, places_in
from corpus.language.text import fold
from qa.figures.question import Kind
from qa.figures.words import group, groups, pattern, words
from qa.query.question import Question

FROM = re.compile(r"\b(?:from|by) $")  # before a country in the key of an English text
SEVERAL = 2
BEHIND = 30  # letters behind a category within which it is said to have been detected
LEAST = "least"  # a kind of words: the lowest figure, which a table has for years only


@dataclass(frozen=True, slots=True)
class Places:
    """The places that a question names, and whose citizens it means; `choices` are countries that share a name.

    `is_part` tells that it names another place by one of them, such as "south-eastern Europe".

    `are_whole` tells that a share of it would be one of all those citizens, wherever they were detected.
    """

    codes: tuple[str, ...] = ()
    citizens: str = ""
    choices: tuple[str, ...] = ()
    are_whole: bool = False
    is_part: bool = False


def kind_of(question: Question) -> str:
    """Return what is asked of the figures: a Kind, or LEAST."""
    found = (kind for kind, sought in groups("kinds").items() if sought.search(question.folded))
    return next(found, Kind.VALUE)


def has(question: Question, name: str) -> bool:
    """Tell whether a question has one of the words of a group that is a plain list."""
    return bool(group(name).search(question.folded))


def breakdown_of(question: Question) -> Breakdown:
    """Return the categories that a question names; of a dimension of which it names several, none."""
    found = {
        dimension: [category for category, sought in categories.items() if sought.search(question.folded)]
        for dimension, categories in _breakdowns().items()
    }
    return tuple((dimension, named[0]) for dimension, named in sorted(found.items()) if len(named) == 1)


def value_of(question: Question, indicator: Indicator) -> str:
    """Return the value of an indicator that a question names, such as a tier; "" where it names none or several."""
    if len(question.numbers - set(question.years)) > 1 or kind_of(question) == Kind.TREND:
        return ""
    named = (value for value, said in indicator.values.items() if pattern(said).search(question.folded))
    return next(named, "")


def places_of(question: Question) -> Places:
    """Return the places of a question in their order.

    Of two countries one may be that of the citizens: that named by its people, behind "from", or beside "citizens". A
    people alone names its country where that acts: "British courts", and not "British victims".
    """
    key = text_key(question.text, question.language)
    every, without = places_in(key, question.language)
    found = {code: at for code, at in every.items() if COUNTRY.fullmatch(code)}
    choices: tuple[str, ...] = ()
    if shared := next((each for each in _ambiguous() if each["names"].search(question.folded)), None):
        codes = [code for code in shared if code != "names"]
        meant = next((code for code in codes if shared[code].search(question.folded)), "")
        at = min((found.pop(code, 0) for code in codes), default=0)
        found |= {meant: at} if meant else {}
        choices = () if meant else tuple(codes)
    peoples = peoples_in(without, question.language)
    is_meant = found or has(question, "authorities")
    peoples = {
        code: at for code, at in peoples.items() if code not in found and (is_meant or not COUNTRY.fullmatch(code))
    }
    citizens = _citizens(question, key, found, peoples)
    places = found | peoples | {code: at for code, at in every.items() if not COUNTRY.fullmatch(code)}
    ordered = sorted((at, code) for code, at in places.items() if code != citizens)
    are_whole = bool(citizens) and _are_whole(key, (found | peoples)[citizens], min(at for at, _ in ordered))
    is_part = bool(group("directions").search(fold(without.replace("|", "0"))))
    return Places(tuple(code for _, code in ordered), citizens, choices, are_whole, is_part)


def names_place(word: str) -> bool:
    """Tell whether an English word names a place or its people.

    >>> names_place("korea"), names_place("thai"), names_place("lagos")
    (True, True, False)
    """
    places, key = places_of(Question(word.title())), text_key(word.title(), "en")
    return bool(places.codes or places.choices or peoples_in(key, "en"))


def _citizens(question: Question, key: str, countries: dict[str, int], peoples: dict[str, int]) -> str:
    """Return the country whose citizens are meant, "" where none is."""
    if len(countries) + len(peoples) != SEVERAL:
        return ""
    if len(peoples) == 1:
        return next(iter(peoples))
    behind_from = [code for code, at in countries.items() if question.is_english and FROM.search(key[: at + 1])]
    if len(behind_from) == 1:
        return behind_from[0]
    if word := group("citizenship").search(fold(key) if question.is_latin else key):
        return min(countries, key=lambda code: abs(countries[code] - word.end()))
    return ""


def _are_whole(key: str, citizens_at: int, place_at: int) -> bool:
    """Tell whether a share is one of the citizens whose name stands in a key, and not of those detected in the place.

    It is where they are named first, or are the victims themselves: "of Nigerian victims, found in Italy". It is not
    behind "were", or before "among the victims in".
    """
    before, behind = fold(key[:citizens_at]).rstrip(), fold(key[citizens_at:]).lstrip()
    between = fold(key[citizens_at:place_at])
    if group("share_of", "part_before").search(before) or group("share_of", "part_behind").search(between):
        return False
    are_victims = group("share_of", "whole_before").search(before) or group("share_of", "whole_behind").search(behind)
    return citizens_at < place_at or bool(are_victims)


def asks_where(question: Question) -> bool:
    """Tell whether a question asks which part of a category was detected in a place: "child victims found in Nepal".

    Its whole are those of the category in the world, which no table counts.
    """
    patterns = (sought for categories in _breakdowns().values() for sought in categories.values())
    ends = [found.end() for sought in patterns if (found := sought.search(question.folded))]
    detected = group("share_of", "detected")
    return any(detected.search(question.folded, end, end + BEHIND) for end in ends)


def without_us(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return places without the United States, where another is named: they are those who rate it.

    >>> without_us(("US", "NP")), without_us(("US",))
    (('NP',), ('US',))
    """
    others = tuple(code for code in codes if code != "US")
    return others if any(map(COUNTRY.fullmatch, others)) else codes


@cache
def _breakdowns() -> dict[str, dict[str, re.Pattern[str]]]:
    return {
        dimension: {category: pattern(expressions) for category, expressions in categories.items()}
        for dimension, categories in words()["breakdowns"].items()
    }


@cache
def _ambiguous() -> list[dict[str, re.Pattern[str]]]:
    return [{name: pattern(expressions) for name, expressions in each.items()} for each in words()["ambiguous"]]
