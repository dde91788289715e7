"""Find the countries that a question names, in any language, by their English names.

In: a question and its language. Out: English names, by which the English documents can be searched.
The names are those of Unicode's CLDR, from the package Babel; inflected forms are met by Snowball stems, and in
scripts that don't part words by the plain string.
"""

import re
from functools import cache

import Stemmer
from babel import Locale, UnknownLocaleError

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


def countries_named(question: str, language: str) -> list[str]:
    """Return the English names of the countries that the question names, sorted.

    >>> countries_named("Сколько жертв выявили в Колумбии?", "ru")
    ['Colombia']
    """
    text = _text_key(question, language)
    return sorted({english for name, english in _names(language).items() if name in text})


def _text_key(text: str, language: str) -> str:
    """Return a form in which a name is found as a substring: stems between blanks, or the text as it is."""
    if language in UNSPACED:
        return text
    words = re.findall(r"\w+", text.casefold())
    if language in STEMMERS:
        words = Stemmer.Stemmer(STEMMERS[language]).stemWords(words)
    return f" {' '.join(words)} "


@cache
def _names(language: str) -> dict[str, str]:
    try:
        local = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    english = Locale("en").territories
    codes = (code for code in local if isinstance(code, str) and re.fullmatch("[A-Z]{2}", code) and code in english)
    return {_text_key(local[code], language): english[code] for code in codes}
