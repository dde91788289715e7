"""Select the sentences that answer a question, or none.

In: a query and the passages found for it. Out: a Selection: the Evidence that answers, the Evidence that only adds to
it, the probability that the documents answer, and, for explanations, every scored sentence with the reason why it was
rejected. A passage reader, where there is one, reads the question and each of the best passages together; without one,
sentences are scored by their cosines alone.
Left out: the order and form of the answer (writer).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log

from corpus.language.text import numbers_in, say_the_same
from embeddings import Generation
from embeddings.cross_encoder.phrases import Phrase
from embeddings.cross_encoder.reading import Scores
from qa.answers.evidence import Evidence
from qa.answers.hits import Hit
from qa.query.query import Query
from qa.reader.features import (
    DocumentFeatures,
    QuestionFeatures,
    SentenceFeatures,
    question_features,
)
from qa.reader.numbered_names import matches_number
from qa.reader.numbers_to_call import matches_requested_country
from qa.reader.opening import fitting, opened, opened_in_overview, several_tell
from qa.reader.others import documents_of_others, with_documents
from qa.reader.reading import ReaderSettings, read_passages
from qa.reader.scoring import Scorer
from qa.reader.short_answers import ReadSentence, ShortAnswer, short_answer

# Passages whose sentences are scored: without a passage reader, with one, and by one for a question with sub-questions
# and for an overview. For other questions twice as many give no better first sentences, and cost twice the time
# (docs/adr/0028).
PASSAGES, READ_PASSAGES, SEVERAL_PASSAGES, OVERVIEW_PASSAGES = 8, 4, 8, 12
MIN_ANSWERING = 0.27  # probability that a further document answers, from which it is cited (docs/adr/0019, 0073)
MAX_CITED, MAX_CITED_OVERVIEW = 4, 6  # documents
ALWAYS_TAKEN = 2  # sentences, whatever their length; the best long one alone often names the subject, not the answer
MIN_SHARE_OF_BEST = 0.02  # a sentence with less of the support of its document's best rarely adds to the answer
MIN_NEAREST = 0.1  # confidence from which a refusal shows the nearest sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored sentence, and its likeliest answer in a few words, which only a passage reader finds.

    `reason` is why the sentence was rejected, and empty where it was chosen.
    """

    evidence: Evidence
    features: SentenceFeatures
    cosine: float
    phrase: Phrase | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen evidence, best supported first, and all candidates.

    `evidence` answers the question, `more` only adds to it; `nearest` is what stands nearest where nothing is chosen.
    `short_answer` are the likeliest words of the evidence, which only a passage reader finds.
    `documents` are the features of the candidates' documents, by id. `confidence` is the probability that the documents
    answer the question, computed from `features`. `refusal` is why nothing was chosen, or empty.
    `is_overview` tells whether the evidence gives an overview of several documents.
    """

    evidence: tuple[Evidence, ...] = ()
    more: tuple[Evidence, ...] = ()
    nearest: tuple[Evidence, ...] = ()
    short_answer: ShortAnswer | None = None
    candidates: tuple[Candidate, ...] = ()
    documents: Mapping[str, DocumentFeatures] = field(default_factory=dict)
    confidence: float = 0.0
    features: QuestionFeatures | None = None
    refusal: str = ""
    is_overview: bool = False

    @property
    def chosen(self) -> tuple[Evidence, ...]:
        """The evidence of the candidates that were chosen."""
        return tuple(candidate.evidence for candidate in self.candidates if not candidate.reason)


def passages_to_read(query: Query, settings: ReaderSettings) -> int:
    """Return how many of the best passages are read for a question."""
    if query.is_overview:
        return OVERVIEW_PASSAGES
    if query.sub_questions:
        return SEVERAL_PASSAGES
    return READ_PASSAGES if settings.passage_reader else PASSAGES


def select_evidence(query: Query, hits: Sequence[Hit], generation: Generation, settings: ReaderSettings) -> Selection:
    """Choose the best supported sentences of the likeliest documents, or none where the confidence in them is low."""
    scores = read_passages(query.read, hits, generation, settings.passage_reader)
    candidates = _candidates(query, hits, scores, generation, settings.scorers.sentence)
    if not candidates:
        return Selection(refusal="no passage was found")
    weighed = _weighed(query, hits, scores, candidates, settings)
    least = settings.scorers.thresholds.min_confidence
    if weighed.confidence < least:
        refusal = f"a confidence of {weighed.confidence:.2f} is less than {least:.2f}"
        return replace(
            weighed, nearest=weighed.chosen[:1] if weighed.confidence >= MIN_NEAREST else (), refusal=refusal
        )
    return bounded(_answering(query, weighed, settings), settings)


def bounded(selection: Selection, settings: ReaderSettings) -> Selection:
    """Return a selection within the bounds of the asker: evidence of the first documents, and so many words of it.

    What is too long only adds to the answer. The bounds do not change whether there is one.
    """
    if not (settings.documents or settings.words):
        return selection
    cited = dict.fromkeys(item.document.id for item in (*selection.evidence, *selection.more))
    kept = set(list(cited)[: settings.documents])
    evidence = tuple(item for item in selection.evidence if item.document.id in kept)
    answering = fitting(evidence, settings.words) if settings.words else evidence
    more = [item for item in (*evidence, *selection.more) if item.document.id in kept and item not in answering]
    short = selection.short_answer
    is_told = short and any(short.words in item.text for item in answering)
    return replace(selection, evidence=answering, more=tuple(more), short_answer=short if is_told else None)


def _candidates(
    query: Query, hits: Sequence[Hit], scores: Sequence[Scores], generation: Generation, scorer: Scorer
) -> list[Candidate]:
    """Return the sentences that may answer, best supported first."""
    candidates = []
    cosines = {hit.row: generation.sentence_cosines(hit.row, query.search_vector).tolist() for hit in hits}
    best = max((cosine for row_cosines in cosines.values() for cosine in row_cosines), default=0.0)
    found = with_documents(hits, generation.documents)
    of_others = documents_of_others(query.asked, found, asks_several=query.is_overview)
    may_answer = (matches_requested_country(query.searched), matches_number(query.asked, query.searched))
    for hit, read in zip(hits, scores, strict=True):
        document = generation.documents[hit.passage.document_id]
        of_passage = zip(generation.sentences[hit.row], cosines[hit.row], read.sentences, read.phrases, strict=True)
        for span, cosine, tells, phrase in of_passage:
            sentence = span.of(document.text)
            features = SentenceFeatures(
                below_best=cosine - best,
                passage_score=hit.score,
                words=log(1 + len(sentence.split())),
                tells=tells,
                passage_answers=read.passage,
                other_country=float(document.id in of_others),
            )
            if all(may(document, sentence) for may in may_answer):
                evidence = Evidence(document, hit.passage, span, scorer.probability(features))
                candidates.append(Candidate(evidence, features, cosine, phrase))
    return sorted(candidates, key=lambda one: (-one.evidence.support, one.evidence.passage.id, one.evidence.span))


def _weighed(
    query: Query,
    hits: Sequence[Hit],
    scores: Sequence[Scores],
    candidates: Sequence[Candidate],
    settings: ReaderSettings,
) -> Selection:
    """Return the candidates, chosen or rejected, and the confidence that the chosen ones answer."""
    scorers = settings.scorers
    documents = _document_features(query, hits, candidates)
    log_odds = {id: scorers.document.log_odds(features) for id, features in documents.items()}
    decided = _decide(candidates, _cited_documents(query, candidates[0], log_odds), settings.answer_words)
    weighed = Selection(candidates=decided, documents=documents)
    features = question_features(
        query.asked,
        cosines=sorted((candidate.cosine for candidate in candidates), reverse=True),
        passage_cosine=max((hit.cosine for hit in hits if hit.cosine is not None), default=0.0),
        scores=scores,
        chosen=weighed.chosen,
        asks_several=query.is_overview or bool(query.sub_questions),
        is_follow_up=query.is_follow_up,
        document=max(log_odds.values()),
    )
    scorer = scorers.of_question(query.asked.language, is_follow_up=query.is_follow_up)
    return replace(weighed, confidence=scorer.probability(features), features=features)


def _answering(query: Query, weighed: Selection, settings: ReaderSettings) -> Selection:
    """Return a selection whose chosen sentences are parted into those that answer and those that only add to it."""
    chosen = weighed.chosen
    is_overview = query.is_overview and several_tell(chosen)
    answering = (opened_in_overview if is_overview else opened)(chosen, settings.words)
    more = tuple(item for item in chosen if item not in answering)
    sentences = [
        ReadSentence(candidate.evidence.text, candidate.features.tells, candidate.phrase)
        for candidate in weighed.candidates
        if candidate.phrase and candidate.evidence in answering
    ]
    words = None if is_overview else short_answer(query.asked, sentences, settings.scorers.phrase)
    return replace(weighed, evidence=answering, more=more, short_answer=words, is_overview=is_overview)


def _document_features(
    query: Query, hits: Sequence[Hit], candidates: Sequence[Candidate]
) -> dict[str, DocumentFeatures]:
    """Return the features of the candidates' documents, by their ids."""
    hits_of: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        hits_of[hit.passage.document_id].append(hit)
    candidates_of: defaultdict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        candidates_of[candidate.evidence.document.id].append(candidate)
    lowest = min((hit.cosine for hit in hits if hit.cosine is not None), default=0.0)
    sentence = {id: max(candidate.cosine for candidate in of_document) for id, of_document in candidates_of.items()}
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
            tells=max(candidate.features.tells for candidate in candidates_of[id]),
            passage_answers=max(candidate.features.passage_answers for candidate in candidates_of[id]),
            is_further=float(id != best),
            is_overview=float(id != best and query.is_overview),
            has_sub_questions=float(id != best and bool(query.sub_questions)),
            other_country=candidates_of[id][0].features.other_country,
        )
        for id in sentence
    }


def _cited_documents(query: Query, best: Candidate, log_odds: Mapping[str, float]) -> frozenset[str]:
    """Return the ids of the best candidate's document and of further ones that are likely to answer too."""
    most = MAX_CITED_OVERVIEW if query.is_overview else MAX_CITED
    least = log(MIN_ANSWERING / (1 - MIN_ANSWERING))
    likely = sorted((id for id in log_odds if log_odds[id] >= least), key=lambda name: (-log_odds[name], name))
    return frozenset([best.evidence.document.id, *likely][:most])


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
    return any(
        say_the_same(words, other) and _numbers(words - other) == _numbers(other - words) for other in chosen_words
    )


def _numbers(words: Iterable[str]) -> frozenset[str]:
    return numbers_in(" ".join(words))
