"""A question made ready for the search.

In: a parsed question and an encoder. Out: a Query: the question's vector, and what it can be taken apart into.
"""

from dataclasses import dataclass

from embeddings import Encoder, Vector
from qa.query.decomposition import decompose, needs_multiple_documents
from qa.query.question import Question


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A question ready for both searches and for reading what they find.

    `searched` is the question that the index is searched with, and `vector` its unit vector, shape (dimension,).
    `asked` is what was asked: the same, or without the words of earlier turns that a rewrite added. Only its numbers,
    names and countries have to stand in the evidence. `sub_questions` are those that it consists of, if it asks for
    several things; `needs_multiple_documents` tells whether one document is unlikely to answer it.
    """

    searched: Question
    asked: Question
    vector: Vector
    sub_questions: tuple[str, ...]
    needs_multiple_documents: bool


def make_query(searched: Question, encoder: Encoder, asked: Question | None = None) -> Query:
    """Encode a question, and take it apart."""
    return Query(
        searched=searched,
        asked=asked or searched,
        vector=encoder.encode_query(searched.text),
        sub_questions=decompose(searched.text),
        needs_multiple_documents=needs_multiple_documents(searched.text),
    )
