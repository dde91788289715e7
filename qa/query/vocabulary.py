"""The words by which kinds of questions are recognised, a file for each language under `qa/query/words/`.

In: the code of a language. Out: its Vocabulary, whose entries are regular expressions, mostly plain words. A language
without a file has an empty one: of its questions only the vector is used.
Left out: words of people at risk, and phrases of messages that are not searched for (qa/safety).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.language.shipped import shipped_yaml

Words = tuple[str, ...]
# Languages in which other words may touch a word: without spaces between them, or with articles attached to it.
ATTACHED = frozenset({"ar", "zh"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language. Lists that its file does not have are empty.

    The lists whose names begin with "asks" are matched with folded text (`corpus.language.text.fold`), the other lists
    with the text as it is written.
    """

    question_words: Words = ()  # "who", "what"
    auxiliaries: Words = ()  # verbs that open a question: "did", "is"
    requests: Words = ()  # verbs that ask without a question mark: "give"
    function_words: Words = ()  # other words that name no subject
    parallel_words: Words = ()  # ask the same of something else: "too"
    openings: Words = ()  # open a follow-up without meaning: "and", "ok"
    asks_which_number: Words = ()  # "which number", of a telephone
    asks_for_number_to_call: Words = ()  # other words of who looks for one: "hotline", "whom can I call"
    asks_how_many: Words = ()  # "how many"
    asks_full_name: Words = ()  # "what does @ stand for", whole questions, in which "@" is an acronym
    asks_for_item: Words = ()  # "the @ one" of a list, in which "@" is one of the next
    item_ordinals: Words = ()  # "first" up to "fifth", then "last"
    names_no_item: Words = ()  # ordinals that are none of these: "the first one to leave"
    asks_who_is: Words = ()  # "who is @", whole questions, in which "@" is a person


@cache
def vocabulary(language: str) -> Vocabulary:
    """Return the vocabulary of a language."""
    if language not in languages():
        return Vocabulary()
    texts = shipped_yaml(f"qa/query/words/{language}.yaml", as_strings=True)
    return Vocabulary(**{name: _entries(text) for name, text in texts.items()})


def _entries(text: str) -> Words:
    return tuple(text.split(", "))


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages that have a file, sorted."""
    names = (file.name for file in files("qa.query").joinpath("words").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def any_of(entries: Sequence[str]) -> str:
    """Return a regular expression that matches any of the entries, as a group.

    >>> any_of(["who", "whom?"])
    '(?:who|whom?)'
    """
    return f"(?:{'|'.join(entries)})" if entries else r"(?!)"


def any_language(name: str) -> re.Pattern[str]:
    """Return a pattern that finds an entry of the list `name` of any language, without regard to case.

    >>> bool(any_language("asks_how_many").search("cuantas victimas"))
    True
    """
    expressions = (_whole_words(language, getattr(vocabulary(language), name)) for language in languages())
    return re.compile("|".join(filter(None, expressions)), re.IGNORECASE)


def _whole_words(language: str, entries: Words) -> str:
    """Return an expression for the entries of a language: as whole words, unless it is one of ATTACHED."""
    if not entries:
        return ""
    return any_of(entries) if language in ATTACHED else rf"\b{any_of(entries)}\b"
