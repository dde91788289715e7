"""Make a follow-up stand alone.

In: a question and the turns before it. Out: the ways in which it can be read, each a question that can be searched by
itself and that the asker can check: with the words of the conversation's first question that it lacks, with those of
the last one, or as it is. The documents tell which reading is meant: the one that they answer most likely.
Left out: grammar, and naming what a pronoun stands for.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.countries import countries_named
from embeddings.index.bm25_index import terms_of

AS_IT_IS = 0.2  # the best of 0 to 0.3 on the development dialogues
SURE = 0.9
STANDS_ALONE = 8  # terms that a question without a word that points back needs to name its own subject
OPENING = re.compile(
    r"^(?:(?:and|but|so|ok|okay|hm+|right|fine|well|then|also|cool|now|yes|no|y|et|а|и|но|و)\b[\s,.:;–-]*)+(?=\w)",
    re.IGNORECASE,
)
POINTING = re.compile(
    r"\b(it|its|they|them|their|those|these|that|this|he|she|him|his|her|there|then|one|ones|same|other|others)\b",
    re.IGNORECASE,
)
# A question that asks the same of somebody else.
PARALLEL = re.compile(r"\b(one|ones|too|as well|same)\b", re.IGNORECASE)
OWN_NAME = "IOM"  # what is asked about IOM here is asked about IOM there
YEAR = re.compile(r"(?:19|20)\d\d")
NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z]\w+")  # a capital that does not just open a sentence
WORD = re.compile(r"[\w.%$'’-]*\w")
ADDED = re.compile(r" \([^()]*\)$")
# Words that ask, not words that are asked about.
ASKING_WORDS = """
how many much what which who whom whose when where why is are was were do does did has have had can could the
a an of in on to at by for from with that this it its they them their there and or i you me my we our us tell
about any been be so as into up go back read please get got say says said
"""
ASKING = frozenset(ASKING_WORDS.split())


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, and the text of the answer that was given."""

    question: str
    answer: str = ""


def readings(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """Return the ways to read a question, itself the last; itself alone where it names its own subject.

    >>> readings("And in Ghana?", [Turn("How many victims did IOM help in Togo in 2015?")])
    ('in Ghana? (victims IOM help 2015)', 'And in Ghana?')
    """
    if not history or (len(terms_of(question)) >= STANDS_ALONE and not POINTING.search(question)):
        return (question,)
    longer = (completed(question, turn.question) for turn in (history[0], history[-1]))
    return (*dict.fromkeys(one for one in longer if one != question), question)


def likeliest(confidences: Mapping[str, float], question: str) -> str:
    """Return the reading that the documents answer most likely.

    The question as it is has to be the likelier by AS_IT_IS, unless it points back at nothing and they are SURE of it.

    >>> likeliest({"in Ghana? (victims)": 0.5, "And in Ghana?": 0.6}, "And in Ghana?")
    'in Ghana? (victims)'
    """
    alone = confidences.get(question, 0.0)
    if alone >= SURE and not POINTING.search(question):
        return question
    return max(confidences, key=lambda one: confidences[one] - AS_IT_IS * (one == question))


def own_words(reading: str) -> str:
    """Return a reading without the words that were added to the question.

    >>> own_words("who pays for it? (shelter Accra)")
    'who pays for it?'
    """
    return ADDED.sub("", reading)


def completed(question: str, earlier: str) -> str:
    """Return a question with the words of an earlier one, in brackets, that it lacks and does not replace.

    >>> completed("And who pays for it?", "Where is the shelter in Accra?")
    'who pays for it? (shelter Accra)'
    """
    subject = WORD.findall(earlier)
    lacking = _missing(question, subject, _replaced(question, subject))
    return f"{OPENING.sub('', question)} ({' '.join(lacking)})" if lacking else question


def _missing(question: str, words: Sequence[str], replaced: frozenset[str]) -> list[str]:
    """Return the words that say what the question is about and don't stand in it, each once."""
    said = set(terms_of(question))
    missing: list[str] = []
    for word in words:
        terms = set(terms_of(word)) - said
        if terms and word.casefold() not in ASKING | replaced:
            missing.append(word)
            said |= terms
    return missing


def _replaced(question: str, subject: Sequence[str]) -> frozenset[str]:
    """Return the earlier words whose place a new country, name or year of the question takes, in lower case."""
    text = " ".join(subject)
    replaced: list[str] = []
    if YEAR.search(question):
        replaced += YEAR.findall(text)
    if countries_named(question, "en"):
        replaced += [word for country in countries_named(text, "en") for word in country.split()]
    if PARALLEL.search(question) and NAME.search(question):
        replaced += [word for word in subject if word[0].isupper() and word != OWN_NAME]
    return frozenset(word.casefold() for word in replaced)
