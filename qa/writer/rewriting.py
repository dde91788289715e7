"""Have a language model write an answer anew, and show of it what its sources support.

In: an answer of quotes, and the turns before it. Out: the same answer in the model's sentences, each with the real
quotes that it was checked against; or the answer as it was, with the reason in its provenance.
What leaves: question, turns and quotes, without personal data; no document's address. Left out: conversations that
showed the help card, which stay here (assistant).
"""

import hashlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus import Span, is_list_item, split_sentences
from qa.answers.answer import ANSWERING, Answer, Citation, Provenance, Statement, Status
from qa.answers.evidence import Evidence
from qa.answers.explanation import DroppedSentence
from qa.answers.replies import reply
from qa.query.followups import Turn
from qa.safety.sanitizer import mask
from qa.writer.checking import NOT_FOUND, Verdict, check_sentence
from qa.writer.extractive import POINTING
from qa.writer.llm import LanguageModel, NotWritten, Task, masked_turns
from qa.writer.llm_replies import ModelSentence
from qa.writer.notes import notes_on
from qa.writer.support import Judge

Tell = Callable[[Answer], None]  # takes an answer as far as it is written

# What a page or another tool might make a link, an image or markup of.
LINK = re.compile(
    r"\w+://|\bwww\.|\b(?:javascript|data|mailto):|[\w-]\.[a-z]{2,}/|\]\s*[(\[]|<\s*[a-z/!]|&#?\w+;|`", re.IGNORECASE
)


def rewrite(
    answer: Answer, turns: Sequence[Turn], model: LanguageModel, judge: Judge | None, tell: Tell, until: float
) -> tuple[Answer, tuple[DroppedSentence, ...]]:
    """Return an answer in the words of a model, or as it was, and the sentences that were dropped.

    What is not answered is not asked: the reader decides that. A model that does not know is believed, unless the
    reader is sure.
    """
    if answer.status not in ANSWERING:
        return answer, ()
    draft = Draft(answer, model.name, tell)
    if judge is None:
        return draft.fallen_back("no_reader"), ()
    sources = [source for citation in answer.citations for source in _sources(citation.evidence)]
    task = Task.of(mask(answer.standalone_question), masked_turns(turns), sources)
    reason, begin = "", time.perf_counter()
    try:
        for sentence in model.sentences(task, until):
            for span in split_sentences(sentence.text, 0, len(sentence.text)):
                draft.add(replace(sentence, text=span.of(sentence.text)), task, judge)
                if time.monotonic() > until:  # checking many sentences takes long, too
                    raise NotWritten("time_out")
    except NotWritten as problem:
        reason = problem.reason
    timings_ms = timings_with(answer.timings_ms, "write", (time.perf_counter() - begin) * 1000)
    return replace(draft.finished(reason), timings_ms=timings_ms), tuple(draft.dropped)


def timings_with(timings_ms: Mapping[str, float], step: str, ms: float) -> dict[str, float]:
    """Return the milliseconds of an answer by step, with those of a further step.

    >>> timings_with({"select": 0.1, "total": 0.1}, "write", 0.2)
    {'select': 0.1, 'total': 0.3, 'write': 0.2}
    """
    return {**timings_ms, step: round(ms, 1), "total": round(timings_ms["total"] + ms, 1)}


def _sources(quote: Evidence) -> list[Evidence]:
    """Return the sentences of a quote, by which a model's are checked one by one; a list as a whole."""
    text = quote.document.text
    spans = split_sentences(text, quote.span.start, quote.span.end)
    return [quote] if any(is_list_item(text, span) for span in spans) else [replace(quote, span=span) for span in spans]


