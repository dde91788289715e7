"""Keep phone numbers of other countries out of an answer to who asks for a number to call.

In: a parsed question. Out: a predicate on sentences, and whether these lack the number. A number of another country
would mislead a person in need; so would a sentence on a line that does not tell its number.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from corpus import Document
from corpus.language.countries import countries_named, country_name
from corpus.language.whereabouts import countries_of_stay
from qa.query.question import Question
from qa.query.vocabulary import any_language

NUMBER_TO_CALL = re.compile(r"(?<![\d,.$])\b(?:(?!(?:19|20)\d\d\b)\d{3,}(?:[-\s]\d+)*|\d\d(?:[-.\s]\d\d){3,})\b(?!,\d)")
# A count of three digits, which is no number to call: "about 100 victims", but not "181 women helpline".
COUNT = re.compile(
    r"\b\d{3} (?:(?!hot|help|line)[\w-]+ )?(?:(?:wo)?men|people|persons|children"
    r"|(?:bed|boy|case|day|girl|migrant|officer|official|refugee|returnee|survivor|victim|worker|year)s)\b"
    r"(?!['’]?s? (?:help|hot|line))"
)
# How one asks for a number to call: which it is, or in any words.
WHICH = (any_language("asks_which_number"),)
ANY = (*WHICH, any_language("asks_for_number_to_call"))
ASKS_HOW_MANY = any_language("asks_how_many")  # how many calls a hotline took, which is no number to call


def matches_requested_country(question: Question) -> Callable[[Document, str], bool]:
    """Return a predicate on documents and sentences that is false for a number to call of another country.

    Where the question asks for a number to call in a country, a sentence with a number has to name that country or a
    city of it; if it names none, the document's title or the first of its countries has to. The same holds for a line
    that opens a list, since its items are cited with it, and for every sentence where it asks which number.
    """
    asks_which = _asks(question, WHICH)
    requested = _countries(question.text, question.language) if asks_which or _asks(question, ANY) else set()

    def matches(document: Document, sentence: str) -> bool:
        if not requested or not (asks_which or NUMBER_TO_CALL.search(sentence) or sentence.endswith(":")):
            return True
        context = " | ".join((document.title, *document.countries[:1]))
        told = countries_named(sentence, "en") or _countries(sentence, "en") or countries_named(context, "en")
        return not requested.isdisjoint(told)

    return matches


def lack_number(question: Question, searched: Question, sentences: Iterable[str], *, at_risk: bool) -> bool:
    """Return whether a question asks for a number to call, and sentences that match its country hold none.

    `searched` is the question with the earlier ones behind it, which may name the country. Who is at risk looks for a
    number in other words too, and where they name no country, every number may be of another one. Others ask which
    number a country has.

    >>> asked = Question("What number can I call in Turkey?")
    >>> [lack_number(asked, asked, [text], at_risk=False) for text in ("It is free.", "The number in Turkey is 157.")]
    [True, False]
    """
    if not _asks(question, ANY if at_risk else WHICH):
        return False
    if not _countries(searched.text, searched.language):
        return at_risk
    return not any(NUMBER_TO_CALL.search(COUNT.sub("", sentence)) for sentence in sentences)


def _asks(question: Question, ways: Sequence[re.Pattern[str]]) -> bool:
    return any(way.search(question.folded) for way in ways) and not ASKS_HOW_MANY.search(question.folded)


def _countries(text: str, language: str) -> set[str]:
    """Return the English names of the countries in which somebody is to call, by their cities and short names too."""
    return set(map(country_name, countries_of_stay(text, language)))
