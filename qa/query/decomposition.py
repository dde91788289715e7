"""Take a question apart that asks for several things: of several countries, years or names, or one thing after another.

In: a question. Out: a question for each thing, each to be searched by itself; none where it asks for one thing only.
And whether it wants several documents, be there parts to search for or not.
Left out: whether the documents tell of each (evidence). What is taken apart in vain costs a search and no answer.
"""

import re
from collections.abc import Iterator
from itertools import islice

from corpus.countries import countries_named
from embeddings.index.bm25_index import terms_of
from qa.query.followups import completed

MOST = 6  # parts that are searched; each costs as much as a question
FEWEST_TERMS = 2  # of a first clause that can be searched
ASKS = "who|whom|whose|what|which|when|where|why|how|did|does|do|is|are|was|were|has|have|had|can|could"
# Where a clause begins that asks something of its own: after a full stop, a comma or "and".
CLAUSE = re.compile(
    rf"(?:[?.!;]\s+|,?\s+(?:and|but|or)\s+|,\s+)(?=(?:(?:in|on|at|by|for|to|with|from|of)\s+)?(?:{ASKS}|give|name)\b)",
    re.IGNORECASE,
)
JOINT = r"(?:\s*[,;]\s*(?:and\s+|or\s+)?|\s+(?:and|or|versus|vs\.?|than)\s+)"
LEAD = r"(?:(?:in|from|of|the|for|by|an?)\s+){0,2}"
NAME = r"[A-Z\d][\w'’./-]*(?:\s+(?:of\s+)?[A-Z\d][\w'’./-]*){0,4}"
LIST = re.compile(rf"{LEAD}{NAME}(?:{JOINT}{LEAD}{NAME})+")
LEADING = re.compile(rf"({LEAD})(.*)")
NAMED = re.compile(r"[A-Z]|\b(?:19|20)\d\d\b")
YEAR = re.compile(r"(?<![\d–-])(?:19|20)\d\d(?![\d–-])")
# A span of years is one thing.
RANGE = re.compile(r"\b(?:between|from|since)\s+(?:\w+\s+)?(?:19|20)\d\d\s+(?:and|to|until|till)\b", re.IGNORECASE)

# What asks for several documents: to compare, to survey, or to name many things where nothing particular is asked of.
SURVEY = re.compile(
    r"\b(?:compare|comparison|differ|differs|differences?|different|various|several|versus|vs|rank|how far apart"
    r"|in common|overview|summari[sz]e|timeline|examples?|elsewhere|such as|sources|statements|over the years"
    r"|respectively|before and after|by (?:year|country)|came first"
    r"|(?:more|fewer|less|higher|lower|bigger|larger|older|longer|largest|most|first)\b[^?]{,200}\bor)\b",
    re.IGNORECASE,
)
THEME = re.compile(
    r"(?:tell me about|describe|explain|what (?:is known|do we know)|what (?:part|role)\b|what is (?:being )?done"
    r"|what do [^?]{,200} (?:say|tell)|where ha(?:s|ve)|how (?:do|have|does))\b",
    re.IGNORECASE,
)
NOT_SEVERAL = (
    r"(?:was|is|has|does|its|this|thus|plus|perhaps|always|news|status|years?|months?|days?|dates?|\w+ss|\w+[aeiou]kes"
    r"|applies|stops|keeps)\b"
)
BETWEEN = (
    r"(?: (?!(?:is|are|was|were|do|does|did|has|have|had|should|can|could|will|would|the|an?|of|in|for|to|two|three"
    r"|four)\b)[\w-]+){0,2}"
)
MANY = re.compile(
    rf"\b(?:which|what|name|list){BETWEEN} (?!{NOT_SEVERAL})(?:\w{{3,}}s|people|children|men|women)\b", re.IGNORECASE
)
# Names that tell of no one thing.
GENERAL = (
    r"(?:IOM|UN|UNODC|OSCE|EU|US|NGOs?|International|Organization|Migration|United|Nations|European|Union|World|Day|States?"
    r"|Department|(?:North|South|East|West|Central|Latin|Middle)\w*|Africa|Asia|Europe|Americas?|Pacific|Caribbean|Caucasus"
    r"|Balkans|Gulf|Mekong)\b"
)
PARTICULAR = re.compile(rf"(?<=[^.?!:] )(?!{GENERAL})[^\W\d_a-z][a-z]|\d")


def wants_several(question: str) -> bool:
    """Tell whether several documents are likely to answer a question in part.

    >>> wants_several("Which films warn of trafficking?"), wants_several("Who funds the shelter in Ghana?")
    (True, False)
    """
    is_general = not PARTICULAR.search(question)
    return SURVEY.search(question) is not None or (
        is_general and (MANY.search(question) is not None or THEME.match(question) is not None)
    )


def parts_of(question: str) -> tuple[str, ...]:
    """Return the questions that a question is made of, at most MOST; none where it is one.

    >>> parts_of("Who funds the shelters in Ghana, Togo and Benin?")
    ('Who funds the shelters in Ghana?', 'Who funds the shelters in Togo?', 'Who funds the shelters in Benin?')
    >>> parts_of("What is the Blue Heart, and who leads it?")
    ('What is the Blue Heart', 'who leads it? (Blue Heart)')
    >>> parts_of("Who funds the shelter in Ghana?")
    ()
    """
    found = (part for clause in _clauses(question) for part in _one_by_one(clause))
    parts = tuple(dict.fromkeys(islice(found, MOST)))
    return parts if len(parts) > 1 else ()


def _clauses(question: str) -> Iterator[str]:
    """Yield what is asked one after the other, the later ones with the words of the first that they may lean on."""
    first, *others = (clause.strip() for clause in CLAUSE.split(question))
    if len(terms_of(first)) >= FEWEST_TERMS:
        yield first
    for clause in filter(terms_of, others):
        yield completed(clause, first)


def _one_by_one(clause: str) -> Iterator[str]:
    """Yield a clause once for each thing that it lists, alone in the place of the list."""
    before, colon, listed = clause.partition(":")
    if colon and (items := re.split(JOINT, listed.strip(" ?.!")))[1:]:
        yield from (f"{before}: {item}" for item in items if item)
        return
    for found in LIST.finditer(clause):
        items = re.split(JOINT, found[0])
        if all(NAMED.search(item) for item in items) and not _is_one(found[0], clause):
            lead = LEADING.sub(r"\1", items[0])
            names = [items[0], *(lead + LEADING.sub(r"\2", item) for item in items[1:])]
            yield from (clause[: found.start()] + name + clause[found.end() :] for name in names)
            return
    years = [] if RANGE.search(clause) else list(dict.fromkeys(YEAR.findall(clause)))
    yield from (_of_year(clause, year) for year in years) if years else [clause]


def _is_one(listed: str, clause: str) -> bool:
    """Tell whether what looks like a list is a country whose name holds "and", or a span of years."""
    named = countries_named(listed, "en")
    return (len(named) == 1 and " and " in named[0]) or RANGE.search(clause) is not None


def _of_year(clause: str, year: str) -> str:
    """Return a clause without its other years."""
    only = YEAR.sub(lambda found: found[0] if found[0] == year else "", clause)
    return re.sub(r"\s+(?=[\s?.,])", "", only).strip()
