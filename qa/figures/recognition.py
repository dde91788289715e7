"""Recognise questions on figures: by the likeness of their vectors to examples, and by names of what tables count.

In: tables, an encoder, then a parsed question and its vector. Out: a FiguresQuestion, or None where no figures are
asked for. Nothing of the question becomes code or a query language: it only chooses among what the tables have.
"""

import re
from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from corpus import Document
from corpus.figures import Indicator, Table, tables
from corpus.figures.documents import TableDocuments
from corpus.language.detection import language_of
from corpus.language.regions import COUNTRY, WORLD, place_name
from embeddings import Encoder, Vector
from embeddings.models.cache import encode_queries_cached
from embeddings.models.linear_classifier import LinearClassifier
from qa.figures.answers import tell
from qa.figures.followups import YEARS_BACK, followed, says_all, settled
from qa.figures.question import FiguresQuestion, Kind
from qa.figures.reading import (
    Places,
    breakdown_of,
    has,
    kind_of,
    names_place,
    pattern,
    places_of,
    value_of,
    without_us,
    years_of,
)
from qa.query.examples import examples
from qa.query.followups import Turn
from qa.query.question import Question

# Scores, on a scale from -1 to 1, from which figures are asked for: where the indicator is named, and where it is only
# alike (docs/adr/0050).
NAMED, ALIKE = -0.1, 0.5
MIN_COSINE = 0.75  # of a question to the description of an indicator that it does not name
TURNS = 4  # of the conversation that a chain of follow-ups may lean on
# Groups of words that make a question one on something else.
ELSE = ("other_crimes", "other_subjects", "no_country")
# Words with a capital in English questions that name neither a place nor somebody.
# fmt: off
PLAIN_NAMES = frozenset({
    "department", "east", "global", "i", "in", "iom", "latin", "list", "migrant", "migrants", "missing", "north",
    "palermo", "persons", "project", "protocol", "report", "sea", "south", "south-east", "southeast", "state", "tier",
    "tip", "trafficking", "un", "unodc", "us", "watch", "west",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class _Described:
    """An indicator of a table, what names it, and its descriptions' vectors, shape (descriptions, dimension)."""

    table: Table
    indicator: Indicator
    words: re.Pattern[str]
    beside: re.Pattern[str] | None
    vectors: np.ndarray

    def cosine(self, vector: Vector) -> float:
        """Return the cosine of a question's vector to the most alike description."""
        return float((self.vectors @ vector).max())


def figures_classifier(encoder: Encoder, cache_file: Path) -> LinearClassifier:
    """Return a classifier that tells questions on figures from those that only texts answer."""
    questions = examples("examples.yaml", "qa.figures")
    return LinearClassifier(questions["figures"], questions["text"], NAMED, encoder, cache_file)


class Recogniser:
    """Recognises questions on the figures of some tables."""

    def __init__(self, searched: Iterable[Table], encoder: Encoder, cache_file: Path) -> None:
        """Fit to the examples, and encode the descriptions of the indicators."""
        searched = tuple(searched)
        self._documents = TableDocuments(searched)
        self._asks = figures_classifier(encoder, cache_file)
        self._encoder = encoder
        self._described = [
            _Described(
                table,
                indicator,
                pattern(indicator.words),
                pattern(indicator.beside) if indicator.beside else None,
                encode_queries_cached(indicator.descriptions, encoder, cache_file),
            )
            for table in searched
            for indicator in table.indicators
        ]

    @classmethod
    def shipped(cls, encoder: Encoder, cache_file: Path) -> Self:
        """Return a recogniser of questions on the shipped tables."""
        return cls(tables().values(), encoder, cache_file)

    def citable(self, documents: Mapping[str, Document]) -> Mapping[str, Document]:
        """Return documents with those of the tables behind them."""
        return ChainMap(documents, self._documents)  # type: ignore[arg-type]  # both are only read

    def read_tables(self) -> None:
        """Read the figures of the tables, which are otherwise read when they are first asked for."""
        for described in self._described:
            described.table.series  # noqa: B018 - a property that keeps what it has read

    def recognise(self, question: Question, vector: Vector, turns: Sequence[Turn] = ()) -> FiguresQuestion | None:
        """Return a question on figures as it was understood, None where it asks for something else.

        `turns` are those that it may lean on: what it leaves out is taken from the last one that a table answered.
        """
        if any(has(question, group) for group in ELSE):
            return None
        score = self._asks.score(vector)
        described = self._indicator(question, vector, score)
        kind, places = kind_of(question), places_of(question)
        if kind == "least" or _names_else(question, places):
            return None
        if has(question, "citizenship") and not places.citizens:
            return None
        asked = None
        if described and not _asks_else(question, described.indicator, kind):
            asked = _understood(question, described.table, described.indicator, places, Kind(kind), score)
        return asked or self._followed(question, turns, places, Kind(kind))

    def _followed(
        self, question: Question, turns: Sequence[Turn], places: Places, kind: Kind
    ) -> FiguresQuestion | None:
        """Return a follow-up to a question on figures."""
        # What was asked before is encoded and read again, so the question itself is looked at first.
        if not turns or says_all(question) or not (before := self._answered(turns)):
            return None
        if _asks_else(question, before.indicator, kind):
            return None
        named = next(iter(self._named(question)), None)
        return followed(question, before, places, kind, (named.table, named.indicator) if named else None)

    def _answered(self, turns: Sequence[Turn]) -> FiguresQuestion | None:
        """Return how the last question was understood, None where it was not answered from a table."""
        *others, last = turns[-TURNS:]
        question = Question(last.question, language_of(last.question))
        asked = self.recognise(question, self._encoder.encode_query(last.question), others)
        return asked if asked and tell(asked).opening in last.answer else None

    def _named(self, question: Question) -> list[_Described]:
        """Return the indicators that a question names."""
        return [
            each
            for each in self._described
            if each.words.search(question.folded) and (not each.beside or each.beside.search(question.folded))
        ]

    def _indicator(self, question: Question, vector: Vector, score: float) -> _Described | None:
        """Return the indicator that is named, of several the most alike, or else the most alike of all."""
        named = self._named(question)
        best = max(named or self._described, key=lambda each: each.cosine(vector))
        sure = score >= NAMED if named else score >= ALIKE and best.cosine(vector) >= MIN_COSINE
        return best if sure else None


def _asks_else(question: Question, indicator: Indicator, kind: str) -> bool:
    """Tell whether a question on a count asks for no number, of a certain report, or has numbers that are no years."""
    if not indicator.is_count:
        return False
    asks_number = has(question, "asks_number") or not has(question, "other_questions")
    has_numbers = question.numbers - set(question.years) - {str(years_of(question).last)}
    is_told = kind in {Kind.TREND, Kind.TOP, Kind.COMPARE} or asks_number
    return has(question, "reports") or not is_told or bool(has_numbers and kind != Kind.TOP)


def _names_else(question: Question, places: Places) -> bool:
    """Tell whether an English question names something that is neither a known place nor a people."""
    names = [*question.countries, *map(place_name, places.codes)]
    known = {word for name in names for word in name.casefold().split()}
    others = (name for name in question.names if name not in known and name not in PLAIN_NAMES)
    return not all(names_place(name) for name in others)


def _understood(
    question: Question, table: Table, indicator: Indicator, places: Places, kind: Kind, score: float
) -> FiguresQuestion | None:
    codes = without_us(places.codes) if not indicator.is_count else places.codes
    breakdown = dict(breakdown_of(question))
    if places.citizens:
        breakdown["citizenship"] = places.citizens
    is_kept = not has(question, "not_kept") and breakdown.keys() <= set(table.dimensions)
    countries = [code for code in codes if COUNTRY.fullmatch(code) and (indicator.is_count or code != "US")]
    is_top, value = kind == Kind.TOP and not countries, value_of(question, indicator)
    if not countries and value and (is_top or has(question, "which_places")):
        is_top, kind = True, Kind.LIST
    if not countries and not is_top and has(question, "which_places"):
        return None
    if kind == Kind.TOP and len(countries) == 1 and not has(question, "which_year"):
        if indicator.is_count:
            return None
        kind = Kind.VALUE  # "the ranking of Japan" is its tier
    if not codes and not places.choices:
        if not is_top and WORLD not in table.places:
            return None
        codes = (WORLD,)
    years = () if indicator.once else years_of(question).of(table)
    kind = kind if kind == Kind.LIST else settled(kind, codes, years)
    if kind == Kind.TREND and len(years) == 1:
        years = tuple(range(years[0] - (YEARS_BACK if has(question, "asks_number") else 1), years[0] + 1))
    return FiguresQuestion(
        table=table,
        indicator=indicator,
        places=codes,
        years=years,
        breakdown=tuple(sorted(breakdown.items())),
        kind=kind if indicator.is_count or kind in {Kind.COMPARE, Kind.SERIES, Kind.LIST} else Kind.VALUE,
        language=question.language if question.language in table.source else "en",
        confidence=round(float(np.clip((score + 1) / 2, 0, 1)), 4),
        last_years=bool(years_of(question).last),
        choices=places.choices,
        is_kept=is_kept,
        value=value if kind == Kind.LIST else "",
    )
