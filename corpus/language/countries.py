"""Find the countries that a text names, in any language, and give their English names.

In: a text and its language. Out: English names, by which the English documents can be searched; codes of countries, and
their names in a language.
The names are those of Unicode's CLDR, from the package Babel, those of the UN (`country_names.yaml`), and a few others
(`other_names.yaml`).
Names of one word are found in their forms (inflection), those of several by Snowball stems, and in scripts without
spaces between words as plain strings. `homonyms.yaml` has words that only look like a country.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial

import Stemmer
from babel import Locale, UnknownLocaleError

from corpus.language.inflection import forms_of, plain_word, unjoined
from corpus.language.shipped import shipped_yaml

STEMMERS = {
    "ar": "arabic",
    "es": "spanish",
    "fr": "french",
    "pt": "portuguese",
    "ru": "russian",
    "tr": "turkish",
    "uk": "russian",
}
UNSPACED = ("zh", "ja", "th", "my", "km", "lo")
# Letters of their scripts: Thai, Lao, Burmese, Khmer, kana, Han.
UNSPACED_SIGNS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
US = re.compile(r"\bUS\b")  # in lower case it is a pronoun
# America with a part of the continent before or behind it is no country.
AMERICA = re.compile(
    r"(?<!latin[\s-])(?<!north[\s-])(?<!south[\s-])(?<!central[\s-])(?<!northern\s)(?<!southern\s)(?<!states\sof\s)(?<!bank\sof\s)"
    r"\bamerica\b(?! (?:latina|central|del)\b)",
    re.IGNORECASE,
)
# Congo alone may be either of two countries.
CONGO = "Congo"
CONGOS = ("CD", "CG")
NO_COUNTRIES = ("EU", "UN", "EZ", "XA", "XB")  # codes of CLDR's territories


def countries_named(text: str, language: str) -> list[str]:
    """Return the English names of the countries that a text names, sorted.

    >>> countries_named("Сколько жертв выявили в Колумбии?", "ru")
    ['Colombia']
    >>> countries_named("From Viet Nam and Papua New Guinea to the US and Bosnia & Herzegovina", "en")
    ['Bosnia and Herzegovina', 'Papua New Guinea', 'United States', 'Vietnam']
    """
    found = found_in(text_key(text, language), question_keys(language))[0]
    return sorted({country_name(code) for name in found for code in codes_of(name)})


def words_of_names(countries: Iterable[str]) -> frozenset[str]:
    """Return the words of all English names of countries, given by their plain ones; a part of one is none of them.

    >>> sorted(words_of_names(["Vietnam", "United Kingdom"]))
    ['britain', 'kingdom', 'nam', 'u.k', 'uk', 'united', 'viet', 'vietnam']
    """
    names = [name for country in countries for name in _names_by_code("en")[country_code(country)]]
    whole = [name for name in names if name not in shipped_yaml("corpus/language/other_names.yaml")["parts"]]
    return frozenset(word.casefold() for name in whole for word in re.split("[ -]", name))


def found_in(key: str, names: Mapping[str, str]) -> tuple[dict[str, int], str]:
    """Return what is named in the key of a text, and where each first stands; and the key without these names.

    `names` maps the keys of names, longer ones first, to what they stand for.
    """
    found: dict[str, int] = {}
    for name, meaning in names.items():
        if name in key:
            found[meaning] = min(key.index(name), found.get(meaning, len(key)))
            key = key.replace(name, re.sub(r"\S", "|", name))
    return found, key


def country_code(name: str) -> str:
    """Return the ISO 3166 code of a country by its plain English name or another one, or "" where none has that name.

    >>> country_code("Myanmar"), country_code("UK"), country_code("Atlantis")
    ('MM', 'GB', '')
    """
    return _codes().get(name.casefold(), "")


def country_name(code: str, language: str = "en") -> str:
    """Return the name of a country in a language, in English where there is none: the plain one.

    >>> country_name("MM"), country_name("GB", "es")
    ('Myanmar', 'Reino Unido')
    """
    name: str = Locale("en").territories[code]
    return _english_name(code, name) if language == "en" else Locale.parse(language).territories.get(code, name)


def plain_country(name: str) -> str:
    """Return the plain English name of a country by any of its English names, and a name that none has as it is.

    >>> plain_country("Viet Nam"), plain_country("Atlantis")
    ('Vietnam', 'Atlantis')
    """
    code = country_code(name)
    return country_name(code) if code else name


def codes_of(name: str) -> tuple[str, ...]:
    """Return the codes of the countries that a name of `question_keys` stands for."""
    return CONGOS if name == CONGO else (country_code(name),)


@cache
def _codes() -> dict[str, str]:
    """Return a map from the English names of countries, in lower case, to their codes."""
    names = {code: name for code, name in Locale("en").territories.items() if re.fullmatch("[A-Z]{2}", code)}
    codes = {plain.casefold(): code for code, name in names.items() for plain in (name, _english_name(code, name))}
    return codes | {other.casefold(): code for code, others in _english_names().items() for other in others}


def text_key(text: str, language: str) -> str:
    """Return a form in which a name is found as a substring between blanks, or the text where no blanks part its words.

    A country's name of one word, in whatever form, is its code; other words are stems.
    """
    text = _without_compounds(text, language)
    return text if language in UNSPACED else _joined(_keys_of(_words(text, language), language))


def keyed_words(text: str, language: str) -> tuple[list[str], list[str]]:
    """Return the words of a text, of which each sign of a script without blanks is one, and the key of each.

    >>> keyed_words("我在Kenya", "zh")[0], keyed_words("in Bosnia", "en")[1]
    (['我', '在', 'Kenya'], ['in', 'bosnia'])
    """
    words = _words(apart(_without_compounds(text, language)), language)
    return words, words if language in UNSPACED else _keys_of(words, language)


def apart(text: str) -> str:
    """Return a text with blanks around each sign of a script that has none between words."""
    return UNSPACED_SIGNS.sub(r" \g<0> ", text)


def _without_compounds(text: str, language: str) -> str:
    for compound in _homonyms("compounds", language):
        text = text.replace(compound, "|" * len(compound))
    return text


def _keys_of(words: list[str], language: str) -> list[str]:
    return list(map(partial(_word_key, language, _stem_in(language)), words, ["", *words]))


def _name_key(name: str, language: str) -> str:
    """Return the text key of a country's own name, of which no word is taken for a homonym."""
    if language in UNSPACED:
        return name
    stem = _stem_in(language)
    return _joined(_word_key(language, stem, word, None) for word in _words(name, language))


