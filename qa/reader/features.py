"""What speaks for a sentence as evidence, and what speaks against a question being answered by what was found.

In: a question, sentences and documents. Out: named numbers; qa/reader/scorers.yaml holds what each of them is worth.
Left out: weighing them (scorer) and choosing (evidence).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from corpus import Document
from corpus.countries import countries_named
from embeddings.index.bm25_index import STOP_WORDS
from qa.evidence import Evidence
from qa.reader.answer_types import tells_other_years, wanted_of
from qa.reader.short_answers import weighed_phrases
from qa.safety.phrases import fold
from qa.safety.sanitizer import LAST_LATIN

NEAR_SPELLING = 0.8  # share of equal letters from which two words are held to be one, misspelt
LONG_ENOUGH = 4  # letters of a word below which a misspelling can't be told from another word
NEAREST = 10  # sentences that the nearest one is compared with

# A number that can be called, and what asks for one.
NUMBER_TO_CALL = re.compile(r"(?<![\d,.$])\b(?!(?:19|20)\d\d\b)\d{3,}(?:[-\s]\d+)*\b(?!,\d)")
ASKS_TO_CALL = re.compile(
    r"\b(?:hot ?lines?|help ?lines?|(?:phone|emergency|whatsapp) (?:numbers?|lines?)"
    r"|contact numbers?|phone of|numbers?\b[^.?!]* (?:call|ring|dial|phone)"
    r"|(?:call|ring|dial|phone)\b[^.?!]* numbers?"
    r"|whom? (?:can|do|should|could|to) (?:\w+ ){,3}(?:call|ring|phone|contact)|telefonos?"
    r"|lineas? (?:de ayuda|directas?|gratuitas?|telefonicas?|contra)|numeros?\b[^.?!]* (?:llamar|marcar|emergencia)"
    r"|telephone|numero\b[^.?!]* (?:appeler|urgence)|ligne d.assistance|телефон\w*|горяч\w+ лини\w+)\b"
    r"|热线|电话|هاتف|الخط الساخن",
    re.IGNORECASE,
)
COUNTS = re.compile(r"\b(?:how many|how often|cuant[oa]s|combien|сколько)\b|多少[人次个通]|كم ", re.IGNORECASE)

# What a question may ask for, and what a sentence that tells it holds.
WANTED = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(holds, re.IGNORECASE))
    for asks, holds in (
        (
            r"\b(?:budget|costs?|how much (?:money|ransom)|how many (?:euros?|dollars?|francs?|pounds?)|euros?|dollars?"
            r"|salary|earns?|ransom|price|amount|(?:what|how (?:much|high|large))\b[^?]*\bfees?)\b",
            r"[$€£]|\b(?:USD|EUR|CHF|GBP|euros?|dollars?|francs?|pounds?)\b",
        ),
        (r"\be-?mail\b", r"@"),
        (
            r"\b(?:phone|telephone|ring|dial|whatsapp|(?:hotline|helpline|phone) numbers?)\b",
            NUMBER_TO_CALL.pattern,
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


class DocumentSignals(NamedTuple):
    """What speaks for a document as one that answers, at least in part."""

    below_best: float  # cosine of its best sentence with the question, less that of the best of all
    passage_below_best: float  # the same of its nearest passage
    passage_score: float  # fused score of its best passage, 0 to 1
    is_further: float  # 1 where the best sentence of all is another document's
    of_several: float  # 1 where moreover the question wants several documents
    of_parts: float  # 1 where moreover the question can be taken apart


class QuestionSignals(NamedTuple):
    """What speaks for or against a question being answered by what was found."""

    above_rest: float  # cosine of the nearest sentence, less the mean of the ten nearest
    passage_cosine: float  # cosine of the nearest passage
    asks_fact: float  # 1 where it is English and asks for a number, a date, a name or a place
    fact: float  # what speaks for the likeliest such phrase in the chosen sentences: may be negative; 0 for none
    across_scripts: float  # 1 for a question in another language that is not in Latin script
    missing_numbers: float  # share of its numbers that the chosen sentences lack
    other_year: float  # 1 where it names a year and the best sentence names only others
    missing_countries: float  # share of its countries that the best document lacks
    missing_names: float  # share of its names that the best document lacks
    missing_kind: float  # 1 where it asks for money, a donor, an age, a number to call ... and they hold none


def question_signals(
    question: str, language: str, *, cosines: list[float], passage_cosine: float, chosen: Sequence[Evidence]
) -> QuestionSignals:
    """Measure a question by what was found for it.

    `cosines` are those of the sentences, best first; `chosen` are the chosen sentences, best first. All their documents
    count where several countries are compared, and else the best one.
    """
    nearest = cosines[:NEAREST]
    english = language == "en"
    wanted = wanted_of(question, language) if english else None
    near = " ".join(f"{one.document.title}. {one.document.published} {one.text}" for one in chosen)
    cited = list(dict.fromkeys(one.document for one in chosen))
    countries = countries_named(question, language)
    counted = cited if len(countries) > 1 else cited[:1]
    whole = " ".join(f"{one.title} {', '.join(one.countries)} {one.text}" for one in counted)
    words = set(re.findall(r"[\w'’-]+", whole.casefold()))
    told = countries_named(whole, "en") if countries else []
    held = numbers_of(near)
    return QuestionSignals(
        above_rest=cosines[0] - sum(nearest) / len(nearest),
        passage_cosine=passage_cosine,
        asks_fact=float(wanted is not None),
        fact=max((one.weight for one in weighed_phrases(wanted, chosen)), default=0.0) if wanted else 0.0,
        across_scripts=float(not english and not is_latin(question)),
        missing_numbers=_share(number not in held for number in numbers_of(question)),
        other_year=float(tells_other_years(chosen[0].text, question)),
        missing_countries=_share(country not in told for country in countries),
        missing_names=_share(not _stands(name, words) for name in (names_of(question) if english else ())),
        missing_kind=float(any(asks.search(question) and not holds.search(near) for asks, holds in WANTED)),
    )


def may_be_called(question: str, language: str) -> Callable[[Document, str], bool]:
    """Return what tells whether a sentence of a document may answer a question, as far as numbers to call go.

    Where a number to call in a country is asked for, one of another country would send a person in need astray. The
    country that the sentence names has to be the right one; where it names none, that of its document's title or the
    first of its document's countries. The same goes for a line that opens a list, which brings its items.
    """
    asked = fold(question)
    asks = ASKS_TO_CALL.search(asked) and not COUNTS.search(asked)
    called = {*countries_named(question, language)} if asks else set()

    def is_right(document: Document, sentence: str) -> bool:
        if not called or not (NUMBER_TO_CALL.search(sentence) or sentence.endswith(":")):
            return True
        around = " | ".join((document.title, *document.countries[:1]))
        return not called.isdisjoint(countries_named(sentence, "en") or countries_named(around, "en"))

    return is_right


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
