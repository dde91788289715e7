"""Make examples of lessons, fit the scorers, and tell how well they do.

In: lessons. Out: examples for tuning the encoder, scorers, and how well they do on questions not fitted on.
Left out: which lessons are for which of the two, and the files (teaching).
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corpus import Document, split_sentences
from embeddings import Encoder, Generation
from embeddings.building import titled_sentence
from embeddings.cache import encode_cached
from embeddings.tuning import Example
from qa.evidence import Selection, select_evidence
from qa.lessons import Lesson
from qa.metrics import nugget_recall
from qa.retrieval import make_query, retrieve
from qa.scorer import Scorer, Scorers
from qa.signals import QuestionSignals, SentenceSignals

NEAREST = 40  # sentences among which wrong ones are looked for
WRONG = 12  # wrong sentences kept for each question
STRENGTH = 0.1  # of the scorers' regularisation, as scikit-learn counts it (C)
ANSWER_WORDS = 120
ACROSS = 2  # weight of an answerable exam in another language, beside what makes up for their number
PARTS = 5  # of the cross-validation of the scorers, by document

Progress = Callable[[int], None]


def half_of(document_id: str) -> int:
    """Return the half, 0 or 1, to which a document belongs, whatever else there is."""
    return int(hashlib.sha256(document_id.encode()).hexdigest(), 16) % 2


def examples_of(
    lessons: Sequence[Lesson],
    others: Iterable[Document],
    encoder: Encoder,
    cache: Path,
    progress: Progress = lambda done: None,
) -> list[Example]:
    """Make examples for tuning: right sentences, wrong ones near to the question, and what the document doesn't answer.

    Wrong sentences are of any document, but hold not all nuggets of the question, since they might answer it then.
    """
    documents = {one.id: one for one in [*others, *(lesson.document for lesson in lessons)]}
    places = {
        (id, span): titled_sentence(document.title, document.text, span)
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
        examples.append(Example(lesson.question, right, tuple(wrong[:WRONG]), tuple(unanswered[lesson.document.id])))
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


def exam_of(asked: Lesson | str, language: str = "en") -> Exam:
    """Make an exam of a lesson, or of a question that no document answers."""
    if isinstance(asked, str):
        return Exam(asked, language, "", frozenset(), (), False, _part_of(asked))
    id = asked.document.id
    places = frozenset((id, span.start) for span in asked.evidence)
    return Exam(asked.question, language, id, places, asked.nuggets, bool(places), _part_of(id))


def _part_of(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % PARTS


def learn_scorers(
    exams: Sequence[Exam], generation: Generation, encoder: Encoder, progress: Progress = lambda done: None
) -> tuple[Scorers, list[Selection]]:
    """Fit the scorers on exams; return them, and what they choose for each exam when fitted on the other parts."""
    found = []
    for exam in exams:
        query = make_query(exam.question, exam.language, encoder)
        found.append((query, retrieve(query, generation)))
        progress(1)

    def choose(place: int, scorers: Scorers) -> Selection:
        query, hits = found[place]
        return select_evidence(query, hits, generation, min_confidence=0.0, answer_words=ANSWER_WORDS, scorers=scorers)

    flat = Scorer(0.0, dict.fromkeys(SentenceSignals._fields, 0.0))
    silent = Scorer(0.0, dict.fromkeys(QuestionSignals._fields, 0.0))
    weighed = [choose(place, Scorers(flat, silent)).candidates for place in range(len(exams))]

    def fit_without(part: int | None) -> Scorers:
        taught = [place for place, exam in enumerate(exams) if exam.part != part]
        rows = [
            (one.signals, (one.evidence.document.id, one.evidence.span.start) in exams[place].evidence)
            for place in taught
            if exams[place].evidence
            for one in weighed[place]
        ]
        sentence = fit(rows)
        chosen = {place: choose(place, Scorers(sentence, silent)).signals for place in taught}
        judged = [(signals, exams[place].answerable) for place, signals in chosen.items() if signals]
        weights = weights_of([exams[place] for place, signals in chosen.items() if signals])
        return Scorers(sentence, fit(judged, weights))

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


def weights_of(exams: Sequence[Exam]) -> list[float]:
    """Weigh exams so that in other languages answerable ones are to the others as they are in English, and twice that.

    There are few exams in other languages; their share would else be taken for how likely such a question is answered.
    Twice, since then about as many answerable ones are refused as in English (docs/adr/0018).
    """
    counts = Counter((exam.language == "en", exam.answerable) for exam in exams)
    wanted = ACROSS * counts[True, True] * counts[False, False] / max(1, counts[True, False])
    weight = wanted / max(1, counts[False, True]) or 1.0
    return [weight if exam.answerable and exam.language != "en" else 1.0 for exam in exams]


def fit(
    rows: Sequence[tuple[SentenceSignals | QuestionSignals, bool]], weights: Sequence[float] | None = None
) -> Scorer:
    """Fit a logistic model, signals brought to one scale for the regularisation, weights given on their own scale."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler()
    values = scaler.fit_transform(np.array([signals for signals, _ in rows], np.float64))
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
