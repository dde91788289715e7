"""Tell what kind of fact a question asks for, and find the phrases of that kind in a sentence.

In: a question, and sentences. Out: what is Wanted, and the Spans of phrases that may be it.
Left out: which of them it is (short_answers). Of questions in the other five languages of the United Nations, only the
kind is told, and what of them can stand in English sentences: numbers, names and countries.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from corpus import Span
from corpus.countries import countries_named
from corpus.languages import UN_LANGUAGES
from embeddings.index.bm25_index import STOP_WORDS

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
WORD = re.compile(r"\w+(?:['’./-]\w+)*")
SINGULARS = {"children": "child", "men": "man", "women": "woman", "people": "person"}
FIGURES = re.compile(r"\d(?:[\d.,]*\d)?")

# What numbers look like, and how they are hedged.
IN_WORDS = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)"
)
SCALE = r"(?: (?:hundred|thousand|million|billion|trillion|dozen)\b)*"
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?:half )?(?:a )?{IN_WORDS}\b(?:-{IN_WORDS}\b)?){SCALE}"
HEDGE = (
    r"(?:(?:slightly |well |just )?(?:more than|less than|fewer than|at least|at most|up to|as many as|close to|nearly"
    r"|almost|about|around|over|under|some|roughly|approximately|an estimated|only|just) )?"
)
AT_FIRST = re.compile(HEDGE, re.IGNORECASE)
QUANTITY = rf"{HEDGE}(?<![\w.,/-]){NUMBER}"
AMOUNT = rf"(?:between {QUANTITY} and {QUANTITY}|(?:from )?{QUANTITY} to {QUANTITY}|{QUANTITY})"
SIGN = r"(?:USD|US\$|A\$|EUR|CHF|GBP|AUD|CAD|[$€£])"
COIN = r"(?:euros?|dollars?|francs?|pounds?|dinars?|naira|rupees?|pesos?|rou?bles?|kron[eo]r|yen|yuan|won|baht)"
MONEY = rf"{HEDGE}{SIGN} ?{NUMBER}(?: to {SIGN} ?{NUMBER})?|{AMOUNT} (?:[A-Z]\w+ )?{COIN}\b"
PERCENT = (
    rf"{AMOUNT} ?(?:%|per ?cent\b)|{HEDGE}(?:a|one|two|three)[ -](?:thirds?|quarters?|half|fifths?|tenths?)\b"
    rf"|{HEDGE}half\b|{HEDGE}(?:{IN_WORDS}(?: \w+)? (?:in|out of) {IN_WORDS}|\b\d{{1,2}} (?:in|out of) \d{{1,3}})\b"
)
UNIT = r"(?:minute|hour|day|week|month|year|decade)"
DURATION = rf"(?:{AMOUNT}|\ba)[ -](?:full |calendar |working )?{UNIT}s?\b"
AGE = rf"(?:aged |ages of )?{AMOUNT}(?: and {NUMBER})?(?:[ -]years?[ -]old)?"
PHONE = r"(?<![\w.,/-])\+?\d[\d -]+\d\b(?!,\d)"
MONTH = rf"(?:{MONTHS})\b"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
YEAR = r"\b(?:1[89]|20)\d\d\b"
TO = r" ?(?:to|and|or|-|–|/) ?"
YEARS = rf"{YEAR}(?:{TO}{YEAR})?"
DATE = (
    rf"(?:{DAY}(?:{TO}{DAY})? )?{MONTH}(?: {DAY}(?=, \d))?(?:{TO}(?:{DAY} )?{MONTH})?(?:,? {YEAR})?"
    rf"|(?:(?:early|mid|late)[ -])?{YEARS}"
)
LABEL = r"(?:article|resolution|decision|goal|target|chapter|annex|section|regulation|proclamation|tool)"
NUMBERED = rf"\b{LABEL} (?:No\.? )?[A-Z/]*\d\w*(?:[/.-]\w+)*(?: \(\d+\))?"
NOT_TIMED = re.compile(DATE)
NOT_COUNTED = re.compile(
    rf"(?-i:{DATE})|{PERCENT}|{MONEY}|\b\w*\d[\w.,]*[/:]\w+|{NUMBER}-(?!{IN_WORDS}\b)\w+", re.IGNORECASE
)
WHOLE = re.compile(rf"{NUMBER} (?:out )?of (?:the |its |their |[\w'’]+ )?$", re.IGNORECASE)  # "20 of Libya's (53)"
ASKS_PART = re.compile(r"\bhow many of\b", re.IGNORECASE)
HEDGED = re.compile(r"\b(?:about|around|roughly|approximately|(?:at|the) (?:least|most)|minimum|maximum|up to)\b", re.I)

# What names look like, and what stands before them without being part of them.
CAPITAL = r"(?:[^\W\d_a-zà-öø-ÿ][\w.]*(?:['’&/-]\w+)*)"
LINK = r"(?:of the|for the|on the|in the|against the|of|for|on|against|de la|de los|de|la|du|des|van|von|bin|el|al)"
RUN = rf"{CAPITAL}(?: {CAPITAL})*"
NAME = rf"{RUN}(?:(?: {LINK} {RUN})+(?: and {RUN})?)?"
NAMES = rf"{NAME}(?:, (?:the )?{NAME})*,? and (?:the )?{NAME}"
TITLE = r"[“\"]([^“”\"]{3,80})[”\"]"
OPENING = re.compile(rf"(\S+?),?(?: (?:(?:{LINK}|and) )?|$)")
OWNER = re.compile(r"(\S+)['’]s ")
OFFICES = (
    "President|Minister|Director|Representative|Chief|Officer|Ambassador|Secretary|Commissioner|Coordinator|Manager"
    "|Specialist|Rapporteur|Envoy"
)
OF = re.compile(r" (?:of|for) ")
OFFICE = re.compile(rf"\b(?:{OFFICES})s?\b")
ASKS_PERSON = re.compile(
    rf"\bwho(?:'s|’s| is| was) the [^?,]{{,40}}\b(?:{OFFICES}|head|leader|author|winner|singer)\b", re.I
)
ROLE = re.compile(
    rf".*\b(?:{OFFICES}|General|Mrs?|Ms|Dr|Mission|Head|Professor|Judge|Princess|Prince)\.? (?={CAPITAL} {CAPITAL})"
)
PERSON = re.compile(rf"{CAPITAL}(?: (?:(?:de|la|van|von|bin|el|al|and) )*{CAPITAL}){{1,4}}")
ENDING = re.compile(r"(?:['’]s?|[.,])+$")
COUNTRY_ENDING = re.compile(r"(?:istan|land|ia|ea|[aeoiuy])$")
ADJECTIVE = re.compile(r"\w+(?:an|ese|ish|ic)")
NUMBER_WORDS = re.compile(rf"(?:{IN_WORDS}-?)+", re.IGNORECASE)

# What a question asks with, by kind of fact; of those that fit at one place the first counts.
BE = r"(?:is|are|was|were|did|does|do|has|had|have|will|would|can|could|should|must|may)\b"
WHICH = r"(?:what|wh?ich)"
# What may stand between "which" and its noun.
SOME = rf"(?: (?!{BE}|(?:the|of|in|for|to|by|on|with|from|who|that)\b)[\w-]+){{0,2}}"
BEARERS = (  # of names
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
    "money": rf"how many {COIN}\b|how much|how (?:large|big|high) {BE} the (?:budget|fine)"
    rf"|{WHICH}(?: {BE})?(?: the)?(?: \w+)? (?:budget|amount|sum|costs?|price|fee|fine|wage|salary)\b",
    "count": rf"how ?many|{WHICH} {BE} the (?:total |exact )?number of(?! the\b)",
    "year": rf"{WHICH}(?: span of)? (?:years?|period)\b",
    "date": rf"when(?= {BE}| and )|since when|until when|what {BE} the dates?\b"
    rf"|{WHICH}(?: \w+)? (?:dates?|days?|months?)\b",
    "country": rf"{WHICH}{SOME} (?:country|countries|nations?)\b",
    "place": rf"where(?= {BE}| in )|wh?ich{SOME} states?\b|{WHICH}{SOME} {PLACES}",
    # Other questions with "who" are mostly answered by people without a name.
    "who": rf"who(?! {BE})\b|who (?:is|was) (?:the|an?|acting|\w+['’]s)\b",
    "name": rf"what(?:'s| {BE}) the (?:\w+ )?(?:names?|title) of|{WHICH}{SOME} {BEARERS}",
    "numbered": rf"{WHICH}{SOME} {LABEL}s?\b|what {BE} the number of the",
    "other": rf"tell (?:me|us) about|describe|who|what|why|how|whether|which|when(?= {BE})|where(?= {BE})",
}
ASKS = re.compile(
    r"(?:^\W*|[,;:?!.(–-]\s*|\b(?:and|but|or|me|know|explain|wonder|ask|say|in|on|at|by|from|to|of|for|since|until|with|under"
    r"|over|during|within|through|into|between|than|as|so|about|around|roughly|exactly)\s+)"
    rf"(?:{'|'.join(f'(?P<{kind}>{asks})' for kind, asks in GRAMMAR.items())})",
    re.IGNORECASE,
)
# The same for Spanish, French, Russian, Chinese and Arabic.
GRAMMAR_ACROSS = {
    "percent": r"\b(?:qué (?:porcentaje|proporción|parte)|quel pourcentage|quelle (?:part|proportion)|какой процент"
    r"|какая доля)\b|百分之几|百分比|比例|نسبة",
    "money": r"\b(?:cuánto (?:dinero|cuest\w+|costó)|qué (?:presupuesto|suma)|quel (?:budget|montant)|quelle somme"
    r"|combien (?:d['’](?:argent|euros)|coût\w+|vaut)|сколько (?:денег|стоит|стоил\w*)|какой бюджет|какая сумма)\b"
    r"|多少钱|كم من المال",
    "duration": r"\b(?:cuánto tiempo|cuántos (?:días|meses|años)|combien de (?:temps|jours|mois|ans)|как долго"
    r"|сколько (?:времени|дней|месяцев|лет))\b|多长时间|多久|多少[天年]|几[天年]|几个月"
    r"|كم (?:من الوقت|يوم|شهر|سنة|عام)",
    "count": r"\b(?:cuánt[oa]s|combien|сколько|كم)\b|多少|几个",
    "year": r"\b(?:qué año|quelle année|каком году)\b|哪一年|哪年|في أي (?:عام|سنة)",
    "date": r"\b(?:cuándo|qué fecha|quand|quelle date|когда|какого числа)\b|什么时候|何时|متى",
    "country": r"\b(?:qué país(?:es)?|quels? pays|как(?:ой стране|их странах|ие страны))\b|哪个国家|哪些国家"
    r"|أي (?:دولة|بلد)",
    "place": r"\b(?:dónde|où|где)\b|哪里|أين",
    "who": r"\b(?:quién(?:es)?|qui|кто)\b|谁|من (?:هو|هي|الذي)",
}
ASKS_ACROSS = re.compile("|".join(f"(?P<{kind}>{asks})" for kind, asks in GRAMMAR_ACROSS.items()), re.IGNORECASE)
SHARED = re.compile(r"\d+|\b[A-Z]\w+")  # words of a question that English sentences may share
NAMING = frozenset({"country", "place", "who", "name"})
# The phrases that each kind may be, the likelier form first.
FORMS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    kind: tuple(re.compile(form, 0 if kind in NAMING | {"date"} else re.IGNORECASE) for form in forms)
    for kind, forms in {
        "phone": (PHONE,),
        "age": (AGE,),
        "duration": (DURATION,),
        "percent": (PERCENT, MONEY),
        "money": (MONEY, PERCENT),
        "count": (AMOUNT,),
        "numbered": (NUMBERED,),
        "year": (YEARS,),
        "date": (DATE,),
        "country": (NAMES, NAME),
        "place": (NAMES, NAME),
        "who": (NAMES, NAME),
        "name": (NAMES, NAME, TITLE),
    }.items()
}
BEHIND_NOUN = re.compile(rf"\b(?:{BE}|(?:in|to|from|of|at|by|on|for|that|who|which|with)\b)", re.IGNORECASE)
LEFT_OUT = STOP_WORDS | {"many", "much"}
OPENERS = STOP_WORDS | {"according", "across", "between", "many", "others", "several", "some", "thus"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for first, if it asks for several things.

    `head` are the stems of the noun that is counted or named, `near` those of the clause that asks, `rest` those of
    the rest of the question.
    """

    question: str
    kind: str
    head: tuple[str, ...]
    near: tuple[str, ...]
    rest: tuple[str, ...]
    is_plural: bool

    @property
    def is_named(self) -> bool:
        """Whether the answer is a name."""
        return self.kind in NAMING


