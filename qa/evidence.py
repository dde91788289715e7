"""Choose the sentences that answer a question, or none.

In: a query and the passages found for it. Out: a Selection, which holds the chosen Evidence and, for whoever wants to
know why, every sentence that was weighed and what spoke against it.
Left out: the order and the look of the answer (composition).

A sentence's support is a logistic function of four signals; the weights were fitted on the 301 development questions
(docs/adr/0005 tells how, and what they reach on documents that were not fitted on).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import NamedTuple

from corpus import list_lead
from embeddings import Generation
from embeddings.lexical import terms_of
from qa.answers import Evidence
from qa.retrieval import Hit, Query

PASSAGES = 6  # passages whose sentences are weighed
ALWAYS_TAKEN = 2  # in pages whose sentences are long, the best one alone often names the subject and not the answer
MIN_SHARE_OF_BEST = 0.1  # a sentence with less of the best one's support adds words and no answer
# How much lower the best sentence's cosine lies for questions in other languages. Means on the development questions:
# English 0.90, Spanish and French 0.86, Russian, Chinese and Arabic 0.83.
ACROSS_LANGUAGES = 0.04
ACROSS_SCRIPTS = 0.075
LAST_LATIN = "\u024f"
BIAS = -5.6


class Signals(NamedTuple):
    """What speaks for a sentence."""

    below_best: float  # its cosine with the question, less that of the best sentence: 0 or negative
    own_terms: float  # idf-weighted share of the question's terms in it, or in the line that opens its list
    context_terms: float  # the same with the title, the headings and the sentence before
    passage_score: float  # fused score of its passage, 0 to 1


WEIGHTS = Signals(below_best=56.0, own_terms=1.8, context_terms=0.6, passage_score=4.6)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that was weighed; `reason` tells why it was not taken, and is empty where it was."""

    evidence: Evidence
    signals: Signals
    cosine: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen evidence in the order of its support, all candidates, and why nothing was chosen, where so."""

    evidence: tuple[Evidence, ...]
    candidates: tuple[Candidate, ...]
    refusal: str = ""


def select_evidence(
    query: Query, hits: Sequence[Hit], generation: Generation, *, min_cosine: float, answer_words: int
) -> Selection:
    """Choose the best supported sentences until `answer_words` are used up.

    Nothing is chosen where the best sentence is too far from the question (`min_cosine`), or where the documents lack
    a number that the question names: another year's figure is no answer.
    """
    candidates = sorted(
        _candidates(query, hits[:PASSAGES], generation),
        key=lambda one: (-one.evidence.support, one.evidence.passage.id),
    )
    nearest = max((candidate.cosine for candidate in candidates), default=-1.0)
    needed = min_cosine - _distance_of_language(query)
    if nearest < needed:
        refusal = f"the nearest sentence has a cosine of {nearest:.3f}, less than {needed:.3f}"
        return Selection((), tuple(candidates), refusal)
    judged = _within_words(candidates, answer_words)
    chosen = tuple(candidate.evidence for candidate in judged if not candidate.reason)
    if missing := numbers_of(query.text) - _numbers_known(chosen):
        return Selection((), judged, f"the documents of the best sentences lack {', '.join(sorted(missing))}")
    return Selection(chosen, judged)


def _distance_of_language(query: Query) -> float:
    if query.language == "en":
        return 0.0
    letters = [letter for letter in query.text if letter.isalpha()]
    latin = sum(letter <= LAST_LATIN for letter in letters)
    return ACROSS_LANGUAGES if 2 * latin > len(letters) else ACROSS_SCRIPTS


def numbers_of(text: str) -> frozenset[str]:
    """Return the numbers in a text in plain digits, whatever their script, without thousands separators.

    >>> sorted(numbers_of("١٥ of 36,000 in 2015"))
    ['15', '2015', '36000']
    """
    found = re.findall(r"\d+(?:,\d{3})*", text)
    return frozenset("".join(str(unicodedata.decimal(d)) for d in number if d != ",") for number in found)


def _numbers_known(chosen: Sequence[Evidence]) -> frozenset[str]:
    documents = {evidence.document for evidence in chosen}
    return frozenset().union(*(numbers_of(f"{one.title} {one.published} {one.text}") for one in documents))


def _candidates(query: Query, hits: Sequence[Hit], generation: Generation) -> Iterator[Candidate]:
    rarity = {term: generation.lexical.idf(term) for term in query.terms}
    total = sum(rarity.values())

    def share(terms: set[str]) -> float:
        return sum(idf for term, idf in rarity.items() if term in terms) / total if total else 0.0

    cosines = {hit.row: generation.sentence_cosines(hit.row, query.vector).tolist() for hit in hits}
    best = max((cosine for of_passage in cosines.values() for cosine in of_passage), default=0.0)
    for hit in hits:
        document = generation.documents[hit.passage.document_id]
        above = set(terms_of(f"{hit.passage.title} {hit.passage.heading}"))
        before: set[str] = set()
        for span, cosine in zip(generation.sentences[hit.row], cosines[hit.row], strict=True):
            own = set(terms_of(f"{list_lead(document.text, span)} {span.of(document.text)}"))
            signals = Signals(cosine - best, share(own), share(own | before | above), hit.score)
            yield Candidate(Evidence(document, hit.passage, span, support_of(signals)), signals, cosine)
            before = own


def support_of(signals: Signals) -> float:
    """Return the support of a sentence, 0 to 1: the logistic function of its weighted signals.

    >>> support_of(Signals(0.0, 1.0, 1.0, 1.0)) > support_of(Signals(-0.05, 1.0, 1.0, 1.0))
    True
    """
    weighed = sum(weight * signal for weight, signal in zip(WEIGHTS, signals, strict=True))
    return 1 / (1 + exp(-(BIAS + weighed)))


def _within_words(candidates: Sequence[Candidate], answer_words: int) -> tuple[Candidate, ...]:
    """Take candidates, best first, that fit into the words; the best two are taken whatever their length."""
    judged: list[Candidate] = []
    words = 0
    said: set[str] = set()
    for candidate in candidates:
        text = candidate.evidence.text
        length = len(text.split())
        reason = ""
        if text.casefold() in said:
            reason = "says the same as a better one"
        elif candidate.evidence.support < MIN_SHARE_OF_BEST * candidates[0].evidence.support:
            reason = f"has less than {MIN_SHARE_OF_BEST:.0%} of the best one's support"
        elif len(said) >= ALWAYS_TAKEN and words + length > answer_words:
            reason = f"does not fit into {answer_words} words"
        else:
            said.add(text.casefold())
            words += length
        judged.append(replace(candidate, reason=reason))
    return tuple(judged)
