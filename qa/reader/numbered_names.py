"""Keep what is told of one number of a series out of an answer about another: Turquesa IV is not Turquesa V.

In: a question, and what is found for it. Out: the hits and sentences that may answer. A number is that behind a name
("Turquesa V") or behind the word for a part of something ("phase 2"), in Roman or Arabic digits or as a word, or an
ordinal before such a word ("the second phase"). Names are found in all Latin texts, words for parts in English ones.
Left out: years, and amounts, which are compared as numbers (features).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache
from itertools import islice

from corpus import Document
from corpus.documents.terms import STOP_WORDS
from corpus.language.text import CARDINALS, ORDINALS
from qa.answers.hits import Hit
from qa.query.question import Question
from qa.reader.figures_beside import MONTH

# Words for what a number counts, behind which it stands as it does behind a name, or before which an ordinal stands.
PART = (
    r"(?:annex|article|chapter|cycle|edition|goal|objective|part|phase|pillar|principle|recommendation|resolution|round"
    r"|section|session|stage|target|tier|volume)"
)
HELD = r"(?:assembly|conference|congress|course|edition|forum|meeting|phase|report|round|session|stage|summit|workshop)"
ROMAN_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
ROMANS = [tens + ones for tens in ("", "X", "XX") for ones in ROMAN_ONES if tens + ones]  # of 1 to 29
FIRST_ROMAN = r"I(?! (?:am|was|have|had|can|could|need|want|work|saw|[a-z]+ed)\b)"  # not the "I" of "I was told"
ROMAN_NUMBER = "|".join([*sorted(ROMANS[1:], key=len, reverse=True), FIRST_ROMAN])
LATIN = "A-Za-zÀ-ɏ"  # no blank parts a number from a Chinese word
NUMBER = rf"(?:(?:{ROMAN_NUMBER})|\d{{1,2}})(?![{LATIN}\d%$]|[.,:/–-]\d|[-’'])"
BEHIND_NAME = re.compile(
    rf"(?<![\w’'-])(?!{MONTH}\b|(?i:{PART})s?\b)(?P<name>[^\W\d_a-z][\w’'-]*[^\W\d_])(?<!['’]s) "
    rf"(?P<numbers>{NUMBER}(?! (?:{MONTH}\b|[a-z]*illion|per cent|[a-z]+s\b))(?:(?:, | and | or | & ){NUMBER})*)"
)
OF_PART = rf"(?:\d{{1,4}}(?:\.\d+)?(?![\w%]|[.,]\d)|(?i:{'|'.join(CARDINALS)})\b|{NUMBER})"
BEHIND_PART = re.compile(
    rf"\b(?P<name>(?i:{PART}))s? (?:(?i:no)\.? ?)?(?P<numbers>{OF_PART}(?:(?:, | and | or | to | & |–){OF_PART})*)"
)
BEFORE_PART = re.compile(
    rf"\b(?P<numbers>{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)) (?:[a-z-]+ ){{0,3}}?(?P<name>{HELD})\b",
    re.IGNORECASE,
)
FIRST = re.compile(r"\b(?:first|1st)\b", re.IGNORECASE)
DIGITS = re.compile(rf"{OF_PART}|(?i:{'|'.join(ORDINALS)})|\d+")


def numbers_asked(asked: Question, searched: Question) -> dict[str, Set[str]]:
    """Return the names and parts for which a question gives numbers, each with these.

    Of a name that `asked` gives no number, that of `searched` counts, which holds the questions before it. A question
    for the first of something gives none, since what is told without a number may be the first.
    """
    numbers = {**numbered_names(searched.text), **numbered_names(asked.text)}
    return {name: of_name for name, of_name in numbers.items() if of_name != {"1"} or not FIRST.search(searched.text)}


def hits_with_numbers(
    asked: Question, searched: Question, hits: Sequence[Hit], best: int, documents: Mapping[str, Document]
) -> Sequence[Hit]:
    """Return the `best` first hits, of documents that tell of the numbers asked for where the series is known.

    It is known if one of the `best` first hits tells of any number of the name. Then documents that tell of other
    numbers only are left out, and those that tell of none, too, if the question itself gives a number but 1: where the
    documents have Falcon II, but not Falcon III, nothing is told of Falcon III.
    """
    wanted = numbers_asked(asked, searched)
    if not wanted:
        return hits[:best]

    @cache
    def told(id: str) -> Mapping[str, Set[str]]:
        document = documents[id]
        return numbered_names(f"{document.title}. {document.text}")

    known = wanted.keys() & {name for hit in hits[:best] for name in told(hit.passage.document_id)}
    needed = {name for name in known & numbered_names(asked.text).keys() if wanted[name] != {"1"}}

    def may_answer(hit: Hit) -> bool:
        numbers = told(hit.passage.document_id)
        matched = {name for name in known & numbers.keys() if not wanted[name].isdisjoint(numbers[name])}
        return matched >= known & numbers.keys() and (not needed or not matched.isdisjoint(needed))

    return list(islice(filter(may_answer, hits), best)) if known else hits[:best]


def matches_number(asked: Question, searched: Question) -> Callable[[Document, str], bool]:
    """Return a predicate on documents and sentences: false for a sentence that tells of other numbers only."""
    wanted = numbers_asked(asked, searched)

    def matches(_: Document, sentence: str) -> bool:
        told = numbered_names(sentence) if wanted else {}
        return not any(name in told and told[name].isdisjoint(numbers) for name, numbers in wanted.items())

    return matches


def numbered_names(text: str) -> Mapping[str, Set[str]]:
    """Return the names and the words for parts that have numbers in a text, in lower case, with these in digits.

    >>> {name: sorted(numbers) for name, numbers in numbered_names("Phases 1 and 2 of Turquesa IV").items()}
    {'phase': ['1', '2'], 'turquesa': ['4']}
    >>> numbered_names("The second round was on May 15, for the Swiss 12 million.")
    {'round': {'2'}}
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for pattern in (BEHIND_PART, BEFORE_PART, BEHIND_NAME):
        for match in pattern.finditer(text):
            found[match["name"].casefold()] |= {_in_digits(number) for number in DIGITS.findall(match["numbers"])}
    return {name: numbers for name, numbers in found.items() if name not in STOP_WORDS}


def _in_digits(number: str) -> str:
    """Return a number in digits, given in Roman or Arabic ones, as a word or as an ordinal.

    >>> [_in_digits(number) for number in ("IV", "second", "2", "Two", "8.7")]
    ['4', '2', '2', '2', '8.7']
    """
    word = number.casefold()
    for words in (CARDINALS, ORDINALS, [roman.casefold() for roman in ROMANS]):
        if word in words:
            return str(words.index(word) + 1)
    return number
