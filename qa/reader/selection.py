"""Select the sentences that answer a question, or none.

In: a query and the passages found for it. Out: a Selection: the chosen Evidence, the probability that the documents
answer, and, for explanations, every scored sentence with the reason why it was rejected.
Left out: the order and form of the answer (writer).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log

from corpus import Span
from embeddings import Generation
from qa.evidence import Evidence
from qa.query.query import Query
from qa.reader.features import (
    DocumentFeatures,
    QuestionFeatures,
    SentenceFeatures,
    question_features,
)
from qa.reader.numbers_to_call import matches_requested_country
from qa.reader.scoring import Scorer, Scorers
from qa.retrieval import Hit

PASSAGES = 8  # passages whose sentences are scored
MIN_ANSWERING = 0.3  # probability that a further document answers, from which it is cited (docs/adr/0019)
MAX_CITED = 4  # documents
ALWAYS_TAKEN = 2  # sentences, whatever their length; the best long one alone often names the subject, not the answer
MIN_SHARE_OF_BEST = 0.08  # a sentence with less of the support of its document's best rarely adds to the answer
SAME_WORDS = 0.8  # share of the words of two sentences above which they say the same


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored sentence; `reason` is why it was rejected, and empty where it was chosen."""

    evidence: Evidence
    features: SentenceFeatures
    cosine: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen evidence, best supported first, and all candidates.

    `documents` are the features of the candidates' documents, by id. `confidence` is the probability that the documents
    answer the question, computed from `features`. `refusal` is why nothing was chosen, or empty.
    """

    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    documents: Mapping[str, DocumentFeatures] = field(default_factory=dict)
    confidence: float = 0.0
    features: QuestionFeatures | None = None
    refusal: str = ""


def select_evidence(
    query: Query,
    hits: Sequence[Hit],
    generation: Generation,
    *,
    min_confidence: float,
    answer_words: int,
    scorers: Scorers,
) -> Selection:
    """Choose the best supported sentences of the likeliest documents, up to `answer_words` words of each document.

    Nothing is chosen where the confidence that they answer the question is below `min_confidence`.
    """
    candidates = sorted(
        _candidates(query, hits[:PASSAGES], generation, scorers.sentence),
        key=lambda candidate: (-candidate.evidence.support, candidate.evidence.passage.id, candidate.evidence.span),
    )
    if not candidates:
        return Selection(refusal="no passage was found")
    documents = _document_features(query, hits[:PASSAGES], candidates)
    decided = _decide(candidates, _cited_documents(documents, scorers.document), answer_words)
    chosen = tuple(candidate.evidence for candidate in decided if not candidate.reason)
    features = question_features(
        query.asked,  # words of earlier turns only give the subject, and need not occur in the evidence
        cosines=sorted((candidate.cosine for candidate in candidates), reverse=True),
        passage_cosine=max((hit.cosine for hit in hits if hit.cosine is not None), default=0.0),
        chosen=chosen,
    )
    confidence = scorers.of_question(query.asked.language).probability(features)
    if confidence < min_confidence:
        refusal = f"a confidence of {confidence:.2f} is less than {min_confidence:.2f}"
        return Selection((), decided, documents, confidence, features, refusal)
    return Selection(chosen, decided, documents, confidence, features)


def join_sub_questions(selection: Selection, parts: Sequence[Selection]) -> Selection:
    """Join the evidence of a question and of its sub-questions, `parts`, if several documents answer these.

    The confidence is that of the question, or the mean of its sub-questions, whichever is higher; it may be below the
    threshold that single sub-questions passed. If only one document answers them, `selection` is returned.
    """
    answered = [part for part in parts if part.evidence]
    if len({part.evidence[0].document.id for part in answered}) <= 1:
        return selection
    joined: dict[tuple[str, Span], Evidence] = {}  # by document and span, since passages may overlap
    for item in (item for part in (*answered, selection) for item in part.evidence):
        joined.setdefault((item.document.id, item.span), item)
    confidence = max(selection.confidence, sum(part.confidence for part in parts) / len(parts))
    return replace(selection, evidence=tuple(joined.values()), confidence=confidence, refusal="")


def _candidates(query: Query, hits: Sequence[Hit], generation: Generation, scorer: Scorer) -> Iterator[Candidate]:
    cosines = {hit.row: generation.sentence_cosines(hit.row, query.vector).tolist() for hit in hits}
    best = max((cosine for row_cosines in cosines.values() for cosine in row_cosines), default=0.0)
    may_answer = matches_requested_country(query.searched)
    for hit in hits:
        document = generation.documents[hit.passage.document_id]
        for span, cosine in zip(generation.sentences[hit.row], cosines[hit.row], strict=True):
            sentence = span.of(document.text)
            features = SentenceFeatures(cosine - best, hit.score, log(1 + len(sentence.split())))
            if may_answer(document, sentence):
                yield Candidate(Evidence(document, hit.passage, span, scorer.probability(features)), features, cosine)


def _document_features(
    query: Query, hits: Sequence[Hit], candidates: Sequence[Candidate]
) -> dict[str, DocumentFeatures]:
    """Return the features of the candidates' documents, by their ids."""
    hits_of: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        hits_of[hit.passage.document_id].append(hit)
    lowest = min((hit.cosine for hit in hits if hit.cosine is not None), default=0.0)
    sentence = _best_cosines(candidates)
    passage = {
        id: max(lowest if hit.cosine is None else hit.cosine for hit in document_hits)
        for id, document_hits in hits_of.items()
    }
    best = max(sentence, key=lambda name: (sentence[name], name))
    return {
        id: DocumentFeatures(
            below_best=sentence[id] - sentence[best],
            passage_below_best=passage[id] - max(passage.values()),
            passage_score=max(hit.score for hit in hits_of[id]),
            is_further=float(id != best),
            needs_multiple=float(id != best and query.needs_multiple_documents),
            has_sub_questions=float(id != best and bool(query.sub_questions)),
        )
        for id in sentence
    }