def wanted_of(question: str, language: str = "en") -> Wanted | None:
    """Return what a question asks for; None where it asks for nothing that a few words tell.

    >>> wanted = wanted_of("How many girls were freed, and by whom?")
    >>> wanted.kind, wanted.head, wanted.near, wanted.rest
    ('count', ('girl',), ('girl', 'freed'), ())
    >>> wanted_of("Why were the girls freed?") is None
    True
    """
    return _wanted(question) if language == "en" else _wanted_across(question, language)


def _wanted(question: str) -> Wanted | None:
    asked = list(ASKS.finditer(question))
    if not asked or asked[0].lastgroup == "other":
        return None
    first, kind = asked[0], str(asked[0].lastgroup)
    asking = first.group(kind)
    clause = question[first.end() : asked[1].start()] if len(asked) > 1 else ""
    clause = clause if stems(clause) else question[first.end() :]
    noun = asking if kind in NAMING else BEHIND_NOUN.split(clause.strip())[0]
    near = stems(f"{asking} {clause}")
    rest = tuple(one for one in stems(question) if one not in near)
    is_plural = re.search(r"(?!series|is\b|was\b|has\b|does\b)\b\w+s\b", asking) is not None
    return Wanted(question, kind, stems(noun)[:4], near, rest, is_plural)


