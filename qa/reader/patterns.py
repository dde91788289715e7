"""Regular expressions for numbers, amounts, dates and names in English sentences.

Out: strings to build patterns from, and patterns of words around a name that are not part of it.
"""

import re

from corpus.text import YEAR

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DIGITS = re.compile(r"\d(?:[\d.,]*\d)?")

# Numbers, and how they are hedged.
IN_WORDS = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million)"
)
SCALE = r"(?: (?:hundred|thousand|million|billion|trillion|dozen)\b)*"
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?:half )?(?:a )?{IN_WORDS}\b(?:-{IN_WORDS}\b)?){SCALE}"
HEDGE = (
    r"(?:(?:slightly |well |just )?(?:more than|less than|fewer than|at least|at most|up to|as many as|close to|nearly"
    r"|almost|about|around|over|under|some|roughly|approximately|an estimated|only|just) )?"
)
LEADING_HEDGE = re.compile(HEDGE, re.IGNORECASE)
QUANTITY = rf"{HEDGE}(?<![\w.,/-]){NUMBER}"
AMOUNT = rf"(?:between {QUANTITY} and {QUANTITY}|(?:from )?{QUANTITY} to {QUANTITY}|{QUANTITY})"
CURRENCY_SIGN = r"(?:USD|US\$|A\$|EUR|CHF|GBP|AUD|CAD|[$€£])"
CURRENCY = r"(?:euros?|dollars?|francs?|pounds?|dinars?|naira|rupees?|pesos?|rou?bles?|kron[eo]r|yen|yuan|won|baht)"
MONEY = rf"{HEDGE}{CURRENCY_SIGN} ?{NUMBER}(?: to {CURRENCY_SIGN} ?{NUMBER})?|{AMOUNT} (?:[A-Z]\w+ )?{CURRENCY}\b"
PERCENT = (
    rf"{AMOUNT} ?(?:%|per ?cent\b)|{HEDGE}(?:a|one|two|three)[ -](?:thirds?|quarters?|half|fifths?|tenths?)\b"
    rf"|{HEDGE}half\b|{HEDGE}(?:{IN_WORDS}(?: \w+)? (?:in|out of) {IN_WORDS}|\b\d{{1,2}} (?:in|out of) \d{{1,3}})\b"
)
UNIT = r"(?:minute|hour|day|week|month|year|decade)"
DURATION = rf"(?:{AMOUNT}|\ba)[ -](?:full |calendar |working )?{UNIT}s?\b"
AGE = rf"(?:aged |ages of )?{AMOUNT}(?: and {NUMBER})?(?:[ -]years?[ -]old)?"
PHONE = r"(?<![\w.,/-])\+?\d[\d -]+\d\b(?!,\d)"
MONTH = rf"(?:{MONTHS})\b"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
TO = r" ?(?:to|and|or|-|–|/) ?"
YEARS = rf"{YEAR}(?:{TO}{YEAR})?"
DATE = (
    rf"(?:{DAY}(?:{TO}{DAY})? )?{MONTH}(?: {DAY}(?=, \d))?(?:{TO}(?:{DAY} )?{MONTH})?(?:,? {YEAR})?"
    rf"|(?:(?:early|mid|late)[ -])?{YEARS}"
)
LABEL = r"(?:article|resolution|decision|goal|target|chapter|annex|section|regulation|proclamation|tool)"
NUMBERED = rf"\b{LABEL} (?:No\.? )?[A-Z/]*\d\w*(?:[/.-]\w+)*(?: \(\d+\))?"
NOT_TIMED = re.compile(DATE)
NOT_COUNTED = re.compile(
    rf"(?-i:{DATE})|{PERCENT}|{MONEY}|\b\w*\d[\w.,]*[/:]\w+|{NUMBER}-(?!{IN_WORDS}\b)\w+", re.IGNORECASE
)
TOTAL = re.compile(rf"{NUMBER} (?:out )?of (?:the |its |their |[\w'’]+ )?$", re.IGNORECASE)  # "20 of Libya's (53)"

# Names, and words before them that are not part of them.
CAPITAL = r"(?:[^\W\d_a-zà-öø-ÿ][\w.]*(?:['’&/-]\w+)*)"
NAME_PARTICLE = (
    r"(?:of the|for the|on the|in the|against the|of|for|on|against|de la|de los|de|la|du|des|van|von|bin|el|al)"
)
CAPITALS = rf"{CAPITAL}(?: {CAPITAL})*"
NAME = rf"{CAPITALS}(?:(?: {NAME_PARTICLE} {CAPITALS})+(?: and {CAPITALS})?)?"
NAMES = rf"{NAME}(?:, (?:the )?{NAME})*,? and (?:the )?{NAME}"
TITLE = r"[“\"]([^“”\"]{3,80})[”\"]"
FIRST_WORD = re.compile(rf"(\S+?),?(?: (?:(?:{NAME_PARTICLE}|and) )?|$)")
OWNER = re.compile(r"(\S+)['’]s ")
OFFICES = (
    "President|Minister|Director|Representative|Chief|Officer|Ambassador|Secretary|Commissioner|Coordinator|Manager"
    "|Specialist|Rapporteur|Envoy"
)
OF = re.compile(r" (?:of|for) ")
OFFICE = re.compile(rf"\b(?:{OFFICES})s?\b")
ROLE = re.compile(
    rf".*\b(?:{OFFICES}|General|Mrs?|Ms|Dr|Mission|Head|Professor|Judge|Princess|Prince)\.? (?={CAPITAL} {CAPITAL})"
)
PERSON = re.compile(rf"{CAPITAL}(?: (?:(?:de|la|van|von|bin|el|al|and) )*{CAPITAL}){{1,4}}")
ENDING = re.compile(r"(?:['’]s?|[.,])+$")
COUNTRY_ENDING = re.compile(r"(?:istan|land|ia|ea|[aeoiuy])$")
ADJECTIVE = re.compile(r"\w+(?:an|ese|ish|ic)")
NUMBER_WORDS = re.compile(rf"(?:{IN_WORDS}-?)+", re.IGNORECASE)
