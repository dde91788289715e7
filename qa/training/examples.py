"""Read training questions with their evidence sentences, for the encoder and the scorers.

In: JSON lines of questions, and of the documents that they ask about. Out: TrainingExamples, each a question and the
sentences of one document that answer it, none where the document does not.
Left out: training itself (contrastive, fitting).

`qa/training/data/` holds 3,670 questions of our own, on 108 briefs written for training and on 143 of the starter
collection, 1,293 of them in eleven other languages; 190 that several documents answer in part, or none (surveys); and
94 in these languages that nothing in the starter collection answers. The evidence of a gold question is a small set of
sentences of its source that holds its nuggets.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus import Document, Span, split_sentences
from corpus.documents.cleaning import join_lines, normalise_characters
from qa.evaluation.datasets.omos_qa import load_omos, page_of
from qa.evaluation.judging.json_lines import InvalidDataset, lines_of, rows_of
from qa.evaluation.judging.metrics import normalise
from qa.evaluation.judging.suites import Suite

TRAINING = Path(__file__).parent / "data"  # of a checkout; the installed package has none
TITLE_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """A question and its evidence in one document; `evidence` is empty where the document does not answer it."""

    question: str
    document: Document
    evidence: tuple[Span, ...]
    nuggets: tuple[str, ...] = ()
    language: str = "en"


class DocumentRow(BaseModel):
    """A line of a file of documents: one with an id and a title, or a page of a file, whose first line is its title."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    id: str = ""
    title: str = ""
    file: str = ""
    page: int = 0

    @property
    def name(self) -> str:
        """The name by which questions refer to it."""
        return self.id or f"{self.file}#{self.page}"


class QuestionRow(BaseModel):
    """A line of a file of questions."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    document: str
    evidence: tuple[str, ...]
    nuggets: tuple[str, ...] = ()
    language: str = "en"


class SurveyRow(BaseModel):
    """A survey question, which several documents answer, each in part, or none; evidence is by document."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    evidence: Mapping[str, tuple[str, ...]]
    nuggets: tuple[str, ...]


class UnanswerableRow(BaseModel):
    """A line of a file of questions that nothing in the starter collection answers."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    language: str


class SquadAnswer(BaseModel):
    """An answer of SQuAD: words of the paragraph, and where they begin in it."""

    text: str
    answer_start: int


class SquadQuestion(BaseModel):
    """A question of SQuAD, without answers where the paragraph does not tell."""

    question: str
    id: str = ""
    answers: tuple[SquadAnswer, ...] = ()


class SquadParagraph(BaseModel):
    """A paragraph of SQuAD with its questions."""

    qas: tuple[SquadQuestion, ...]
    context: str = ""


class SquadArticle(BaseModel):
    """An article of SQuAD."""

    paragraphs: tuple[SquadParagraph, ...]
    title: str = ""


class Squad(BaseModel):
    """A file of SQuAD, over one line or several."""

    data: tuple[SquadArticle, ...]


def require_own_questions(data: Path, gold: Path) -> None:
    """Raise InvalidDataset, with the cure, where the folders of our training and gold questions do not exist."""
    for kind, folder, option in (("training", data, "--data"), ("gold", gold, "--gold")):
        if not folder.is_dir():
            raise InvalidDataset(
                f"the {kind} questions come with the source, not with the installed package, and {folder} is not"
                f" there; give their folder by {option}, or run it from a checkout"
            )


def is_in_first_part(document_id: str, parts: int) -> bool:
    """Return whether a document falls into the first of a number of equal parts, by its id alone."""
    return int(hashlib.sha256(document_id.encode()).hexdigest(), 16) % parts == 0


def read_examples(
    questions: Sequence[Path], pages: Sequence[Path], documents: Mapping[str, Document]
) -> list[TrainingExample]:
    """Read questions about the given documents, or about pages or documents of the given files.

    Raises InvalidDataset, naming the file and the cure. A question whose evidence is not in its document is left out.
    """
    rows = [(file, row) for file in questions for row in rows_of(file, QuestionRow)]
    requested = {row.document for _, row in rows}
    known = dict(documents) | page_documents(pages, requested)
    examples = []
    for file, row in rows:
        if row.document not in known:
            raise InvalidDataset(f"{file} asks about {row.document}, which is in none of the files; give its file too")
        document = known[row.document]
        evidence = evidence_spans(document, row.evidence)
        if bool(evidence) == bool(row.evidence):
            examples.append(TrainingExample(row.question, document, evidence, row.nuggets, row.language))
    return examples


def page_documents(files: Iterable[Path], names: Collection[str]) -> dict[str, Document]:
    """Return the pages or documents of some files that have one of the names, by name."""
    return {row.name: _document(row) for file in files for row in rows_of(file, DocumentRow) if row.name in names}


def _document(row: DocumentRow) -> Document:
    """Return the Document of a line; a page's id is made of its name, and its title of its first line."""
    if row.title:
        return Document(id=row.id, title=row.title, text=row.text)
    lines = join_lines(normalise_characters(row.text).split("\n"))
    id = re.sub(r"[^a-z0-9]+", "-", row.name.lower()).strip("-")
    return Document(id=id, title=lines[0][:TITLE_CHARACTERS], text="\n\n".join(lines))


