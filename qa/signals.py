"""What speaks for a sentence as evidence, and what speaks against a question being answered by what was found.

In: a question, sentences and documents. Out: named numbers; qa/scorer.yaml holds what each of them is worth.
Left out: weighing them (scorer) and choosing (evidence).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from corpus import Document
from embeddings.lexical import STOP_WORDS
from qa.countries import countries_named
from qa.hygiene import LAST_LATIN
from qa.metrics import NUMBER_WORDS

NEAR_SPELLING = 0.8  # share of equal letters from which two words are held to be one, misspelt
LONG_ENOUGH = 4  # letters of a word below which a misspelling can't be told from another word
NEAREST = 10  # sentences that the nearest one is compared with

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NUMBERS = rf"\d|\b(?:{'|'.join(NUMBER_WORDS)}|dozens?|hundreds?|thousands?|millions?|half|third|quarter)\b"
# What a question may ask for, and what a sentence that tells it holds.
WANTED = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(holds, re.IGNORECASE))
    for asks, holds in (
        (
            r"\b(?:budget|costs?|how much money|how many (?:euros?|dollars?|francs?|pounds?)|euros?|dollars?|salary"
            r"|earns?|ransom|price|fees?)\b",
            r"[$€£]|\b(?:USD|EUR|CHF|GBP|euros?|dollars?|francs?|pounds?)\b",
        ),
        (
            r"\b(?:phone|telephone|call|ring|dial|e-?mail|(?:hotline|helpline|phone) number|contact|website)\b",
            r"@|www\.|http|\d{3}",
        ),
        (r"\b(?:how (?:many|often)|number of)\b", NUMBERS),
        (r"\b(?:when|(?:what|which) (?:year|date|day|month)|date)\b", rf"\b(?:1[89]|20)\d\d\b|\b(?:{MONTHS})\b"),
        (
            r"\b(?:who (?:paid|pays|fund\w*|financ\w*)|funded by|funders?|donors?|whose money|paid for|sponsor\w*)\b",
            r"\b(?:fund\w*|paid|pays|money|grants?|donors?|donat\w*|financ\w*|sponsor\w*|support\w*|USAID)\b",
        ),
        (r"\bhow old\b|\bage\b", r"\baged?\b|\byears? old\b|\byear-old\b"),
        (r"\bhow long\b|\bduration\b", r"\b(?:day|week|month|year|hour|minute)s?\b"),
        (
            r"\b(?:share|percentage|per ?cent|proportion)\b",
            r"%|\bper ?cent\b|\bhalf\b|\bthird\b|\bquarter\b|\bout of\b",
        ),
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
    missing_numbers: float  # share of its numbers that the best sentences lack
    missing_countries: float  # share of its countries that the best document lacks
    missing_names: float  # share of its names that the best document lacks
    missing_kind: float  # 1 where it asks for an amount, a date, a donor ... and the best sentences hold none


def question_signals(
    question: str, language: str, *, cosines: list[float], passage_cosine: float, cited: Sequence[Document], near: str
) -> QuestionSignals:
    """Measure a question by what was found for it.

    `cosines` are those of the sentences, best first; `cited` are the documents of the chosen sentences, best first, of
    which all count where several countries are compared; `near` are these sentences with their titles and dates.
    """
    nearest = cosines[:NEAREST]
    latin = is_latin(question)
    countries = [country.casefold() for country in countries_named(question, language)]
    counted = cited if len(countries) > 1 else cited[:1]
    whole = " ".join(f"{one.title} {' '.join(one.countries)} {one.text}" for one in counted).casefold()
    words = set(re.findall(r"[\w'’-]+", whole))
    names = names_of(question) if language == "en" else ()
    held = numbers_of(near)
    return QuestionSignals(
        above_rest=cosines[0] - sum(nearest) / len(nearest),
        passage_cosine=passage_cosine,
        across_languages=float(language != "en" and latin),
        across_scripts=float(language != "en" and not latin),
        missing_numbers=_share(number not in held for number in numbers_of(question)),
        missing_countries=_share(country not in whole for country in countries),
        missing_names=_share(not _stands(name, words) for name in names),
        missing_kind=float(any(asks.search(question) and not holds.search(near) for asks, holds in WANTED)),
    )


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
