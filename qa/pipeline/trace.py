"""The record of how a question was answered, step by step.

Out: a Trace, which the benchmark reads, and its Explanation, which the command line and the API show: how the question
was understood, what was searched, retrieved, selected and rejected and why, and how long each step took.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answers.answer import Topic
from qa.answers.explanation import (
    DroppedSentence,
    ExplainedSearch,
    Explanation,
    FoundPassage,
    WeighedDocument,
    WeighedPhrase,
    WeighedSentence,
)
from qa.answers.hits import Hit
from qa.query.followups import Turn
from qa.query.query import Query
from qa.reader.parts import has_names, only_tells, tells_part
from qa.reader.scoring import Scorers
from qa.reader.selection import Candidate, Selection
from qa.reader.short_answers import ShortAnswer
from qa.safety.intake import PreparedQuestion


@dataclass(frozen=True, slots=True)
class Search:
    """A question or sub-question as it was searched, the passages found for it, and the evidence selected from them.

    `read` are the hits whose sentences were scored.
    """

    query: Query
    hits: tuple[Hit, ...]
    read: tuple[Hit, ...]
    selection: Selection
    retrieve_ms: float
    read_ms: float

    def explained(self, scorers: Scorers) -> ExplainedSearch:
        """Return what was found and weighed, with what each feature contributed."""
        selection, query = self.selection, self.query
        question = scorers.of_question(query.asked.language, is_follow_up=query.is_follow_up)
        return ExplainedSearch(
            searched=query.searched.text,
            passages=tuple(FoundPassage(hit.passage.id, hit.score, hit.cosine, hit.bm25) for hit in self.hits),
            confidence=selection.confidence,
            refusal=selection.refusal,
            contributions=question.contributions(selection.features) if selection.features else {},
            short_answer=_phrase(selection.short_answer, scorers) if selection.short_answer else None,
            documents=tuple(
                WeighedDocument(id, scorers.document.probability(features), scorers.document.contributions(features))
                for id, features in selection.documents.items()
            ),
            sentences=tuple(_sentence(candidate, scorers) for candidate in selection.candidates),
        )


def _phrase(short: ShortAnswer, scorers: Scorers) -> WeighedPhrase:
    return WeighedPhrase(short.words, short.probability, scorers.phrase.contributions(short.features))


def _sentence(candidate: Candidate, scorers: Scorers) -> WeighedSentence:
    evidence = candidate.evidence
    return WeighedSentence(
        passage_id=evidence.passage.id,
        start=evidence.span.start,
        end=evidence.span.end,
        text=evidence.text,
        support=evidence.support,
        cosine=candidate.cosine,
        contributions=scorers.sentence.contributions(candidate.features),
        rejected=candidate.reason,
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """The search for a question, those for its sub-questions, and the evidence selected from all of them."""

    search: Search
    sub_searches: tuple[Search, ...]
    selection: Selection

    @property
    def is_joined(self) -> bool:
        """Whether the selection holds evidence that only sub-questions found, of further documents."""
        documents = {item.document.id for item in self.search.selection.evidence}
        return any(item.document.id not in documents for item in self.selection.evidence)

    @property
    def untold(self) -> tuple[str, ...]:
        """The words of the sub-questions for which nothing was found, where others are answered.

        One whose words do not stand together in the question is named only where the selection is joined, or lacks its
        names; one that tells something and asks nothing is not.
        """
        not_found = [search.query.asked for search in self.sub_searches if not search.selection.evidence]
        if len(not_found) == len(self.sub_searches):
            return ()
        question, told = self.search.query.asked, [item.text for item in self.selection.evidence]
        titles = [item.document.title for item in self.selection.evidence]
        return tuple(
            part.text
            for part in not_found
            if not (only_tells(part) or tells_part(told, part, question))
            and (self.is_joined or part.text in question.text or not has_names([*titles, *told], part))
        )

    @property
    def searches(self) -> tuple[Search, ...]:
        """All searches, with that of the question first."""
        return (self.search, *self.sub_searches)


@dataclass(frozen=True, slots=True)
class Trace:
    """The steps of one answer.

    `prepared` is the question as it came out of the safety step, `understood` the same without misspelt words, after
    the safety step on the corrected text and the classifier of distress.
    `findings` are None where the question was not searched for, `topic` where it took over nothing from earlier turns;
    `turns` are those that it leans on, as they were meant.
    `dropped` are the sentences of a language model that did not pass the check.
    """

    prepared: PreparedQuestion
    understood: PreparedQuestion
    findings: Findings | None
    topic: Topic | None
    turns: Sequence[Turn]
    understand_ms: float
    total_ms: float
    dropped: tuple[DroppedSentence, ...] = ()

    @property
    def timings_ms(self) -> dict[str, float]:
        """Milliseconds by step, with one decimal."""
        searches = self.findings.searches if self.findings else ()
        steps = {
            "understand": self.understand_ms,
            "retrieve": sum(search.retrieve_ms for search in searches),
            "select": sum(search.read_ms for search in searches),
            "total": self.total_ms,
        }
        return {step: round(ms, 1) for step, ms in steps.items()}

    def explained(self, scorers: Scorers) -> Explanation:
        """Return the record as it is shown; the scorers are those that the sentences were weighed by."""
        return Explanation(
            asked=self.prepared.text,
            understood=self.understood.text,
            reason=self.understood.reason,
            searches=tuple(search.explained(scorers) for search in self.findings.searches) if self.findings else (),
            dropped=self.dropped,
            timings_ms=self.timings_ms,
        )
