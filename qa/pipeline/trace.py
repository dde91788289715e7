"""The record of how a question was answered, step by step.

Out: a Trace, which the benchmark reads, and its Explanation, which the command line and the API show: how the question
was understood, what was searched, retrieved, selected and rejected and why, and how long each step took.
"""

import re
from calendar import month_name
from dataclasses import dataclass

from corpus.documents.terms import terms_of
from corpus.language.text import years_in
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
from qa.query.query import Query
from qa.query.question import Question
from qa.query.vocabulary import any_of, vocabulary
from qa.reader.scoring import Scorers
from qa.reader.selection import Candidate, Selection
from qa.reader.short_answers import ShortAnswer
from qa.safety.intake import PreparedQuestion

COUNTING = frozenset(terms_of("many much"))  # terms that ask, and that no answer has
MONTHS = "|".join(month_name[1:])
BY_WHOM = re.compile(r"(?:and )?by (?:whom|who)\b")
WORD = re.compile(r"\w+")
# What an asker tells of themselves or of others before they ask: "I'm a student.", "My cousin was promised work.". What
# they wish to know is asked.
TELLS = re.compile(
    r"(?:i|we|my|our|he|she|they|his|her|their)\b"
    rf"(?!.*\b(?:want|need|like|know|look|looking|wonder|wondering|{any_of(vocabulary('en').question_words)})\b)",
    re.IGNORECASE,
)
# What is told in the passive of somebody: "was opened in Accra by the Ministry", "funded by Norway". Of "was opened and
# run by Norway" it is the last deed.
IS = r"\b(?:is|are|was|were|been|being)\b"
DONE_BY = re.compile(
    rf"(?:{IS}((?:(?!{IS}|\band\b)[^.;])*?)|\b(\w+)\s+)\bby\s+(?:the\s+|an?\s+|its\s+)?(?!(?:{MONTHS})\b)[A-Z]"
)


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
        return tuple(
            part.text
            for part in not_found
            if not (self._says(part) or TELLS.match(part.text))
            and (self.is_joined or part.text in self.search.query.asked.text or not self._names(part))
        )

    def _says(self, part: Question) -> bool:
        """Return whether one sentence of the evidence has all words of a sub-question.

        For "when?" it has a year, for "by whom?" it tells of somebody who did what is asked about.
        """
        words = set(part.terms) - COUNTING
        said = (item.text for item in self.selection.evidence)
        if words:
            return any(words <= set(terms_of(sentence)) for sentence in said)
        if BY_WHOM.match(part.folded):
            return any(map(self._says_who, said))
        return part.folded.startswith("when") and any(map(years_in, said))

    def _says_who(self, sentence: str) -> bool:
        """Return whether a sentence tells who did what the question asks about; its names are no deeds."""
        asked = set(self.search.query.asked.terms)
        deeds = (WORD.findall(told or last) for told, last in DONE_BY.findall(sentence))
        return any(asked & set(terms_of(" ".join(filter(str.islower, words)))) for words in deeds)

    def _names(self, part: Question) -> bool:
        """Return whether the evidence or the titles of its documents have all names of a sub-question."""
        said = terms_of(" ".join(f"{item.document.title} {item.text}" for item in self.selection.evidence))
        return set(terms_of(" ".join(part.names))) <= set(said)

    @property
    def searches(self) -> tuple[Search, ...]:
        """All searches, with that of the question first."""
        return (self.search, *self.sub_searches)


@dataclass(frozen=True, slots=True)
class Trace:
    """The steps of one answer.

    `prepared` is the question as it came out of the safety step, `understood` the same without misspelt words, after
    the safety step on the corrected text and the classifier of distress.
    `findings` are None where the question was not searched for, `topic` where it took over nothing from earlier turns.
    `dropped` are the sentences of a language model that did not pass the check.
    """

    prepared: PreparedQuestion
    understood: PreparedQuestion
    findings: Findings | None
    topic: Topic | None
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
