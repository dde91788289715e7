"""Find the phrases of a sentence that may be the short answer to a question.

In: the type of answer that a question asks for, and a sentence. Out: Spans of phrases of that type.
Left out: choosing one of them (short_answers).
"""

import re
from collections.abc import Iterator, Mapping

from corpus import Span
from corpus.countries import countries_named
from corpus.terms import STOP_WORDS
from corpus.text import stem
from qa.reader.answer_types import NAME_KINDS, AnswerType, content_stems
from qa.reader.patterns import (
    ADJECTIVE,
    AGE,
    AMOUNT,
    COUNTRY_ENDING,
    DATE,
    DIGITS,
    DURATION,
    ENDING,
    FIRST_WORD,
    LEADING_HEDGE,
    MONEY,
    NAME,
    NAMES,
    NOT_COUNTED,
    NOT_TIMED,
    NUMBER_WORDS,
    NUMBERED,
    OF,
    OFFICE,
    OFFICES,
    OWNER,
    PERCENT,
    PERSON,
    PHONE,
    ROLE,
    TITLE,
    TOTAL,
    YEARS,
)

# The forms of phrase that answer each kind of question, the likeliest first.
FORMS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    kind: tuple(re.compile(form, 0 if kind in NAME_KINDS | {"date"} else re.IGNORECASE) for form in forms)
    for kind, forms in {
        "phone": (PHONE,),
        "age": (AGE,),
        "duration": (DURATION,),
        "percent": (PERCENT, MONEY),
        "money": (MONEY, PERCENT),
        "count": (AMOUNT,),
        "numbered": (NUMBERED,),
        "year": (YEARS,),
        "date": (DATE,),
        "country": (NAMES, NAME),
        "place": (NAMES, NAME),
        "who": (NAMES, NAME),
        "name": (NAMES, NAME, TITLE),
    }.items()
}
SENTENCE_OPENERS = STOP_WORDS | {"according", "across", "between", "many", "others", "several", "some", "thus"}
ASKS_PART = re.compile(r"\bhow many of\b", re.IGNORECASE)
ASKS_HEDGED = re.compile(
    r"\b(?:about|around|roughly|approximately|(?:at|the) (?:least|most)|minimum|maximum|up to)\b", re.IGNORECASE
)
ASKS_PERSON = re.compile(
    rf"\bwho(?:'s|’s| is| was) the [^?,]{{,40}}\b(?:{OFFICES}|head|leader|author|winner|singer)\b", re.IGNORECASE
)


def candidate_phrases(expected: AnswerType, sentence: str, document: str) -> Iterator[tuple[int, Span]]:
    """Yield the phrases of a sentence that may be the answer, each after the index of its form in FORMS.

    Phrases that the question contains are left out. `document` is the document's full text, by which a word that opens
    the sentence is recognised as a name.

    >>> from qa.query.question import Question
    >>> from qa.reader.answer_types import answer_type_of
    >>> expected = answer_type_of(Question("How many people met in 2015?"))
    >>> sentence = "In 2015 more than 40 people of 7 countries met."
    >>> [span.of(sentence) for _, span in candidate_phrases(expected, sentence, sentence)]
    ['more than 40', '7']
    """
    return _names(expected, sentence, document) if expected.is_named else _figures(expected, sentence)


def _figures(expected: AnswerType, sentence: str) -> Iterator[tuple[int, Span]]:
    question = expected.question.text
    question_numbers = set(DIGITS.findall(question))
    skipped = NOT_COUNTED if expected.kind in {"count", "age"} else NOT_TIMED
    is_timed = expected.kind in {"date", "year"}
    taken = [] if is_timed else [Span(*match.span()) for match in skipped.finditer(sentence)]
    for form, pattern in enumerate(FORMS[expected.kind]):
        for match in pattern.finditer(sentence):
            span = Span(*match.span())
            digits = set(DIGITS.findall(match.group()))
            overlaps = any(other.start < span.end and span.start < other.end for other in taken)
            is_total = ASKS_PART.search(question) and TOTAL.search(sentence[: match.start()])
            if overlaps or is_total or (digits and digits <= question_numbers):
                continue
            taken.append(span)
            hedge = LEADING_HEDGE.match(match.group()) if ASKS_HEDGED.search(question) else None
            yield form, Span(span.start + (hedge.end() if hedge else 0), span.end)


def _names(expected: AnswerType, sentence: str, document: str) -> Iterator[tuple[int, Span]]:
    question_stems = {*expected.clause, *expected.context}
    for form, pattern in enumerate(FORMS[expected.kind]):
        for match in pattern.finditer(sentence):
            span = _trimmed(Span(*match.span(match.lastindex or 0)), sentence, document, question_stems)
            name = sentence[span.start : span.end] if span else ""
            is_short_form = sentence[: match.start()].endswith("(")
            if not span or is_short_form or question_stems.issuperset(content_stems(name)) or re.fullmatch(DATE, name):
                continue
            if _may_be_asked_for(expected, name):
                yield form, span


def _may_be_asked_for(expected: AnswerType, name: str) -> bool:
    """Return whether a name is of the kind asked for: no office for a person, only a country for a country."""
    question = expected.question.text
    # The name of an office does not answer who holds it.
    is_office = OFFICE.search(OF.split(name)[0]) or stem(name.split()[-1]) in expected.clause  # noqa: PLC0207 - all
    if expected.kind == "who" and is_office:
        return False
    if ASKS_PERSON.search(question) and not PERSON.fullmatch(name):
        return False
    is_country = bool(countries_named(name, "en"))
    return expected.kind != "country" or (is_country and not _names_people(question, name))


def _trimmed(span: Span, sentence: str, document: str, question_stems: set[str]) -> Span | None:
    """Return a name's span without a sentence opener, an owner in the question, an office and a possessive ending."""
    start, end = span.start, span.end
    if not re.search(r"\w", sentence[:start]) and (opening := FIRST_WORD.match(sentence, start, end)):
        is_alone = opening.end() >= end
        if opening[1].casefold() in SENTENCE_OPENERS or (is_alone and not _is_name(opening[1], document)):
            start = opening.end()
    while (owner := OWNER.match(sentence, start, end)) and stem(owner[1]) in question_stems:
        start = owner.end()
    if role := ROLE.match(sentence, start, end):
        start = role.end()
    name = ENDING.sub("", sentence[start:end])
    end = start + len(name)
    is_adjective = ADJECTIVE.fullmatch(name) and re.match(r" [a-z]", sentence[end:]) and not countries_named(name, "en")
    return None if not name or is_adjective or NUMBER_WORDS.fullmatch(name) else Span(start, end)


def _names_people(question: str, country: str) -> bool:
    """Return whether a question names the people of a country.

    >>> _names_people("Who paid the Tajik police?", "Tajikistan"), _names_people("the Australian police", "Austria")
    (True, False)
    """
    base = COUNTRY_ENDING.sub("", country)
    return base.isalpha() and re.search(rf"\b{base}(?:i|ian|an|n|ish|ese|ic|s)*\b", question) is not None


def _is_name(word: str, document: str) -> bool:
    """Return whether a word is an acronym, a country, or capitalised inside a sentence of the document too."""
    return (
        (word.isupper() and len(word) > 1)
        or bool(countries_named(word, "en"))
        or re.search(rf"(?<=[a-z,] ){re.escape(word)}\b", document) is not None
    )
