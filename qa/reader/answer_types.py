"""Recognise the type of answer that a question asks for: a count, a date, a place, a name.

In: a parsed question. Out: its AnswerType, or None where it has no short answer.
Left out: finding the answer (answer_candidates). Of a question in another language, only the kind is recognised, by the
words of `qa/query/words/`, and the words that can occur in English sentences: numbers, names and countries.
"""

import re
from dataclasses import dataclass

from corpus.terms import STOP_WORDS
from corpus.text import stem
from qa.query.question import Question
from qa.query.vocabulary import kind_of_fact_pattern
from qa.reader.patterns import CURRENCY, LABEL, UNIT

WORD = re.compile(r"\w+(?:['’./-]\w+)*")

# Question phrases by kind of fact; of those that match at a position the first counts.
BE = r"(?:is|are|was|were|did|does|do|has|had|have|will|would|can|could|should|must|may)\b"
WHICH = r"(?:what|wh?ich)"
# Modifiers between "which" and its noun.
MODIFIERS = rf"(?: (?!{BE}|(?:the|of|in|for|to|by|on|with|from|who|that)\b)[\w-]+){{0,2}}"
NAMED_THINGS = (
    r"(?:organi[sz]ations?|agenc(?:y|ies)|bod(?:y|ies)|institutions?|compan(?:y|ies)|firms?|ministr(?:y|ies)|departments?"
    r"|offices?|bureaus?|units?|divisions?|cent(?:re|er)s?|officials?|officers?|ministers?|presidents?|directors?"
    r"|representatives?|ambassadors?|funders?|donors?|funds?|partners?|NGOs?|networks?|systems?|projects?|programmes?"
    r"|campaigns?|laws?|acts?|statutes?|treat(?:y|ies)|conventions?|protocols?|agreements?|declarations?|plans?|reports?"
    r"|handbooks?|publications?|databases?|websites?|films?|books?|summits?|conferences?|forums?|committees?"
    r"|commissions?|councils?|courts?|embass(?:y|ies)|universit(?:y|ies)|services?|unions?|foundations?|associations?"
    r"|groups?|series|strateg(?:y|ies)|frameworks?|languages?)\b"
)
PLACES = (
    r"(?:cit(?:y|ies)|capitals?|towns?|villages?|places?|regions?|provinces?|districts?|islands?|ports?|airports?|areas?"
    r"|parts of)\b"
)
GRAMMAR = {
    "phone": rf"{WHICH}(?: \w+){{0,3}} numbers?\b(?=.*\b(?:dial|call|ring|phone|hotline|helpline|telephone)\b)",
    "age": rf"how old|{WHICH}(?: {BE})?(?: the| their)?(?: mean| average| median)? ages?\b",
    "duration": rf"how long|how many {UNIT}s?\b|{WHICH} {BE} the (?:\w+ )?number of {UNIT}s\b",
    "percent": rf"how much of|by how much|how many per ?cent|how high {BE} the share"
    rf"|{WHICH}(?: {BE} the)?(?: \w+)? (?:share|percentage|proportion|per ?cent|portion|fraction|rate)\b",
    "money": rf"how many {CURRENCY}\b|how much|how (?:large|big|high) {BE} the (?:budget|fine)"
    rf"|{WHICH}(?: {BE})?(?: the)?(?: \w+)? (?:budget|amount|sum|costs?|price|fee|fine|wage|salary)\b",
    "count": rf"how ?many|{WHICH} {BE} the (?:total |exact )?number of(?! the\b)",
    "year": rf"{WHICH}(?: span of)? (?:years?|period)\b",
    "date": rf"when(?= {BE}| and )|since when|until when|what {BE} the dates?\b"
    rf"|{WHICH}(?: \w+)? (?:dates?|days?|months?)\b",
    "country": rf"{WHICH}{MODIFIERS} (?:country|countries|nations?)\b",
    "place": rf"where(?= {BE}| in )|wh?ich{MODIFIERS} states?\b|{WHICH}{MODIFIERS} {PLACES}",
    # Other questions with "who" are mostly answered by unnamed people.
    "who": rf"who(?! {BE})\b|who (?:is|was) (?:the|an?|acting|\w+['’]s)\b",
    "name": rf"what(?:'s| {BE}) the (?:\w+ )?(?:names?|title) of|{WHICH}{MODIFIERS} {NAMED_THINGS}",
    "numbered": rf"{WHICH}{MODIFIERS} {LABEL}s?\b|what {BE} the number of the",
    "other": rf"tell (?:me|us) about|describe|who|what|why|how|whether|which|when(?= {BE})|where(?= {BE})",
}
ASKS = re.compile(
    r"(?:^\W*|[,;:?!.(–-]\s*|\b(?:and|but|or|me|know|explain|wonder|ask|say|in|on|at|by|from|to|of|for|since|until|with|under"
    r"|over|during|within|through|into|between|than|as|so|about|around|roughly|exactly)\s+)"
    rf"(?:{'|'.join(f'(?P<{kind}>{asks})' for kind, asks in GRAMMAR.items())})",
    re.IGNORECASE,
)
CROSS_LINGUAL_WORDS = re.compile(r"\d+|\b[A-Z]\w+")  # that English sentences may contain too
NAME_KINDS = frozenset({"country", "place", "who", "name"})
BEHIND_NOUN = re.compile(rf"\b(?:{BE}|(?:in|to|from|of|at|by|on|for|that|who|which|with)\b)", re.IGNORECASE)
SKIPPED = STOP_WORDS | {"many", "much"}


