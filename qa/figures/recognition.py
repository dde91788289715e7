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
from corpus.language.shipped import shipped_yaml
from embeddings import Encoder, Vector
from embeddings.models.cache import encode_queries_cached
from embeddings.models.linear_classifier import LinearClassifier
from qa.figures.answers import tell
from qa.figures.followups import followed, says_all
from qa.figures.question import FiguresQuestion, Kind
from qa.figures.reading import LEAST, Places, asks_where, has, kind_of, places_of
from qa.figures.understanding import asks_else, names_else, understood
from qa.figures.words import pattern
from qa.figures.years import years_of
from qa.query.followups import Turn
from qa.query.question import Question

# Scores, on a scale from -1 to 1, from which figures are asked for: where the indicator is named, and where it is only
# alike (docs/adr/0050).
NAMED, ALIKE = -0.2, 0.5
MIN_COSINE = 0.75  # of a question to the description of an indicator that it does not name
TURNS = 4  # of the conversation that a chain of follow-ups may lean on
# Groups of words that make a question one on something else.
ELSE = ("other_crimes", "other_subjects", "no_country", "telephone", "offices")


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
    questions = shipped_yaml("qa/figures/examples.yaml")
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
        if names_else(question, places) or (has(question, "citizenship") and not places.citizens):
            return None
        if has(question, "share") and (places.are_whole or asks_where(question)):
            return None
        asked = None
        if described and not asks_else(question, described.indicator, kind):
            asked = understood(question, described.table, described.indicator, places, kind, score)
        return asked or self._followed(question, turns, places, kind)

    def _followed(self, question: Question, turns: Sequence[Turn], places: Places, kind: str) -> FiguresQuestion | None:
        """Return a follow-up to a question on figures."""
        # What was asked before is encoded and read again, so the question itself is looked at first.
        if not turns or kind == LEAST or says_all(question) or not (before := self._answered(turns)):
            return None
        if asks_else(question, before.indicator, kind):
            return None
        named = next(iter(self._named(question)), None)
        return followed(question, before, places, Kind(kind), (named.table, named.indicator) if named else None)

    def _answered(self, turns: Sequence[Turn]) -> FiguresQuestion | None:
        """Return how the last question was understood, None where it was not answered from a table."""
        *others, last = turns[-TURNS:]
        question = Question.of(last.question)
        asked = self.recognise(question, self._encoder.encode_query(last.question), others)
        return asked if asked and tell(asked).opening in last.answer else None

    def _named(self, question: Question) -> list[_Described]:
        """Return the indicators that a question names; of those that are no counts, those that fit what it asks for."""
        named = [
            each
            for each in self._described
            if each.words.search(question.folded) and (not each.beside or each.beside.search(question.folded))
        ]
        if any(each.indicator.is_count for each in named):
            return named
        # A list is of what held at the last date, but of dates where it has years; so is what is told of one place.
        lists = has(question, "which_places") and not years_of(question).named
        return [each for each in named if bool(each.indicator.values) == lists] or named

    def _indicator(self, question: Question, vector: Vector, score: float) -> _Described | None:
        """Return the indicator that is named, of several the most alike, or else the most alike of all."""
        named = self._named(question)
        best = max(named or self._described, key=lambda each: each.cosine(vector))
        sure = score >= NAMED if named else score >= ALIKE and best.cosine(vector) >= MIN_COSINE
        return best if sure else None
