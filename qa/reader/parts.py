"""Join what is selected for a question and for its sub-questions.

In: Selections. Out: one Selection with the evidence of all.
Left out: finding the sub-questions (qa.query.decomposition), and naming those that nothing answers (trace).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus import Span
from qa.answers.evidence import Evidence
from qa.reader.selection import Selection


def join_sub_questions(selection: Selection, parts: Sequence[Selection]) -> Selection:
    """Join the evidence of a question and of its sub-questions, `parts`, if these are answered by several documents.

    What answers the parts answers the question; the rest only adds to it. The confidence is that of the question, or
    the mean of its sub-questions, if that is higher. `selection` is returned if one document answers it and its parts.
    """
    answered = [part for part in parts if part.evidence]
    if len({part.evidence[0].document.id for part in answered}) <= (1 if selection.evidence else 0):
        return selection
    evidence = _each_once(item for part in answered for item in part.evidence)
    added = _each_once(item for part in (selection, *answered) for item in (*part.evidence, *part.more))
    confidence = max(selection.confidence, sum(part.confidence for part in parts) / len(parts))
    more = tuple(item for place, item in added.items() if place not in evidence)
    return replace(
        selection, evidence=tuple(evidence.values()), more=more, nearest=(), confidence=confidence, refusal=""
    )


def with_best_of_parts(selection: Selection, parts: Sequence[Selection]) -> Selection:
    """Return a selection with the best sentence of each sub-question, where it is of a document of the answer."""
    documents = {item.document.id for item in selection.evidence}
    best = [part.evidence[0] for part in parts if part.evidence and part.evidence[0].document.id in documents]
    evidence = _each_once([*selection.evidence, *best])
    more = tuple(item for item in selection.more if (item.document.id, item.span) not in evidence)
    return replace(selection, evidence=tuple(evidence.values()), more=more)


def _each_once(items: Iterable[Evidence]) -> dict[tuple[str, Span], Evidence]:
    """Return evidence by document and span, since passages may overlap."""
    once: dict[tuple[str, Span], Evidence] = {}
    for item in items:
        once.setdefault((item.document.id, item.span), item)
    return once
