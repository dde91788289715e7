"""Search for evidence: rewrite a question, decompose it, retrieve passages, and read them.

In: a query, and the questions before it. Out: an Attempt for each rewrite, with its searches; and the best Attempt.
Left out: safety and correction before, writing after (assistant).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from embeddings import Encoder, Generation
from qa.query.followups import SURE, best_rewrite, rewrites, without_added_words
from qa.query.query import Query, make_query
from qa.query.question import Question
from qa.reader.scoring import Scorers
from qa.reader.selection import join_sub_questions, select_evidence
from qa.retrieval import Filters, retrieve
from qa.trace import Attempt, Search

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceSearch:
    """Searches an index with the encoder that built it, by the settings of fusion and reading."""

    generation: Generation
    encoder: Encoder
    scorers: Scorers
    fusion: str
    min_confidence: float
    answer_words: int

    def attempts(self, query: Query, earlier: Sequence[Question], filters: Filters) -> Iterator[Attempt]:
        """Search for every rewrite of a question, and for its sub-questions."""
        question = query.asked
        for text in rewrites(question, earlier):
            if text == question.text:
                search = self._search(query, filters)
            else:
                search = self._encode_and_search(Question(text, question.language), question, filters)
            sub_searches = tuple(self._sub_searches(search, filters))
            selection = join_sub_questions(search.selection, [sub.selection for sub in sub_searches])
            yield Attempt(text, search, sub_searches, selection)

    def _sub_searches(self, search: Search, filters: Filters) -> Iterator[Search]:
        """Search for the sub-questions of an English question, unless its confidence is SURE without them."""
        if search.query.searched.is_english and search.selection.confidence < SURE:
            for text in search.query.sub_questions:
                yield self._encode_and_search(Question(text), Question(without_added_words(text)), filters)

    def _encode_and_search(self, searched: Question, asked: Question, filters: Filters) -> Search:
        query, encode_ms = timed(make_query, searched, self.encoder, asked)
        return self._search(query, filters, encode_ms)

    def _search(self, query: Query, filters: Filters, encode_ms: float = 0.0) -> Search:
        """Retrieve passages for a query, and read them."""
        hits, retrieve_ms = timed(retrieve, query, self.generation, filters=filters, fusion=self.fusion)
        selection, read_ms = timed(
            select_evidence,
            query,
            hits,
            self.generation,
            min_confidence=self.min_confidence,
            answer_words=self.answer_words,
            scorers=self.scorers,
        )
        return Search(query, tuple(hits), selection, encode_ms + retrieve_ms, read_ms)


def best_attempt(attempts: Sequence[Attempt], question: str) -> Attempt | None:
    """Return the attempt whose rewrite the documents answer most likely; None where there is no attempt."""
    if not attempts:
        return None
    by_rewrite = {attempt.rewrite: attempt for attempt in attempts}
    confidences = {rewrite: attempt.selection.confidence for rewrite, attempt in by_rewrite.items()}
    return by_rewrite[best_rewrite(confidences, question)]


def timed(step: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> tuple[Result, float]:
    """Call a step; return its result, and the milliseconds that it took."""
    begin = time.perf_counter()
    result = step(*args, **kwargs)
    return result, (time.perf_counter() - begin) * 1000
