"""Read places, years, a breakdown and what is asked out of a question, by the words of `words.yaml` and names.

In: a parsed question. Out: codes of places with the citizenship that is meant, years, categories, a Kind.
Left out: which indicator is meant, and whether figures are asked for at all (recognition).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.figures import Breakdown, Indicator, Table
from corpus.language.countries import countries_in, country_code, text_key
from corpus.language.regions import COUNTRY, peoples_in, regions_in
from corpus.language.text import fold
from qa.figures.question import Kind
from qa.query.question import Question

FROM = re.compile(r"\b(?:from|by) $")  # before a country in the key of an English text
SPACED = re.compile("[a-z\u0400-\u04ff]")  # scripts in which an expression is found where a word begins
SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Places:
    """The places that a question names, and whose citizens it means; `choices` are countries that share a name."""

    codes: tuple[str, ...] = ()
    citizens: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Years:
    """The years that a question names; `last` is a number of years before a table's last one, `since` the first one."""

    named: tuple[int, ...] = ()
    last: int = 0
    since: bool = False

    def of(self, table: Table) -> tuple[int, ...]:
        """Return the years that are asked of a table: the last ones end with the last one that is complete."""
        complete = [year for year in table.years if year not in table.incomplete]
        if self.last:
            return tuple(range(complete[-1] - self.last + 1, complete[-1] + 1))
        if self.since and len(self.named) == 1:
            return tuple(range(self.named[0], max(complete[-1], self.named[0]) + 1))
        return self.named


def pattern(expressions: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of some expressions in a folded text.

    >>> bool(pattern(["men"]).search("women")), bool(pattern(["定罪"]).search("多少人被定罪"))
    (False, True)
    """
    folded = [(rf"\b{each}" if SPACED.search(each) else each) for each in expressions]
    return re.compile("|".join(f"(?:{each})" for each in folded) or r"(?!)")


def kind_of(question: Question) -> str:
    """Return what is asked of the figures: a Kind, or `least`, which no table can tell."""
    found = (kind for kind, sought in _kinds().items() if sought.search(question.folded))
    return next(found, Kind.VALUE)


def has(question: Question, group: str) -> bool:
    """Tell whether a question has one of the words of a group that is a plain list."""
    return bool(_group(group).search(question.folded))


def years_of(question: Question) -> Years:
    """Return the years that a question names, all from the first to the last where it asks for what lies between."""
    named = sorted({int(year) for year in question.years})
    for expression, number in _last():
        if found := expression.search(question.folded):
            return Years(last=number or int(found[1]))
    if len(named) == SEVERAL and _range("between").search(question.folded):
        named = list(range(named[0], named[1] + 1))
    return Years(tuple(named), since=bool(_range("since").search(question.folded)))


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
    named = (value for value, words in indicator.values.items() if pattern(words).search(question.folded))
    return next(named, "")


def places_of(question: Question) -> Places:
    """Return the places of a question in their order.

    Of two countries one may be that of the citizens: that named by its people, behind "from", or beside "citizens". A
    people alone names its country where that acts: "British courts", and not "British victims".
    """
    key = text_key(question.text, question.language)
    found = {country_code(name): at for name, at in countries_in(key, question.language).items()}
    found.pop("", None)
    choices: tuple[str, ...] = ()
    if shared := next((each for each in _ambiguous() if each["names"].search(question.folded)), None):
        codes = [code for code in shared if code != "names"]
        meant = next((code for code in codes if shared[code].search(question.folded)), "")
        at = min((found.pop(code, 0) for code in codes), default=0)
        found |= {meant: at} if meant else {}
        choices = () if meant else tuple(codes)
    peoples = peoples_in(key, question.language)
    is_meant = found or has(question, "authorities")
    peoples = {
        code: at for code, at in peoples.items() if code not in found and (is_meant or not COUNTRY.fullmatch(code))
    }
    citizens = _citizens(question, key, found, peoples)
    places = found | peoples | regions_in(key, question.language)
    ordered = sorted((at, code) for code, at in places.items() if code != citizens)
    return Places(tuple(code for _, code in ordered), citizens, choices)


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
    if word := _group("citizenship").search(fold(key) if question.is_latin else key):
        return min(countries, key=lambda code: abs(countries[code] - word.end()))
    return ""


def without_us(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return places without the United States, where another is named: they are those who rate it.

    >>> without_us(("US", "NP")), without_us(("US",))
    (('NP',), ('US',))
    """
    others = tuple(code for code in codes if code != "US")
    return others if any(map(COUNTRY.fullmatch, others)) else codes


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.load(
        files("qa.figures").joinpath("words.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    return words


@cache
def _group(name: str) -> re.Pattern[str]:
    return pattern(_words()[name])


@cache
def _kinds() -> dict[str, re.Pattern[str]]:
    return {kind: pattern(expressions) for kind, expressions in _words()["kinds"].items()}


@cache
def _range(name: str) -> re.Pattern[str]:
    return pattern(_words()["ranges"][name])


@cache
def _last() -> list[tuple[re.Pattern[str], int]]:
    """Return the expressions for a last number of years, each with that number, 0 where it stands in digits."""
    numbers = {r"\d{1,2}": 0} | {
        f"(?:{'|'.join(map(fold, words))})": number for number, words in _words()["numbers"].items()
    }
    return [
        (pattern([expression.replace("NUMBER", number)]), value)
        for expression in _words()["ranges"]["last"]
        for number, value in numbers.items()
    ]


@cache
def _breakdowns() -> dict[str, dict[str, re.Pattern[str]]]:
    return {
        dimension: {category: pattern(expressions) for category, expressions in categories.items()}
        for dimension, categories in _words()["breakdowns"].items()
    }


@cache
def _ambiguous() -> list[dict[str, re.Pattern[str]]]:
    return [{name: pattern(expressions) for name, expressions in each.items()} for each in _words()["ambiguous"]]
