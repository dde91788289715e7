"""A question prepared for retrieval: encoded and decomposed.

In: a parsed question and an encoder. Out: a Query: its vector, its sub-questions, whether it needs several documents.
"""

from dataclasses import dataclass

from embeddings import Encoder, Vector
from qa.query.decomposition import decompose, needs_multiple_documents
from qa.query.question import Question


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A question prepared for both searches and for reading their hits.

    `searched` is the question that the index is searched with, and `vector` its unit vector, shape (dimension,).
    `asked` is the same, or without the words of earlier turns that a rewrite added; only its numbers, names and
    countries have to occur in the evidence. `sub_questions` is empty where it asks for one thing;
    `needs_multiple_documents` is true where a single document is unlikely to answer it.
    """

    searched: Question
    asked: Question
    vector: Vector
    sub_questions: tuple[str, ...]
    needs_multiple_documents: bool


def make_query(searched: Question, encoder: Encoder, asked: Question | None = None) -> Query:
    """Encode a question and decompose it; `asked` is the question without added words, where it has any."""
    return Query(
        searched=searched,
        asked=asked or searched,
        vector=encoder.encode_query(searched.text),
        sub_questions=decompose(searched.text),
        needs_multiple_documents=needs_multiple_documents(searched.text),
    )
