"""Make a follow-up stand alone.

In: a question and the turns before it. Out: a question that can be searched by itself, in words that the asker can check.
Left out: grammar, and naming what a pronoun stands for. What a conversation is about stands in its first question and in
the one before; the words of these that the follow-up lacks are put behind it, less what the follow-up replaces.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.lexical import terms_of
from qa.countries import countries_named

STANDS_ALONE = 7  # terms that a question without a word that points back needs to name its own subject
OPENING = re.compile(
    r"^(?:(?:and|but|so|ok|okay|hm+|right|fine|well|then|also|cool|now|yes|no|y|et|а|и|но|و)\b[\s,.:;–-]*)+(?=\w)",
    re.IGNORECASE,
)
POINTING = re.compile(
    r"\b(it|its|they|them|their|those|these|that|this|he|she|him|his|her|there|then|one|ones|same|other|others)\b",
    re.IGNORECASE,
)
# A question that asks the same of somebody or somewhere else.
PARALLEL = re.compile(r"^(and|what about|how about)\b|\b(one|too|as well|also|same|there|like that)\b", re.IGNORECASE)
YEAR = re.compile(r"(?:19|20)\d\d")
WORD = re.compile(r"[\w.%$'’-]*\w")
# Words that ask, not words that are asked about.
ASKING = frozenset(
    "how many much what which who whom whose when where why is are was were do does did has have had can could the a an "
    "of in on to at by for from with that this it its they them their there and or i you me my we our us tell about any "
    "been be so as into up go back read please".split()
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked before, and the text of the answer that was given."""

    question: str
    answer: str = ""


def stand_alone_question(question: str, history: Sequence[Turn]) -> str:
    """Return the question with the words of those before that it lacks, or as it is where it names its own subject.

    >>> stand_alone_question("And in Ghana?", [Turn("How many victims did IOM help in Togo in 2015?")])
    'in Ghana? (victims IOM help 2015)'
    """
    own = OPENING.sub("", question)
    if not history or (len(terms_of(own)) >= STANDS_ALONE and not POINTING.search(own)):
        return question
    earlier = dict.fromkeys([history[0].question, history[-1].question])
    context = _missing(own, [word for text in earlier for word in WORD.findall(text)], _replaced(question, earlier))
    return f"{own} ({' '.join(context)})" if context else question


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


def _replaced(question: str, earlier: Sequence[str] | dict[str, None]) -> frozenset[str]:
    """Return the earlier words whose place a new country, name or year of the question takes, in lower case."""
    text = " ".join(earlier)
    replaced: list[str] = []
    if YEAR.search(question):
        replaced += YEAR.findall(text)
    if countries_named(question, "en"):
        replaced += [word for country in countries_named(text, "en") for word in country.split()]
    new_names = [name for name in _names(question) if name not in text]
    if PARALLEL.search(question) and (new_names or countries_named(question, "en")):
        replaced += _names(text)
    return frozenset(word.casefold() for word in replaced)


def _names(text: str) -> list[str]:
    """Return the words with a capital that does not just open a sentence, possessive or not."""
    found = re.findall(r"(?<![.?!]\s)(?<!^)\b[A-Z][\w-]*", text)
    return [form for name in found for form in (name, f"{name}'s", f"{name}’s")]
