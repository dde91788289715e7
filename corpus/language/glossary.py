"""Put a text of another language into English word by word, by the glossary of the language.

In: a text and its language. Out: English words in the order of the text, which a model that reads English best, and a
search by words, understand (dictionary-based query translation, Pirkola 1998); a name that is not known stays as it is.
Left out: grammar; nobody is shown such words.

`glossaries/` holds a file a language of lines `entry<TAB>English words`. An entry is one word or several; `*` at the
end of a word stands for any further letters, at its beginning for any before; `x+` is a prefix that is written together
with a word. Entries have the form in which texts are compared.
"""

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from corpus.language.text import fold

FOLDER = "glossaries"
TONAL = "vi"  # the language in which marks on vowels make other words
# A Chinese sign, or a run of letters, digits and the vowel signs of Devanagari and Bengali, which are no letters.
SIGN_OR_RUN = r"(?:[\u3400-\u9fff]|(?:(?![\u3400-\u9fff])[^\W_]|[\u0900-\u0963\u0966-\u09ff])+)"
WORD, WORD_OF_ENTRY = re.compile(SIGN_OR_RUN), re.compile(rf"\*?{SIGN_OR_RUN}\*?")
MOST_WORDS = 16  # of an entry
LONGEST = 40  # letters of a word that is looked up: its parts are as many as the square of its letters
SHORTEST_INSIDE = 2  # letters that an entry with `*` on both sides has at least
SHORTEST_STEM = 2  # letters of a word from which a prefix is taken off


class Entry(NamedTuple):
    """Words as a glossary has them, with `*` where letters may follow or come before, and their English."""

    words: tuple[str, ...]
    english: str

    @property
    def weight(self) -> tuple[int, bool]:
        """What makes one of several fitting entries the best: most letters, then a whole word at its end."""
        return sum(len(word.strip("*")) for word in self.words), not self.words[-1].endswith("*")


class Glossary:
    """The entries of a glossary by their first word, and its prefixes with their English."""

    def __init__(self, lines: Iterable[str], language: str) -> None:
        """Take the lines of a glossary."""
        self.language, self._prefixes = language, dict[str, str]()
        self._english: dict[str, str] = {}  # of entries of one word, which most are: strings take half of the memory
        self._phrases: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry, english in (line.split("\t") for line in lines):
            words = tuple(WORD_OF_ENTRY.findall(entry))
            if entry.endswith("+"):
                self._prefixes[entry.removesuffix("+")] = english
            elif len(words) == 1:
                self._english[entry] = sys.intern(english)
            else:
                self._phrases[words[0]].append(Entry(words, english))

    def english(self, text: str) -> str:
        """Return the English of a text's words in their order."""
        words, place, found = _words(text, self.language), 0, list[str]()
        while place < len(words):
            prefixes, entry = self._best(words[place : place + MOST_WORDS])
            found += [*prefixes, entry.english]
            place += len(entry.words)
        return " ".join(filter(None, found))

    def _best(self, words: Sequence[str]) -> tuple[list[str], Entry]:
        """Return the English of the first word's prefixes, and the best entry that the first words fit.

        Where none fits, it is the word itself, without prefixes before a number or a Latin word only ("በ2024").
        """
        prefixes, rest = list[str](), words[0]
        if len(rest) > LONGEST:
            return [], Entry((rest,), rest)
        while not (fitting := [entry for entry in self._candidates(rest) if _fits(entry, [rest, *words[1:]])]):
            found = [known for known in self._prefixes if rest.startswith(known)]
            prefix = max(found, key=len, default="")
            if not prefix or len(rest) < len(prefix) + SHORTEST_STEM:
                return [], Entry((words[0],), words[0])
            prefixes, rest = [*prefixes, self._prefixes[prefix]], rest.removeprefix(prefix)
            if rest[0].isascii():
                return prefixes, Entry((rest,), rest)
        return prefixes, max(fitting, key=lambda entry: entry.weight)

    def _candidates(self, word: str) -> Iterator[Entry]:
        """Yield the entries whose first word fits a word."""
        ends = range(1, len(word) + 1)
        keys = [word, *(f"{word[:end]}*" for end in ends), *(f"*{word[-length:]}" for length in ends)]
        keys += [f"*{word[start:end]}*" for start in range(len(word)) for end in ends if end >= start + SHORTEST_INSIDE]
        for key in keys:
            if key in self._english:
                yield Entry((key,), self._english[key])
            yield from self._phrases.get(key, ())


def _words(text: str, language: str) -> list[str]:
    """Return the words of a text in the form in which texts are compared, which keeps the marks of a tonal language."""
    plain = text.casefold() if language == TONAL else fold(text)
    return WORD.findall(unicodedata.normalize("NFC", plain))


def _fits(entry: Entry, words: Sequence[str]) -> bool:
    return len(entry.words) <= len(words) and all(map(_fits_word, entry.words, words))


def _fits_word(pattern: str, word: str) -> bool:
    letters = pattern.strip("*")
    if pattern == letters:
        return word == letters
    if not pattern.startswith("*"):
        return word.startswith(letters)
    return letters in word if pattern.endswith("*") else word.endswith(letters)


@cache
def _glossary(language: str) -> Glossary | None:
    if language not in glossary_languages():
        return None
    file = files("corpus.language").joinpath(FOLDER, f"{language}.tsv")
    return Glossary(file.read_text(encoding="utf-8").splitlines(), language)


@cache
def glossary_languages() -> frozenset[str]:
    """Return the codes of the languages that have a glossary."""
    return frozenset(file.name.removesuffix(".tsv") for file in files("corpus.language").joinpath(FOLDER).iterdir())


def in_english(text: str, language: str) -> str:
    """Return the English of a text's words in their order; an empty text where the language has no glossary.

    >>> in_english("¿Cuántas niñas recibieron ayuda?", "es")
    'how many girls receive help'
    """
    glossary = _glossary(language)
    return glossary.english(text) if glossary else ""
