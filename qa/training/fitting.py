"""Fit the scorers, logistic models over features of sentences, documents and questions.

In: labelled questions, and the index in which they are searched. Out: Scorers, and the Selections that they make for
questions they were not fitted on.
Left out: labelling questions (labels), and reporting the quality (report).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import yaml

from corpus import Document
from embeddings import Encoder, Generation, IndexPlan, build_generation
from embeddings.cross_encoder.reading import Reading, Scores
from embeddings.models.linear_classifier import LinearClassifier
from qa.answers.hits import NO_FILTERS
from qa.evaluation.judging.metrics import short_answer_is_right
from qa.evaluation.judging.records import Progress
from qa.pipeline.evidence_search import EvidenceSearch
from qa.pipeline.retrieval import MIN_MAX
from qa.pipeline.trace import Search
from qa.query.followups import FollowUpClassifier
from qa.query.question import Question
from qa.reader.features import QuestionFeatures
from qa.reader.reading import PassageReader, ReaderSettings
from qa.reader.scoring import Scorer, Scorers, Thresholds
from qa.reader.selection import Selection, select_evidence
from qa.settings import Settings
from qa.training.labels import GOLD_OTHER_LANGUAGES, Labelled, LabelledQuestion

INVERSE_REGULARISATION = 0.1  # C of scikit-learn: lower is stronger
ANSWER_WORDS = 120

UNWEIGHTED = Scorer(0.0, {})
UNFITTED = Scorers(UNWEIGHTED, UNWEIGHTED, UNWEIGHTED, UNWEIGHTED, UNWEIGHTED, Thresholds(0.0, 0.0))

Weighed = tuple[LabelledQuestion, QuestionFeatures]  # an example for a scorer of questions


class CachedReader:
    """Reads every passage for a question once, since the scorers are fitted again and again to the same Scores."""

    def __init__(self, reader: PassageReader) -> None:
        """Take the reader whose Scores are kept."""
        self._reader = reader
        self._scores: dict[Reading, Scores] = {}

    def read(self, readings: Sequence[Reading]) -> list[Scores]:
        """Return the Scores of each Reading."""
        missing = [reading for reading in readings if reading not in self._scores]
        self._scores.update(zip(missing, self._reader.read(missing), strict=True))
        return [self._scores[reading] for reading in readings]


@dataclass(frozen=True, slots=True, eq=False)
class SearchedQuestion:
    """A labelled question, the passages found for it, and their sentences and documents with all features."""

    label: LabelledQuestion
    search: Search


@dataclass(frozen=True, slots=True, eq=False)
class ScorerData:
    """Labelled questions with what was found for each, to which scorers are fitted, and the search that found it.

    `without` is the name of a feature that is left out, `QuestionFeatures.phrase` for one, to tell what it is worth.
    """

    searched: Sequence[SearchedQuestion]
    evidence_search: EvidenceSearch

    def fit(self, without: str = "") -> Scorers:
        """Return scorers that are fitted to all questions."""
        return _fit_all(self.searched, self.evidence_search, without)

    def validated(self, without: str = "") -> list[Selection]:
        """Return the Selection for each question by scorers that were fitted on the other folds."""
        folds = {question.label.fold for question in self.searched}
        by_fold = {
            fold: _fit_all(
                [question for question in self.searched if question.label.fold != fold], self.evidence_search, without
            )
            for fold in sorted(folds)
        }
        return [_select(question, self.evidence_search, by_fold[question.label.fold]) for question in self.searched]


def search_questions(
    questions: Sequence[LabelledQuestion],
    generation: Generation,
    encoder: Encoder,
    reader: PassageReader | None = None,
    overviews: LinearClassifier | None = None,
    follow_ups: FollowUpClassifier | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ScorerData:
    """Search each question, to fit scorers for answers with a passage reader or without."""
    reading = ReaderSettings(UNFITTED, ANSWER_WORDS, CachedReader(reader) if reader else None)
    evidence_search = EvidenceSearch(generation, encoder, MIN_MAX, reading, overviews, follow_ups)
    searched = []
    for done, label in enumerate(questions, start=1):
        query = evidence_search.query(Question(label.question, label.language))
        searched.append(SearchedQuestion(label, evidence_search.search(query, label.turns, NO_FILTERS)))
        progress(done, len(questions))
    return ScorerData(searched, evidence_search)


def index_documents(
    documents: Mapping[str, Document], encoder: Encoder, settings: Settings, progress: Progress
) -> Generation:
    """Return an index of documents, in which the questions of a training are searched."""
    root = settings.var / "training" / "index"
    id = build_generation(
        list(documents.values()),
        IndexPlan(encoder, root, settings.cache, created_by="waymark train"),
        progress=partial(progress, f"Indexing by {encoder.name}, in seconds"),
    )
    return Generation.load(root / id, encoder)


def _select(question: SearchedQuestion, evidence_search: EvidenceSearch, scorers: Scorers) -> Selection:
    reading = replace(evidence_search.reading, scorers=scorers)
    search = question.search
    return select_evidence(search.query, search.read, evidence_search.generation, reading)


def _fit_all(searched: Sequence[SearchedQuestion], evidence_search: EvidenceSearch, without: str) -> Scorers:
    """Fit the scorers of sentences and documents, and on the sentences that these choose, of questions and phrases.

    Without a passage reader there are no phrases, and their scorer stays unweighted.
    """
    with_evidence = [question for question in searched if question.label.evidence]
    sentence = fit(
        (
            (candidate.features, question.label.is_evidence(candidate.evidence))
            for question in with_evidence
            for candidate in question.search.selection.candidates
        ),
        without=without,
    )
    document = fit(
        (
            (features, id in {document for document, _ in question.label.evidence})
            for question in with_evidence
            for id, features in question.search.selection.documents.items()
        ),
        without=without,
    )
    partly_fitted = UNFITTED._replace(sentence=sentence, document=document)
    selected = [(question, _select(question, evidence_search, partly_fitted)) for question in searched]
    phrases = [
        (short.features, short_answer_is_right(question.label.nuggets, short.words))
        for question, selection in selected
        if question.label.nuggets and (short := selection.short_answer)
    ]
    examples: defaultdict[str, list[Weighed]] = defaultdict(list)
    for question, selection in selected:
        if selection.features:
            of_language = "question" if question.label.language == "en" else "cross_lingual"
            scorer = "follow_up" if question.search.query.is_follow_up else of_language
            examples[scorer].append((question.label, selection.features))
    fitted = {scorer: _fit_question_scorer(of_scorer, without) for scorer, of_scorer in examples.items()}
    return partly_fitted._replace(
        question=fitted["question"],
        cross_lingual=fitted["cross_lingual"],
        follow_up=fitted.get("follow_up"),
        phrase=fit(phrases, without=without) if phrases else UNWEIGHTED,
    )


def _fit_question_scorer(examples: Sequence[Weighed], without: str) -> Scorer:
    answerable = [(features, label.answerable) for label, features in examples]
    asked = [(features, label.answerable) for label, features in examples if not label.is_moved]
    return calibrate(fit(answerable, [label.weight for label, _ in examples], without), asked)


def calibrate(scorer: Scorer, examples: Sequence[tuple[NamedTuple, bool]]) -> Scorer:
    """Return a scorer with its log-odds scaled and moved so that its probabilities are frequencies among the examples.

    The sample weights of its fit make some kinds of questions rarer than they are there (Platt 1999).
    """
    from sklearn.linear_model import LogisticRegression

    odds = [[scorer.log_odds(features)] for features, _ in examples]
    model = LogisticRegression().fit(odds, [is_positive for _, is_positive in examples])
    slope, shift = float(model.coef_[0, 0]), float(model.intercept_[0])
    weights = {name: round(weight * slope, 4) for name, weight in scorer.weights.items()}
    return Scorer(round(scorer.bias * slope + shift, 4), weights)


def fit(
    examples: Iterable[tuple[NamedTuple, bool]], weights: Sequence[float] | None = None, without: str = ""
) -> Scorer:
    """Fit a logistic model; features are standardised for the regularisation, its weights apply to the raw ones.

    Bias and weights are rounded to 4 digits. `without` is the name of a feature that is left out, behind its class.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rows = list(examples)
    scaler = StandardScaler()
    raw = np.array([features for features, _ in rows], np.float64)
    names = type(rows[0][0])._fields
    raw[:, [f"{type(rows[0][0]).__name__}.{name}" == without for name in names]] = 0.0
    values = scaler.fit_transform(raw)
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=2000).fit(
        values, [is_positive for _, is_positive in rows], sample_weight=weights
    )
    coefficients: npt.NDArray[np.float64] = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - coefficients @ scaler.mean_)
    weights_by_name = {name: round(float(value), 4) for name, value in zip(names, coefficients, strict=True)}
    # A feature that never varied tells nothing, and is left out.
    return Scorer(round(bias, 4), {name: value for name, value in weights_by_name.items() if value})


