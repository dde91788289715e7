"""Make the examples on which the reader is trained: a question, and passages that answer it or do not.

In: files of questions with their evidence, public data sets, and the index in which hard negatives are searched.
Out: groups of ReadingExamples, one group a question, in the order of training.
Left out: the training itself (embeddings.cross_encoder.training).

The negatives of a question are the other passages of its document, and the nearest passages of other documents; those
that hold all its nuggets are left out. A near miss is read against all passages of its document.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from corpus import Document, Passage, split_sentences
from corpus.documents.chunking import cut_into_passages
from embeddings import Encoder, Generation
from embeddings.cross_encoder.reading import Reading
from embeddings.cross_encoder.training import Group, ReadingExample
from qa.evaluation.datasets.omos_qa import Row as OmosRow
from qa.evaluation.datasets.omos_qa import load_omos
from qa.evaluation.judging.json_lines import rows_of
from qa.evaluation.judging.metrics import nugget_recall
from qa.pipeline.retrieval import retrieve
from qa.query.followups import Turn, with_turns
from qa.query.query import make_query
from qa.query.question import Question
from qa.reader.reading import passage_reading
from qa.training.examples import (
    SquadAnswer,
    SurveyRow,
    TrainingExample,
    evidence_spans,
    is_in_first_part,
    page_documents,
    squad_articles,
)

HOLD_OUT = 7  # every seventh document is held out, to calibrate on
NEGATIVES, NEGATIVES_OF_DOCUMENT = 1, 2  # passages of other documents, and of the question's own
DEPTH, SEARCHED_CHARACTERS = 12, 400  # passages searched for negatives, by so many characters of a question
SKIPPED_OF_SURVEY = 4  # nearest of these passages, where several documents answer
PUBLIC_PART = 0.65  # of the training, in which the public data sets come: its end is on our own questions
SQUAD, XQUAD, OMOS = 2500, 1500, 800  # questions drawn from each public data set
SENTENCES_OF_PUBLIC, PARTS_OF_PAGE = 9, 3  # of a passage cut from a public data set; of a page of OMoS-QA that are read


class FactRow(BaseModel):
    """A fact of an overview: the sentence of a document that tells it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    document: str
    evidence: str
    nugget: str


class ReadingRow(BaseModel):
    """A line of a file of questions for the reader; the evidence is in `document`, or fact by fact in several."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    document: str = ""
    evidence: tuple[str, ...] = ()
    nuggets: tuple[str, ...] = ()
    short: str = ""
    history: tuple[Turn, ...] = ()
    facts: tuple[FactRow, ...] = ()
    language: str = "en"
    kind: str = ""
    asks: str = ""
    answerable: bool = True

    @property
    def told(self) -> dict[str, tuple[str, ...]]:
        """The evidence by document."""
        if not self.facts:
            return {self.document: self.evidence} if self.document else {}
        by_document: dict[str, tuple[str, ...]] = {}
        for fact in self.facts:
            by_document[fact.document] = (*by_document.get(fact.document, ()), fact.evidence)
        return by_document

    @property
    def all_nuggets(self) -> tuple[str, ...]:
        """The nuggets of the question, or those of its facts."""
        return self.nuggets or tuple(fact.nugget for fact in self.facts)

    @property
    def is_held_out(self) -> bool:
        """Whether it is about a document that is held out."""
        return any(map(is_held_out, self.told))


def is_held_out(document_id: str) -> bool:
    """Return whether a document is held out from training, by its id alone."""
    return is_in_first_part(document_id, HOLD_OUT)


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """The documents that questions are about, by id, and the index of those that are searched for negatives."""

    documents: Mapping[str, Document]
    generation: Generation
    encoder: Encoder


def read_rows(files: Sequence[Path]) -> list[ReadingRow]:
    """Read files of questions, each question with its turns and document once. Raises InvalidDataset with the cure."""
    rows = (row for file in files for row in rows_of(file, ReadingRow))
    return list({(row.question, row.history, row.document): row for row in rows}.values())


def survey_rows(file: Path) -> list[ReadingRow]:
    """Return the survey questions of a file, whose evidence stands in several documents, or in none."""
    return [
        ReadingRow(
            question=row.question,
            nuggets=row.nuggets,
            facts=tuple(
                FactRow(document=document, evidence=sentence, nugget="")
                for document, sentences in row.evidence.items()
                for sentence in sentences
            ),
            answerable=bool(row.evidence),
        )
        for row in rows_of(file, SurveyRow)
    ]


def standalone_examples(
    files: Sequence[Path], pages: Sequence[Path], documents: Mapping[str, Document]
) -> list[TrainingExample]:
    """Return the questions that stand alone, about single documents that are not held out, for the encoder.

    The documents are given, or are pages or documents of the files `pages`.
    """
    rows = [row for row in read_rows(files) if row.document and not row.history and not row.is_held_out]
    known = dict(documents) | page_documents(pages, names_in(rows))
    return [
        TrainingExample(row.question, known[row.document], spans, row.nuggets, row.language)
        for row in rows
        if row.document in known and bool(spans := evidence_spans(known[row.document], row.evidence)) == row.answerable
    ]


def names_in(rows: Iterable[ReadingRow]) -> set[str]:
    """Return the names of the documents that some questions are about."""
    return {name for row in rows for name in row.told}


def our_groups(rows: Sequence[ReadingRow], library: Library) -> Iterator[Group]:
    """Yield the group of each question of our own; one whose evidence is not in its documents is left out."""
    for row in rows:
        group = tuple(_examples(row, library))
        if group:
            yield group


def _examples(row: ReadingRow, library: Library) -> Iterator[ReadingExample]:
    question = with_turns(row.question, row.history)
    for id, evidence in row.told.items():
        document = library.documents[id]
        spans = set(evidence_spans(document, evidence))
        if bool(spans) != bool(evidence):
            return
        unrelated = 0
        for passage in cut_into_passages(document):
            sentences = split_sentences(document.text, passage.start, passage.end)
            telling = frozenset(number for number, span in enumerate(sentences) if span in spans)
            if telling or not spans or unrelated < NEGATIVES_OF_DOCUMENT:
                unrelated += not telling
                reading = passage_reading(question, document, passage, sentences)
                yield ReadingExample(reading, bool(telling), telling, row.short)
    searched = row.history[-1].question if row.kind == "small_talk" and row.history else question
    for passage in _nearest(searched, row, library):
        document = library.generation.documents[passage.document_id]
        sentences = split_sentences(document.text, passage.start, passage.end)
        reading = passage_reading(question, document, passage, sentences)
        yield ReadingExample(reading, answers=False, telling=frozenset())


def _nearest(searched: str, row: ReadingRow, library: Library) -> list[Passage]:
    """Return the nearest passages of other documents that do not hold all nuggets."""
    query = make_query(Question(searched[:SEARCHED_CHARACTERS], row.language), library.encoder)
    hits = retrieve(query, library.generation, limit=DEPTH)
    others = [hit.passage for hit in hits if hit.passage.document_id not in row.told]
    nuggets = row.all_nuggets
    # Documents that a survey of several left out may tell some of it all the same.
    skipped = SKIPPED_OF_SURVEY if len(row.told) > 1 else 0
    return [
        passage for passage in others[skipped:] if not nuggets or nugget_recall(nuggets, passage.text_in_context) < 1
    ][:NEGATIVES]


class TranslationRow(BaseModel):
    """A line of a file of questions of OMoS-QA in other languages."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    question: str
    split: str
    same_sentences_as_english: bool


