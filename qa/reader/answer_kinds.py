"""Tell by its form whether a phrase can be what a question asks for: a count, a date, a length of time, a name.

In: a question, a sentence, and a phrase of it. Out: whether the phrase is of the kind that is asked for; where a span
of years is asked for, the whole of it, and the whole name of a body; whether it only repeats the question.
Left out: finding the phrase (embeddings.cross_encoder), and which of several figures is asked for (figures_beside).
"""

import re
from dataclasses import replace

from corpus.documents.terms import terms_of
from corpus.language.text import CARDINALS, YEAR
from embeddings.cross_encoder.phrases import Phrase
from qa.query.question import Question
from qa.query.vocabulary import any_language, any_of, vocabulary
from qa.reader.features import MONEY
from qa.reader.figures_beside import BOUND, FIGURE, MONTH

# A question word that opens a question, behind a preposition or not: "In which city", "From how many countries".
OPENING = r"(?:and )?(?:(?:in|on|at|by|from|to|for|of|with|under|off|since|until) )?"
UNIT = r"(?:minute|hour|day|week|month|year)s?"
NUMBER_WORD = (
    rf"\d|\b(?:no|none|{'|'.join(CARDINALS)}|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|half|thirds?"
    r"|quarters?|tenths?|fifths?|dozens?|hundreds?|thousands?|millions?|several|single|many|few|most|all|every|double)\b"
)
# What asks for a count, or for a length of time, in any language, and what then holds one.
HOW_MANY, COUNT = any_language("asks_how_many"), re.compile(rf"{NUMBER_WORD}|\b{UNIT}\b", re.IGNORECASE)
TIME = rf"\b{YEAR}\b|\b{MONTH}\b"
TIMES = "dates|days|hours|months|times|years"
# Patterns of what a question asks for and of what a phrase then holds, the first that fits; and whether no other phrase
# can be the answer.
FORMS = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(holds), is_needed)
    for asks, holds, is_needed in (
        (r"\bhow long\b|\bwhat (?:is|was) the (?:\w+ )?(?:length|duration)\b", rf"\b{UNIT}\b", False),
        (r"\bhow often\b", r"\b(?:every|each|once|twice|times|daily|weekly|monthly|yearly|annually)\b", False),
        (r"\bhow much (?:money|funding|ransom)\b", rf"{MONEY}|\b[bm]illion\b", True),
        (r"\bhow (?:many|much)\b", rf"(?i:{NUMBER_WORD})", True),
        (rf"{OPENING}what (?:share|percentage|proportion)\b", rf"(?i:{NUMBER_WORD})", False),
        (rf"{OPENING}(?:when|(?:what|which) (?:years?|dates?|days?|months?))\b", TIME, False),
        (rf"{OPENING}(?:whom?|whose|where)\b", r"\b[A-Z]", False),
        # "Which ministry", but not "which ministries" or "which of them", of which a phrase may hold only some.
        (rf"{OPENING}which (?!of\b|(?-i:[a-z]+[a-rt-z]s)\b)", r"\b[A-Z]", False),
    )
)
SEVERAL_PARTS = re.compile(rf"\b(?:and|or) (?:\w+ )?{any_of(vocabulary('en').question_words)}\b", re.IGNORECASE)
# What may answer a further part of a question that asks first how many there are.
TIME_OR_SHARE = re.compile(rf"\b{UNIT}\b|\bper cent\b|%|\b(?:half|thirds?|quarters?)\b", re.IGNORECASE)
# Questions that a bare figure does not answer, such as those for what somebody does; those for a reason or a meaning,
# whose words end where a clause ends; and those for several things, of which some would look like all, where a sentence
# joins them to others.
NO_FIGURE = re.compile(
    rf"{OPENING}(?:whom?|whose|where|why|how (?:did|do|does|is|are|was|were|has|have|had|can|could)"
    rf"|which (?!(?:ages|articles|numbers|sections|{TIMES})\b)[a-z]+s"
    r"|what (?:did|does|do|will|would|can|could|should|must) [^?]*\bdo)\b",
    re.IGNORECASE,
)
WHOLE_CLAUSE = re.compile(
    r"(?:and )?(?:why\b|how (?:do|does|did|is|are) [^?]*\bdefined?\b|what (?:do|does|did) [^?]*\bmean\b)", re.IGNORECASE
)
SEVERAL_THINGS = re.compile(
    rf"{OPENING}(?:which|what) (?:(?:other|(?:kind|sort|type)s of|{'|'.join(CARDINALS[1:])}) )*"
    rf"(?:(?!(?:does|has|is|was|{TIMES})\b)[a-z-]+[a-rt-z]s|people)\b",
    re.IGNORECASE,
)
WHAT = re.compile(rf"(?:^|[.!?] ){OPENING}what {any_of(vocabulary('en').auxiliaries)}\b", re.IGNORECASE)
JOINS = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
NAMES_BEHIND = re.compile(r",(?: and| or)? (?:the )?[A-Z]")  # "the Council for Women and Girls, the Council for Men"
JOINED_BEFORE, JOINED_BEHIND = re.compile(r"\b(?:and|or) $"), re.compile(r"[\"”)]*(?:,| and\b| or\b)")
BARE_FIGURE = re.compile(rf"(?:{BOUND})?(?:{FIGURE.pattern})", re.IGNORECASE)
ENDS_CLAUSE = re.compile(r"\W*$|\)?(?:[,;:.)]| [–—-] )")
GREW = re.compile(
    r"\bhow (?:many|much)\b[^?]*\b(?:grow|grown|rise|risen|increase|fall|fallen|drop|decline|change)", re.IGNORECASE
)
ENDS_GROWTH = re.compile(r"\bfrom [^.;:]*\d[^.;:]* to (?:\w+ )?$")  # before the figure that something grew to
ASKS_FOR_YEARS = re.compile(r"\b(?:which|what) (?:years|period)\b|\bfrom when\b", re.IGNORECASE)
YEARS = re.compile(rf"\b{YEAR}(?: to | and |[-–]){YEAR}\b")
# The rest of the name of a body behind words that end with what it is: "the Department" of "the Department on Trade".
BODY_CUT = re.compile(
    r"\b(?:Agency|Authority|Board|Bureau|Cent(?:er|re)|Commission|Committee|Council|Department|Directorate|Division|Fund"
    r"|Institute|Ministry|Office|Organi[sz]ation|Secretariat|Union|Unit)$"
)
DAY = rf"(?:{MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"  # "the Council on Monday" has no longer name
CAPITALISED = rf"(?: (?!{DAY})[A-Z][\w'’-]*)+"
REST_OF_NAME = re.compile(
    rf"(?: (?:of|on|for|against)(?: the)?{CAPITALISED}(?: and(?= [A-Z][a-z]){CAPITALISED})?(?: in{CAPITALISED})?)+"
)
CHOICE = re.compile(r"\bor\b|\b(?:which|who) of\b", re.IGNORECASE)


