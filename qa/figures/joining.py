"""Put what a table tells into an answer: figures first, and what the texts tell below them.

In: the answer from the texts, and what a table tells of the same question. Out: an Answer of the same form, whose
statements on figures cite the lines of their table. Where the table lacks a year or a country, an answer of the texts
stands as it is, with a note on that if it is unsure; without one it is said what the table lacks and what lies near.
Of a treaty only a text stands that tells of the country whether it joined; one on how states join lies near.
What a table tells of an earlier time only, such as a treaty signed and not ratified by its end, is noted beside both.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from corpus import Passage
from corpus.figures.documents import document_of, span_of
from corpus.language.countries import countries_named, country_name
from corpus.language.regions import COUNTRY
from corpus.language.text import numbers_in, years_in
from qa.answers.answer import Answer, Citation, Statement, Status, Topic
from qa.answers.evidence import Evidence
from qa.figures.answers import tell
from qa.figures.charts import chart_of
from qa.figures.question import FiguresQuestion, Kind
from qa.figures.telling import Sentence, Told
from qa.figures.texts import text

TOPIC = "figures"  # the id of the reading of a question as one on figures, by which it can be dropped
# What tells whether a state joined a protocol: "how a state accedes to it" and "party to the convention" do not.
JOINED = re.compile(r"\b(?:acceded|ratified|joined|signed|signator(?:y|ies)|part(?:y|ies) to)\b", re.IGNORECASE)
PROTOCOL = re.compile(r"\bprotocols?\b", re.IGNORECASE)
MOST_NOTED = 6  # sentences and items of a table beside a text that says otherwise
NO_FIGURE, WHICH = "no_figure", "which_country"  # reasons


def with_figures(answer: Answer, asked: FiguresQuestion | None) -> Answer:
    """Return an answer with what the tables tell of its question.

    It stays as it is where no figures are asked for. Where texts surely tell what is asked, what the table tells is
    only noted, and only if it is another number. A follow-up to figures is answered by figures alone: its few words
    find texts on anything.
    """
    if asked is None:
        return answer
    told, answer = tell(asked), _opened_by_joining(answer, asked)
    topics = (*(() if asked.follows else answer.topics), Topic(TOPIC, asked.label))
    if _stands(answer, told, asked):
        noted = _noted(answer, told, asked)
        return replace(answer, topics=topics, notes=(*noted, *answer.notes)) if noted else answer
    made_from = repr((answer.id, asked.label))
    id = hashlib.sha256(made_from.encode()).hexdigest()[:16]
    same = replace(answer, id=id, topics=topics, notes=told.notes, chart=chart_of(asked, told))
    if told.sentences:
        cited = _cited(told.sentences, asked)
        below, citations = ((), ()) if asked.follows else _below(answer, len(cited))
        differ = (text("texts_differ", asked.language),) if below else ()
        return replace(
            same,
            status=Status.ANSWERED,
            message="",
            reason="",
            confidence=asked.confidence,
            short_answer=None,
            statements=(*_statements(told.sentences, cited, asked), *below),
            more=(),
            nearest=(),
            unanswered=(),
            citations=(*cited.values(), *citations),
            notes=(*differ, *told.notes, *(answer.notes if below else ())),
        )
    return _without_figures(answer, told, asked, same)


def _without_figures(answer: Answer, told: Told, asked: FiguresQuestion, same: Answer) -> Answer:
    """Return an answer to a question that no table tells: that of the texts, or `same` with what the table lacks."""
    is_near_only = answer.status == Status.ANSWERED and asked.indicator.once and not _tells_joining(answer, asked)
    if answer.statements and asked.is_kept and not (asked.choices or asked.follows or is_near_only):
        earlier = _earlier(told, asked)
        if answer.status == Status.ANSWERED:
            return replace(answer, topics=same.topics, notes=(*earlier, *answer.notes)) if earlier else answer
        return replace(same, notes=(told.refusal, *earlier, *answer.notes))
    cited = _cited(told.near, asked)
    beside = answer.statements[:1] if is_near_only else answer.nearest
    nearest, citations = ((), ()) if asked.follows or asked.choices else _behind(answer, beside, len(cited))
    return replace(
        same,
        status=Status.NO_EVIDENCE,
        message=told.refusal,
        reason=WHICH if asked.choices else NO_FIGURE,
        short_answer=None,
        statements=(),
        more=(),
        nearest=(*_statements(told.near, cited, asked), *nearest),
        unanswered=(),
        citations=(*cited.values(), *citations),
    )


def _opened_by_joining(answer: Answer, asked: FiguresQuestion) -> Answer:
    """Return an answer on a treaty with the statement in front that tells whether a state joined.

    It may only add to the others: a sentence on a course about the protocol is as near to the question.
    """
    if not (asked.indicator.once and answer.statements):
        return answer
    statements = (*answer.statements, *answer.more)
    telling = next((each for each in statements if _is_on_joining(each, answer, asked)), None)
    if telling is None:
        return answer
    others = [each for each in answer.statements if each != telling]
    more = [each for each in answer.more if each != telling]
    return replace(answer, statements=(telling, *others), more=tuple(more))


def _tells_joining(answer: Answer, asked: FiguresQuestion) -> bool:
    """Return whether a statement tells whether a state joined a protocol."""
    return any(_is_on_joining(statement, answer, asked) for statement in answer.statements)


def _is_on_joining(statement: Statement, answer: Answer, asked: FiguresQuestion) -> bool:
    """Return whether a statement of an answer tells whether a state joined: one asked for, or any of a region."""
    if not (JOINED.search(statement.text) and PROTOCOL.search(statement.text)):
        return False
    places = {country_name(place) for place in asked.places if COUNTRY.fullmatch(place)}
    cited = (citation for citation in answer.citations if citation.number in statement.citations)
    named = " | ".join((statement.text, *(citation.evidence.document.title for citation in cited)))
    return not places or not places.isdisjoint(countries_named(named, "en"))


def _stands(answer: Answer, told: Told, asked: FiguresQuestion) -> bool:
    """Return whether texts surely tell what is asked: of all its years, or of a date that the table lacks.

    The table then tells other indicators of the place ("signed, not ratified"). No text tells a ranking or list whole.
    """
    if asked.follows or not told.sentences or answer.status != Status.ANSWERED:
        return False
    indicators = {figure.indicator for sentence in told.sentences for figure in sentence.figures}
    if indicators and asked.indicator.id not in indicators:
        return True
    years = set(years_in(answer.standalone_question))
    return bool(years) and years <= set(years_in(answer.text)) and asked.kind not in {Kind.LIST, Kind.TOP}


def _noted(answer: Answer, told: Told, asked: FiguresQuestion) -> tuple[str, ...]:
    """Return what a table tells as a note, where the answer does not say all of its numbers."""
    numbers = {str(figure.value) for sentence in told.sentences for figure in sentence.figures}
    if numbers <= numbers_in(answer.text):
        return ()
    return (text("table_says", asked.language).format(said=_joined(told.sentences)),)


def _earlier(told: Told, asked: FiguresQuestion) -> tuple[str, ...]:
    """Return as a note what a table tells of a time before the one asked for, where that may have changed since."""
    if not (told.near and asked.indicator.open):
        return ()
    return (text("table_ends", asked.language).format(year=asked.table.years[-1], said=_joined(told.near)),)


def _joined(sentences: Sequence[Sentence]) -> str:
    return " · ".join(sentence.text for sentence in sentences[:MOST_NOTED])


def is_on_figures(answer: Answer) -> bool:
    """Return whether the question of an answer was taken for one on figures."""
    return any(topic.id == TOPIC for topic in answer.topics)


def _cited(sentences: Sequence[Sentence], asked: FiguresQuestion) -> dict[object, Citation]:
    """Return a citation of the line of each figure, numbered from 1."""
    figures = dict.fromkeys(figure for sentence in sentences for figure in sentence.figures)
    cited: dict[object, Citation] = {}
    for number, figure in zip(count(1), figures, strict=False):
        document, span = document_of(asked.table, figure.country), span_of(asked.table, figure)
        passage = Passage(document.id, document.id, document.title, "", span.of(document.text), span.start, span.end)
        cited[figure] = Citation(number, Evidence(document, passage, span, 1.0))
    return cited


def _statements(
    sentences: Sequence[Sentence], cited: dict[object, Citation], asked: FiguresQuestion
) -> tuple[Statement, ...]:
    language = asked.language if asked.language in asked.table.source else "en"
    return tuple(
        Statement(
            said.text,
            tuple(cited[figure].number for figure in said.figures),
            support=1.0,
            is_item=said.is_item,
            rest=said.rest,
            language=language,
        )
        for said in sentences
    )


def _below(answer: Answer, first: int) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Return the statements and citations of an answer that is sure, numbered behind `first` others; else none."""
    return _behind(answer, answer.statements, first) if answer.status == Status.ANSWERED else ((), ())


def _behind(
    answer: Answer, shown: Sequence[Statement], first: int
) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Return statements of an answer and their citations, numbered behind `first` others."""
    cited = sorted({number for statement in shown for number in statement.citations})
    numbers = {number: place for place, number in enumerate(cited, first + 1)}
    behind = tuple(replace(each, citations=tuple(numbers[number] for number in each.citations)) for each in shown)
    by_number = {citation.number: citation for citation in answer.citations}
    return behind, tuple(replace(by_number[number], number=place) for number, place in numbers.items())