def _wanted_across(question: str, language: str) -> Wanted | None:
    asked = ASKS_ACROSS.search(question) if language in UN_LANGUAGES else None
    if asked is None:
        return None
    shared = " ".join([*SHARED.findall(question), *countries_named(question, language)])
    return Wanted(question, str(asked.lastgroup), (), stems(shared), (), is_plural=False)


def phrases(wanted: Wanted, sentence: str, document: str) -> Iterator[tuple[int, Span]]:
    """Yield the phrases of a sentence that may be what is wanted, each with the place of its form among the kind's.

    What the question itself says is left out. `document` is the whole text, by which a word that opens the sentence
    is known for a name.

    >>> wanted = wanted_of("How many people met in 2015?")
    >>> sentence = "In 2015 more than 40 people of 7 countries met."
    >>> [span.of(sentence) for _, span in phrases(wanted, sentence, sentence)]
    ['more than 40', '7']
    """
    find = _names if wanted.is_named else _figures
    return find(wanted, sentence, document)


def _figures(wanted: Wanted, sentence: str, _document: str) -> Iterator[tuple[int, Span]]:
    asked = set(FIGURES.findall(wanted.question))
    passed = NOT_COUNTED if wanted.kind in {"count", "age"} else NOT_TIMED
    taken = [] if wanted.kind in {"date", "year"} else [Span(*found.span()) for found in passed.finditer(sentence)]
    for form, pattern in enumerate(FORMS[wanted.kind]):
        for match in pattern.finditer(sentence):
            span = Span(*match.span())
            own = set(FIGURES.findall(match.group()))
            overlaps = any(one.start < span.end and span.start < one.end for one in taken)
            is_whole = ASKS_PART.search(wanted.question) and WHOLE.search(sentence[: match.start()])
            if overlaps or is_whole or (own and own <= asked):
                continue
            taken.append(span)
            hedge = AT_FIRST.match(match.group()) if HEDGED.search(wanted.question) else None
            yield form, Span(span.start + (hedge.end() if hedge else 0), span.end)


