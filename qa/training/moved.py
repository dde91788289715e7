"""Make near misses: answerable questions moved to another country, or to another place, operation or person.

In: labelled questions, and the documents. Out: the same questions with the name of another, which the documents that
answer them do not have, labelled unanswerable.

Few such questions were written, and in other languages hardly any. Their words and cosines are those of the answerable
ones; what tells them apart is whether the documents name what is asked about, which the scorers learn from these.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus import Document
from corpus.language.countries import countries_named, country_code, country_name
from qa.training.labels import Labelled, LabelledQuestion

MOVED = "moved"  # the kind of these questions
TRIES = 8  # other names that are drawn for a question until its documents lack one
NAME = re.compile(r"(?<=\w )[A-Z][a-z'’-]{3,}")  # a capitalised word that neither begins a question nor abbreviates


def moved_questions(labelled: Sequence[Labelled], documents: Mapping[str, Document]) -> list[Labelled]:
    """Return a near miss of each answerable question on one document that names a country or, in English, another name.

    The same questions and documents give the same near misses.
    """
    draw = random.Random(0)  # noqa: S311 - no secret
    countries = sorted({country for document in documents.values() for country in document.countries})
    known = [country for country in countries if country_code(country)]
    english = [label.question for _, label in labelled if label.language == "en"]
    names = sorted({name for question in english for name in NAME.findall(question) if not countries_named(name, "en")})
    moved: list[Labelled] = []
    for _, label in labelled:
        if label.answerable and label.document:
            told = " ".join(f"{document.title} {document.text}" for document in _evidence(label, documents))
            question = _elsewhere(label, told, draw.sample(known, min(TRIES, len(known))))
            if not question and label.language == "en":
                question = _renamed(label.question, told, draw.sample(names, min(TRIES, len(names))))
            if question:
                near_miss = replace(label, question=question, evidence=frozenset(), nuggets=(), answerable=False)
                moved.append((MOVED, replace(near_miss, is_moved=True)))
    return moved


def _evidence(label: LabelledQuestion, documents: Mapping[str, Document]) -> list[Document]:
    return [documents[id] for id in sorted({id for id, _ in label.evidence})]


def _elsewhere(label: LabelledQuestion, told: str, others: Sequence[str]) -> str:
    """Return a question that names one country with another in its place; "" where it does not name one plainly."""
    named = countries_named(label.question, label.language)
    name = country_name(country_code(named[0]), label.language) if len(named) == 1 else ""
    if not name or name not in label.question:
        return ""
    for other in others:
        question = label.question.replace(name, country_name(country_code(other), label.language))
        if other not in told and countries_named(question, label.language) == [other]:
            return question
    return ""


def _renamed(question: str, told: str, others: Sequence[str]) -> str:
    """Return an English question with another name in place of its last one; "" where it has none."""
    names = [name for name in NAME.findall(question) if not countries_named(name, "en")]
    unknown = [other for other in others if other not in told]
    return question.replace(names[-1], unknown[0]) if names and unknown else ""