def _best_cosines(candidates: Iterable[Candidate]) -> dict[str, float]:
    """Return the cosine of each document's best sentence, by the document's id."""
    best: dict[str, float] = {}
    for candidate in candidates:
        id = candidate.evidence.document.id
        best[id] = max(best.get(id, candidate.cosine), candidate.cosine)
    return best


def _cited_documents(documents: Mapping[str, DocumentFeatures], scorer: Scorer) -> frozenset[str]:
    """Return the ids of the likeliest document and of further ones that are likely to answer too."""
    probability = {id: scorer.probability(features) for id, features in documents.items()}
    best, *others = sorted(probability, key=lambda name: (-probability[name], name))[:MAX_CITED]
    return frozenset([best, *(id for id in others if probability[id] >= MIN_ANSWERING)])


def _decide(candidates: Sequence[Candidate], cited: frozenset[str], answer_words: int) -> tuple[Candidate, ...]:
    """Return the candidates, best first, with the reason why each is rejected, which is empty where it is chosen."""
    chosen: dict[str, list[Evidence]] = {id: [] for id in cited}
    chosen_words: list[frozenset[str]] = []
    decided = []
    for candidate in candidates:
        item = candidate.evidence
        reason = _rejection(item, chosen.get(item.document.id), chosen_words, answer_words)
        decided.append(replace(candidate, reason=reason))
        if not reason:
            chosen[item.document.id].append(item)
            chosen_words.append(_words_of(item))
    return tuple(decided)


def _rejection(
    item: Evidence, chosen: Sequence[Evidence] | None, chosen_words: Iterable[frozenset[str]], answer_words: int
) -> str:
    """Return why a sentence is rejected, or ""; `chosen` are those of its document, None if that is not cited."""
    if _is_duplicate(item, chosen_words):
        return "says the same as a better one"
    if chosen is None:
        return "stands in a document that is less likely to answer"
    if chosen and item.support < MIN_SHARE_OF_BEST * chosen[0].support:
        return f"has less than {MIN_SHARE_OF_BEST:.0%} of the support of its document's best"
    words = sum(len(other.text.split()) for other in (*chosen, item))
    return f"does not fit into {answer_words} words" if len(chosen) >= ALWAYS_TAKEN and words > answer_words else ""


def _words_of(item: Evidence) -> frozenset[str]:
    return frozenset(item.text.casefold().split())


def _is_duplicate(item: Evidence, chosen_words: Iterable[frozenset[str]]) -> bool:
    words = _words_of(item)
    return any(len(words & other) >= SAME_WORDS * len(words | other) for other in chosen_words)
