"""What a correction puts in place of what was asked: another country, place, person or year.

In: a correction ("Sorry, I meant Kenya.") and the turns before it. Out: the turns, in which the new name or year stands
for the old one, so that they are searched and read as they were meant; the words of the asker stay as they are.
Names are capitalised words, and the countries of languages without capitals.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.language.countries import UNSPACED, countries_named
from corpus.language.text import without_possessive
from qa.query.followups import Turn
from qa.query.question import Question

CASED = ("en", "es", "fr", "pt", "ru", "uk", "it", "ro")  # languages in which a capital inside a sentence marks a name
# Capitalised words in a row that do not begin a sentence; none of capitals only, which mostly name an organisation.
CAPITALISED = r"[A-ZÀ-ÖØ-ÞȘȚА-ЯЁЄІЇҐ][\w'’-]*[a-zà-öø-ÿșțа-яёєіїґ][\w'’-]*"
NAME = re.compile(rf"(?<=[\w,;:] ){CAPITALISED}(?: {CAPITALISED})*")
LONGEST_COUNTRY = 7  # words, or characters where words have no blanks between them


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands in a text; `country` is its English name, or "" where it is none of a country."""

    text: str
    country: str

    def is_same(self, other: "Name") -> bool:
        """Return whether two names are of the same country, or are the same words."""
        return self.country == other.country if self.country else self.text.casefold() == other.text.casefold()


def corrected_turns(correction: Question, turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns with the new name and the new year in their questions.

    From the first that changes on they lose their answers, which were about the old one.
    """
    questions = [_corrected(Question.of(turn.question), correction) for turn in turns]
    changed = (number for number, turn in enumerate(turns) if turn.question != questions[number])
    kept = next(changed, len(turns))
    return [*turns[:kept], *map(Turn, questions[kept:])]


def _corrected(asked: Question, correction: Question) -> str:
    """Return a question with the name and the year that a correction puts in.

    >>> _corrected(Question("How many came to Kenya in 2018?"), Question("Sorry, I meant Uganda."))
    'How many came to Uganda in 2018?'
    >>> _corrected(Question("Who met in Lagos in 2018?"), Question("No, I mean Accra, in 2019."))
    'Who met in Accra in 2019?'
    """
    text, old, new = asked.text, list(_names(asked)), list(_names(correction))
    added = [name for name in new if not any(map(name.is_same, old))]
    if len(added) == 1:
        # What is named again was not meant ("Kenya, not Uganda"); else it is the only name of its kind, or of all.
        meant = [name for name in old if any(map(name.is_same, new))]
        alike = [name for name in old if bool(name.country) == bool(added[0].country)]
        replaced = meant or alike or old
        if len(replaced) == 1:
            whole = re.escape(replaced[0].text)
            word = whole if asked.language in UNSPACED else rf"(?<!\w){whole}(?!\w)"
            text = re.sub(word, lambda _: added[0].text, text)
    years = [year for year in correction.years if year not in asked.years]
    if len(years) == 1 and len(asked.years) == 1:
        text = text.replace(asked.years[0], years[0])
    return text


def _names(question: Question) -> Iterator[Name]:
    """Yield the names of countries and the other names in a question."""
    text = question.text
    for country in question.countries:
        if place := _place(country, question):
            yield Name(text[place], country)
            text = text[: place.start] + "|" * (place.stop - place.start) + text[place.stop :]
    if question.language in CASED:
        yield from (Name(without_possessive(name), "") for name in NAME.findall(text))


def _place(country: str, question: Question) -> slice | None:
    """Return where a question names a country: at the fewest words, or characters, that name it by themselves."""
    piece = r"\S" if question.language in UNSPACED else r"\w+"
    spans = [match.span() for match in re.finditer(piece, question.text)]
    for length in range(LONGEST_COUNTRY):
        for (begin, _), (_, end) in zip(spans, spans[length:], strict=False):
            if country in countries_named(question.text[begin:end], question.language):
                return slice(begin, end)
    return None
