"""What speaks for a sentence as evidence, and what speaks against a question being answered by what was found.

In: a question, sentences and documents. Out: named numbers; qa/scorer.yaml holds what each of them is worth.
Left out: weighing them (scorer) and choosing (evidence).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import takewhile
from typing import NamedTuple

from embeddings.lexical import STOP_WORDS, terms_of
from qa.answers import Evidence
from qa.countries import countries_named
from qa.hygiene import LAST_LATIN
from qa.metrics import NUMBER_WORDS

NEAR_SPELLING = 0.8  # share of equal letters from which two words are held to be one, misspelt
LONG_ENOUGH = 4  # letters of a word below which a misspelling can't be told from another word
NEAREST = 10  # sentences that the nearest one is compared with

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NUMBERS = rf"\d|\b(?:{'|'.join(NUMBER_WORDS)}|dozens?|hundreds?|thousands?|millions?|half|third|quarter)\b"
IS_NUMBER = re.compile(NUMBERS, re.IGNORECASE)
COUNTED = re.compile(r"\bhow many\s+([\w\s'’-]+)", re.IGNORECASE)
# What ends the name of a thing that is counted: "how many children | did IOM help".
THING_ENDS = STOP_WORDS | {"could", "would"}
IRREGULAR = {"children": "child", "men": "man", "women": "woman", "people": "person"}  # plurals that no stemmer mends
ANYBODY = frozenset(terms_of("person victim migrant"))  # who is counted under other names too
THING_WORDS = 2  # last words of the name of a thing that is counted, of which one must stand near its number
NEAR_NUMBER = 5  # words after a number in which the thing must stand
YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
MONEY_ASKED = re.compile(
    r"\b(?:budget|costs?|how much (?:money|ransom)|how many (?:euros?|dollars?|francs?|pounds?)|euros?|dollars?|salary"
    r"|earns?|ransom|price|fees?|amount)\b",
    re.IGNORECASE,
)
MONEY = re.compile(r"[$€£]|\b(?:USD|EUR|CHF|GBP|euros?|dollars?|francs?|pounds?)\b", re.IGNORECASE)
PERSON_ASKED = re.compile(
    r"\b(?:names? of (?:the )?(?:\w+ ){0,4}(?:people|person|m[ae]n|wom[ae]n|victims?|traffickers?|director|head"
    r"|minister|ambassador|officials?|staff|survivors?|girl|boy|author|judge|child\w*)|directors?|author"
    r"|who (?:is|was|were|directed|wrote|leads?|led|heads?|headed|chaired|opened|closed|signed|said|spoke))\b",
    re.IGNORECASE,
)
PERSON = re.compile(r"\b[A-Z][a-zà-ÿ'’-]+\s+(?:(?:al|bin|da|de|el|van)\s+)?[A-Z][\w'’-]+")
# What else a question may ask for, and what a sentence that tells it holds.
WANTED = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(holds, re.IGNORECASE))
    for asks, holds in (
        (r"\be-?mail\b", r"@"),
        (
            r"\b(?:phone|telephone|ring|dial|whatsapp|(?:hotline|helpline|phone) number)\b",
            r"(?<![\d,.$])\b(?!(?:19|20)\d\d\b)\d{3,}(?:[-\s]\d+)*\b(?!,\d)",
        ),
        (
            r"\b(?:who (?:paid|pays|fund\w*|financ\w*|put up)|funded by|funders?|donors?|whose money|paid for"
            r"|sponsor\w*)\b",
            r"\b(?:fund\w*|paid|pays|money|grants?|donors?|donat\w*|financ\w*|sponsor\w*|support\w*|USAID)\b",
        ),
        (r"\bhow old\b|\bage\b", r"\baged?\b|\byears? old\b|\byear-old\b"),
    )
)


class SentenceSignals(NamedTuple):
    """What speaks for a sentence."""

    below_best: float  # its cosine with the question, less that of the best sentence: 0 or negative
    passage_score: float  # fused score of its passage, 0 to 1
    words: float  # natural logarithm of one and its number of words


class QuestionSignals(NamedTuple):
    """What speaks for or against a question being answered by what was found."""

    above_rest: float  # cosine of the nearest sentence, less the mean of the ten nearest
    passage_cosine: float  # cosine of the nearest passage
    across_languages: float  # 1 for a question in another language in Latin script
    across_scripts: float  # 1 for a question in another script
    missing_numbers: float  # share of its numbers that the chosen sentences lack
    other_year: float  # 1 where it names a year and the best sentence names only others
    missing_countries: float  # share of its countries that the best document lacks
    missing_names: float  # share of its names that the best document lacks
    missing_count: (
        float  # of what it counts: 1 where the chosen sentences hold no number, 0.5 where none of such things
    )
    missing_money: float  # 1 where it asks for a sum and they hold none
    missing_person: float  # 1 where it asks for a person and they name nobody whom it does not name itself
    missing_kind: float  # 1 where it asks for a phone number, an e-mail address, a donor or an age and they hold none


def question_signals(
    question: str, language: str, *, cosines: list[float], passage_cosine: float, chosen: Sequence[Evidence]
) -> QuestionSignals:
    """Measure a question by what was found for it.

    `cosines` are those of the sentences, best first; `chosen` are the chosen sentences, best first. All their documents
    count where several countries are compared, and else the best one.
    """
    nearest = cosines[:NEAREST]
    latin = is_latin(question)
    english = language == "en"
    near = " ".join(f"{one.document.title}. {one.document.published} {one.text}" for one in chosen)
    cited = list(dict.fromkeys(one.document for one in chosen))
    countries = [country.casefold() for country in countries_named(question, language)]
    counted = cited if len(countries) > 1 else cited[:1]
    whole = " ".join(f"{one.title} {' '.join(one.countries)} {one.text}" for one in counted).casefold()
    words = set(re.findall(r"[\w'’-]+", whole))
    held = numbers_of(near)
    years, years_told = set(YEAR.findall(question)), set(YEAR.findall(chosen[0].text))
    return QuestionSignals(
        above_rest=cosines[0] - sum(nearest) / len(nearest),
        passage_cosine=passage_cosine,
        across_languages=float(not english and latin),
        across_scripts=float(not english and not latin),
        missing_numbers=_share(number not in held for number in numbers_of(question)),
        other_year=float(bool(years and years_told) and not years & years_told),
        missing_countries=_share(country not in whole for country in countries),
        missing_names=_share(not _stands(name, words) for name in (names_of(question) if english else ())),
        missing_count=_missing_count(question, [one.text for one in chosen]),
        missing_money=float(bool(MONEY_ASKED.search(question)) and not MONEY.search(near)),
        missing_person=float(bool(PERSON_ASKED.search(question)) and not _names_a_person(near, question)),
        missing_kind=float(any(asks.search(question) and not holds.search(near) for asks, holds in WANTED)),
    )


def _missing_count(question: str, sentences: Sequence[str]) -> float:
    """Tell whether a number is lacking before what is counted: 0 no, 0.5 there are others, 1 there is none at all.

    >>> _missing_count("How many children did IOM help?", ["It helped 20 children."])
    0.0
    >>> _missing_count("How many children did IOM help?", ["It ran 3 shelters."])
    0.5
    """
    asked = COUNTED.search(question)
    if not asked:
        return 0.0
    words = takewhile(lambda word: word not in THING_ENDS, asked[1].casefold().split())
    thing = set([term for word in words for term in _things(word)][-THING_WORDS:])
    numbered = [sentence for sentence in sentences if IS_NUMBER.search(sentence)]
    if not numbered:
        return 1.0
    return 0.0 if not thing - ANYBODY or any(_counts(thing, sentence) for sentence in numbered) else 0.5


def _counts(thing: set[str], sentence: str) -> bool:
    words = sentence.split()
    after = (words[place + 1 : place + 1 + NEAR_NUMBER] for place, word in enumerate(words) if IS_NUMBER.search(word))
    return any(thing & {term for word in some for term in _things(word)} for some in after)


def _things(word: str) -> list[str]:
    word = word.casefold().strip(".,;:()")
    return terms_of(IRREGULAR.get(word, word))


def _names_a_person(text: str, question: str) -> bool:
    """Tell whether a text holds two capitalised words side by side that the question does not hold."""
    asked = question.casefold()
    return any(name.casefold() not in asked for name in PERSON.findall(text))


def _share(lacking: Iterable[bool]) -> float:
    """Return the share of what is named that is lacking; 0 where nothing is named."""
    found = list(lacking)
    return sum(found) / len(found) if found else 0.0


def numbers_of(text: str) -> frozenset[str]:
    """Return the numbers in a text in plain digits, whatever their script, without thousands separators.

    >>> sorted(numbers_of("١٥ of 36,000 in 2015"))
    ['15', '2015', '36000']
    """
    found = re.findall(r"\d+(?:,\d{3})*", text)
    return frozenset("".join(str(unicodedata.decimal(d)) for d in number if d != ",") for number in found)


def names_of(question: str) -> frozenset[str]:
    """Return the names in a question: its words with a capital that do not begin a sentence, in small letters.

    >>> sorted(names_of("Did Norway fund the shelter in Accra?"))
    ['accra', 'norway']
    """
    words = (
        word.casefold().removesuffix("'s").removesuffix("’s") for word in re.findall(r"(?<=\w )[A-Z][\w'’-]+", question)
    )
    return frozenset(word for word in words if word not in STOP_WORDS)


def is_latin(text: str) -> bool:
    """Tell whether most letters of a text are Latin.

    >>> is_latin("Who pays?"), is_latin("Кто платит?")
    (True, False)
    """
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(letter <= LAST_LATIN for letter in letters) >= len(letters)


def _stands(word: str, words: Iterable[str]) -> bool:
    """Tell whether a word is among others, or is one of them with a letter or two wrong."""
    if word in words:
        return True
    if len(word) < LONG_ENOUGH:
        return False
    alike = [other for other in words if abs(len(other) - len(word)) <= 2 and other[:1] == word[:1]]  # noqa: PLR2004
    return bool(get_close_matches(word, alike, n=1, cutoff=NEAR_SPELLING))
