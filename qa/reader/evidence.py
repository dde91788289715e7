"""Choose the sentences that answer a question, or none.

In: a query and the passages found for it. Out: a Selection, which holds the chosen Evidence, how sure it is that they
answer, and, for whoever wants to know why, every sentence that was weighed and what spoke against it.
Left out: the order and the look of the answer (composition).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log

from corpus import Span
from embeddings import Generation
from qa.evidence import Evidence
from qa.query.decomposition import parts_of, wants_several
from qa.reader.features import DocumentSignals, QuestionSignals, SentenceSignals, may_be_called, question_signals
from qa.reader.scoring import Scorer, Scorers
from qa.retrieval import Hit, Query

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
    signals: SentenceSignals
    cosine: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen evidence in the order of its support, all candidates, and why nothing was chosen, where so.

    `documents` are the signals of the candidates' documents, by id. `confidence` is the probability that the documents
    answer the question; `signals` are what it was made of.
    """

    evidence: tuple[Evidence, ...]
    candidates: tuple[Candidate, ...]
    documents: Mapping[str, DocumentSignals] = field(default_factory=dict)
    confidence: float = 0.0
    signals: QuestionSignals | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """A question as it was searched for, the passages found for it, and the evidence chosen of them."""

    question: str
    hits: tuple[Hit, ...]
    selection: Selection


def join(whole: Selection, parts: Sequence[Selection]) -> Selection:
    """Join what was chosen for a question and for its parts, where the parts are told by documents of their own.

    The answer is as sure as that to the whole, or to its parts on average, whichever is more; this may lie below the
    border that parts passed by themselves.
    """
    told = [part for part in parts if part.evidence]
    if len({part.evidence[0].document.id for part in told}) < 2:  # noqa: PLR2004
        return whole
    joined: dict[tuple[str, Span], Evidence] = {}  # by place, since passages may overlap
    for one in (one for selection in (*told, whole) for one in selection.evidence):
        joined.setdefault((one.document.id, one.span), one)
    confidence = max(whole.confidence, sum(part.confidence for part in parts) / len(parts))
    return replace(whole, evidence=tuple(joined.values()), confidence=confidence, refusal="")


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
        key=lambda one: (-one.evidence.support, one.evidence.passage.id, one.evidence.span),
    )
    if not candidates:
        return Selection((), (), refusal="no passage was found")
    documents = _documents(query, hits[:PASSAGES], candidates)
    judged = _within_words(candidates, _cited(documents, scorers.document), answer_words)
    chosen = tuple(candidate.evidence for candidate in judged if not candidate.reason)
    signals = question_signals(
        query.own,  # words that only tell what it is about need not stand in the evidence
        query.language,
        cosines=sorted((candidate.cosine for candidate in candidates), reverse=True),
        passage_cosine=max((hit.cosine for hit in hits if hit.cosine is not None), default=0.0),
        chosen=chosen,
    )
    confidence = scorers.of_question(query.language).probability(signals)
    if confidence < min_confidence:
        refusal = f"a confidence of {confidence:.2f} is less than {min_confidence:.2f}"
        return Selection((), judged, documents, confidence, signals, refusal)
    return Selection(chosen, judged, documents, confidence, signals)


def _candidates(query: Query, hits: Sequence[Hit], generation: Generation, scorer: Scorer) -> Iterator[Candidate]:
    cosines = {hit.row: generation.sentence_cosines(hit.row, query.vector).tolist() for hit in hits}
    best = max((cosine for of_passage in cosines.values() for cosine in of_passage), default=0.0)
    is_right = may_be_called(query.text, query.language)
    for hit in hits:
        document = generation.documents[hit.passage.document_id]
        for span, cosine in zip(generation.sentences[hit.row], cosines[hit.row], strict=True):
            sentence = span.of(document.text)
            signals = SentenceSignals(cosine - best, hit.score, log(1 + len(sentence.split())))
            if is_right(document, sentence):
                yield Candidate(Evidence(document, hit.passage, span, scorer.probability(signals)), signals, cosine)


def _documents(query: Query, hits: Sequence[Hit], candidates: Sequence[Candidate]) -> dict[str, DocumentSignals]:
    """Return the signals of the candidates' documents."""
    found: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.passage.document_id].append(hit)
    lowest = min((hit.cosine for hit in hits if hit.cosine is not None), default=0.0)
    sentence = _best_cosines(candidates)
    passage = {id: max(lowest if hit.cosine is None else hit.cosine for hit in own) for id, own in found.items()}
    first = max(sentence, key=lambda name: (sentence[name], name))
    of_several, of_parts = wants_several(query.text), bool(parts_of(query.text))
    return {
        id: DocumentSignals(
            below_best=sentence[id] - sentence[first],
            passage_below_best=passage[id] - max(passage.values()),
            passage_score=max(hit.score for hit in found[id]),
            is_further=float(id != first),
            of_several=float(id != first and of_several),
            of_parts=float(id != first and of_parts),
        )
        for id in sentence
    }


def _best_cosines(candidates: Iterable[Candidate]) -> dict[str, float]:
    """Return the cosine of each document's best sentence, by the document's id."""
    best: dict[str, float] = {}
    for one in candidates:
        id = one.evidence.document.id
        best[id] = max(best.get(id, one.cosine), one.cosine)
    return best


def _cited(documents: Mapping[str, DocumentSignals], scorer: Scorer) -> frozenset[str]:
    """Return the likeliest document and the further ones that are likely to answer too."""
    likely = {id: scorer.probability(signals) for id, signals in documents.items()}
    best, *others = sorted(likely, key=lambda name: (-likely[name], name))[:MOST_CITED]
    return frozenset([best, *(id for id in others if likely[id] >= MIN_ANSWERING)])


def _words_of(evidence: Evidence) -> frozenset[str]:
    return frozenset(evidence.text.casefold().split())


def _is_said(evidence: Evidence, said: Iterable[frozenset[str]]) -> bool:
    own = _words_of(evidence)
    return any(len(own & other) >= SAME_WORDS * len(own | other) for other in said)


def _within_words(candidates: Sequence[Candidate], cited: frozenset[str], answer_words: int) -> tuple[Candidate, ...]:
    """Take candidates, best first, that fit into their document's words; its best two, whatever their length."""
    taken: dict[str, list[Evidence]] = {id: [] for id in cited}
    said: list[frozenset[str]] = []

    def reason(one: Evidence) -> str:
        if _is_said(one, said):
            return "says the same as a better one"
        if one.document.id not in taken:
            return "stands in a document that is less likely to answer"
        before = taken[one.document.id]
        if before and one.support < MIN_SHARE_OF_BEST * before[0].support:
            return f"has less than {MIN_SHARE_OF_BEST:.0%} of the support of its document's best"
        words = sum(len(other.text.split()) for other in (*before, one))
        return f"does not fit into {answer_words} words" if len(before) >= ALWAYS_TAKEN and words > answer_words else ""

    judged = []
    for candidate in candidates:
        judged.append(replace(candidate, reason=reason(candidate.evidence)))
        if not judged[-1].reason:
            taken[candidate.evidence.document.id].append(candidate.evidence)
            said.append(_words_of(candidate.evidence))
    return tuple(judged)
