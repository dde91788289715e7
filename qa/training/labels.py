"""Label the questions on which the scorers are fitted and validated: which sentences answer, and whether any do.

In: TrainingExamples, survey questions, and unanswerable gold questions. Out: LabelledQuestions by kind, about documents
on which the encoder of the training half was not tuned.
"""

import hashlib
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import Document
from corpus.language.detection import language_of
from qa.answers.evidence import Evidence
from qa.evaluation.judging.json_lines import rows_of
from qa.evaluation.judging.suites import load_suite
from qa.query.followups import Turn
from qa.training.examples import (
    SurveyRow,
    TrainingExample,
    UnanswerableRow,
    evidence_starts,
    gold_examples,
    is_in_first_part,
)
from qa.training.reading_examples import ReadingRow

FOLDS = 5  # of the cross-validation of the scorers, by document
# Near misses are more frequent among these questions than among users' questions. With 1.5, about as many answerable
# questions in other languages are refused as in English (docs/adr/0020).
NEAR_MISS_WEIGHT, OTHER_LANGUAGE_WEIGHT = 0.4, 1.5
# English near misses were written by hand; with 0.4 for those made of answerable questions, fewer of them are refused
# (docs/adr/0059).
MOVED_WEIGHT = 0.1
GOLD_OTHER_LANGUAGES = "gold, other languages"  # the kind of these questions
OTHER_FIELD = 200  # questions about pages of another field, all unanswerable


@dataclass(frozen=True, slots=True, eq=False)
class LabelledQuestion:
    """A question, the sentences that answer it, by document id and offset, and whether it is answerable.

    `turns` stand before a follow-up. `document` is an id, empty where the question is not about a single one. `fold` is
    its number in the cross-validation; questions about one document share it. `is_moved` is true for a near miss that
    was made of an answerable question, and that nobody has asked.
    """

    question: str
    language: str
    document: str
    evidence: frozenset[tuple[str, int]]
    nuggets: tuple[str, ...]
    answerable: bool
    fold: int
    turns: tuple[Turn, ...] = ()
    is_moved: bool = False

    @property
    def weight(self) -> float:
        """Its sample weight for the fitting of the question scorers."""
        if self.answerable:
            return 1.0 if self.language == "en" else OTHER_LANGUAGE_WEIGHT
        if self.is_moved and self.language == "en":
            return MOVED_WEIGHT
        return NEAR_MISS_WEIGHT if self.document else 1.0

    def is_evidence(self, evidence: Evidence) -> bool:
        """Return whether a sentence that was found is one that answers."""
        return (evidence.document.id, evidence.span.start) in self.evidence


Labelled = tuple[str, LabelledQuestion]  # a kind, by which figures are grouped, and a question


def label_example(example: TrainingExample) -> LabelledQuestion:
    """Label a question about a document."""
    id = example.document.id
    evidence = frozenset((id, span.start) for span in example.evidence)
    return LabelledQuestion(
        example.question, example.language, id, evidence, example.nuggets, bool(evidence), _fold_of(id)
    )


def label_survey(survey: SurveyRow, documents: Mapping[str, Document]) -> LabelledQuestion:
    """Label a question that several documents answer in part, or none."""
    evidence = evidence_starts(documents, survey.evidence)
    return LabelledQuestion(
        survey.question, "en", "", evidence, survey.nuggets, bool(evidence), _fold_of(survey.question)
    )


def label_unanswerable(question: str, language: str = "en") -> LabelledQuestion:
    """Label a question that no document answers."""
    return LabelledQuestion(question, language, "", frozenset(), (), False, _fold_of(question))


