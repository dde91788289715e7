"""Choose the sentences that answer a question, or none.

In: a query and the passages found for it. Out: a Selection, which holds the chosen Evidence, how sure it is that they
answer, and, for whoever wants to know why, every sentence that was weighed and what spoke against it.
Left out: the order and the look of the answer (composition).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log

from corpus import Span
from embeddings import Generation
from qa.answers import Evidence
from qa.retrieval import Hit, Query
from qa.scorer import Scorer, Scorers, shipped_scorers
from qa.signals import QuestionSignals, SentenceSignals, question_signals

PASSAGES = 8  # passages whose sentences are weighed
PART_WORDS = 80  # of the evidence for a part of a question
# Cosine by which a document's best sentence may lie behind the best of all. A document that is further off shares the
# subject and seldom answers: left out, it made 0.95 of the citations right instead of 0.89 (docs/adr/0015).
BEHIND = 0.035
ALWAYS_TAKEN = 2  # in pages whose sentences are long, the best one alone often names the subject and not the answer
MIN_SHARE_OF_BEST = 0.09  # a sentence with less of the best one's support adds words and no answer
MIN_SHARE_ACROSS = 0.03  # the same for a question in another language, for which the order of sentences is less sure
# Where several documents are wanted: the documents found first that are cited, how far their best sentences may lie
# behind the best of all, and the words that each brings (docs/adr/0017).
FOUND_FIRST = 3
FURTHER_BEHIND = 0.15
DOCUMENT_WORDS = 60
SAME_WORDS = 0.8  # share of the words of two sentences above which they say the same


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that was weighed; `reason` tells why it was not taken, and is empty where it was."""

    evidence: Evidence
    signals: SentenceSignals
    cosine: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen evidence in the order of its support, all candidates, and why nothing was chosen, where so.

    `confidence` is the probability that the documents answer the question; `signals` are what it was made of.
    """

    evidence: tuple[Evidence, ...]
    candidates: tuple[Candidate, ...]
    confidence: float = 0.0
    signals: QuestionSignals | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """A question as it was searched for, the passages found for it, and the evidence chosen of them."""

    question: str
    hits: tuple[Hit, ...]
    selection: Selection


def join(whole: Selection, parts: Sequence[Selection], answer_words: int) -> Selection:
    """Join what was chosen for a question and for its parts, where the parts are told by documents of their own.

    Each part brings its evidence; that of the whole question fills up the words. The answer is as sure as that to the
    whole, or to its parts on average, whichever is more; this may lie below the border that parts passed by themselves.
    """
    told = [part for part in parts if part.evidence]
    if len({part.evidence[0].document.id for part in told}) < 2:  # noqa: PLR2004
        return whole
    joined: dict[tuple[str, Span], Evidence] = {}  # by place, since passages may overlap
    for one in (one for part in told for one in part.evidence):
        joined.setdefault((one.document.id, one.span), one)
    words = sum(len(one.text.split()) for one in joined.values())
    for one in whole.evidence:
        length = len(one.text.split())
        if (one.document.id, one.span) not in joined and words + length <= answer_words:
            joined[one.document.id, one.span] = one
            words += length
    confidence = max(whole.confidence, sum(part.confidence for part in parts) / len(parts))
    return replace(whole, evidence=tuple(joined.values()), confidence=confidence, refusal="")


def widen(selection: Selection, hits: Sequence[Hit]) -> Selection:
    """Add the best sentences of the documents found first, where several are wanted and these bring none yet."""
    cosines = _best_cosines(selection.candidates)
    found = list(dict.fromkeys(hit.passage.document_id for hit in hits))[:FOUND_FIRST]
    words = {id: 0 for id in found if cosines.get(id, -1.0) > max(cosines.values()) - FURTHER_BEHIND}
    for one in selection.evidence:
        words.pop(one.document.id, None)
    evidence = list(selection.evidence)
    said = [_words_of(one) for one in evidence]
    for one in (candidate.evidence for candidate in selection.candidates):
        id, length = one.document.id, len(one.text.split())
        if id in words and (not words[id] or words[id] + length <= DOCUMENT_WORDS) and not _is_said(one, said):
            evidence.append(one)
            said.append(_words_of(one))
            words[id] += length
    return replace(selection, evidence=tuple(evidence))


def select_evidence(
    query: Query,
    hits: Sequence[Hit],
    generation: Generation,
    *,
    min_confidence: float,
    answer_words: int,
    scorers: Scorers | None = None,
) -> Selection:
    """Choose the best supported sentences until `answer_words` are used up.

    Nothing is chosen where it is less likely than `min_confidence` that they answer the question. `scorers` are those
    that come with Waymark, unless others are to be tried.
    """
    scorers = scorers or shipped_scorers()
    candidates = sorted(
        _candidates(query, hits[:PASSAGES], generation, scorers.sentence),
        key=lambda one: (-one.evidence.support, one.evidence.passage.id, one.evidence.span),
    )
    if not candidates:
        return Selection((), (), refusal="no passage was found")
    min_share = MIN_SHARE_OF_BEST if query.language == "en" else MIN_SHARE_ACROSS
    judged = _within_words(candidates, _documents_in_front(candidates), answer_words, min_share)
    chosen = tuple(candidate.evidence for candidate in judged if not candidate.reason)
    signals = question_signals(
        query.own,  # words that only tell what it is about need not stand in the evidence
        query.language,
        cosines=sorted((candidate.cosine for candidate in candidates), reverse=True),
        passage_cosine=max((hit.cosine for hit in hits if hit.cosine is not None), default=0.0),
        chosen=chosen,
    )
    confidence = scorers.question.probability(signals)
    if confidence < min_confidence:
        refusal = f"a confidence of {confidence:.2f} is less than {min_confidence:.2f}"
        return Selection((), judged, confidence, signals, refusal)
    return Selection(chosen, judged, confidence, signals)


def _candidates(query: Query, hits: Sequence[Hit], generation: Generation, scorer: Scorer) -> Iterator[Candidate]:
    cosines = {hit.row: generation.sentence_cosines(hit.row, query.vector).tolist() for hit in hits}
    best = max((cosine for of_passage in cosines.values() for cosine in of_passage), default=0.0)
    for hit in hits:
        document = generation.documents[hit.passage.document_id]
        for span, cosine in zip(generation.sentences[hit.row], cosines[hit.row], strict=True):
            words = len(span.of(document.text).split())
            signals = SentenceSignals(cosine - best, hit.score, log(1 + words))
            yield Candidate(Evidence(document, hit.passage, span, scorer.probability(signals)), signals, cosine)


def _documents_in_front(candidates: Iterable[Candidate]) -> frozenset[str]:
    """Return the documents whose best sentence is nearly as close to the question as the best of all."""
    best = _best_cosines(candidates)
    return frozenset(id for id, cosine in best.items() if cosine > max(best.values()) - BEHIND)


def _best_cosines(candidates: Iterable[Candidate]) -> dict[str, float]:
    """Return the cosine of each document's best sentence, by the document's id."""
    best: dict[str, float] = {}
    for one in candidates:
        id = one.evidence.document.id
        best[id] = max(best.get(id, one.cosine), one.cosine)
    return best


def _words_of(evidence: Evidence) -> frozenset[str]:
    return frozenset(evidence.text.casefold().split())


def _is_said(evidence: Evidence, said: Iterable[frozenset[str]]) -> bool:
    own = _words_of(evidence)
    return any(len(own & other) >= SAME_WORDS * len(own | other) for other in said)


def _within_words(
    candidates: Sequence[Candidate], in_front: frozenset[str], answer_words: int, min_share: float
) -> tuple[Candidate, ...]:
    """Take candidates, best first, that fit into the words; the best two are taken whatever their length."""
    best = max(one.evidence.support for one in candidates if one.evidence.document.id in in_front)
    judged: list[Candidate] = []
    words = 0
    said: list[frozenset[str]] = []
    for candidate in candidates:
        length = len(candidate.evidence.text.split())
        reason = ""
        if _is_said(candidate.evidence, said):
            reason = "says the same as a better one"
        elif candidate.evidence.document.id not in in_front:
            reason = "another document is closer to the question"
        elif candidate.evidence.support < min_share * best:
            reason = f"has less than {min_share:.0%} of the best one's support"
        elif len(said) >= ALWAYS_TAKEN and words + length > answer_words:
            reason = f"does not fit into {answer_words} words"
        else:
            said.append(_words_of(candidate.evidence))
            words += length
        judged.append(replace(candidate, reason=reason))
    return tuple(judged)
