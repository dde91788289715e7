"""Fit the scorers, logistic models over features of sentences, documents and questions.

In: labelled questions, and the index in which they are searched. Out: Scorers, and the Selections that they make for
questions they were not fitted on.
Left out: labelling questions (labels), and reporting the quality (report).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from embeddings import Encoder, Generation
from qa.query.query import Query, make_query
from qa.query.question import Question
from qa.reader.features import DocumentFeatures, QuestionFeatures, SentenceFeatures
from qa.reader.scoring import Features, Scorer, Scorers
from qa.reader.selection import Selection, select_evidence
from qa.retrieval import Hit, retrieve
from qa.training.labels import LabelledQuestion

INVERSE_REGULARISATION = 0.1  # C of scikit-learn: lower is stronger
ANSWER_WORDS = 120

UNFITTED = Scorers(
    *(
        Scorer(0.0, dict.fromkeys(features._fields, 0.0))
        for features in (SentenceFeatures, DocumentFeatures, QuestionFeatures, QuestionFeatures)
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class SearchedQuestion:
    """A labelled question, the passages found for it, and their sentences and documents with all features."""

    label: LabelledQuestion
    query: Query
    hits: list[Hit]
    unscored: Selection


def fit_scorers(
    questions: Sequence[LabelledQuestion],
    generation: Generation,
    encoder: Encoder,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Scorers, list[Selection]]:
    """Fit the scorers; return them, and the Selection for each question by scorers fitted on the other folds."""
    searched = []
    for done, label in enumerate(questions, start=1):
        query = make_query(Question(label.question, label.language), encoder)
        hits = retrieve(query, generation)
        searched.append(SearchedQuestion(label, query, hits, _select(query, hits, generation, UNFITTED)))
        progress(done, len(questions))
    by_fold = {
        fold: _fit_all([question for question in searched if question.label.fold != fold], generation)
        for fold in sorted({label.fold for label in questions})
    }
    validated = [
        _select(question.query, question.hits, generation, by_fold[question.label.fold]) for question in searched
    ]
    return _fit_all(searched, generation), validated


def _select(query: Query, hits: Sequence[Hit], generation: Generation, scorers: Scorers) -> Selection:
    return select_evidence(query, hits, generation, min_confidence=0.0, answer_words=ANSWER_WORDS, scorers=scorers)


def _fit_all(searched: Sequence[SearchedQuestion], generation: Generation) -> Scorers:
    """Fit the scorers of sentences and documents, and on the sentences that these choose, those of questions."""
    with_evidence = [question for question in searched if question.label.evidence]
    sentence = fit(
        (candidate.features, (candidate.evidence.document.id, candidate.evidence.span.start) in question.label.evidence)
        for question in with_evidence
        for candidate in question.unscored.candidates
    )
    document = fit(
        (features, id in {document for document, _ in question.label.evidence})
        for question in with_evidence
        for id, features in question.unscored.documents.items()
    )
    partly_fitted = UNFITTED._replace(sentence=sentence, document=document)
    measured = [
        (question.label, _select(question.query, question.hits, generation, partly_fitted).features)
        for question in searched
    ]
    examples = [(label, features) for label, features in measured if features]
    english, others = (
        [(label, features) for label, features in examples if (label.language == "en") == is_english]
        for is_english in (True, False)
    )
    return Scorers(sentence, document, _fit_question_scorer(english), _fit_question_scorer(others))


def _fit_question_scorer(examples: Sequence[tuple[LabelledQuestion, QuestionFeatures]]) -> Scorer:
    return fit(((features, label.answerable) for label, features in examples), [label.weight for label, _ in examples])


def fit(examples: Iterable[tuple[Features, bool]], weights: Sequence[float] | None = None) -> Scorer:
    """Fit a logistic model; features are standardised for the regularisation, its weights apply to the raw ones.

    Bias and weights are rounded to 4 digits.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rows = list(examples)
    scaler = StandardScaler()
    values = scaler.fit_transform(np.array([features for features, _ in rows], np.float64))
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=2000).fit(
        values, [is_positive for _, is_positive in rows], sample_weight=weights
    )
    coefficients: npt.NDArray[np.float64] = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - coefficients @ scaler.mean_)
    names = type(rows[0][0])._fields
    return Scorer(
        round(bias, 4), {name: round(float(value), 4) for name, value in zip(names, coefficients, strict=True)}
    )


def passage_cosines(questions: Sequence[LabelledQuestion], generation: Generation, encoder: Encoder) -> list[float]:
    """Return the cosine of the nearest passage to each question."""
    vectors = [encoder.encode_query(label.question) for label in questions]
    return [float(generation.search_dense(vector, 1).scores[0]) for vector in vectors]


def recalibrate(scorer: Scorer, before: Sequence[float], after: Sequence[float]) -> Scorer:
    """Return a question scorer with its bias adjusted to another encoder, whose cosines are generally higher or lower.

    `before` and `after` are the cosines of the nearest passages to questions that neither encoder was tuned on, of the
    encoder that the scorer was fitted with and of the other.
    """
    shift = scorer.weights["passage_cosine"] * (float(np.mean(after)) - float(np.mean(before)))
    return replace(scorer, bias=round(scorer.bias - shift, 4))
