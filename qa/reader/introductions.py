"""Find the sentence that introduces what a question asks for: a full name, who a person is, or who holds an office now.

In: a question, the passages found for it, and the evidence selected from them. Out: the same, with the sentence in
front in which the full name stands beside its acronym ("the National Agency (NA)"), or the name of the person beside an
office ("Ann Low, director of the shelter, said"); of those who held an office, the one whom the newest document names.
It mostly tells something else too, so that the passage reader is unsure of it, but its form is certain. Persons are
compared as `corpus.language.text.fold` writes them, acronyms and holders of offices as they are written.
Left out: names that a question writes in other letters than Latin ones, sentences in other languages than English, and
offices of which an organisation has several ("the UN special rapporteur").
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log

from corpus import Document
from corpus.documents.terms import STOP_WORDS
from corpus.language.countries import countries_named
from corpus.language.text import fold
from qa.answers.hits import Hit
from qa.query.question import Question
from qa.query.vocabulary import languages, vocabulary
from qa.reader.features import PhraseFeatures
from qa.reader.selection import Selection
from qa.reader.short_answers import LEAD_ALONE, ShortAnswer

LONGEST_NAME = 200  # characters
WORDS = re.compile(r"[\w’'&/, -]*\Z")  # those that end a text, with no mark between them that may end a sentence
INTRODUCED = 0.9  # confidence in a sentence that introduces what is asked for, and its support
WORD = r"[a-z][a-z&.-]*"
ASKED = rf"(?P<asked>{WORD}(?: {WORD}){{0,4}})"  # what "@" stands for in the words of a language
LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ](?:[A-Za-zÀ-ɏ&.-]*[A-Za-zÀ-ɏ])?")
INNER_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’](?!s\b)(?=[^\W\d_])")
MIN_ACRONYM = 2  # letters
ACRONYM = re.compile(r"(?=.*[A-Z].*[A-Z])[A-Za-z&-]{2,10}")
# Words for offices, which tell who somebody is.
OFFICE = (
    r"\b(?:\w+-)?(?:adviser|advisor|ambassador|attache|chair|chair(?:man|woman|person)|charge d affaires|chief"
    r"|commander|commissioner|consul|co-?ordinator|deputy|director|director general|executive|expert|founder"
    r"|governor|head|judge|lawmaker|lawyer|leader|lecturer|manager|mayor|member|minister|mission|officer|official"
    r"|premier|president|professor|prosecutor|rapporteur|representative|researcher|secretary|secretary general"
    r"|spokes(?:man|woman|person)|specialist|superintendent|survivor|teacher|author|journalist|singer|actor|actress"
    r"|doctor|nurse|psychologist)\b"
)
HEADS = r"who (?:chairs?|heads?|leads?|directs?|runs?|founded|coordinates?|manages?|represents?|headed|led|chaired)\b"
IS = r"(?:is|was|has been|had been|became|took office|takes office|began|serves|served)"
# Offices of which an organisation has one: "Who is the director general of IOM now?", "Who's the UN Secretary-General?"
ONE_OFFICE = r"(?:director|secretary)[ -]general|executive director"
ASKS_WHO_HOLDS = re.compile(
    r"\W*who(?: is|['’]?s) (?:the )?(?:current |present |new )?(?:(?P<owner>[a-z]+)(?:['’]?s)? (?:current |new )?)?"
    rf"(?P<office>{ONE_OFFICE})(?: of (?:the )?(?P<of>[a-z]+))?(?: (?:now|today|currently))?\W*",
    re.IGNORECASE,
)
# A first name and one or two others, of so many letters that the time grows with the text alone.
HOLDER = r"(?P<{}>\b[A-Z][\w'’-]{{1,30}}(?: [A-Z]\.)?(?: [A-Z][\w'’-]{{1,30}}){{1,2}})"
AGENT = r"(?:by|with|against|from|told|said|met)"  # behind these another person's office is named

Find = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds the words of a text that tell what is asked for: "" where they are not clear, None where none introduce it.

    `is_newest` where they change, so that the newest document tells them as they are.
    """

    find: Find
    is_newest: bool = False

    def __call__(self, text: str) -> str | None:
        """Find the words in a text."""
        return self.find(text)


