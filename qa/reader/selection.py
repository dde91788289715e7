"""Select the sentences that answer a question, or none.

In: a query and the passages found for it. Out: a Selection: the chosen Evidence, how likely it is that the documents
answer, and, for whoever wants to know why, every sentence that was weighed and why it was turned down.
Left out: the order and the look of the answer (writer).
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

PASSAGES = 8  # passages whose sentences are weighed
MIN_ANSWERING = 0.3  # probability that a further document answers, from which it is cited (docs/adr/0019)
MOST_CITED = 4  # documents
ALWAYS_TAKEN = 2  # in pages whose sentences are long, the best one alone often names the subject and not the answer
MIN_SHARE_OF_BEST = 0.08  # a sentence with less of the support of its document's best adds words and no answer
SAME_WORDS = 0.8  # share of the words of two sentences above which they say the same


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that was weighed; `reason` tells why it was not taken, and is empty where it was."""

    evidence: Evidence
    features: SentenceFeatures
    cosine: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen evidence in the order of its support, all candidates, and why nothing was chosen, where so.

    `documents` are the features of the candidates' documents, by id. `confidence` is the probability that the documents
    answer the question; `features` are what it was computed from.
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
    """Choose the best supported sentences of the documents that answer, of each until `answer_words` are used up.

    Nothing is chosen where it is less likely than `min_confidence` that they answer the question.
    """
    candidates = sorted(
        _candidates(query, hits[:PASSAGES], generation, scorers.sentence),
        key=lambda each: (-each.evidence.support, each.evidence.passage.id, each.evidence.span),
    )
    if not candidates:
        return Selection(refusal="no passage was found")
    documents = _document_features(query, hits[:PASSAGES], candidates)
    judged = _within_words(candidates, _cited_documents(documents, scorers.document), answer_words)
    chosen = tuple(candidate.evidence for candidate in judged if not candidate.reason)
    features = question_features(
        query.asked,  # words of earlier turns only tell what it is about, and need not stand in the evidence
        cosines=sorted((candidate.cosine for candidate in candidates), reverse=True),
        passage_cosine=max((hit.cosine for hit in hits if hit.cosine is not None), default=0.0),
        chosen=chosen,
    )
    confidence = scorers.of_question(query.asked.language).probability(features)
    if confidence < min_confidence:
        refusal = f"a confidence of {confidence:.2f} is less than {min_confidence:.2f}"
        return Selection((), judged, documents, confidence, features, refusal)
    return Selection(chosen, judged, documents, confidence, features)


def join_sub_questions(selection: Selection, parts: Sequence[Selection]) -> Selection:
    """Join what was chosen for a question and for its sub-questions, where several documents answer these.

    The answer is as sure as that to the question, or to its sub-questions on average, whichever is more; this may lie
    below the threshold that sub-questions passed by themselves. Otherwise the question's own selection is returned.
    """
    answered = [part for part in parts if part.evidence]
    if len({part.evidence[0].document.id for part in answered}) <= 1:
        return selection
    joined: dict[tuple[str, Span], Evidence] = {}  # by place, since passages may overlap
    for item in (item for part in (*answered, selection) for item in part.evidence):
        joined.setdefault((item.document.id, item.span), item)
    confidence = max(selection.confidence, sum(part.confidence for part in parts) / len(parts))
    return replace(selection, evidence=tuple(joined.values()), confidence=confidence, refusal="")


def _candidates(query: Query, hits: Sequence[Hit], generation: Generation, scorer: Scorer) -> Iterator[Candidate]:
    cosines = {hit.row: generation.sentence_cosines(hit.row, query.vector).tolist() for hit in hits}
    best = max((cosine for of_passage in cosines.values() for cosine in of_passage), default=0.0)
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
    found: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.passage.document_id].append(hit)
    lowest = min((hit.cosine for hit in hits if hit.cosine is not None), default=0.0)
    sentence = _best_cosines(candidates)
    passage = {id: max(lowest if hit.cosine is None else hit.cosine for hit in some) for id, some in found.items()}
    first = max(sentence, key=lambda name: (sentence[name], name))
    return {
        id: DocumentFeatures(
            below_best=sentence[id] - sentence[first],
            passage_below_best=passage[id] - max(passage.values()),
            passage_score=max(hit.score for hit in found[id]),
            is_further=float(id != first),
            needs_multiple=float(id != first and query.needs_multiple_documents),
            has_sub_questions=float(id != first and bool(query.sub_questions)),
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
    """Return the likeliest document and the further ones that are likely to answer too."""
    likely = {id: scorer.probability(features) for id, features in documents.items()}
    best, *others = sorted(likely, key=lambda name: (-likely[name], name))[:MOST_CITED]
    return frozenset([best, *(id for id in others if likely[id] >= MIN_ANSWERING)])


def _within_words(candidates: Sequence[Candidate], cited: frozenset[str], answer_words: int) -> tuple[Candidate, ...]:
    """Take candidates, best first, that fit into their document's words; its best two, whatever their length."""
    taken: dict[str, list[Evidence]] = {id: [] for id in cited}
    said: list[frozenset[str]] = []
    judged = []
    for candidate in candidates:
        item = candidate.evidence
        judged.append(replace(candidate, reason=_rejection(item, taken.get(item.document.id), said, answer_words)))
        if not judged[-1].reason:
            taken[item.document.id].append(item)
            said.append(_words_of(item))
    return tuple(judged)


def _rejection(
    item: Evidence, before: Sequence[Evidence] | None, said: Iterable[frozenset[str]], answer_words: int
) -> str:
    """Return why a sentence is not taken, or ""; `before` are those taken of its document, None if it is not cited."""
    if _is_said(item, said):
        return "says the same as a better one"
    if before is None:
        return "stands in a document that is less likely to answer"
    if before and item.support < MIN_SHARE_OF_BEST * before[0].support:
        return f"has less than {MIN_SHARE_OF_BEST:.0%} of the support of its document's best"
    words = sum(len(other.text.split()) for other in (*before, item))
    return f"does not fit into {answer_words} words" if len(before) >= ALWAYS_TAKEN and words > answer_words else ""


def _words_of(item: Evidence) -> frozenset[str]:
    return frozenset(item.text.casefold().split())


def _is_said(item: Evidence, said: Iterable[frozenset[str]]) -> bool:
    words = _words_of(item)
    return any(len(words & other) >= SAME_WORDS * len(words | other) for other in said)
