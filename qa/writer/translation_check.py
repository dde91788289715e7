"""Check a translation by a language model as far as numbers, dates and names go; what can't be shown is refused.

In: an English sentence, its translation and the language of that. Out: why that is not shown, "" where it is. Words
that turn what is said (negations, "all", "only", "before", …) are those of `translations.yaml`.
The names of months and countries, and the words behind large numbers, are those of Unicode's CLDR (package Babel).
Not compared: number words of the translation, the names of peoples, and whatever else the sentence says, beyond its
likeness and that of its words to the encoder; so a translation never stands alone.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
from babel import Locale

from corpus.language.countries import UNSPACED, countries_named, country_name, text_key
from corpus.language.dates import locales_of
from corpus.language.detection import language_of
from corpus.language.shipped import shipped_yaml
from corpus.language.text import LAST_LATIN, fold, plain_digit, without_possessive
from embeddings import Encoder
from embeddings.models.pooling import PassageText
from qa.writer.claims import claims_of, names_in, words_of

# Cosines of a sentence and its translation into a language in Latin letters, and in others. Of 225 questions of XQuAD
# in each of five languages, 99 of 100 translations are above them, and less than 1 of 100 questions on other things.
MIN_COSINE, MIN_COSINE_OF_OTHERS = 0.7, 0.55
# Likeness of each word of the sentence that carries meaning to the likest of the translation, and of each long one the
# other way round. Of 330 sentences of XQuAD, 95 of 100 pass, and 48 where two words are replaced by chance.
MIN_SAID, MIN_TOLD, LONG = 0.3, 0.45, 6
WORD = re.compile(r"[^\W\d_]{2,}")
MIN_LENGTH, MAX_LENGTH = 0.2, 3.0  # of a translation, in lengths of the sentence; Chinese is the shortest
HALF = (0.5, "part")  # is a word in every language
MONTH_IN_DIGITS = re.compile(r"(?<!\d)(1[0-2]|[1-9])\s*月")
LATIN = re.compile(r"[A-Za-zÀ-ž][A-Za-zÀ-ž’'-]+")
CAPITALISED = re.compile(r"(?<=[\w,;:(«“\"] )[A-ZÀ-ÞŒ][\w’'-]+")


def problem_with(text: str, translation: str, language: str, encoder: Encoder) -> str:
    """Return the name of the first of TESTS that a translation of an English sentence does not pass, "" for none."""
    text = text.replace("US$", "USD ").replace("US dollar", "dollar")
    if failed := next((name for name, holds in TESTS if not holds(text, translation, language)), ""):
        return failed
    words, others = words_of(text), WORD.findall(translation)
    each = ([word for word, _ in words], others)
    passages = [PassageText("", tuple(part) or ("-",)) for part in ([text], [translation], *each)]
    whole, translated, said, told = encoder.encode_passages(passages)
    least = MIN_COSINE if _is_latin(language) else MIN_COSINE_OF_OTHERS
    if float(np.dot(whole[0], translated[0])) < least:
        return "likeness"
    if language in UNSPACED:
        return ""
    likeness = said[1:] @ told[1:].T
    of_said = likeness.max(axis=1)[[bool(stem) for _, stem in words]].min(initial=1.0)
    of_told = likeness.max(axis=0)[[len(word) >= LONG for word in others]].min(initial=1.0)
    return "words" if of_said < MIN_SAID or of_told < MIN_TOLD else ""


def can_be_checked(language: str) -> bool:
    """Return whether the names of months and countries are known in a language."""
    return bool(locales_of(language))


def _lists() -> dict[str, Any]:
    lists: dict[str, Any] = shipped_yaml("qa/writer/translations.yaml")
    return lists


def _is_whole(text: str, translation: str, language: str) -> bool:
    is_long_enough = MIN_LENGTH <= len(translation) / len(text) <= MAX_LENGTH
    own = translation if _is_latin(language) else LATIN.sub(" ", translation)
    return is_long_enough and language_of(own) == language


def _numbers_stand(text: str, translation: str, language: str) -> bool:
    return _english_numbers(text) == Counter(_numbers(translation, language))


def _dates_stand(text: str, translation: str, language: str) -> bool:
    return _english_months(text) == _months_named(translation, language)


def _english_numbers(text: str) -> Counter[float]:
    """Return the values of the numbers of an English sentence without halves, positions and 1, an article in many."""
    numbers = claims_of(text).numbers
    return Counter(
        number.value for number in numbers if number.unit != "th" and number.value != 1 and number[:2] != HALF
    )


def _numbers(text: str, language: str) -> Iterator[float]:
    """Yield the numbers in digits but 1, with the words for thousands and more behind them.

    >>> list(_numbers("2,5 millions d’euros et 1 235 victimes en 2015", "fr")), list(_numbers("١٢٫٥ و300万人", "zh"))
    ([2500000.0, 1235.0, 2015.0], [12.5, 3000000.0])
    """
    plain = "".join(plain_digit(letter) for letter in MONTH_IN_DIGITS.sub(" ", text))
    plain = re.sub(r"(?<=\d)[.,٬\s’'](?=\d{3}(?!\d))", "", plain).replace("٫", ".")
    scales = _scales(language)
    words = "|".join(sorted(map(re.escape, scales), key=len, reverse=True)) or "(?!)"
    end = "" if language in UNSPACED else r"(?!\w)"
    for match in re.finditer(rf"(\d+(?:[.,]\d{{1,2}}(?!\d))?)(?:\s*({words}){end})?", plain):
        value = float(match[1].replace(",", ".")) * scales.get(match[2] or "", 1)
        if value != 1:
            yield round(value, 4)


@cache
def _scales(language: str) -> dict[str, int]:
    """Return the words for thousands and more in a language, with the numbers that they stand for."""
    formats: Mapping[str, Any] = next((locale.compact_decimal_formats for locale in locales_of(language)), {})
    scales: dict[str, int] = {}
    for of_plural in (formats.get("long") or formats.get("short") or {}).values():
        for least, form in of_plural.items():
            zeros = form.pattern.count("0")
            if word := form.pattern.replace("0", "").strip():
                scales[word] = 10 ** (len(least) - max(1, zeros))
    return scales


def _english_months(text: str) -> frozenset[int]:
    """Return the months that an English sentence names; May only where no sentence begins with it."""
    names = Locale("en").months["format"]["wide"]
    return frozenset(number for number, name in names.items() if re.search(rf"(?<!^)\b{name}\b", text))


def _months_named(text: str, language: str) -> frozenset[int]:
    key = text_key(text, language)
    named = {number for name, number in _month_keys(language).items() if name in key}
    return frozenset(named | {int(number) for number in MONTH_IN_DIGITS.findall(text)})


@cache
def _month_keys(language: str) -> dict[str, int]:
    """Return the keys of the names of months in a language."""
    keys: dict[str, int] = {}
    for locale in locales_of(language):
        for form in ("format", "stand-alone"):
            keys |= {text_key(name, language): number for number, name in locale.months[form]["wide"].items()}
    return keys


def _countries_stand(text: str, translation: str, language: str) -> bool:
    """Return whether the same countries are named; those of peoples may be."""
    named, translated = set(countries_named(text, "en")), set(countries_named(translation, language))
    peoples = set(map(country_name, _codes_in(text)))
    return named <= translated <= named | peoples


def _names_stand(text: str, translation: str, language: str) -> bool:
    """Return whether each other name stands as it was, or as an acronym is translated, and no name comes in."""
    acronyms = {name: local[language] for name, local in _lists()["acronyms"].items() if language in local}
    told = fold(translation)
    for name in _words_of_names(text):
        local = acronyms.get(name.removesuffix("s"), "(?!)")
        if not (re.search(rf"(?<![a-z]){re.escape(fold(name))}(?![a-z])", told) or re.search(local, translation)):
            return False
    countries = [re.escape(country_name(code, language)) for code in _codes_in(text)]
    rest = re.sub("|".join([*acronyms.values(), *countries]), " ", translation)
    added = (CAPITALISED if _is_latin(language) else LATIN).findall(rest)
    known = set(re.findall(r"\w+", fold(text)))
    return all(known.issuperset(re.findall(r"\w+", fold(word))) for word in added)


def _words_of_names(text: str) -> Iterator[str]:
    """Yield the words of the names of a sentence that are neither countries, peoples nor months, nor translated."""
    kept = {*_lists()["translated"].split(), *map(str.casefold, Locale("en").months["format"]["wide"].values())}
    for words in names_in(text):
        plain = map(without_possessive, words)
        yield from (word for word in plain if not (word.casefold() in kept or _codes_in(word)))


def _codes_in(text: str) -> set[str]:
    """Return the codes of the countries and peoples that an English text names."""
    return {code for code in claims_of(text).stems if code.isupper()}


@cache
def _turns(kind: str, language: str) -> re.Pattern[str]:
    """Return the pattern of the words of a kind in a language, which matches nothing where they are not known."""
    words = _lists()["turns"][kind].get(language, "(?!)")
    return re.compile(words if language in UNSPACED else rf"\b(?:{words})(?!\w)", re.IGNORECASE)


def _turns_stand(kind: str, text: str, translation: str, language: str) -> bool:
    """Return whether words of a kind stand in a translation if they do in its sentence, and only if they may."""
    if language not in _lists()["turns"][kind]:
        return True
    must, told = _turns(kind, "en").search(text), _turns(kind, language).search(translation)
    return bool(told if must else not told or _turns(kind, "may").search(text))


def _is_latin(language: str) -> bool:
    """Return whether a language is written in Latin letters."""
    return country_name("FR", language)[0] <= LAST_LATIN


# Why a translation is not shown, each with what is to hold of the sentence, its translation and the language of that.
TESTS: tuple[tuple[str, Callable[[str, str, str], bool]], ...] = (
    ("language", _is_whole),
    ("number", _numbers_stand),
    ("date", _dates_stand),
    ("name", _countries_stand),
    ("name", _names_stand),
    *((kind, partial(_turns_stand, kind)) for kind in _lists()["turns"]),
)