@dataclass(slots=True)
class Draft:
    """An answer that a model is writing: what it has of checked sentences, and what was dropped.

    `before` are the documents of the sentence before, none where that was dropped.
    """

    answer: Answer
    model: str
    tell: Tell
    statements: list[Statement] = field(default_factory=list)
    citations: dict[tuple[str, Span], Citation] = field(default_factory=dict)
    dropped: list[DroppedSentence] = field(default_factory=list)
    before: frozenset[str] = frozenset()

    def add(self, sentence: ModelSentence, task: Task, judge: Judge) -> None:
        """Take a sentence if it passes the check, and tell the answer so far."""
        if sentence.text in [*(said.text for said in self.statements), *(lost.text for lost in self.dropped)]:
            return  # small models repeat themselves
        verdict = Verdict("link") if LINK.search(sentence.text) else self._verdict(sentence, task, judge)
        documents = {quote.document.id for quote in verdict.quotes}
        # What "it" refers to stands in the sentence before, which has to be shown and to be of the same document.
        points_nowhere = POINTING.match(sentence.text) is not None and self.before.isdisjoint(documents)
        if reason := verdict.reason or ("points nowhere" if points_nowhere else ""):
            self.dropped.append(DroppedSentence(sentence.text, reason))
            self.before = frozenset()
            return
        self.before = frozenset(documents)
        numbers = tuple(sorted({self._number(quote) for quote in verdict.quotes}))
        self.statements.append(Statement(sentence.text, numbers, round(verdict.support, 4)))
        self.tell(self.written())

    def _verdict(self, sentence: ModelSentence, task: Task, judge: Judge) -> Verdict:
        """Check a sentence against its quotes; where these are a model's own words, against the sources it names."""
        sources = [task.sources.get(quote.id) for quote in sentence.quotes]
        verdict = check_sentence(sentence.text, [quote.words for quote in sentence.quotes], sources, judge)
        if verdict.reason != NOT_FOUND:
            return verdict
        return check_sentence(sentence.text, [source.text if source else "" for source in sources], sources, judge)

    def _number(self, quote: Evidence) -> int:
        key = (quote.document.id, quote.span)
        return self.citations.setdefault(key, Citation(len(self.citations) + 1, quote)).number

    def finished(self, reason: str) -> Answer:
        """Return the answer when the model wrote its last, by the reason why it ended before, or ""."""
        if self.statements and len(self.statements) >= len(self.dropped):
            return self.written()
        if reason == "unknown" and not self.dropped and self.answer.status is Status.PARTIAL:
            return self.refused()
        return self.fallen_back(reason or "unsupported")

    def written(self) -> Answer:
        """Return the answer in the sentences that passed."""
        answer, citations = self.answer, tuple(self.citations.values())
        doubt = reply("partial", answer.language) if answer.status is Status.PARTIAL else ""
        short = answer.short_answer
        is_quoted = short is not None and any(short in citation.quote for citation in citations)
        return replace(
            answer,
            id=self._id(),
            message=f"{doubt} {reply('written_by_model', answer.language)}".strip(),
            short_answer=short if is_quoted else None,
            statements=tuple(self.statements),
            more=(),
            citations=citations,
            notes=notes_on([citation.evidence for citation in citations], citations, answer.language),
            provenance=self._provenance("llm"),
        )

    def refused(self) -> Answer:
        """Return the answer of a model that does not know, with the quotes as the nearest that there is."""
        answer = self.answer
        return replace(
            answer,
            id=self._id(),
            status=Status.NO_EVIDENCE,
            reason="no_evidence",
            message=reply("no_evidence", answer.language),
            short_answer=None,
            statements=(),
            more=(),
            nearest=(*answer.statements, *answer.more),
            unanswered=(),
            notes=(),
            provenance=self._provenance("llm"),
        )

    def fallen_back(self, reason: str) -> Answer:
        """Return the answer as it was, which says why no model wrote it."""
        answer = self.answer
        message = f"{reply('not_by_model', answer.language)} {answer.message}".strip()
        return replace(answer, message=message, provenance=self._provenance("extractive", reason))

    def _provenance(self, writer: str, fallback: str = "") -> Provenance:
        return replace(
            self.answer.provenance, writer=writer, model=self.model, fallback=fallback, dropped=len(self.dropped)
        )

    def _id(self) -> str:
        """Return an id for what was written; a model may write something else the next time."""
        text = "\n".join(statement.text for statement in self.statements)
        return hashlib.sha256(f"{self.answer.id}\n{self.model}\n{text}".encode()).hexdigest()[:16]
