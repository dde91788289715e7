"""Normalise and compare texts: folded letters, stems, numbers, years, words in common, offsets.

In: any text. Out: its folded form, the stems of its words, the numbers and years in it.
Left out: stop words (corpus/documents/terms.py), and parsing questions (qa/query).
"""

import re
import unicodedata
from collections.abc import Set
from functools import lru_cache

import Stemmer

LAST_LATIN = "\u024f"  # the last letter of Unicode's block Latin Extended-B
YEAR = r"(?<!\d)(?:1[89]|20)\d\d(?!\d)"
APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´"))
ELISION = re.compile(r"\b([cdjlmnst]|qu)['’](?=\w)")  # French elisions: "l'", "d'", "qu'"
# Accents of Latin, Greek and Cyrillic letters, and the vowel marks, hamzas and stretching of Arabic ones.
MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u0655\u0670]")
ARABIC_VARIANTS = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ھ": "ه", "ہ": "ه"})
# No phrase needs more than two punctuation marks in a row, and long runs are slow to search. The vowel signs of the
# scripts of India, of which a word may have two before a blank, are none.
SIGNS = re.compile("(?:(?![\u0900-\u0dff])\\W){3,}")
# In digits: "2nd", "2e", "2ème", "2º", "2-й", "第2".
ORDINAL = re.compile(
    r"(?i)\b(\d{1,2})(?:st|nd|rd|th|er|re|e|[eè]me|[ºª]|-?(?:[йяе]|го|ой|ая|ом))(?!\w)|第(\d{1,2})(?!\d)"
)
CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
SAME_WORDS = 0.8  # share of the words of two sentences from which they say the same
IRREGULAR_PLURALS = {"children": "child", "men": "man", "women": "woman", "people": "person"}


def fold(text: str) -> str:
    """Return a text in the form in which phrases are compared: no case, accents, apostrophes or Arabic vowel marks.

    >>> fold("DON’T  Hélp")
    'dont  help'
    """
    if text.isascii() and text.isalnum():  # as most words are
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = MARKS.sub("", ELISION.sub(r"\1 ", plain).translate(APOSTROPHES)).translate(ARABIC_VARIANTS)
    return SIGNS.sub(" ", "".join(plain_digit(character) for character in plain))


def plain_digit(character: str) -> str:
    """Return a digit of any script as one of 0 to 9, and any other character as it is.

    >>> plain_digit("٣"), plain_digit("x")
    ('3', 'x')
    """
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the English stem of a word without possessive ending; an irregular plural has the stem of its singular.

    >>> stem("children's"), stem("trafficked")
    ('child', 'traffick')
    """
    plain = without_possessive(word.casefold())
    return str(Stemmer.Stemmer("english").stemWord(IRREGULAR_PLURALS.get(plain, plain)))


def without_possessive(word: str) -> str:
    """Return an English word without its possessive ending.

    >>> without_possessive("Norway’s"), without_possessive("migrants'")
    ('Norway', 'migrants')
    """
    return re.sub(r"['’]s?$", "", word)


def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers in a text in plain digits, whatever their script, without thousands separators.

    >>> sorted(numbers_in("١٥ of 36,000 in 2015"))
    ['15', '2015', '36000']
    """
    numbers = re.findall(r"\d+(?:,\d{3})*", text)
    return frozenset("".join(plain_digit(digit) for digit in number if digit != ",") for number in numbers)


def ordinals_in(text: str) -> frozenset[str]:
    """Return the ordinal numbers in a text in plain digits: those in digits, and in English words up to the twelfth.

    >>> sorted(ordinals_in("the 2nd boat, 第3, a third one, 4 boats"))
    ['2', '3']
    """
    words = (str(ORDINALS.index(word) + 1) for word in re.findall(r"[a-z]+", text.casefold()) if word in ORDINALS)
    return frozenset([*words, *("".join(match) for match in ORDINAL.findall(text))])


def years_in(text: str) -> tuple[str, ...]:
    """Return the years in a text, each once, in order.

    >>> years_in("from 2015 to 2016, as in 2015")
    ('2015', '2016')
    """
    return tuple(dict.fromkeys(re.findall(YEAR, text)))


def say_the_same(words: Set[str], others: Set[str]) -> bool:
    """Return whether two sentences, given by their words, are alike in nearly all of them (Jaccard index).

    >>> say_the_same(frozenset("abcde"), frozenset("abcd")), say_the_same(frozenset("abc"), frozenset("ab"))
    (True, False)
    """
    return len(words & others) >= SAME_WORDS * len(words | others)


def is_latin(text: str) -> bool:
    """Return whether most letters of a text are Latin.

    >>> is_latin("Who pays?"), is_latin("Кто платит?")
    (True, False)
    """
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(letter <= LAST_LATIN for letter in letters) >= len(letters)


def utf16_offset(text: str, offset: int) -> int:
    """Return an offset into a text in UTF-16 code units, as JavaScript counts, given one in code points.

    >>> utf16_offset("🙂 pays", 2)
    3
    """
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