def introduction_asked_for(question: Question) -> Finder | None:
    """Return what finds the introduction that a question asks for in a text; None where it asks for none."""
    if question.is_english and (asked := ASKS_WHO_HOLDS.fullmatch(question.text)):
        find = _holder(asked["office"], asked["of"] or asked["owner"] or "")
        return Finder(find, is_newest=True) if find else None
    for name, make in (("asks_full_name", _full_name), ("asks_who_is", _person)):
        for pattern in _patterns(name):
            if found := pattern.fullmatch(question.folded):
                find = make(_as_written(found["asked"].split(), question))
                return Finder(find) if find else None
    return None


def introducing_first(hits: Sequence[Hit], find: Finder, documents: Mapping[str, Document]) -> list[Hit]:
    """Return hits in their order, those first whose passages introduce what is asked for, or the newest of these."""
    first = [hit for hit in hits if find(hit.passage.text) is not None]
    if find.is_newest:
        first.sort(key=lambda hit: documents[hit.passage.document_id].published, reverse=True)
    return [*first, *(hit for hit in hits if hit not in first)]


def with_introduction(selection: Selection, find: Finder) -> Selection:
    """Return a selection with the best sentence that introduces what is asked for in front, if there is one."""
    told = [candidate.evidence for candidate in selection.candidates if find(candidate.evidence.text) is not None]
    if not told:
        return selection
    if find.is_newest:
        newest = find(max(told, key=lambda item: item.document.published).text)
        told = [item for item in told if find(item.text) == newest]
    found = max(told, key=lambda item: item.support)
    best = replace(found, support=max(found.support, INTRODUCED))
    others = [item for item in (*selection.evidence, *selection.more) if item != found]
    beside = [item for item in others if item in selection.evidence and item.document == found.document]
    short = selection.short_answer
    if not (said := find(found.text)):  # an office tells who somebody is
        short = short if short and re.search(OFFICE, fold(short.words)) else None
    else:
        short = ShortAnswer(said, PhraseFeatures(0.0, 0.0, LEAD_ALONE, log(len(said.split()))), 1.0)
    return replace(
        selection,
        evidence=(best, *beside),
        more=tuple(item for item in others if item not in beside),
        nearest=(),
        short_answer=short,
        confidence=max(selection.confidence, INTRODUCED),
        refusal="",
        is_overview=False,
    )


def _as_written(folded: Sequence[str], question: Question) -> list[str]:
    """Return folded words as a question writes them; none where it does not hold all of them as whole words.

    >>> _as_written(["ann", "obrien"], Question("Who is Ann O'Brien?")), _as_written(["maltas"], Question("Malta's"))
    (['Ann', 'OBrien'], [])
    """
    written = {fold(word): word for word in LATIN_WORD.findall(INNER_APOSTROPHE.sub("", question.text))}
    return [written[word] for word in folded] if written.keys() >= set(folded) else []


@cache
def _patterns(name: str) -> list[re.Pattern[str]]:
    """Return the patterns of the questions that a list of words in each language describes."""
    entries = (entry for language in languages() for entry in getattr(vocabulary(language), name))
    return [re.compile(rf"\W*{entry.replace('@', ASKED)}\W*") for entry in entries]