def squad_groups(file: Path) -> list[Group]:
    """Return groups of random questions of a file of SQuAD 2, half of them unanswerable."""
    groups = [
        (_paragraph_example(article.title, paragraph.context, row.question, row.answers),)
        for article in squad_articles(file)
        for paragraph in article.paragraphs
        for row in paragraph.qas
    ]
    return drawn(groups, SQUAD)


def xquad_groups(english: Path, *others: Path) -> list[Group]:
    """Return groups of random questions in the languages of `others` on the English paragraphs, whose ids are equal."""
    paragraphs = {
        row.id: (article.title, paragraph.context, article.paragraphs[place - 1].context, row.answers)
        for article in squad_articles(english)
        for place, paragraph in enumerate(article.paragraphs)
        for row in paragraph.qas
    }
    groups: list[Group] = []
    for file in others:
        for row in (row for article in squad_articles(file) for part in article.paragraphs for row in part.qas):
            title, context, other, answers = paragraphs[row.id]
            example = _paragraph_example(title, context, row.question, answers)
            groups.append((example, _paragraph_example(title, other, row.question, ())))
    return drawn(groups, XQUAD)


def _paragraph_example(title: str, context: str, question: str, answers: Sequence[SquadAnswer]) -> ReadingExample:
    spans = split_sentences(context)[:SENTENCES_OF_PUBLIC]
    starts = [answer.answer_start for answer in answers]
    telling = frozenset(n for n, span in enumerate(spans) if any(span.start <= start < span.end for start in starts))
    reading = Reading(question, title.replace("_", " "), tuple(span.of(context) for span in spans))
    return ReadingExample(reading, bool(telling), telling, answers[0].text if answers else "")


def omos_groups(file: Path, translations: Path | None) -> list[Group]:
    """Return a group for each question of a file of OMoS-QA, in English and in the languages of its translations."""
    rows = load_omos(file).rows
    questions = {row.id: [row.question] for row in rows}
    for translation in rows_of(translations, TranslationRow) if translations else ():
        is_usable = translation.split == "train" and translation.same_sentences_as_english
        if is_usable and translation.id in questions:
            questions[translation.id].append(translation.question)
    return drawn([_page_group(row, question) for row in rows for question in questions[row.id]], OMOS)


def _page_group(row: OmosRow, question: str) -> Group:
    """Return the first parts of a page as examples, those that answer before the others."""
    title, *lines = row.lines
    answers = {answer - 1 for answer in row.answers}
    examples = []
    for begin in range(0, len(lines), SENTENCES_OF_PUBLIC):
        part = lines[begin : begin + SENTENCES_OF_PUBLIC]
        telling = frozenset(number for number in range(len(part)) if begin + number in answers)
        examples.append(ReadingExample(Reading(question, title, tuple(part)), bool(telling), telling))
    return tuple(sorted(examples, key=lambda example: not example.answers)[:PARTS_OF_PAGE])


def drawn(groups: Sequence[Group], number: int) -> list[Group]:
    """Return a number of groups drawn at random, or all where there are fewer."""
    return random.Random(0).sample(groups, min(number, len(groups)))  # noqa: S311 - no secret


def in_order(ours: Sequence[Group], public: Sequence[Group]) -> list[Group]:
    """Return all groups in the order of training: shuffled, the public ones within the first part of the order."""
    chooser = random.Random(0)  # noqa: S311 - no secret
    placed = [
        *((chooser.random(), group) for group in ours),
        *((chooser.random() * PUBLIC_PART, group) for group in public),
    ]
    return [group for _, group in sorted(placed, key=lambda item: item[0])]
