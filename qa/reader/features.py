"""Compute the features of sentences, documents and questions, from which the scorers estimate what answers.

In: a parsed question, and the sentences and documents found for it. Out: named numbers; `scorers.yaml` holds the weight
of each.
Left out: weighting features (scoring) and selecting evidence (selection).
"""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from math import exp
from typing import NamedTuple

from corpus import Document
from corpus.language.countries import countries_named, country_code, text_key, words_of_names
from corpus.language.regions import peoples_in, places_in
from corpus.language.text import ORDINALS, numbers_in, ordinals_in, years_in
from corpus.language.whereabouts import countries_of_stay
from embeddings.cross_encoder.reading import Scores
from qa.answers.evidence import Evidence
from qa.query.question import Question
from qa.reader.numbered_names import numbered_names
from qa.reader.numbers_to_call import NUMBER_TO_CALL

MIN_SIMILARITY = 0.8  # of difflib, from which a word counts as a misspelling of another
MIN_LETTERS = 4  # of a word; a shorter one, misspelt, can't be distinguished from another word
LENGTH_DIFFERENCE = 2  # letters by which a misspelt word may be longer or shorter
# Ordinals in words that documents seldom tell otherwise, unlike "first", "the second half" and "third countries"; no
# parts, such as "a fifth".
LATE = re.compile(rf"(?<!\ba )(?<!\bone )\b(?:{'|'.join(ORDINALS[3:])})\b", re.IGNORECASE)
NEAREST = 10  # sentences, to whose mean cosine the best one is compared

# Roles and kinds of people that are asked for by "who is the" and "how many", and what tells of them.
ROLES = {
    "president": r"\bpresid\w*",
    "minister": r"\bministers?\b",
    r"(?:director|leader|(?:head|chief)(?=s?(?: (?:at|for|in|of)\b|\W*$)))": (
        r"\b(?:head(?:s|ed)?|led|(?:ring)?lead(?:s|ers?|ing)?|chief|direct\w+|chair\w*|presid\w+)\b"
    ),
    "chair(?:man|woman|person)?": r"\bchair\w*",
    "ambassador": r"\bambassador\w*",
    "governor": r"\bgovernor\w*",
    "prosecutor": r"\b(?:prosecutor|attorney)\w*",
    "rapporteur": r"\brapporteur\w*",
}
PEOPLE = {
    "(?:judges|magistrates)": r"\b(?:judge|judicia|magistrate|court)\w*",
    "prosecutors": r"\b(?:prosecut|attorney)\w*",
    "lawyers": r"\b(?:lawyer|attorney|legal|law)\w*",
    "(?:police|policemen)": r"\b(?:police|officer|law enforcement)\w*",
    "journalists": r"\b(?:journalis|report|media|press)\w*",
    "teachers": r"\b(?:teach|educator|instructor)\w*",
    "(?:doctors|nurses|psychologists)": r"\b(?:doctor|nurse|psycholog|medic|health|physician)\w*",
}

MONEY = r"[$€£]|\b(?:USD|EUR|CHF|GBP|euros?|dollars?|francs?|pounds?)\b"
# Patterns of what a question asks for, and of what a sentence must contain to answer it.
KINDS = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(holds, re.IGNORECASE))
    for asks, holds in (
        (
            r"\b(?:budget|costs?|how much (?:money|ransom)|how many (?:euros?|dollars?|francs?|pounds?)|euros?|dollars?"
            r"|salary|earns?|ransom|price|amount|(?:what|how (?:much|high|large))\b[^?]*\b(?:fees?|fines?))\b",
            MONEY,
        ),
        (r"\be-?mail\b", r"@"),
        (
            r"\b(?:(?:tele)?phone(?! (?:compan|network|operator))|ring|dial|whatsapp"
            r"|(?:hotline|helpline|phone) numbers?)\b",
            NUMBER_TO_CALL.pattern,
        ),
        (
            r"\b(?:who (?:paid|pays|fund\w*|financ\w*|put up)|funded by|funders?|donors?|whose money|paid for"
            r"|sponsor\w*)\b",
            r"\b(?:fund\w*|paid|pays|money|grants?|donors?|donat\w*|financ\w*|sponsor\w*|support\w*|USAID)\b",
        ),
        (r"\bhow old\b|\bage\b", r"\baged?\b|\b(?:year|month|week|day)s?[- ]old\b"),
        *(
            (rf"\bwho (?:is|was|are|were) (?:(?:the|\S+['’]s?) (?:\w+ )?)?{role}s?\b", holds)
            for role, holds in ROLES.items()
        ),
        *((rf"\bhow many (?:\w+ )?{people}\b", holds) for people, holds in PEOPLE.items()),
    )
)


