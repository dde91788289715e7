"""Answer a question in the words of the documents, below what the tables of figures tell.

In: the Trace of a question, and what it asks the tables for. Out: its Answer, whose statements are quotes, or which
says why there are none.
Left out: finding what is quoted (evidence_search), and language models (writer.rewriting).
"""

import hashlib

from qa.answers.answer import STATUSES, Answer, Provenance, Status
from qa.answers.hits import Filters
from qa.answers.replies import message_of
from qa.figures.joining import with_figures
from qa.figures.question import FiguresQuestion
from qa.pipeline.trace import Trace
from qa.reader.numbers_to_call import lack_number, matches_requested_country
from qa.reader.reading import ReaderSettings
from qa.reader.selection import Selection
from qa.writer.extractive import compose
from qa.writer.notes import notes_on
from qa.writer.related_questions import related_questions


def quote_documents(
    trace: Trace, provenance: Provenance, reading: ReaderSettings, filters: Filters, figures: FiguresQuestion | None
) -> Answer:
    """Return the answer that a Trace led to; equal input gives it an equal id."""
    findings, understood = trace.findings, trace.understood
    selection = findings.selection if findings else Selection()
    standalone = understood.text if findings else trace.prepared.text
    language = understood.language
    searched = findings.search.query.searched if findings else trace.prepared.question
    # Who asks for a number to call is told one of the country that they name; beside the help card nothing else.
    asked = findings.search.query.asked if findings else searched
    told = [item.text for item in selection.evidence]
    if lack_number(asked, searched, told, at_risk=understood.help is not None):
        selection = Selection(nearest=selection.evidence[:1] or selection.nearest)
    may_state = matches_requested_country(searched)
    composed = compose(selection.evidence, selection.more, is_overview=selection.is_overview, may_state=may_state)
    reason = "" if composed.statements else understood.reason or "no_evidence"
    is_sure = selection.confidence >= reading.scorers.thresholds.sure_confidence
    status = STATUSES[reason] if reason else Status.ANSWERED if is_sure else Status.PARTIAL
    # Beside a help card nothing is shown that only lies near the question: it may frighten.
    beside_refusal = compose(() if understood.help else selection.nearest, may_state=may_state)
    topics = (trace.topic,) if trace.topic and not understood.help else ()
    # A partial answer is too uncertain for a short one, and of several documents it would answer only one.
    short = selection.short_answer if findings and status == Status.ANSWERED and not findings.is_joined else None
    hits = findings.search.hits if findings and not understood.help else ()
    citations = composed.citations or beside_refusal.citations
    made_from = repr((standalone, language, filters, topics, provenance, reading.documents, reading.words))
    quoted = Answer(
        id=hashlib.sha256(made_from.encode()).hexdigest()[:16],
        question=trace.prepared.text,
        standalone_question=standalone,
        language=language,
        status=status,
        topics=topics,
        confidence=round(selection.confidence, 4),
        provenance=provenance,
        message=message_of(reason, status, language, has_card=understood.help is not None),
        reason=reason,
        short_answer=short.words if short and short.is_sure else None,
        statements=composed.statements,
        more=composed.more,
        nearest=beside_refusal.statements,
        unanswered=findings.untold if findings and composed.statements else (),
        citations=citations,
        help=understood.help,
        related_questions=related_questions(hits, language, {citation.document_id for citation in citations}),
        notes=notes_on(selection.evidence, composed.citations, language),
        timings_ms=trace.timings_ms,
    )
    return with_figures(quoted, figures)
