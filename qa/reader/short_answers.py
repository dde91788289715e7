"""Find the few words that answer a question which has a short answer: a number, a date, a name, a place.

In: a question and its evidence, best supported first. Out: words of the evidence, or None where the question has no
short answer or no candidate is clearly the best.

A phrase scores higher the better its sentence is supported and the nearer the words of the question stand to it.
Weights fitted to our training questions, a set for numbers, dates and names each, chose no better than these plain
ones.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, log

from corpus import Span
from corpus.countries import countries_named
from corpus.text import YEAR, stem, years_in
from qa.evidence import Evidence
from qa.query.question import Question
from qa.reader.answer_candidates import candidate_phrases
from qa.reader.answer_types import WORD, AnswerType, answer_type_of

SENTENCES = 6  # best supported ones, in which candidates are looked for
MAX_CHARACTERS = 600  # of a sentence; a longer one is a table or a mistake, and slow to search
REACH = 5.0  # words after which the nearness of a word of the question has shrunk to a third
BEHIND = 4  # words after a number, in which the noun it counts is looked for
MINOR = 0.3  # weight of the features other than support and nearness to the clause
MIN_LEAD = 0.01  # by which a number or a date must lead over the next one, so that a tie is no answer
MIN_LEAD_CROSS_LINGUAL = 0.2  # of any phrase, where the question is not English and few of its words can be near
MIN_NEAR = 0.25  # nearness of a number that is not followed by the counted noun
# Scores of names below which there is no answer. "Who" is often answered by unnamed people.
MIN_SCORE, MIN_SCORE_OF_WHO = 0.5, 0.7
NO_SUPPORT = 1e-6
PLACED = re.compile(r"\b(?:in|at|from|to|near|of)(?: the)? $")
BESIDE_PLACE = re.compile(r"\b(?:in|at|from|to|near|of)(?: the)? [\w'’-]+, $")  # "in Strasbourg, France"
DOING = re.compile(r"\bby(?: the)? $")
ASKS_DAY, DAY = re.compile(r"\b(?:days?|dates?)\b", re.IGNORECASE), re.compile(r"\d{1,2}\b")


@dataclass(frozen=True, slots=True)
class AnswerCandidate:
    """A phrase that may be the short answer, and its features."""

    words: str
    support: float  # natural logarithm of its sentence's support, as a share of the best one's
    near_clause: float  # nearness of the words of the clause that asks, 0 to 1
    near_context: float  # nearness of the other words of the question, 0 to 1
    head: float  # 1 where the counted noun follows the number, or the noun asked about is part of the name
    fit: float  # how well the form of the phrase fits the question

    @property
    def score(self) -> float:
        """Return the weighted sum of the features."""
        return self.support + self.near_clause + MINOR * (self.near_context + self.head + self.fit)


def short_answer(question: Question, evidence: Sequence[Evidence]) -> str | None:
    """Return the words of the evidence that answer the question, or None where none are or the best are uncertain."""
    expected = answer_type_of(question)
    candidates = (
        sorted(answer_candidates(expected, evidence), key=lambda candidate: -candidate.score) if expected else []
    )
    if not expected or not candidates:
        return None
    if expected.kind == "phone" and len(question.countries) > 1:
        return None  # there is a number for each country
    best = candidates[0]
    return best.words if _is_sure(expected, best, _lead(candidates)) else None


def _lead(candidates: Sequence[AnswerCandidate]) -> float:
    """Return the score of the first candidate less that of the best one with other words."""
    best = candidates[0]
    return min((best.score - other.score for other in candidates if other.words != best.words), default=inf)


def _is_sure(expected: AnswerType, best: AnswerCandidate, lead: float) -> bool:
    if not expected.question.is_english:
        # With no word of the question near, any name of the sentence may be the answer to "who".
        return lead >= MIN_LEAD_CROSS_LINGUAL and (best.near_clause > 0 or expected.kind != "who")
    if expected.is_named:
        return best.score >= (MIN_SCORE_OF_WHO if expected.kind == "who" else MIN_SCORE)
    # The number of something else is the most frequent wrong answer.
    counts_others = expected.kind == "count" and expected.head and not best.head and best.near_clause < MIN_NEAR
    return lead >= MIN_LEAD and not counts_others


def answer_candidates(expected: AnswerType, evidence: Sequence[Evidence]) -> Iterator[AnswerCandidate]:
    """Yield the phrases of the best sentences that may be the answer."""
    is_timed = expected.kind in {"date", "year"}
    for item in evidence[:SENTENCES]:
        if len(item.text) <= MAX_CHARACTERS and (is_timed or not names_other_years(item.text, expected.question)):
            share = max(item.support, NO_SUPPORT) / max(evidence[0].support, NO_SUPPORT)
            words = [(match.start(), stem(match.group())) for match in WORD.finditer(item.text)]
            for form, span in candidate_phrases(expected, item.text, item.document.text):
                yield _candidate(expected, form, span, item.text, words, log(share))


def _candidate(
    expected: AnswerType, form: int, span: Span, sentence: str, words: Sequence[tuple[int, str]], support: float
) -> AnswerCandidate:
    stems = [word_stem for _, word_stem in words]
    inside = [place for place, (start, _) in enumerate(words) if span.start <= start < span.end]
    first, last = (inside[0], inside[-1]) if inside else (0, 0)
    counted = stems[first : last + 1] if expected.is_named else stems[last + 1 : last + 1 + BEHIND]
    distances = _distances(stems, first, last)
    return AnswerCandidate(
        span.of(sentence),
        support,
        near_clause=_nearness(expected.clause, distances),
        near_context=_nearness(expected.context, distances),
        head=float(not {*expected.head}.isdisjoint(counted)),
        fit=_fit(expected, form, span, sentence),
    )


def names_other_years(sentence: str, question: Question) -> bool:
    """Return whether a question names years and a sentence names only others.

    >>> question = Question("Who met in 2019?")
    >>> names_other_years("In 2018 nine met.", question), names_other_years("Nine met.", question)
    (True, False)
    """
    years = years_in(sentence)
    return bool(question.years and years) and set(question.years).isdisjoint(years)


def _distances(stems: Sequence[str], first: int, last: int) -> dict[str, int]:
    """Return the least distance in words of each stem from the phrase between two word positions."""
    distances: dict[str, int] = {}
    for place, term in enumerate(stems):
        distance = max(first - place, place - last)
        if distance > 0:
            distances[term] = min(distance, distances.get(term, distance))
    return distances


def _nearness(terms: Sequence[str], distances: Mapping[str, int]) -> float:
    return sum(exp(-distances[term] / REACH) for term in terms if term in distances) / max(1, len(terms))


def _fit(expected: AnswerType, form: int, span: Span, sentence: str) -> float:
    """Count what fits the question: a list if it asks for several, a place after "in", a day if it asks for one."""
    phrase = span.of(sentence)
    if expected.kind == "date":
        asks_day = ASKS_DAY.search(expected.question.text)
        return float((DAY.match(phrase) if asks_day else re.search(YEAR, phrase)) is not None)
    if not expected.is_named:
        return -float(form)
    is_list = form == 0
    fits_number = is_list == expected.is_plural or (is_list and expected.kind == "who")
    is_placed = PLACED.search(sentence[: span.start]) is not None
    if expected.kind in {"place", "country"}:
        return float(fits_number) + float(is_placed or bool(countries_named(phrase, "en")))
    is_beside_place = BESIDE_PLACE.search(sentence[: span.start]) is not None
    is_doer = expected.kind == "who" and DOING.search(sentence[: span.start]) is not None
    return float(fits_number) + float(not is_placed and not is_beside_place) + float(is_doer)
