"""Make examples of lessons, fit the scorers, and tell how well they do.

In: lessons. Out: examples for tuning the encoder, scorers, and how well they do on questions not fitted on.
Left out: which lessons are for which of the two, and the files (teaching).
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpus import Document, sentence_in_context, split_sentences
from embeddings import Encoder, Generation
from embeddings.models.cache import encode_cached
from embeddings.models.finetuning import ContrastiveExample
from qa.evaluation.metrics import nugget_recall
from qa.query.query import make_query
from qa.query.question import Question
from qa.reader.features import DocumentFeatures, QuestionFeatures, SentenceFeatures
from qa.reader.scoring import Features, Scorer, Scorers
from qa.reader.selection import Selection, select_evidence
from qa.retrieval import retrieve
from qa.training.examples import Lesson, SurveyRow, evidence_spans

NEAREST = 40  # sentences among which wrong ones are looked for
WRONG = 12  # wrong sentences kept for each question
STRENGTH = 0.1  # of the scorers' regularisation, as scikit-learn counts it (C)
ANSWER_WORDS = 120
# There are more near misses of documents among the exams than among what people ask; and with 1.5 about as many
# answerable questions in other languages are refused as in English (docs/adr/0020).
NEAR_MISS, ACROSS = 0.4, 1.5
PARTS = 5  # of the cross-validation of the scorers, by document

Progress = Callable[[int, int], None]


def half_of(document_id: str) -> int:
    """Return the half, 0 or 1, to which a document belongs, whatever else there is."""
    return int(hashlib.sha256(document_id.encode()).hexdigest(), 16) % 2


def examples_of(
    lessons: Sequence[Lesson],
    others: Iterable[Document],
    encoder: Encoder,
    cache: Path,
    progress: Progress = lambda done, total: None,
) -> list[ContrastiveExample]:
    """Make examples for tuning: right sentences, wrong ones near to the question, and what the document doesn't answer.

    Wrong sentences are of any document, but hold not all nuggets of the question, since they might answer it then.
    """
    documents = {one.id: one for one in [*others, *(lesson.document for lesson in lessons)]}
    places = {
        (id, span): sentence_in_context(document.title, document.text, span)
        for id, document in documents.items()
        for span in split_sentences(document.text)
    }
    texts = list(places.values())
    vectors = encode_cached(texts, encoder, cache, progress)
    unanswered = defaultdict(list)
    for lesson in lessons:
        if not lesson.evidence:
            unanswered[lesson.document.id].append(lesson.question)
    examples = []
    for lesson in lessons:
        if not lesson.evidence:
            continue
        right = tuple(places[lesson.document.id, span] for span in lesson.evidence)
        nearest = np.argsort(-(vectors @ encoder.encode_query(lesson.question)), kind="stable")[:NEAREST]
        wrong = [
            texts[row] for row in nearest if texts[row] not in right and not _holds_all(texts[row], lesson.nuggets)
        ]
        examples.append(
            ContrastiveExample(lesson.question, right, tuple(wrong[:WRONG]), tuple(unanswered[lesson.document.id]))
        )
    return examples


def _holds_all(text: str, nuggets: Sequence[str]) -> bool:
    return bool(nuggets) and nugget_recall(nuggets, text) == 1


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """A question as it is put to the scorers; `part` keeps questions about one document together."""

    question: str
    language: str
    document: str
    evidence: frozenset[tuple[str, int]]
    nuggets: tuple[str, ...]
    answerable: bool
    part: int

    @property
    def weight(self) -> float:
        """What it counts for where the question scorers are fitted."""
        if self.answerable:
            return 1.0 if self.language == "en" else ACROSS
        return NEAR_MISS if self.document else 1.0


def exam_of(lesson: Lesson) -> Exam:
    """Make an exam of a lesson."""
    id = lesson.document.id
    places = frozenset((id, span.start) for span in lesson.evidence)
    return Exam(lesson.question, lesson.language, id, places, lesson.nuggets, bool(places), _part_of(id))


def survey_exam(survey: SurveyRow, documents: Mapping[str, Document]) -> Exam:
    """Make an exam of a question that several documents answer in part, or none."""
    places = frozenset(
        (id, span.start) for id, texts in survey.evidence.items() for span in evidence_spans(documents[id], texts)
    )
    return Exam(survey.question, "en", "", places, survey.nuggets, bool(places), _part_of(survey.question))


def unanswerable_exam(question: str, language: str = "en") -> Exam:
    """Make an exam of a question that no document answers."""
    return Exam(question, language, "", frozenset(), (), False, _part_of(question))


def _part_of(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % PARTS


def learn_scorers(
    exams: Sequence[Exam], generation: Generation, encoder: Encoder, progress: Progress = lambda done, total: None
) -> tuple[Scorers, list[Selection]]:
    """Fit the scorers on exams; return them, and what they choose for each exam when fitted on the other parts."""
    found = []
    for done, exam in enumerate(exams, start=1):
        query = make_query(Question(exam.question, exam.language), encoder)
        found.append((query, retrieve(query, generation)))
        progress(done, len(exams))

    def choose(place: int, scorers: Scorers) -> Selection:
        query, hits = found[place]
        return select_evidence(query, hits, generation, min_confidence=0.0, answer_words=ANSWER_WORDS, scorers=scorers)

    kinds = (SentenceFeatures, DocumentFeatures, QuestionFeatures, QuestionFeatures)
    indifferent = Scorers(*(Scorer(0.0, dict.fromkeys(kind._fields, 0.0)) for kind in kinds))
    weighed = [choose(place, indifferent) for place in range(len(exams))]

    def fit_without(part: int | None) -> Scorers:
        taught = [place for place, exam in enumerate(exams) if exam.part != part]
        told = [(weighed[place], exams[place].evidence) for place in taught if exams[place].evidence]
        sentence = fit(
            (one.features, (one.evidence.document.id, one.evidence.span.start) in right)
            for selection, right in told
            for one in selection.candidates
        )
        document = fit(
            (features, id in {name for name, _ in right})
            for selection, right in told
            for id, features in selection.documents.items()
        )
        choosing = indifferent._replace(sentence=sentence, document=document)
        chosen = {place: choose(place, choosing).features for place in taught}
        judged = [(exams[place], features) for place, features in chosen.items() if features]
        english = [one for one in judged if one[0].language == "en"]
        others = [one for one in judged if one[0].language != "en"]
        question, across = (
            fit(((features, exam.answerable) for exam, features in some), [exam.weight for exam, _ in some])
            for some in (english, others)
        )
        return Scorers(sentence, document, question, across)

    by_part = {part: fit_without(part) for part in sorted({exam.part for exam in exams})}
    return fit_without(None), [choose(place, by_part[exam.part]) for place, exam in enumerate(exams)]


def passage_cosines(exams: Sequence[Exam], generation: Generation, encoder: Encoder) -> list[float]:
    """Return the cosine of the nearest passage to each exam's question."""
    vectors = [encoder.encode_query(exam.question) for exam in exams]
    return [float(generation.search_dense(vector, 1).scores[0]) for vector in vectors]