def _names(wanted: Wanted, sentence: str, document: str) -> Iterator[tuple[int, Span]]:
    asked = {*wanted.near, *wanted.rest}
    for form, pattern in enumerate(FORMS[wanted.kind]):
        for match in pattern.finditer(sentence):
            span = _trimmed(Span(*match.span(match.lastindex or 0)), sentence, document, asked)
            name = sentence[span.start : span.end] if span else ""
            is_short_form = sentence[: match.start()].endswith("(")
            if not span or is_short_form or asked.issuperset(stems(name)) or re.fullmatch(DATE, name):
                continue
            # An office tells nobody who holds it.
            is_known = wanted.kind == "who" and (
                stem(name.split()[-1]) in wanted.near or OFFICE.search(OF.split(name)[0])
            )
            is_no_person = ASKS_PERSON.search(wanted.question) and not PERSON.fullmatch(name)
            is_no_country = wanted.kind == "country" and not countries_named(name, "en")
            is_told = wanted.kind == "country" and _names_people(wanted.question, name)
            if not is_known and not is_no_person and not is_no_country and not is_told:
                yield form, span


def _trimmed(span: Span, sentence: str, document: str, asked: set[str]) -> Span | None:
    """Cut off what opens a sentence, an owner that the question names, a person's office, and a possessive ending."""
    start, end = span.start, span.end
    if not re.search(r"\w", sentence[:start]) and (opening := OPENING.match(sentence, start, end)):
        is_alone = opening.end() >= end
        if opening[1].casefold() in OPENERS or (is_alone and not _is_name(opening[1], document)):
            start = opening.end()
    while (owner := OWNER.match(sentence, start, end)) and stem(owner[1]) in asked:
        start = owner.end()
    if role := ROLE.match(sentence, start, end):
        start = role.end()
    name = ENDING.sub("", sentence[start:end])
    end = start + len(name)
    is_adjective = ADJECTIVE.fullmatch(name) and re.match(r" [a-z]", sentence[end:]) and not countries_named(name, "en")
    return None if not name or is_adjective or NUMBER_WORDS.fullmatch(name) else Span(start, end)