def _fold_of(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % FOLDS


def is_validation(document_id: str) -> bool:
    """Return whether a document belongs to the validation half, not to the training half, by its id alone."""
    return is_in_first_part(document_id, 2)


def validation_questions(
    examples: Sequence[TrainingExample],
    other_field: Sequence[TrainingExample],
    documents: Mapping[str, Document],
    *,
    gold: Path,
    data: Path,
) -> list[Labelled]:
    """Return labelled questions about documents of the validation half, and unanswerable ones, each with its kind.

    `gold` and `data` are the folders of the gold and the training questions. Raises InvalidDataset with the cure.
    """
    factual = load_suite(str(gold / "factual.jsonl"))
    gold_texts = {question.question for case in factual.cases for question in case.questions}
    known = [example for example in examples if example.document.id in documents]
    validation = [example for example in known if is_validation(example.document.id)]
    labelled = [(_kind(example, gold_texts), label_example(example)) for example in validation]
    multilingual = gold_examples(load_suite(str(gold / "multilingual.jsonl")), documents)
    labelled += [
        (GOLD_OTHER_LANGUAGES, label_example(example)) for example in multilingual if is_validation(example.document.id)
    ]
    labelled += _unanswerable(gold, data)
    labelled += _of_several_documents(gold, data, documents)
    return labelled + _of_another_field(other_field)


def held_out_questions(
    rows: Sequence[ReadingRow], documents: Mapping[str, Document], data: Path, gold: Path
) -> list[Labelled]:
    """Return labelled questions about documents that the reader was not trained on, and unanswerable ones.

    Few of them are in other languages, so that the gold questions in these are added, whatever their documents. `data`
    and `gold` are the folders of the training and the gold questions.
    """
    labelled = [
        (_kind_of_row(row), label_row(row, documents))
        for row in rows
        if row.is_held_out and row.told.keys() <= documents.keys()
    ]
    multilingual = gold_examples(load_suite(str(gold / "multilingual.jsonl")), documents)
    labelled += [(GOLD_OTHER_LANGUAGES, label_example(example)) for example in multilingual]
    return labelled + _unanswerable(gold, data)


def label_row(row: ReadingRow, documents: Mapping[str, Document]) -> LabelledQuestion:
    """Label a question with the turns before it."""
    evidence = evidence_starts(documents, row.told)
    [document] = row.told if len(row.told) == 1 else [""]
    return LabelledQuestion(
        row.question,
        row.language,
        document,
        evidence,
        row.all_nuggets,
        bool(evidence),
        _fold_of(document or row.question),
        row.history,
    )


def _kind_of_row(row: ReadingRow) -> str:
    kind = "follow-ups" if row.history else "overviews" if row.facts else "questions"
    return f"{kind}, {'told' if row.answerable else 'untold'}{'' if row.language == 'en' else ', other languages'}"


def _kind(example: TrainingExample, gold_texts: Collection[str]) -> str:
    if example.question in gold_texts:
        return "gold"
    of_language = "" if example.language == "en" else ", other languages"
    return ("training" if example.evidence else "training, near misses") + of_language


def _unanswerable(gold: Path, data: Path) -> list[Labelled]:
    labelled = []
    for case in load_suite(str(gold / "unanswerable.jsonl")).cases:
        question = case.questions[0].question
        labelled.append((f"unanswerable, {case.group}", label_unanswerable(question, language_of(question))))
    for row in rows_of(data / "unanswerable.jsonl", UnanswerableRow):
        labelled.append(("unanswerable, other languages", label_unanswerable(row.question, row.language)))
    return labelled


def _of_several_documents(gold: Path, data: Path, documents: Mapping[str, Document]) -> list[Labelled]:
    labelled = []
    for row in rows_of(data / "surveys.jsonl", SurveyRow):
        survey = label_survey(row, documents)
        kind = "training, several documents" if survey.answerable else "unanswerable, several documents"
        labelled.append((kind, survey))
    for case in load_suite(str(gold / "multi.jsonl")).cases:
        question = case.questions[0]
        # No single sentence is the evidence, but the question is answerable.
        unlabelled = label_unanswerable(question.question)
        labelled.append(("multi", replace(unlabelled, nuggets=question.nuggets, answerable=True)))
    return labelled


def _of_another_field(examples: Sequence[TrainingExample]) -> list[Labelled]:
    questions = sorted({example.question for example in examples if is_validation(example.document.id)})
    random.Random(0).shuffle(questions)  # noqa: S311 - no secret
    return [("of elsewhere", label_unanswerable(question)) for question in questions[:OTHER_FIELD]]