def _joined(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "


def _words(text: str, language: str) -> list[str]:
    """Return the words of a text; combining marks belong to them, unlike in what `re` takes for words."""
    if language == "en":
        text = AMERICA.sub("USA", US.sub("USA", text))
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return "".join(sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in text).split()


def _stem_in(language: str) -> Callable[[str], str]:
    """Return the function that stems the words of a text; threads can't share one, and a word needs none of its own."""
    return Stemmer.Stemmer(STEMMERS[language]).stemWord if language in STEMMERS else str


def _word_key(language: str, stem: Callable[[str], str], word: str, before: str | None) -> str:
    """Return the code of the country of which a word is the name, "|" for a homonym, or else its stem.

    `before` is the word before it in a text, None in a name.
    """
    forms, codes = unjoined(word, language), _codes_by_form(language)
    name = next((form for form in forms if form in codes), plain_word(word, language))
    if before is not None and name in _homonyms("words", language):
        is_meant = before in _homonyms("places", language) or (word[0].isupper() and before)
        if not is_meant:
            return "|"
    return codes.get(name) or stem(word.casefold())


@cache
def _homonyms(kind: str, language: str) -> frozenset[str]:
    """Return what `homonyms.yaml` holds for a language: words as `plain_word` writes them, and others as they are."""
    words: list[str] = shipped_yaml("corpus/language/homonyms.yaml")[kind].get(language, [])
    return frozenset(plain_word(word, language) if kind == "words" else word for word in words)


@cache
def _codes_by_form(language: str) -> dict[str, str]:
    """Return a map from the forms of countries' names of one word to their codes; English ones are not inflected."""
    names = [(name, code) for code, names in _names_by_code(language).items() for name in names]
    single = [(name, code) for name, code in names if language != "en" and len(_words(name, language)) == 1]
    return {form: code for name, code in single for form in forms_of(name, language)}


@cache
def country_keys(language: str) -> dict[str, str]:
    """Return a map from the text keys of country names in a language to English names, longer keys first."""
    english = Locale("en").territories
    keys = {
        _name_key(name, language): _english_name(code, english[code])
        for code, names in _names_by_code(language).items()
        for name in names
    }
    return dict(sorted(keys.items(), key=lambda item: -len(item[0])))


@cache
def question_keys(language: str) -> dict[str, str]:
    """Return the same map, in which Congo alone, by which either of two countries may be meant, stands for itself."""
    names: dict[str, str] = shipped_yaml("corpus/language/other_names.yaml")["congo"]
    congo = {_name_key(names[language], language): CONGO} if language in names else {}
    return dict(sorted((country_keys(language) | congo).items(), key=lambda item: -len(item[0])))


@cache
def _names_by_code(language: str) -> dict[str, tuple[str, ...]]:
    """Return the names of countries in a language by their codes; none where the language is not known."""
    try:
        local: dict[str, str] = dict(Locale.parse(language).territories)
    except (UnknownLocaleError, ValueError):
        return {}
    english = Locale("en").territories
    codes = (code for code in local if re.fullmatch("[A-Z]{2}", code) and code in english and code not in NO_COUNTRIES)
    return {code: tuple(_names_of(code, local[code], language)) for code in codes}


def _english_names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = shipped_yaml("corpus/language/other_names.yaml")["english"]
    return names


def _english_name(code: str, english: str) -> str:
    """Return a country's plain English name: CLDR's without typographic signs where `other_names.yaml` has none."""
    if code in _english_names():
        return _english_names()[code][0]
    return english.replace(" & ", " and ").replace("’", "'").replace("St. ", "Saint ")


def _names_of(code: str, name: str, language: str) -> Iterator[str]:
    """Yield the names of a country: the given one, the UN's, abbreviations, English ones, and both of Myanmar (Burma).

    In other names brackets tell two countries apart: Macao (China), Congo (Kinshasa). Réunion has an article in French.
    """
    yield from filter(None, re.split(r"\s*[(（)）]\s*", name)) if code == "MM" else (name.removeprefix("La "),)
    if other := shipped_yaml("corpus/language/country_names.yaml").get(language, {}).get(code):
        yield other
    yield from shipped_yaml("corpus/language/other_names.yaml")["short"].get(language, {}).get(code, ())
    if language == "en":
        yield _english_name(code, name)
        yield from _english_names().get(code, [])[1:]  # the first is the plain one