def _holder(office: str, owner: str) -> Find | None:
    """Return a function that finds who holds an office, None where the organisation is not named by an acronym.

    >>> find = _holder("director general", "NAP")
    >>> find and find("NAP Director General Ann Low spoke."), find and find("Ann Low met the Director General of NAP.")
    ('Ann Low', None)
    """
    if len(owner) < MIN_ACRONYM or owner.casefold() in STOP_WORDS or not (owner.isupper() or owner.islower()):
        return None
    name, held = re.escape(owner.upper()), "[ -]".join(map(re.escape, re.split("[ -]", office)))
    behind = HOLDER.format("behind")
    before = rf"{HOLDER.format('before')}(?:, [^,.;:]{{1,50}},)?(?: of [^,.;:]{{1,40}}?)?(?:,| {IS}\b[^.,;:]{{0,60}}?)"
    holds = re.compile(
        rf"(?<!Former )(?<!former )\b{name}(?:['’]s)? (?i:{held}) {behind}"
        rf"|{before} (?:the )?(?:(?!former|deputy|Deputy)\w+ )?(?i:{held}) of (?:the )?{name}\b"
    )

    def find(text: str) -> str | None:
        found = holds.search(text)
        return (found["behind"] or found["before"]) if found else None

    return find


def _full_name(asked: Sequence[str]) -> Find | None:
    """Return a function that finds the full name of an acronym, None where what is asked is no acronym.

    >>> find = _full_name(["NAP"])
    >>> find and find("It is run by Togo's National Agency for Parks (NAP)."), find and find("NAP opened it.")
    ('National Agency for Parks', None)
    """
    acronym = asked[0] if len(asked) == 1 else ""
    acronym = acronym.upper() if acronym.islower() and acronym not in STOP_WORDS else acronym
    if not ACRONYM.fullmatch(acronym):
        return None
    behind = re.compile(rf" (?:\(|known as )(?:the )?{re.escape(acronym)}\b")
    before = re.compile(rf"\b{re.escape(acronym)} \((?P<name>[A-Z][^()]+)\)")

    def find(text: str) -> str | None:
        ends = (match.start() for match in behind.finditer(text))
        words = (WORDS.search(text, max(0, end - LONGEST_NAME), end) for end in ends)
        names = [found[0].split()[-2 * len(acronym) :] for found in words if found]
        names += [match["name"].split() for match in before.finditer(text)]
        spelt = (_spelt_out(acronym, " ".join(name).strip(",")) for name in names if len(name) > 1)
        return next(filter(None, spelt), None)

    return find


def _spelt_out(acronym: str, text: str) -> str:
    """Return the last words of a text that have the letters of an acronym in their order, the first as an initial.

    The way is that of Schwartz and Hearst (PSB 2003).

    >>> _spelt_out("IOM", "In short the International Organization for Migration"), _spelt_out("IOM", "the migrants")
    ('International Organization for Migration', '')
    """
    plain = "".join(letter.casefold()[0] for letter in text)  # as long as the text
    letters = [letter for letter in acronym.casefold() if letter.isalpha()]
    place = len(plain)
    for number, letter in reversed(list(enumerate(letters))):
        place = plain.rfind(letter, 0, place)
        while place > 0 and not number and plain[place - 1].isalnum():
            place = plain.rfind(letter, 0, place)
        if place < 0:
            return ""
    return text[place:]


def _person(asked: Sequence[str]) -> Find | None:
    """Return a function that finds the office of a person, None where what is asked is no name of one.

    >>> find = _person(["Ann", "Low"])
    >>> find and find("Ann B. Low, the town's first mayor, spoke."), find and find("Ann Low spoke, as did the mayor.")
    ('', None)
    """
    is_country = len(asked) == 1 and bool(countries_named(asked[0], "en"))  # "Norway's role"
    if not asked or is_country or not all(word[0].isupper() and not word.isupper() for word in asked):
        return None
    name = r"\b" + r"(?: \w+\.?)? ".join(re.escape(fold(word)) for word in asked) + r"\b"
    introduces = re.compile(
        rf"{name}, (?:{HEADS}|(?:(?! and )[^.,;:]){{0,70}}?{OFFICE})"
        rf"|{OFFICE}(?: (?:of|for)(?: the)? \w+)? {name}"
        rf"|{name}(?: of(?: the)? \w+(?: \w+)?)? {IS}\b(?:(?!\b{AGENT}\b)[^.;:]){{0,80}}?{OFFICE}"
    )
    return lambda text: "" if introduces.search(fold(text)) else None
