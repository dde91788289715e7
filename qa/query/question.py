"""A parsed question: its terms, names, numbers, years and countries, each computed once.

In: the clean text of a question and its language. Out: a Question, which safety, rewriting, decomposition, retrieval
and reading share. It needs no model and no index.
Left out: its vector (query), and the type of answer that it asks for (reader).
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from corpus.documents.terms import STOP_WORDS, terms_of
from corpus.language.countries import countries_named
from corpus.language.detection import language_of
from corpus.language.glossary import in_english
from corpus.language.text import fold, is_latin, numbers_in, without_possessive, years_in
from qa.query.vocabulary import any_of, vocabulary

MAX_FOLDED = 3000  # characters of a message that the rules read, enough to recognise distress in a longer one
QUESTION_MARK = re.compile(r"[?？؟¿]")
ASKING = re.compile(rf"{any_of([*vocabulary('en').question_words, *vocabulary('en').auxiliaries])}\b", re.IGNORECASE)
# A question of yes or no, perhaps without its verb: "did they appeal?", "and will it go on?", "anyone convicted?".
YES_OR_NO = re.compile(
    rf"(?:{any_of(vocabulary('en').openings)}\b\W*)*"
    r"(?!(?:can|could|will|would) (?:you|i|we)\b|do you\b)"  # ask politely
    rf"(?:{any_of([*vocabulary('en').auxiliaries, 'will', 'would', 'any(?:one|body)?', 'still'])}(?:n['’]t)?\b)"
    rf"(?!.*\b(?:or|{any_of(vocabulary('en').question_words)})\b)",
    re.IGNORECASE,
)
INNER_WORD = re.compile(r"(?<=[\w,;] )[\"“‘«(]?([^\W\d_][\w'’-]+)")


def capitalised_words(text: str) -> list[str]:
    """Return the words with a capital that do not begin a sentence, which are names in English.

    >>> capitalised_words("Šimek met Élodie Roy in “Tema”, Accra.")
    ['Élodie', 'Roy', 'Tema', 'Accra']
    """
    return [word for word in INNER_WORD.findall(text) if word[0].isupper()]


@dataclass(frozen=True)
class Question:
    """A question's text and its parts, each of which is computed when it is first used.

    `language` is a code of ISO 639.
    """

    text: str
    language: str = "en"

    @classmethod
    def of(cls, text: str) -> Self:
        """Return a question in the language that its text is recognised to be in.

        >>> Question.of("¿Quién financia el refugio?").language
        'es'
        """
        return cls(text, language_of(text))

    @property
    def is_english(self) -> bool:
        """Whether the question is in English, the language of most rules here and of the starter collection."""
        return self.language == "en"

    @cached_property
    def folded(self) -> str:
        """The text in the form in which phrases are compared."""
        return fold(self.text[:MAX_FOLDED])

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """English names of the countries that the question names, sorted."""
        return tuple(countries_named(self.text, self.language))

    @cached_property
    def english(self) -> str:
        """Of a question in another language, its words in English, where the language has a glossary; else ""."""
        return "" if self.is_english else in_english(self.text, self.language)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The terms by which English documents are searched, in their order.

        Of a question in another language these are its Latin words, its numbers, its countries in English, and its
        English words.
        """
        terms = terms_of(self.text)
        if not self.is_english:
            terms = [term for term in terms if not term.isdigit()] + re.findall(r"\d+", self.text)
            terms += [term for text in (*self.countries, self.english) for term in terms_of(text) if term not in terms]
        return tuple(terms)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers, in plain digits."""
        return numbers_in(self.text)

    @cached_property
    def years(self) -> tuple[str, ...]:
        """The years, in their order."""
        return years_in(self.text)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in an English question, in lower case; none in other languages, where capitals follow other rules.

        >>> sorted(Question("Did Norway's prince or the Philippines' fund the shelter in Accra?").names)
        ['accra', 'norway', 'philippines']
        >>> sorted(Question("Who met Élodie in Accra, Lomé and “Tema”?").names)
        ['accra', 'lomé', 'tema', 'élodie']
        """
        if not self.is_english:
            return frozenset()
        words = (without_possessive(word.casefold()) for word in capitalised_words(self.text))
        return frozenset(word for word in words if word not in STOP_WORDS)

    @property
    def asks(self) -> bool:
        """Whether it has a question mark, or begins as English questions do."""
        return bool(QUESTION_MARK.search(self.text) or (self.is_english and ASKING.match(self.text)))

    @property
    def is_yes_or_no(self) -> bool:
        """Whether it is an English question of yes or no.

        >>> [Question(text).is_yes_or_no for text in ("and didn't they appeal?", "did they say why?")]
        [True, False]
        """
        return self.is_english and YES_OR_NO.match(self.text) is not None

    @property
    def names_nothing(self) -> bool:
        """Whether it is a question without a name, a country or a number, as "who pays?" is.

        In other languages than English whatever has a capital inside the question may be a name, and so may all that is
        written without capitals.

        >>> [Question(text, "fr").names_nothing for text in ("Qui l'a financé ?", "Et à Dakar ?", "达喀尔呢？")]
        [True, False, False]
        """
        if self.countries or self.numbers:
            return False
        if self.is_english:
            return not self.names
        has_capitals = self.text.lower() != self.text.upper()
        return has_capitals and not any(map(str.isupper, self.text.lstrip("¿¡ ")[1:]))

    @cached_property
    def is_latin(self) -> bool:
        """Whether most letters are Latin."""
        return is_latin(self.text)
