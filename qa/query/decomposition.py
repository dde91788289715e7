"""Decompose a question that asks for several things: of several countries, years or names, or one after another.

In: an English question. Out: its sub-questions, each to be searched by itself; none where it asks for one thing only.
And whether it needs several documents, be there sub-questions or not.
Left out: whether the documents answer each of them (reader). A needless sub-question costs a search and no answer.
"""

import re
from collections.abc import Iterator
from itertools import islice

from corpus.countries import countries_named
from corpus.terms import terms_of
from corpus.text import YEAR
from qa.query.followups import complete
from qa.query.question import Question
from qa.query.vocabulary import any_of, vocabulary

MOST = 6  # sub-questions that are searched; each costs as much as a question
FEWEST_TERMS = 2  # of a first clause that can be searched
ENGLISH = vocabulary("en")
ASKS = any_of([*ENGLISH.question_words, *ENGLISH.auxiliaries, *ENGLISH.requests])
# Where a clause begins that asks something of its own: after a full stop, a comma or "and".
CLAUSE = re.compile(
    rf"(?:[?.!;]\s+|,?\s+(?:and|but|or)\s+|,\s+)(?=(?:(?:in|on|at|by|for|to|with|from|of)\s+)?{ASKS}\b)", re.IGNORECASE
)
JOINT = r"(?:\s*[,;]\s*(?:and\s+|or\s+)?|\s+(?:and|or|versus|vs\.?|than)\s+)"
LEAD = r"(?:(?:in|from|of|the|for|by|an?)\s+){0,2}"
NAME = r"[A-Z\d][\w'’./-]*(?:\s+(?:of\s+)?[A-Z\d][\w'’./-]*){0,4}"
LIST = re.compile(rf"{LEAD}{NAME}(?:{JOINT}{LEAD}{NAME})+")
LEADING = re.compile(rf"({LEAD})(.*)")
NAMED = re.compile(rf"[A-Z]|{YEAR}")
SINGLE_YEAR = re.compile(rf"(?<![\d–-]){YEAR}(?![\d–-])")  # no end of a span such as 2007-2013
YEAR_SPAN = re.compile(rf"\b(?:between|from|since)\s+(?:\w+\s+)?{YEAR}\s+(?:and|to|until|till)\b", re.IGNORECASE)

# What needs several documents: to compare, to survey, or to name many things where nothing particular is asked about.
SURVEY = re.compile(
    rf"\b(?:{any_of(ENGLISH.survey_words)}|{any_of(ENGLISH.comparatives)}\b[^?]{{,200}}\bor)\b", re.IGNORECASE
)
THEME = re.compile(rf"{any_of(ENGLISH.theme_openings)}\b", re.IGNORECASE)
# Up to two words between "which" and its noun; a verb or an article there begins another phrase.
BETWEEN = (
    r"(?: (?!(?:is|are|was|were|do|does|did|has|have|had|should|can|could|will|would|the|an?|of|in|for|to|two|three"
    r"|four)\b)[\w-]+){0,2}"
)
MANY = re.compile(
    rf"\b(?:which|what|name|list){BETWEEN} (?!{any_of(ENGLISH.singular_words)}\b)"
    rf"(?:\w{{3,}}s|{'|'.join(ENGLISH.irregular_plurals)})\b",
    re.IGNORECASE,
)
PARTICULAR = re.compile(rf"(?<=[^.?!:] )(?!{any_of(ENGLISH.general_names)}\b)[^\W\d_a-z][a-z]|\d")


def needs_multiple_documents(question: str) -> bool:
    """Tell whether several documents are likely to answer a question in part.

    >>> needs_multiple_documents("Which films warn of trafficking?")
    True
    >>> needs_multiple_documents("Who funds the shelter in Ghana?")
    False
    """
    is_general = not PARTICULAR.search(question)
    return SURVEY.search(question) is not None or (
        is_general and (MANY.search(question) is not None or THEME.match(question) is not None)
    )


def decompose(question: str) -> tuple[str, ...]:
    """Return the sub-questions of a question, at most MOST; none where it asks for one thing.

    >>> decompose("Who funds the shelters in Ghana, Togo and Benin?")
    ('Who funds the shelters in Ghana?', 'Who funds the shelters in Togo?', 'Who funds the shelters in Benin?')
    >>> decompose("What is the Blue Heart, and who leads it?")
    ('What is the Blue Heart', 'who leads it? (Blue Heart)')
    >>> decompose("Who funds the shelter in Ghana?")
    ()
    """
    found = (part for clause in _clauses(question) for part in _listed_things(clause))
    parts = tuple(dict.fromkeys(islice(found, MOST)))
    return parts if len(parts) > 1 else ()


def _clauses(question: str) -> Iterator[str]:
    """Yield what is asked one after the other, the later ones with the words of the first that they may lean on."""
    first, *others = (clause.strip() for clause in CLAUSE.split(question))
    if len(terms_of(first)) >= FEWEST_TERMS:
        yield first
    for clause in filter(terms_of, others):
        yield complete(Question(clause), Question(first))


def _listed_things(clause: str) -> Iterator[str]:
    """Yield a clause once for each thing that it lists, alone in the place of the list."""
    before, colon, listed = clause.partition(":")
    if colon and (items := re.split(JOINT, listed.strip(" ?.!")))[1:]:
        yield from (f"{before}: {item}" for item in items if item)
        return
    for found in LIST.finditer(clause):
        items = re.split(JOINT, found[0])
        if all(NAMED.search(item) for item in items) and not _is_single(found[0], clause):
            lead = LEADING.sub(r"\1", items[0])
            names = [items[0], *(lead + LEADING.sub(r"\2", item) for item in items[1:])]
            yield from (clause[: found.start()] + name + clause[found.end() :] for name in names)
            return
    years = [] if YEAR_SPAN.search(clause) else list(dict.fromkeys(SINGLE_YEAR.findall(clause)))
    yield from (_of_year(clause, year) for year in years) if years else [clause]


def _is_single(listed: str, clause: str) -> bool:
    """Tell whether what looks like a list is a country whose name holds "and", or a span of years."""
    countries = countries_named(listed, "en")
    return (len(countries) == 1 and " and " in countries[0]) or YEAR_SPAN.search(clause) is not None


def _of_year(clause: str, year: str) -> str:
    """Return a clause without its other years."""
    only = SINGLE_YEAR.sub(lambda found: found[0] if found[0] == year else "", clause)
    return re.sub(r"\s+(?=[\s?.,])", "", only).strip()