def equally_strict(
    scorers: Scorers, labelled: Sequence[Labelled], selections: Sequence[Selection], refused: float
) -> Scorers:
    """Return scorers that refuse the same proportion of answerable questions in English and in other languages.

    The bias of the scorer for other languages is moved by the distance of the two quantiles of the log-odds. The gold
    questions stand for other languages: they are of the languages in which people ask.
    """
    english: list[float] = []
    others: list[float] = []
    for (kind, label), selection in zip(labelled, selections, strict=True):
        if label.answerable and label.document:
            odds = log(selection.confidence / (1 - selection.confidence))
            if label.language == "en":
                english.append(odds)
            elif kind == GOLD_OTHER_LANGUAGES:
                others.append(odds)
    if not others:
        return scorers
    shift = float(np.quantile(english, refused) - np.quantile(others, refused))
    cross_lingual = replace(scorers.cross_lingual, bias=round(scorers.cross_lingual.bias + shift, 4))
    return scorers._replace(cross_lingual=cross_lingual)


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


def write_scorers(scorers: Scorers, file: Path, *, with_reader: bool) -> None:
    """Write scorers into a file, beside those for answers without the passage reader, or with it."""
    head = "# What each feature adds to the log-odds; qa/reader/features.py says what they are.\n"
    known = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    written = {name: asdict(part) for name, part in scorers._asdict().items() if part and name != "thresholds"}
    known["with_reader" if with_reader else "without_reader"] = written | {"thresholds": scorers.thresholds._asdict()}
    file.write_text(head + yaml.safe_dump(dict(sorted(known.items())), sort_keys=False), encoding="utf-8")
