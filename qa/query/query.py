"""A question prepared for retrieval and reading: encoded and decomposed.

In: a parsed question, the turns before it, and an encoder. Out: a Query: its vectors, the text to read it by, its
sub-questions, whether it asks for an overview.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from embeddings import Encoder, Vector
from embeddings.models.linear_classifier import LinearClassifier
from qa.query.decomposition import decompose
from qa.query.followups import Turn, behind_questions, with_turns
from qa.query.question import Question


@dataclass(frozen=True, eq=False)
class Query:
    """A question prepared for both searches and for reading their hits.

    `asked` is the question; only its numbers, names and countries have to occur in the evidence. `searched` is the
    same, of a follow-up behind the questions in which its subject stands; `vector` is its unit vector, shape
    (dimension,), by which it is classified. `read` is the question as the reader sees it: one in another language with
    its English words, and a follow-up with the last turns behind it. `sub_questions` is empty where it asks for one
    thing; `is_overview` is true where several documents are likely to answer it, each in part.
    """

    asked: Question
    searched: Question
    vector: Vector
    encoder: Encoder
    read: str
    is_follow_up: bool
    sub_questions: tuple[str, ...]
    is_overview: bool

    @cached_property
    def search_vector(self) -> Vector:
        """The unit vector by which it is searched: in other languages, between its own and that of its English words.

        Earlier questions are classified and mostly not searched, so it is made when it is first used.
        """
        if not self.searched.english:
            return self.vector
        total = self.vector + self.encoder.encode_query(self.searched.english)
        return total / np.linalg.norm(total)


def make_query(
    asked: Question,
    encoder: Encoder,
    turns: Sequence[Turn] = (),
    overviews: LinearClassifier | None = None,
    *,
    subject: Sequence[Turn] = (),
) -> Query:
    """Encode a question, behind the questions of the turns in which its subject stands, and decompose it.

    `subject` are these turns, the last one where none are given. Without `overviews`, none is recognised.
    """
    behind = subject or turns[-1:]
    searched = Question(behind_questions(asked.text, behind), asked.language) if behind else asked
    vector = encoder.encode_query(searched.text)
    return Query(
        asked=asked,
        searched=searched,
        vector=vector,
        encoder=encoder,
        read=with_turns(f"{asked.text} {asked.english}".strip(), turns),
        is_follow_up=bool(turns),
        sub_questions=decompose(asked.text),
        is_overview=overviews is not None and overviews.predict(vector),
    )
