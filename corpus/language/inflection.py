"""Give the forms in which a text may have a name of one word: its cases, and the words that are joined to it.

In: the name, and the code of a language. Out: its forms, as `plain_word` writes them.
Left out: names of several words, which are compared by the stems of these (countries). The endings are those of proper
names; a stem would do for most, but is shared by too many other words: "данные" (data) has that of "Дания" (Denmark),
"mal" (badly) that of "Malí", "होता" (is) that of "हैती" (Haiti).
"""

import unicodedata
from collections.abc import Iterator

from corpus.language.text import fold

# Languages whose words are compared without accents, hamzas and vowel marks, as people often write them.
UNACCENTED = ("ar", "de", "es", "fa", "fr", "pt", "ru", "uk")
NUKTAS = dict.fromkeys(map(ord, "\u093c\u09bc"))  # dots of Hindi and Bengali letters, which many leave out

# How a name ends, and what it ends with in its cases. The longest ending that it has counts; "" is that of consonants.
CASES = {
    "ru": {
        "ия": "ия ии ию иеи", "я": "я и е ю еи", "а": "а ы и е у ои", "ии": "ии ия ию ием", "аи": "аи ая аю аем ае",
        "еи": "еи ея ею еем ее", "ь": "ь и ью я ю ем е", "ы": "ы ов ам ами ах", "ет": "ет та ту том те",
        "оа": "оа", "уа": "уа", "е": "е", "и": "и", "о": "о", "у": "у", "э": "э", "": " а у ом е",
    },
    "uk": {
        "ія": "ія ії ію ією", "я": "я і ю ею", "а": "а и і у ою", "аи": "аи аю аєм аі", "еи": "еи ею єєм еі",
        "ь": "ь і ю я ем", "и": "и ів ам ами ах", "ет": "ет ту том ті", "": " а у ом і ові",
        "оа": "оа", "уа": "уа", "е": "е", "і": "і", "о": "о", "у": "у",
    },
    # Turkish cases follow the vowels and consonants of the name; all that they may be are given, without an apostrophe.
    "tr": {"": " a e ya ye da de ta te dan den tan ten ın in un ün nın nin nun nün ı i u ü yı yi yu yü daki deki"},
    "bn": {"": " র য় য়ের ে ের তে কে"},
}  # fmt: skip
# Words that are joined to the beginning of a name: "and", "in", "to", "of"...
PREFIXES = {"am": ("በ", "ለ", "ከ", "የ", "ስለ"), "ar": ("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل")}
ARTICLE, TO_THE = "ال", "لل"  # in Arabic, where "to the" is one word
# Endings of the adjective and of the people, which an Arabic name without a vowel at its end takes as it stands.
ARABIC_PEOPLE = ("ي", "يه", "يون", "يين", "يات")
ARABIC_VOWELS = "اهيو"


def plain_word(word: str, language: str) -> str:
    """Return a word in the form in which it is compared with names.

    >>> plain_word("México", "es"), plain_word("Ý", "vi")
    ('mexico', 'ý')
    """
    plain = fold(word) if language in UNACCENTED else word.casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", plain).translate(NUKTAS))


def forms_of(name: str, language: str) -> frozenset[str]:
    """Return the forms of a name of one word.

    >>> sorted(forms_of("Чад", "ru")), sorted(forms_of("Мали", "ru"))
    (['чад', 'чада', 'чаде', 'чадом', 'чаду'], ['мали'])
    """
    plain = plain_word(name, language)
    if language == "ar":
        return frozenset(_with_people(plain))
    return frozenset(plain_word(form, language) for form in _declined(plain, CASES.get(language, {"": ""})))


def unjoined(word: str, language: str) -> Iterator[str]:
    """Yield a word, as `plain_word` writes it, and what is left of it where it may begin with a joined one.

    >>> list(unjoined("للأردن", "ar"))
    ['للاردن', 'الاردن', 'لاردن']
    """
    yield (word := plain_word(word, language))
    for prefix in PREFIXES.get(language, ()):
        before, rest = prefix.removesuffix("ل"), word.removeprefix(prefix)
        if language == "ar" and word.startswith(before + TO_THE):
            yield ARTICLE + word.removeprefix(before + TO_THE)
        if rest != word:
            yield rest


def _declined(name: str, cases: dict[str, str]) -> Iterator[str]:
    ending = max((ending for ending in cases if name.endswith(ending)), key=len)
    yield from (name.removesuffix(ending) + case for case in cases[ending].split(" "))


def _with_people(name: str) -> Iterator[str]:
    """Yield an Arabic name, and its people with and without the article."""
    yield name
    bare = name.removeprefix(ARTICLE)
    if bare[-1] not in ARABIC_VOWELS:
        yield from (article + bare + ending for article in ("", ARTICLE) for ending in ARABIC_PEOPLE)
