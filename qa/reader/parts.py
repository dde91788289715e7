"""Join what is selected for a question and for its sub-questions, and tell which of these are answered or ask nothing.

In: Selections, or sub-questions and sentences. Out: one Selection with the evidence of all, or what is answered.
Left out: finding the sub-questions (qa.query.decomposition), and naming those that nothing answers (trace).
"""

import re
from calendar import month_name
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus import Span
from corpus.documents.terms import terms_of
from corpus.language.text import years_in
from qa.answers.evidence import Evidence
from qa.query.question import Question
from qa.query.vocabulary import any_of, vocabulary
from qa.reader.selection import Selection

COUNTING = frozenset(terms_of("many much"))  # terms that ask, and that no answer has
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
    rf"(?:{IS}((?:(?!{IS}|\band\b)[^.;])*?)|\b(\w+)\s+)\bby\s+(?:the\s+|an?\s+|its\s+)?"
    rf"(?!(?:{'|'.join(month_name[1:])})\b)[A-Z]"
)


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


def tells_part(sentences: Sequence[str], part: Question, question: Question) -> bool:
    """Return whether one of the sentences has all words of a sub-question.

    For "when?" it has a year, for "by whom?" it tells of somebody who did what the question asks about.

    >>> shelter = Question("When was the shelter opened, and by whom?")
    >>> [tells_part(["The shelter was opened by Norway."], Question(part), shelter) for part in ("by whom?", "when?")]
    [True, False]
    """
    words = set(part.terms) - COUNTING
    if words:
        return any(words <= set(terms_of(sentence)) for sentence in sentences)
    if BY_WHOM.match(part.folded):
        return any(_says_who(sentence, frozenset(question.terms)) for sentence in sentences)
    return part.folded.startswith("when") and any(map(years_in, sentences))


def only_tells(part: Question) -> bool:
    """Return whether a sub-question tells something and asks nothing, as "I'm a student." does."""
    return not part.asks and TELLS.match(part.text) is not None


def _says_who(sentence: str, asked: frozenset[str]) -> bool:
    """Return whether a sentence tells who did what is asked about; its names are no deeds."""
    deeds = (WORD.findall(told or last) for told, last in DONE_BY.findall(sentence))
    return any(set(terms_of(" ".join(filter(str.islower, words)))) & asked for words in deeds)


def has_names(texts: Sequence[str], part: Question) -> bool:
    """Return whether some texts together have all names of a sub-question."""
    return set(terms_of(" ".join(part.names))) <= set(terms_of(" ".join(texts)))


def _each_once(items: Iterable[Evidence]) -> dict[tuple[str, Span], Evidence]:
    """Return evidence by document and span, since passages may overlap."""
    once: dict[tuple[str, Span], Evidence] = {}
    for item in items:
        once.setdefault((item.document.id, item.span), item)
    return once
