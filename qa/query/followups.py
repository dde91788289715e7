"""Rewrite a follow-up question so that it can be searched by itself.

In: a question and the turns before it. Out: its rewrites, each a question that the user can check: completed by words
of the conversation's first question, completed by words of the last one, and unchanged. The rewrite that the documents
most likely answer is used.
Left out: grammar, and resolving pronouns.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.terms import terms_of
from qa.query.question import Question
from qa.query.vocabulary import any_of, languages, vocabulary

UNCHANGED_PENALTY = 0.2  # of the unchanged question's confidence; the best of 0 to 0.3 on the development dialogues
SURE = 0.9  # confidence from which an unchanged question needs no words of earlier turns
MIN_STANDALONE_TERMS = 8  # from which a question without a word that refers back is taken to name its subject
ENGLISH = vocabulary("en")
OPENING_WORDS = [word for language in languages() for word in vocabulary(language).openings]
OPENING = re.compile(rf"^(?:{any_of(OPENING_WORDS)}\b[\s,.:;–-]*)+(?=\w)", re.IGNORECASE)
POINTING = re.compile(rf"\b{any_of(ENGLISH.pointing_words)}\b", re.IGNORECASE)
PARALLEL = re.compile(rf"\b{any_of(ENGLISH.parallel_words)}\b", re.IGNORECASE)
SUBJECT_NAME = "IOM"  # a question about what IOM does here, asked again of another place, is still about IOM
WORD = re.compile(r"[\w.%$'’-]*\w")
ADDED = re.compile(r" \([^()]*\)$")
# Words that ask, not words that are asked about.
FUNCTION_WORDS = frozenset({*ENGLISH.question_words, *ENGLISH.auxiliaries, *ENGLISH.function_words})


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, and the text of the answer that was given."""

    question: str
    answer: str = ""


def rewrites(question: Question, history: Sequence[Question]) -> tuple[str, ...]:
    """Return the rewrites of a question, its unchanged text last; only the unchanged text where it names its subject.

    `history` are the questions before it, oldest first.

    >>> rewrites(Question("And in Ghana?"), [Question("How many victims did IOM help in Togo in 2015?")])
    ('in Ghana? (victims IOM help 2015)', 'And in Ghana?')
    """
    if not history or (len(question.terms) >= MIN_STANDALONE_TERMS and not POINTING.search(question.text)):
        return (question.text,)
    completions = (complete(question, earlier) for earlier in (history[0], history[-1]))
    return (*dict.fromkeys(text for text in completions if text != question.text), question.text)


def best_rewrite(confidences: Mapping[str, float], question: str) -> str:
    """Return the rewrite that the documents most likely answer, given the confidence for each.

    The unchanged question must lead by UNCHANGED_PENALTY, unless no word of it refers back and its confidence is SURE.

    >>> best_rewrite({"in Ghana? (victims)": 0.5, "And in Ghana?": 0.6}, "And in Ghana?")
    'in Ghana? (victims)'
    """
    unchanged = confidences.get(question, 0.0)
    if unchanged >= SURE and not POINTING.search(question):
        return question
    return max(confidences, key=lambda text: confidences[text] - UNCHANGED_PENALTY * (text == question))


def without_added_words(rewrite: str) -> str:
    """Return a rewrite without the words that were added to the question.

    >>> without_added_words("who pays for it? (shelter Accra)")
    'who pays for it?'
    """
    return ADDED.sub("", rewrite)


def complete(question: Question, earlier: Question) -> str:
    """Return a question's text with the words of an earlier one, in brackets, that it lacks and does not replace.

    >>> complete(Question("And who pays for it?"), Question("Where is the shelter in Accra?"))
    'who pays for it? (shelter Accra)'
    """
    words = WORD.findall(earlier.text)
    missing = _missing_words(question, words, _replaced_words(question, earlier, words))
    return f"{OPENING.sub('', question.text)} ({' '.join(missing)})" if missing else question.text


def _missing_words(question: Question, words: Sequence[str], replaced: frozenset[str]) -> list[str]:
    """Return the words of an earlier question that a question lacks, each once, without function and replaced words."""
    known = set(question.terms)
    missing: list[str] = []
    for word in words:
        terms = set(terms_of(word)) - known
        if terms and word.casefold() not in FUNCTION_WORDS | replaced:
            missing.append(word)
            known |= terms
    return missing


def _replaced_words(question: Question, earlier: Question, words: Sequence[str]) -> frozenset[str]:
    """Return the earlier words that a new country, name or year of the question replaces, in lower case."""
    replaced: list[str] = []
    if question.years:
        replaced += earlier.years
    if question.countries:
        replaced += [word for country in earlier.countries for word in country.split()]
    if PARALLEL.search(question.text) and question.names:
        replaced += [word for word in words if word[0].isupper() and word != SUBJECT_NAME]
    return frozenset(word.casefold() for word in replaced)
