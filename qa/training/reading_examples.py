"""Make the examples on which the reader is trained: a question, and passages that answer it or do not.

In: files of questions with their evidence, public data sets, and the index in which hard negatives are searched.
Out: groups of ReadingExamples, one group a question, in the order of training.
Left out: the training itself (embeddings.models.cross_encoder_training).

The negatives of a question are the other passages of its document, and the nearest passages of other documents; those
that hold all its nuggets are left out. A near miss is read against all passages of its document.
"""

import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from corpus import Document, Passage, split_sentences
from corpus.chunking import cut_into_passages
from embeddings import Encoder, Generation
from embeddings.models.cross_encoder import Reading
from embeddings.models.cross_encoder_training import Group, ReadingExample
from qa.evaluation.json_lines import lines_of, rows_of
from qa.evaluation.metrics import nugget_recall
from qa.query.followups import Turn, with_turns
from qa.query.query import make_query
from qa.query.question import Question
from qa.reader.reading import passage_reading
from qa.retrieval import retrieve
from qa.training.examples import DocumentRow, document_of, evidence_spans

HOLD_OUT = 7  # every seventh document is held out, to calibrate on
NEGATIVES, NEGATIVES_OF_DOCUMENT = 1, 2  # passages of other documents, and of the question's own
DEPTH = 12  # passages searched for negatives
PUBLIC_PART = 0.65  # of the training, in which the public data sets come: its end is on our own questions
SQUAD, XQUAD, OMOS = 2500, 1500, 800  # questions drawn from each public data set
SENTENCES_OF_PUBLIC = 9  # of a passage cut from a public data set


class TurnRow(BaseModel):
    """An earlier turn of a conversation."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    answer: str = ""


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
    history: tuple[TurnRow, ...] = ()
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
    return int(hashlib.sha256(document_id.encode()).hexdigest(), 16) % HOLD_OUT == 0


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


def names_in(rows: Iterable[ReadingRow]) -> set[str]:
    """Return the names of the documents that some questions are about."""
    return {name for row in rows for name in row.told}


def page_documents(files: Sequence[Path], names: Iterable[str]) -> dict[str, Document]:
    """Return the pages or documents of some files that have one of the names, by name."""
    wanted = set(names)
    return {row.name: document_of(row) for file in files for row in rows_of(file, DocumentRow) if row.name in wanted}


def our_groups(rows: Sequence[ReadingRow], library: Library) -> Iterator[Group]:
    """Yield the group of each question of our own; one whose evidence is not in its documents is left out."""
    for row in rows:
        group = tuple(_examples(row, library))
        if group:
            yield group


def _examples(row: ReadingRow, library: Library) -> Iterator[ReadingExample]:
    question = with_turns(row.question, [Turn(turn.question, turn.answer) for turn in row.history])
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
                yield ReadingExample(
                    passage_reading(question, document, passage, sentences), bool(telling), telling, row.short
                )
    searched = row.history[-1].question if row.kind == "small_talk" and row.history else question
    for passage in _nearest(searched, row, library):
        document = library.generation.documents[passage.document_id]
        sentences = split_sentences(document.text, passage.start, passage.end)
        yield ReadingExample(passage_reading(question, document, passage, sentences), False, frozenset())


def _nearest(searched: str, row: ReadingRow, library: Library) -> list[Passage]:
    """Return the nearest passages of other documents that do not hold all nuggets."""
    query = make_query(Question(searched[:400], row.language), library.encoder)
    hits = retrieve(query, library.generation, limit=DEPTH)
    others = [hit.passage for hit in hits if hit.passage.document_id not in row.told]
    nuggets = row.all_nuggets
    # Documents that a survey of several left out may tell some of it all the same.
    skipped = 4 if len(row.told) > 1 else 0
    return [
        passage for passage in others[skipped:] if not nuggets or nugget_recall(nuggets, passage.text_in_context) < 1
    ][:NEGATIVES]


def squad_groups(file: Path) -> list[Group]:
    """Return groups of random questions of a file of SQuAD 2, half of them unanswerable."""
    groups: list[Group] = []
    for article in _articles(file):
        for paragraph in article["paragraphs"]:
            groups += [
                (_paragraph_example(article["title"], paragraph["context"], qa["question"], qa["answers"]),)
                for qa in paragraph["qas"]
            ]
    return drawn(groups, SQUAD)


def xquad_groups(english: Path, *others: Path) -> list[Group]:
    """Return groups of random questions in the languages of `others` on the English paragraphs, whose ids are equal."""
    paragraphs, groups = {}, []
    for article in _articles(english):
        for place, paragraph in enumerate(article["paragraphs"]):
            other = article["paragraphs"][place - 1]
            for qa in paragraph["qas"]:
                paragraphs[qa["id"]] = (article["title"], paragraph["context"], other["context"], qa["answers"])
    for file in others:
        for article in _articles(file):
            for qa in (qa for paragraph in article["paragraphs"] for qa in paragraph["qas"]):
                title, context, other, answers = paragraphs[qa["id"]]
                example = _paragraph_example(title, context, qa["question"], answers)
                negative = _paragraph_example(title, other, qa["question"], [])
                groups.append((example, negative))
    return drawn(groups, XQUAD)


def _articles(file: Path) -> list[dict[str, Any]]:
    """Return the articles of a file in the format of SQuAD."""
    articles: list[dict[str, Any]] = json.loads(b"\n".join(line for _, line in lines_of(file)))["data"]
    return articles


def _paragraph_example(
    title: str, context: str, question: str, answers: Sequence[Mapping[str, object]]
) -> ReadingExample:
    spans = split_sentences(context)[:SENTENCES_OF_PUBLIC]
    starts = [int(str(answer["answer_start"])) for answer in answers]
    telling = frozenset(n for n, span in enumerate(spans) if any(span.start <= start < span.end for start in starts))
    reading = Reading(question, title.replace("_", " "), tuple(span.of(context) for span in spans))
    return ReadingExample(reading, bool(telling), telling, str(answers[0]["text"]) if answers else "")


def omos_groups(file: Path, translations: Path | None) -> list[Group]:
    """Return a group for each question of a file of OMoS-QA, in English and in the languages of its translations."""
    questions: dict[int, list[str]] = {}
    rows = [json.loads(line) for _, line in lines_of(file)]
    for row in rows:
        questions[row["id"]] = [row["question"]]
    for _, line in lines_of(translations) if translations else ():
        row = json.loads(line)
        if row["split"] == "train" and row["id"] in questions and row["same_sentences_as_english"]:
            questions[row["id"]].append(row["question"])
    groups = []
    for row in rows:
        title, *lines = row["context"].split("\n")
        answers = {answer - 1 for answer in row["answers"]}
        for question in questions[row["id"]]:
            examples = []
            for begin in range(0, len(lines), SENTENCES_OF_PUBLIC):
                part = lines[begin : begin + SENTENCES_OF_PUBLIC]
                telling = frozenset(number for number in range(len(part)) if begin + number in answers)
                examples.append(ReadingExample(Reading(question, title, tuple(part)), bool(telling), telling))
            examples.sort(key=lambda example: not example.answers)
            groups.append(tuple(examples[:3]))
    return drawn(groups, OMOS)


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
