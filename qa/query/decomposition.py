"""Decompose a question that asks for several things: of several countries, years or names, or one after another.

In: an English question. Out: its sub-questions, each to be searched by itself, none where it asks for one thing only.
Left out: whether the documents answer each of them (reader). A needless sub-question costs a search and no answer.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from corpus.documents.terms import terms_of
from corpus.language.text import YEAR, without_possessive
from qa.query.described_things import (
    ASKED,
    JOINT,
    before_colon,
    described_things,
    join_names,
    join_small_words,
    part_names,
    without_repeated_question,
)
from qa.query.question import Question
from qa.query.vocabulary import any_of, languages, vocabulary

MAX_SUB_QUESTIONS = 6  # each costs as much time as a question
MAX_CHARACTERS = 240  # of a question that is decomposed; a longer one tells a story, and each sub-question repeats it
MIN_TERMS = 2  # of a first clause that can be searched
ENGLISH = vocabulary("en")
OPENING_WORDS = [word for language in languages() for word in vocabulary(language).openings]
OPENING = re.compile(rf"^(?:{any_of(OPENING_WORDS)}\b[\s,.:;–-]*)+(?=\w)", re.IGNORECASE)
PARALLEL = re.compile(rf"\b{any_of(ENGLISH.parallel_words)}\b", re.IGNORECASE)
SUBJECT_NAME = "IOM"  # a question about what IOM does here, asked again of another place, is still about IOM
WORD = re.compile(r"[\w.%$'’-]*\w")
ADDED = re.compile(r" \([^()]*\)$")
# Words that ask, not words that are asked about.
FUNCTION_WORDS = frozenset({*ENGLISH.question_words, *ENGLISH.auxiliaries, *ENGLISH.function_words})
ASKS = any_of([*ENGLISH.question_words, *ENGLISH.auxiliaries, *ENGLISH.requests])
QUESTION_WORD = re.compile(rf"\b{any_of(ENGLISH.question_words)}\b", re.IGNORECASE)
# The start of a further clause with a question of its own: after a full stop, a comma or "and".
CLAUSE = re.compile(
    rf"(?:[?.!;]\s+|,?\s+(?:and|but|or)\s+|,\s+)(?=(?:(?:in|on|at|by|for|to|with|from|of)\s+)?{ASKS}\b)", re.IGNORECASE
)
LEAD = r"(?:(?:in|from|of|the|for|by|an?)\s+){0,2}"
NAME = r"(?!I\b)[A-Z\d][\w'’./-]*(?:\s+(?:of\s+)?[A-Z\d][\w'’./-]*){0,4}"
LIST = re.compile(rf"{LEAD}{NAME}(?:{JOINT}{LEAD}{NAME})+")
LEADING = re.compile(rf"({LEAD})(.*)")
GOES_ON = re.compile(rf"{JOINT}[^,;:?]*[A-Z]")
NAMED = re.compile(rf"[A-Z]|{YEAR}")
SINGLE_YEAR = re.compile(rf"(?<![\d–-]){YEAR}(?![\d–-])")  # no end of a span such as 2007-2013
YEAR_SPAN = re.compile(rf"\b(?:between|from|since)\s+(?:\w+\s+)?{YEAR}\s+(?:and|to|until|till)\b", re.IGNORECASE)


def decompose(question: str) -> tuple[str, ...]:
    """Return the sub-questions of a question, at most MAX_SUB_QUESTIONS; none where it is long or asks for one thing.

    >>> decompose("Who funds the shelters in Ghana, Togo and Benin?")
    ('Who funds the shelters in Ghana?', 'Who funds the shelters in Togo?', 'Who funds the shelters in Benin?')
    >>> decompose("What is the Blue Heart, and who leads it?")
    ('What is the Blue Heart', 'who leads it? (Blue Heart)')
    >>> decompose("When did the shelter open, and why there?")
    ('When did the shelter open', 'why there? (shelter open)')
    >>> decompose("Who funds the shelter in Ghana?")
    ()
    """
    if len(question) > MAX_CHARACTERS:
        return ()
    parts = (
        part_names(part)
        for clause in _clauses(join_names(without_repeated_question(question)))
        for part in _listed_things(join_small_words(clause))
    )
    sub_questions = tuple(dict.fromkeys(islice(parts, MAX_SUB_QUESTIONS)))
    return sub_questions if len(sub_questions) > 1 else ()


def _clauses(question: str) -> Iterator[str]:
    """Yield the clauses of a question, the later ones completed by the words of the first that they may refer to."""
    first, *others = (clause.strip() for clause in CLAUSE.split(question))
    if len(terms_of(first)) >= MIN_TERMS:
        yield first
    for clause in others:
        if terms_of(clause) or QUESTION_WORD.search(clause):
            yield complete(Question(clause), Question(first))


def _listed_things(clause: str) -> Iterator[str]:
    """Yield a clause once for each thing that it lists, alone in the place of the list."""
    before, colon, listed = clause.partition(":")
    if colon and not ASKED.match(listed) and (items := re.split(JOINT, listed.strip(" ?.!")))[1:]:
        yield from (f"{before}: {item}" for item in items if item)
        return
    if things := _named(clause) or before_colon(clause) or described_things(clause):
        yield from things
        return
    years = [] if YEAR_SPAN.search(clause) else list(dict.fromkeys(SINGLE_YEAR.findall(clause)))
    yield from (_with_single_year(clause, year) for year in years) if years else [clause]


def _named(clause: str) -> list[str]:
    """Return a clause once for each name that it lists, alone in the place of the list; nothing for a span of years."""
    if YEAR_SPAN.search(clause):
        return []
    for match in LIST.finditer(clause):
        items = re.split(JOINT, match[0])
        if all(map(NAMED.search, items)) and _is_whole(match, items):
            lead = LEADING.sub(r"\1", items[0])
            names = [items[0], *(lead + LEADING.sub(r"\2", item) for item in items[1:])]
            return [clause[: match.start()] + name + clause[match.end() :] for name in names]
    return []


def _is_whole(match: re.Match[str], items: Sequence[str]) -> bool:
    """Return whether a list of names is no part of a list of described things, such as "in Peru and in Rome's port"."""
    possessive = [item != without_possessive(item) for item in (items[0], items[-1])]
    return possessive != [False, True] and not GOES_ON.match(match.string, match.end())


def _with_single_year(clause: str, year: str) -> str:
    """Return a clause with all years but one removed."""
    remaining = SINGLE_YEAR.sub(lambda match: match[0] if match[0] == year else "", clause)
    return re.sub(r"\s+(?=[\s?.,])", "", remaining).strip()


def without_added_words(sub_question: str) -> str:
    """Return a sub-question without the words that `complete` added to it.

    >>> without_added_words("who pays for it? (shelter Accra)")
    'who pays for it?'
    """
    return ADDED.sub("", sub_question)


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