def carried_over(scorer: Scorer, before: Sequence[float], after: Sequence[float]) -> Scorer:
    """Return a question scorer for an encoder whose cosines are other throughout than of the one it was fitted with.

    `before` and `after` are the cosines of the nearest passages to questions that neither encoder was tuned on.
    """
    shift = scorer.weights["passage_cosine"] * (float(np.mean(after)) - float(np.mean(before)))
    return replace(scorer, bias=round(scorer.bias - shift, 4))


def fit(examples: Iterable[tuple[Features, bool]], weights: Sequence[float] | None = None) -> Scorer:
    """Fit a logistic model, features brought to one scale for the regularisation, weights given on their own scale."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rows = list(examples)
    scaler = StandardScaler()
    values = scaler.fit_transform(np.array([features for features, _ in rows], np.float64))
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit(
        values, [right for _, right in rows], sample_weight=weights
    )
    slopes: npt.NDArray[np.float64] = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - slopes @ scaler.mean_)
    names = type(rows[0][0])._fields
    return Scorer(round(bias, 4), {name: round(float(one), 4) for name, one in zip(names, slopes, strict=True)})


class Borders(NamedTuple):
    """Confidences below which nothing is answered, and below which an answer is called partial."""

    min_confidence: float
    sure_confidence: float


def choose_borders(confidences: Sequence[float], *, refused: float, partial: float) -> Borders:
    """Return the confidences below which these shares of the answerable questions lie.

    >>> choose_borders([0.1, 0.2, 0.3, 0.4, 0.5], refused=0.2, partial=0.4)
    Borders(min_confidence=0.18, sure_confidence=0.26)
    """
    low, high = np.quantile(np.asarray(confidences), [refused, partial])
    return Borders(round(float(low), 3), round(float(high), 3))


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[tuple[float, float, int]]:
    """Return, for each tenth of the confidence that holds any, the mean confidence, the share that is right, how many.

    >>> reliability([0.91, 0.95, 0.12], [True, False, False])
    [(0.12, 0.0, 1), (0.93, 0.5, 2)]
    """
    groups: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for one, truth in zip(confidences, right, strict=True):
        groups[min(bins - 1, int(one * bins))].append((one, truth))
    return [
        (round(float(np.mean([one for one, _ in group])), 4), float(np.mean([truth for _, truth in group])), len(group))
        for _, group in sorted(groups.items())
    ]


def recall_of(selection: Selection, exam: Exam) -> float:
    """Return the share of an exam's nuggets that stand in the chosen sentences."""
    return nugget_recall(exam.nuggets, " ".join(one.text for one in selection.evidence)) if exam.nuggets else 0.0