class SentenceFeatures(NamedTuple):
    """Features of a sentence that may answer."""

    below_best: float  # its cosine with the question, less that of the best sentence: 0 or negative
    passage_score: float  # fused score of its passage, 0 to 1
    words: float  # natural logarithm of 1 + its number of words
    tells: float  # log-odds of the passage reader that it tells what is asked; 0 without a reader
    passage_answers: float  # the same, that its passage answers
    other_country: float = 0.0  # 1 where its document is of other countries or names than the question (others.py)


class DocumentFeatures(NamedTuple):
    """Features of a document that may answer, at least in part."""

    below_best: float  # cosine of its best sentence with the question, less that of the best of all
    passage_below_best: float  # the same of its nearest passage
    passage_score: float  # fused score of its best passage, 0 to 1
    tells: float  # highest log-odds of the passage reader that one of its sentences tells; 0 without a reader
    passage_answers: float  # the same, that one of its passages answers
    is_further: float  # 1 where the best sentence of all is another document's
    is_overview: float  # 1 where `is_further` is 1 and the question asks for an overview
    has_sub_questions: float  # 1 where `is_further` is 1 and the question has sub-questions
    other_country: float = 0.0  # 1 where it is of other countries or names than the question (others.py)


class QuestionFeatures(NamedTuple):
    """Features of a question and the sentences chosen for it, from which its confidence is computed."""

    above_rest: float  # cosine of the nearest sentence, less the mean of the ten nearest
    passage_cosine: float  # cosine of the nearest passage
    tells: float  # highest log-odds of the passage reader that a sentence tells what is asked; 0 without a reader
    passage_answers: float  # the same, that a passage answers
    phrase: float  # highest probability of the passage reader that a phrase is the answer in a few words; 0 without
    follow_up_document: float  # log-odds that the likeliest document answers a follow-up; 0 for other questions
    missing_numbers: float  # share of its numbers that the chosen sentences lack
    other_year: float  # 1 where it names a year and the best sentence names only others
    missing_countries: float  # share of its countries that the best document lacks
    missing_names: float  # share of its names that the best document lacks
    asks_several: float  # 1 where it asks for an overview or for several things, which no passage tells all
    missing_kind: float  # 1 where it asks for money, a donor, an age, a number to call ... and they hold none


class PhraseFeatures(NamedTuple):
    """Features of the likeliest phrase that is the answer in a few words."""

    log_probability: float  # of the passage reader that it is
    tells: float  # log-odds of the passage reader that its sentence tells what is asked
    lead: float  # the sum of these two, less that of the best other words
    words: float  # natural logarithm of their number
    form: float = 0.0  # 1 where they have the form of what is asked for; 0 where its form does not tell, too


