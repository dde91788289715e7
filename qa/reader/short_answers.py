"""Find the few words that answer a question which has a short answer: a number, a date, a name, a place.

In: a question and its evidence, best supported first. Out: words of the evidence, or None where the question has no
short answer or the words can't be told.

A phrase counts for more the better its sentence is supported and the nearer the words of the question stand to it.
Weights fitted to our training questions, a set for numbers, dates and names each, chose no better than these plain
ones.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, log

from corpus import Span
from corpus.countries import countries_named
from qa.evidence import Evidence
from qa.reader.answer_types import WORD, YEAR, Wanted, phrases, stem, tells_other_years, wanted_of

SENTENCES = 6  # that are looked through
LONGEST = 600  # characters of a sentence; a longer one is a table or a mistake, and would take long
REACH = 5.0  # words after which the nearness of a word of the question has shrunk to a third
BEHIND = 4  # words behind a number among which what it counts is looked for
MINOR = 0.3  # what else speaks for a phrase, beside support and nearness
MIN_LEAD = 0.01  # by which a number or a date must lead over the next one, so that a tie is no answer
MIN_LEAD_ACROSS = 0.2  # the same for all phrases, where the question is not English and little of it can stand near
MIN_NEAR = 0.25  # of a number behind which what is counted does not stand
# Weights of names below which there is no answer. "Who" is often answered by people without a name.
MIN_WEIGHT, MIN_WEIGHT_OF_WHO = 0.5, 0.7
NO_SUPPORT = 1e-6
PLACED = re.compile(r"\b(?:in|at|from|to|near|of)(?: the)? $")
BESIDE_PLACE = re.compile(r"\b(?:in|at|from|to|near|of)(?: the)? [\w'’-]+, $")  # "in Strasbourg, France"
DOING = re.compile(r"\bby(?: the)? $")
DAY_ASKED, DAY_TOLD = re.compile(r"\b(?:days?|dates?)\b", re.IGNORECASE), re.compile(r"\d{1,2}\b")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that may be the short answer, and what speaks for it."""

    words: str
    support: float  # natural logarithm of its sentence's support, as a share of the best one's
    near: float  # how near the words of the clause that asks stand, 0 to 1
    rest: float  # how near the other words of the question stand, 0 to 1
    head: float  # 1 where what is counted stands behind the number, or what is named is part of the name
    suits: float  # how well the form of the phrase fits what is asked for

    @property
    def weight(self) -> float:
        """Return what speaks for it in all."""
        return self.support + self.near + MINOR * (self.rest + self.head + self.suits)


def short_answer(question: str, language: str, evidence: Sequence[Evidence]) -> str | None:
    """Return the words of the evidence that answer the question, or None where there are none or it is not sure."""
    wanted = wanted_of(question, language)
    weighed = sorted(weighed_phrases(wanted, evidence), key=lambda one: -one.weight) if wanted else []
    if not wanted or not weighed:
        return None
    if wanted.kind == "phone" and len(countries_named(question, language)) > 1:
        return None  # each country has a number of its own
    best = weighed[0]
    lead = min((best.weight - one.weight for one in weighed if one.words != best.words), default=inf)
    if language != "en":
        # Where nothing of the question stands near, any name of the sentence may be who is asked for.
        is_sure = lead >= MIN_LEAD_ACROSS and (best.near > 0 or wanted.kind != "who")
    elif wanted.is_named:
        is_sure = best.weight >= (MIN_WEIGHT_OF_WHO if wanted.kind == "who" else MIN_WEIGHT)
    else:
        # A number of other things is the most frequent wrong answer.
        is_other = wanted.kind == "count" and wanted.head and not best.head and best.near < MIN_NEAR
        is_sure = lead >= MIN_LEAD and not is_other
    return best.words if is_sure else None


def weighed_phrases(wanted: Wanted, evidence: Sequence[Evidence]) -> Iterator[Phrase]:
    """Yield the phrases of the best sentences that may be what is wanted."""
    is_timed = wanted.kind in {"date", "year"}
    for one in evidence[:SENTENCES]:
        if len(one.text) <= LONGEST and (is_timed or not tells_other_years(one.text, wanted.question)):
            share = max(one.support, NO_SUPPORT) / max(evidence[0].support, NO_SUPPORT)
            words = [(match.start(), stem(match.group())) for match in WORD.finditer(one.text)]
            for form, span in phrases(wanted, one.text, one.document.text):
                yield _phrase(wanted, form, span, one.text, words, log(share))


def _phrase(
    wanted: Wanted, form: int, span: Span, sentence: str, words: Sequence[tuple[int, str]], support: float
) -> Phrase:
    stems = [own for _, own in words]
    inside = [place for place, (start, _) in enumerate(words) if span.start <= start < span.end]
    first, last = (inside[0], inside[-1]) if inside else (0, 0)
    own = stems[first : last + 1] if wanted.is_named else stems[last + 1 : last + 1 + BEHIND]
    distances = _distances(stems, first, last)
    return Phrase(
        span.of(sentence),
        support,
        near=_nearness(wanted.near, distances),
        rest=_nearness(wanted.rest, distances),
        head=float(not {*wanted.head}.isdisjoint(own)),
        suits=_suits(wanted, form, span, sentence),
    )


def _distances(stems: Sequence[str], first: int, last: int) -> dict[str, int]:
    """Return how many words each stem stands away from the phrase between two places, where it is nearest."""
    distances: dict[str, int] = {}
    for place, own in enumerate(stems):
        distance = max(first - place, place - last)
        if distance > 0:
            distances[own] = min(distance, distances.get(own, distance))
    return distances


def _nearness(terms: Sequence[str], distances: Mapping[str, int]) -> float:
    return sum(exp(-distances[term] / REACH) for term in terms if term in distances) / max(1, len(terms))


def _suits(wanted: Wanted, form: int, span: Span, sentence: str) -> float:
    """Count what fits: a list where several are asked for, a place behind "in", a day where a day is asked for."""
    phrase = span.of(sentence)
    if wanted.kind == "date":
        told = DAY_TOLD.match(phrase) if DAY_ASKED.search(wanted.question) else re.search(YEAR, phrase)
        return float(told is not None)
    if not wanted.is_named:
        return -float(form)
    is_list = form == 0
    fits_number = is_list == wanted.is_plural or (is_list and wanted.kind == "who")
    is_placed = PLACED.search(sentence[: span.start]) is not None
    if wanted.kind in {"place", "country"}:
        return float(fits_number) + float(is_placed or bool(countries_named(phrase, "en")))
    is_beside_place = BESIDE_PLACE.search(sentence[: span.start]) is not None
    is_doer = wanted.kind == "who" and DOING.search(sentence[: span.start]) is not None
    return float(fits_number) + float(not is_placed and not is_beside_place) + float(is_doer)