def _names_people(question: str, country: str) -> bool:
    """Tell whether a question names the people of a country.

    >>> _names_people("Who paid the Tajik police?", "Tajikistan"), _names_people("the Australian police", "Austria")
    (True, False)
    """
    base = COUNTRY_ENDING.sub("", country)
    return base.isalpha() and re.search(rf"\b{base}(?:i|ian|an|n|ish|ese|ic|s)*\b", question) is not None


def _is_name(word: str, document: str) -> bool:
    """Tell whether a word is an acronym, a country, or has a capital inside a sentence too."""
    return (
        (word.isupper() and len(word) > 1)
        or bool(countries_named(word, "en"))
        or re.search(rf"(?<=[a-z,] ){re.escape(word)}\b", document) is not None
    )


def tells_other_years(sentence: str, question: str) -> bool:
    """Tell whether a question names years and a sentence names only others.

    >>> tells_other_years("In 2018 nine met.", "Who met in 2019?"), tells_other_years("Nine met.", "Who met in 2019?")
    (True, False)
    """
    asked, told = set(re.findall(YEAR, question)), set(re.findall(YEAR, sentence))
    return bool(asked and told) and asked.isdisjoint(told)


def stems(text: str) -> tuple[str, ...]:
    """Return the English stems of the words of a text that are no stop words, each once.

    >>> stems("the shelters of Norway's shelter")
    ('shelter', 'norway')
    """
    words = (word.casefold() for word in WORD.findall(text))
    return tuple(dict.fromkeys(stem(word) for word in words if word not in LEFT_OUT))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the English stem of a word without its possessive ending, of its singular where that is irregular."""
    plain = re.sub(r"['’]s?$", "", word.casefold())
    return str(Stemmer.Stemmer("english").stemWord(SINGULARS.get(plain, plain)))
