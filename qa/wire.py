"""Answers and hits as the JSON that `/v1` promises; the command line prints the same."""

from dataclasses import asdict
from typing import Any

from corpus import Document
from corpus.languages import language_of
from qa.answers import Answer, Citation
from qa.retrieval import Hit
from qa.safety.help_card import HelpCard


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return an answer in the shape of `POST /v1/ask`."""
    return {
        "id": answer.id,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "language": answer.language,
        "status": answer.status.value,
        "message": answer.message,
        "confidence": answer.confidence,
        "reason": answer.reason,
        "short_answer": answer.short_answer,
        "statements": [asdict(statement) for statement in answer.statements],
        "citations": [_citation_json(citation) for citation in answer.citations],
        "text": answer.text,
        "help": help_json(answer.help),
        "related_questions": list(answer.related_questions),
        "notes": list(answer.notes),
        "provenance": asdict(answer.provenance),
        "timings_ms": answer.timings_ms,
    }


def hit_json(hit: Hit, document: Document) -> dict[str, Any]:
    """Return a hit in its document, in the shape of `POST /v1/search`."""
    passage = hit.passage
    return {
        "document_id": passage.document_id,
        "passage_id": passage.id,
        "title": document.title,
        "url": document.url,
        "text": passage.text,
        "score": round(hit.score, 6),
        "start": passage.start,
        "end": passage.end,
    }


def help_json(card: HelpCard | None) -> dict[str, Any] | None:
    """Return a help card in the shape of an answer's `help`."""
    if card is None:
        return None
    lines = [asdict(line) for line in card.lines]
    for line in lines:
        del line["members"]
    return asdict(card) | {"lines": lines}


def _citation_json(citation: Citation) -> dict[str, Any]:
    document, span = citation.evidence.document, citation.evidence.span
    return {
        "number": citation.number,
        "document_id": document.id,
        "passage_id": citation.evidence.passage.id,
        "title": document.title,
        "url": document.url,
        "publisher": document.publisher,
        "published": document.published,
        "summary": document.is_summary,
        "language": language_of(citation.evidence.passage.text),
        "quote": citation.quote,
        "start": span.start,
        "end": span.end,
        "view_url": citation.view_url,
    }