def is_of_kind(question: Question, sentence: str, phrase: Phrase) -> bool | None:
    """Return whether a phrase has the form of what is asked for; None where the form does not tell.

    >>> sentence = "Norway paid for 40 beds in May 2019."
    >>> [is_of_kind(Question("How many beds?"), sentence, phrase) for phrase in (Phrase(16, 18, -1), Phrase(0, 6, -1))]
    [True, False]
    """
    words = phrase.of(sentence)
    if not question.is_english:
        return False if HOW_MANY.search(question.folded) and not COUNT.search(words) else None
    is_figure = BARE_FIGURE.fullmatch(words) is not None
    if _is_cut(question, sentence, phrase) or (is_figure and NO_FIGURE.match(question.text)):
        return False
    has_parts = SEVERAL_PARTS.search(question.text) is not None  # words may then answer another part than the first
    for asks, holds, is_needed in FORMS:
        if asks.search(question.text) if is_needed and not has_parts else asks.match(question.text):
            is_held = holds.search(words) is not None and not (has_parts and TIME_OR_SHARE.search(words))
            if is_needed and not is_held:
                return False
            return True if is_held and not has_parts else None
    return None


def _is_cut(question: Question, sentence: str, phrase: Phrase) -> bool:
    """Return whether words end within the clause asked for, or hold some of the things that are joined in it.

    What a figure grew to does not tell by how much it grew.
    """
    before = sentence[: phrase.start]
    if WHOLE_CLAUSE.match(question.text):
        return not ENDS_CLAUSE.match(sentence, phrase.end)
    if GREW.search(question.text):
        return ENDS_GROWTH.search(before) is not None
    if WHAT.search(question.text):  # the first thing may be all that is meant, one between others is not
        return before.endswith(", ") and sentence.startswith(",", phrase.end)
    if not SEVERAL_THINGS.match(question.text):
        return False
    goes_on = JOINED_BEHIND.match(sentence, phrase.end) and not JOINS.search(phrase.of(sentence))
    return bool(goes_on or NAMES_BEHIND.match(sentence, phrase.end) or JOINED_BEFORE.search(before))


def whole_period(question: Question, sentence: str, phrase: Phrase) -> Phrase:
    """Return the phrase of all years of a period, where they are asked for and a phrase holds only one of them.

    >>> sentence = "It covers the years 2021 to 2030."
    >>> whole_period(Question("Which years does it cover?"), sentence, Phrase(28, 32, -1)).of(sentence)
    '2021 to 2030'
    """
    if not ASKS_FOR_YEARS.search(question.text):
        return phrase
    periods = (match for match in YEARS.finditer(sentence) if match.start() <= phrase.start < phrase.end <= match.end())
    return next((replace(phrase, start=period.start(), end=period.end()) for period in periods), phrase)


def whole_name(sentence: str, phrase: Phrase) -> Phrase:
    """Return a phrase with the rest of the name of a body that it cuts off.

    >>> whole_name("The Office for Trade in Malta met.", Phrase(0, 10, -1)).of("The Office for Trade in Malta met.")
    'The Office for Trade in Malta'
    """
    rest = REST_OF_NAME.match(sentence, phrase.end) if BODY_CUT.search(phrase.of(sentence)) else None
    return replace(phrase, end=rest.end()) if rest else phrase


def repeats(question: Question, words: str) -> bool:
    """Return whether words only repeat those of a question that leaves no choice between them.

    >>> repeats(Question("How many can the five shelters house?"), "five"), repeats(Question("Four or five?"), "five")
    (True, False)
    """
    terms = set(terms_of(words))
    return bool(terms) and question.is_english and terms <= set(question.terms) and not CHOICE.search(question.text)