def question_features(
    question: Question,
    *,
    cosines: Sequence[float],
    passage_cosine: float,
    scores: Sequence[Scores],
    chosen: Sequence[Evidence],
    asks_several: bool,
    is_follow_up: bool,
    document: float,
) -> QuestionFeatures:
    """Return the features of a question.

    `cosines` are those of all sentences found, best first; `scores` those of the passages that were read; `chosen` are
    the chosen sentences, best first. All their documents count where the question asks for several things or names
    several countries, else only the best one. `document` are the log-odds that the likeliest document answers.
    """
    nearest = cosines[:NEAREST]
    evidence = " ".join(f"{item.document.title}. {item.document.published} {item.text}" for item in chosen)
    cited = list(dict.fromkeys(item.document for item in chosen))
    counted = cited if asks_several or len(question.countries) > 1 else cited[:1]
    documents = " ".join(f"{document.title} {document.text}" for document in counted)
    if question.countries:
        told = (country for document in counted for country in _countries_told_of(document, chosen))
        documents += f" {', '.join(told)}"
    words = set(re.findall(r"[\w'’-]+", documents.casefold()))
    countries = countries_named(documents, "en") if question.countries else []
    words |= words_of_names(set(countries) & set(question.countries))  # Viet Nam is not missing where Vietnam is named
    numbers = numbers_in(evidence) | (ordinals_in(question.text) & ordinals_in(evidence))
    late = ordinals_in(" ".join(LATE.findall(question.text))) - ordinals_in(evidence)
    if asked_of := numbered_names(question.text):
        told_of = numbered_names(evidence)
        numbers = numbers.union(*(told_of.get(name, ()) for name in asked_of))
    return QuestionFeatures(
        above_rest=cosines[0] - sum(nearest) / len(nearest),
        passage_cosine=passage_cosine,
        tells=max((max(read.sentences) for read in scores), default=0.0),
        passage_answers=max((read.passage for read in scores), default=0.0),
        phrase=max((exp(phrase.log_probability) for read in scores for phrase in read.phrases if phrase), default=0.0),
        follow_up_document=document if is_follow_up else 0.0,
        missing_numbers=_share(number in late or number not in numbers for number in question.numbers | late),
        other_year=float(names_other_years(chosen[0].text, question)),
        missing_countries=_share(country not in countries for country in question.countries),
        missing_names=_share(not is_among(name, words) for name in question.names),
        asks_several=float(asks_several),
        missing_kind=float(lacks_kind(question, evidence)),
    )


def lacks_kind(question: Question, text: str) -> bool:
    """Return whether a question asks for money, a donor, an age, an office ... of which a text holds none.

    >>> question = Question("Who is the head of the shelter?")
    >>> lacks_kind(question, "Ann Low, its director, spoke."), lacks_kind(question, "Ann Low, a singer, spoke.")
    (False, True)
    """
    asked = question.english or question.text
    return any(asks.search(asked) and not holds.search(text) for asks, holds in KINDS)


def names_other_years(sentence: str, question: Question) -> bool:
    """Return whether a question names years and a sentence names only others.

    >>> question = Question("Who met in 2019?")
    >>> names_other_years("In 2018 nine met.", question), names_other_years("Nine met.", question)
    (True, False)
    """
    years = years_in(sentence)
    return bool(question.years and years) and set(question.years).isdisjoint(years)


def _countries_told_of(document: Document, chosen: Sequence[Evidence]) -> Sequence[str]:
    """Return the countries in the metadata of a document that count as told: the only one, or those that it tells of.

    It tells of a country by its name, its people, or a city in a passage with evidence; a document that tells of no
    country may be about all of them.
    """
    if len(document.countries) == 1:
        return document.countries
    places, without = places_in(text_key(f"{document.title}. {document.text}", "en"), "en")
    passages = " ".join({item.passage.text for item in chosen if item.document == document})
    told = {*places, *peoples_in(without, "en"), *countries_of_stay(passages, "en")}
    return [country for country in document.countries if country_code(country) in told] or document.countries


def _share(is_missing: Iterable[bool]) -> float:
    """Return the proportion of true values; 0 where there are none."""
    values = list(is_missing)
    return sum(values) / len(values) if values else 0.0


def is_among(word: str, words: Iterable[str]) -> bool:
    """Return whether a word is among others, or is like one of them but for a letter or two."""
    if word in words:
        return True
    if len(word) < MIN_LETTERS:
        return False
    similar = [other for other in words if abs(len(other) - len(word)) <= LENGTH_DIFFERENCE and other[:1] == word[:1]]
    return bool(get_close_matches(word, similar, n=1, cutoff=MIN_SIMILARITY))