@dataclass(frozen=True, slots=True)
class AnswerType:
    """The type of answer that a question asks for; the first one, if it asks for several things.

    `head` are the stems of the noun that is counted or named, `clause` those of the clause that asks, `context` those
    of the rest of the question.
    """

    question: Question
    kind: str
    head: tuple[str, ...]
    clause: tuple[str, ...]
    context: tuple[str, ...]
    is_plural: bool

    @property
    def is_named(self) -> bool:
        """Whether the answer is a name."""
        return self.kind in NAME_KINDS


def answer_type_of(question: Question) -> AnswerType | None:
    """Return the type of answer that a question asks for; None where it has no short answer.

    >>> expected = answer_type_of(Question("How many girls were freed, and by whom?"))
    >>> expected.kind, expected.head, expected.clause, expected.context
    ('count', ('girl',), ('girl', 'freed'), ())
    >>> answer_type_of(Question("Why were the girls freed?")) is None
    True
    """
    return _english(question) if question.is_english else _cross_lingual(question)


def _english(question: Question) -> AnswerType | None:
    text = question.text
    matches = list(ASKS.finditer(text))
    if not matches or matches[0].lastgroup == "other":
        return None
    first, kind = matches[0], str(matches[0].lastgroup)
    asking = first.group(kind)
    clause = text[first.end() : matches[1].start()] if len(matches) > 1 else ""
    clause = clause if content_stems(clause) else text[first.end() :]
    noun = asking if kind in NAME_KINDS else BEHIND_NOUN.split(clause.strip())[0]
    stems = content_stems(f"{asking} {clause}")
    context = tuple(stem for stem in content_stems(text) if stem not in stems)
    is_plural = re.search(r"(?!series|is\b|was\b|has\b|does\b)\b\w+s\b", asking) is not None
    return AnswerType(question, kind, content_stems(noun)[:4], stems, context, is_plural)


def _cross_lingual(question: Question) -> AnswerType | None:
    pattern = kind_of_fact_pattern(question.language)
    match = pattern.search(question.text) if pattern else None
    if match is None:
        return None
    words = " ".join([*CROSS_LINGUAL_WORDS.findall(question.text), *question.countries])
    return AnswerType(question, str(match.lastgroup), (), content_stems(words), (), is_plural=False)


def content_stems(text: str) -> tuple[str, ...]:
    """Return the English stems of a text's words without stop words, each once.

    >>> content_stems("the shelters of Norway's shelter")
    ('shelter', 'norway')
    """
    words = (word.casefold() for word in WORD.findall(text))
    return tuple(dict.fromkeys(stem(word) for word in words if word not in SKIPPED))
