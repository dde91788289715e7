"""Sanitize incoming text, and mask personal data.

In: any text. Out: the text without invisible characters, and, where it is stored or sent on, without e-mail addresses,
numbers of phones and identity papers, and what links name besides a host.
Left out: markup, which is plain text here and is escaped where it is shown.
"""

import re
import unicodedata

from phonenumbers import PhoneNumberMatcher

from corpus.language.text import LAST_LATIN
from corpus.language.tokens import count_tokens

MAX_CHARACTERS = 1000
MAX_READ = 6000  # characters of a message that are looked at; the rules read half of them
MAX_TOKENS = 2500  # 1,000 letters of a script that is rare in the encoding have some 2,000 tokens
MAX_MARKS = 3  # accents on one letter; no language needs more
JOINERS = "\u200c\u200d"  # parts of Persian and Indian spelling, and of emoji; Latin letters need none
KEPT_CONTROLS = "\n\t"

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# Passports, identity cards and accounts: seven or more digits and capitals in one piece, at least five of them digits.
IDENTITY_NUMBER = re.compile(r"\b(?=(?:[A-Z]*\d){5})[A-Z]{0,3}\d[A-Z\d]{5,}\b")
# Numbers in groups, as people write them within a country; and what looks like these, but is a date or years.
LOCAL_NUMBER = re.compile(r"(?<!\w)\d+(?:[ ()./\u2013-]{1,2}\d+)+(?!\w)")
LOCAL_DIGITS = 7
DATE = re.compile(r"(?:19|20)\d\d(?:\D(?:19|20)\d\d)*|\d{4}\D\d\d?\D\d\d?|\d\d?\D\d\d?\D\d{4}")
LINK = re.compile(r"((?:https?://)?)(?:[^\s/?#@]*@)?\b((?:[\w-]+\.)+[a-z]{2,})[/?#]\S*", re.IGNORECASE)


def clean(text: str) -> str:
    r"""Return a text in Unicode's composed form, without control, direction, tag and zero-width characters.

    >>> clean("W\u200bhat is \u202eAVRR\U000e0041?")
    'What is AVRR?'
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= MAX_MARKS and _is_shown(character, category, kept[-1] if kept else "\0"):
            kept.append(character)
    return "".join(kept).strip()


def _is_shown(character: str, category: str, before: str) -> bool:
    if character in JOINERS:
        return before > LAST_LATIN
    return character in KEPT_CONTROLS or category not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def is_too_long(text: str) -> bool:
    """Return whether a question has more characters or tokens than are accepted."""
    long_in_bytes = len(text.encode(errors="surrogatepass")) > MAX_TOKENS  # a token has one byte or more
    return len(text) > MAX_CHARACTERS or (long_in_bytes and count_tokens(text) > MAX_TOKENS)


def shortened(text: str) -> str:
    """Return a text, cut to MAX_CHARACTERS, that can be shown and sent as a question again."""
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"


def ends(text: str, most: int) -> str:
    """Return the first characters of a text and the last ones, so many together: a long story may end in a cry."""
    return text if len(text) <= most else f"{text[: most - MAX_CHARACTERS - 1]}\n{text[-MAX_CHARACTERS:]}"


def pieces(text: str) -> list[str]:
    """Return the beginning and the end of a text, each as long as a question, or the whole of a short one."""
    return [text] if len(text) <= MAX_CHARACTERS else [text[:MAX_CHARACTERS], text[-MAX_CHARACTERS:]]


def mask(text: str) -> str:
    """Replace what may tell who somebody is: e-mail addresses, numbers of phones and papers, all of links but the host.

    >>> mask("I am at ana@example.org or +41 22 717 91 11, passport X1234567, see www.example.org/ana")
    'I am at [e-mail] or [phone], passport [number], see www.example.org/[...]'
    """
    text = EMAIL.sub("[e-mail]", LINK.sub(r"\1\2/[...]", text))
    for match in reversed(list(PhoneNumberMatcher(text, None))):
        text = f"{text[: match.start]}[phone]{text[match.end :]}"
    return LOCAL_NUMBER.sub(_masked_number, IDENTITY_NUMBER.sub("[number]", text))


def _masked_number(match: re.Match[str]) -> str:
    digits = sum(map(str.isdigit, match[0]))
    return match[0] if digits < LOCAL_DIGITS or DATE.fullmatch(match[0]) else "[phone]"