def gold_examples(suite: Suite, documents: Mapping[str, Document]) -> list[TrainingExample]:
    """Return the gold questions of a suite, each answered by one document, with their evidence."""
    examples = []
    for case in suite.cases:
        for gold in case.questions:
            source = documents[gold.sources[0]]
            evidence = fewest_sentences(source, gold.nuggets)
            examples.append(TrainingExample(gold.question, source, evidence, gold.nuggets, case.language or "en"))
    return examples


def omos_examples(file: Path) -> list[TrainingExample]:
    """Return the questions of a file of OMoS-QA. Raises InvalidDataset with file, line and cure."""
    examples = []
    for row in load_omos(file).rows:
        page = page_of(row.context)
        evidence = evidence_spans(page, [row.lines[index] for index in row.answers])
        examples.append(TrainingExample(row.question, page, evidence))
    return examples


def squad_articles(file: Path) -> tuple[SquadArticle, ...]:
    """Return the articles of a file of SQuAD. Raises InvalidDataset with file and cure."""
    content = b"\n".join(line for _, line in lines_of(file))
    try:
        return Squad.model_validate_json(content).data
    except ValidationError as error:
        raise InvalidDataset(f"{file} is no file of SQuAD ({error.errors()[0]['msg']}); give another") from error


def squad_questions(file: Path) -> list[str]:
    """Return the questions of a file of SQuAD, each once. Raises InvalidDataset with file and cure."""
    paragraphs = (paragraph for article in squad_articles(file) for paragraph in article.paragraphs)
    return sorted({row.question for paragraph in paragraphs for row in paragraph.qas})


def evidence_starts(documents: Mapping[str, Document], told: Mapping[str, Iterable[str]]) -> frozenset[tuple[str, int]]:
    """Return the sentences that `evidence_spans` finds for the evidence of each document, by id and offset."""
    return frozenset((id, span.start) for id, texts in told.items() for span in evidence_spans(documents[id], texts))


def evidence_spans(document: Document, evidence: Iterable[str]) -> tuple[Span, ...]:
    """Return the sentences that hold an evidence text or occur in one, without regard to case and white space.

    >>> document = Document("a", "A", "It rained. Norway paid for the shelter.")
    >>> [span.of(document.text) for span in evidence_spans(document, ["Norway  paid for the shelter."])]
    ['Norway paid for the shelter.']
    """
    evidence_texts = [f" {normalise(text)} " for text in evidence]
    spans = {span: f" {normalise(span.of(document.text))} " for span in split_sentences(document.text)}
    return tuple(
        span
        for span, words in spans.items()
        if words.strip() and any(words in text or text in words for text in evidence_texts)
    )


def fewest_sentences(document: Document, nuggets: Iterable[str]) -> tuple[Span, ...]:
    """Return sentences that together hold the nuggets: repeatedly the one that holds most of the remaining nuggets.

    >>> document = Document("a", "A", "It rained. Norway paid. Norway paid for 40 beds.")
    >>> [span.of(document.text) for span in fewest_sentences(document, ["Norway", "40 beds"])]
    ['Norway paid for 40 beds.']
    """
    spans = {span: f" {normalise(span.of(document.text))} " for span in split_sentences(document.text)}
    remaining = {f" {normalise(nugget)} " for nugget in nuggets}
    chosen: set[Span] = set()
    while remaining:
        best = max(spans, key=lambda span: (sum(nugget in spans[span] for nugget in remaining), -span.start))
        held = {nugget for nugget in remaining if nugget in spans[best]}
        if not held:
            break
        chosen.add(best)
        remaining -= held
    return tuple(sorted(chosen))
