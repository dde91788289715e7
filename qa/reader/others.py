"""Find the documents about something else: of other countries than a question, or without the names that it holds.

In: a question, and the documents or hits that were found for it. Out: the ids of those about something else, none where
all are or where it can't be told, or the hits without these; and the ids of those that name most of the question.
Left out: numbers of a series (numbered_names), and what lowers the confidence by these (features, scoring).
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from corpus import Document
from corpus.language.countries import countries_named, text_key, words_of_names
from corpus.language.regions import peoples_in, places_in
from corpus.language.text import without_possessive
from qa.answers.hits import Hit
from qa.query.question import Question, capitalised_words
from qa.reader.features import is_among
from qa.reader.figures_beside import MONTH

CAPITALISES_NOUNS = "de"  # the language in which a capital inside a sentence marks no name


def with_documents(hits: Iterable[Hit], documents: Mapping[str, Document]) -> list[tuple[Document, str]]:
    """Return the document of each hit and the text of its passage; `documents` are by id."""
    return [(documents[hit.passage.document_id], hit.passage.text) for hit in hits]


def documents_of_others(
    question: Question, found: Sequence[tuple[Document, str]], *, asks_several: bool = False
) -> frozenset[str]:
    """Return the ids of the documents that tell of none of the question's countries, where another one does.

    Where none is told apart by its countries, it is those that hold none of its other names, where another one does;
    but not where the question asks several documents, of which some may tell of what is named in other words.
    `found` are those of `with_documents`.
    """
    others = _of_other_countries(question, found)
    return others if others or asks_several else _without_names(question, found)


def hits_of_same_place(
    hits: Sequence[Hit], topic: Document | None, searched: Question, documents: Mapping[str, Document]
) -> list[Hit]:
    """Return the hits for a follow-up without those of other countries than the document that was quoted last.

    Where none was quoted, it is those of other countries than the questions before it, `searched`, name.
    """
    found = with_documents(hits, documents)
    countries = set(topic.countries) if topic else set()
    others = {item.id for item, _ in found if countries and item.countries and countries.isdisjoint(item.countries)}
    others |= set() if topic else _of_other_countries(searched, found)
    return [hit for hit in hits if hit.passage.document_id not in others]


def documents_naming_most(question: Question, documents: Iterable[Document]) -> frozenset[str] | None:
    """Return the ids of the documents that name most of what a question names, at least one of it.

    None stands for all documents, where the question names nothing.
    """
    if question.names_nothing:
        return None
    asked = set(question.countries)
    named: dict[str, int] = {}
    for document in documents:
        text = f"{document.title} {document.text}"
        told = asked & set(document.countries)
        told |= asked & set(countries_named(text, "en")) if asked != told else set()
        words = set(re.findall(r"[\w'’-]+", text.casefold())) | words_of_names(told)
        named[document.id] = len(told) + sum(is_among(name, words) for name in question.names)
    most = max(named.values(), default=0)
    return frozenset(id for id in named if most and named[id] == most)


def names_place(question: Question) -> bool:
    """Return whether a question names a country, a region or a people, in whatever letters.

    >>> [names_place(Question(text)) for text in ("do the ghanaians too?", "and in Europe?", "why?")]
    [True, True, False]
    """
    places, rest = places_in(text_key(question.text, question.language), question.language)
    return bool(places or peoples_in(rest, question.language))


def _of_other_countries(question: Question, found: Sequence[tuple[Document, str]]) -> frozenset[str]:
    asked = frozenset(question.countries)
    is_told: dict[str, bool] = {}
    for document, text in found if asked else ():
        # Names are looked for last, since that takes a millisecond a passage.
        is_told[document.id] = (
            is_told.get(document.id, False)
            or not asked.isdisjoint(document.countries)
            or not asked.isdisjoint(countries_named(f"{document.title}. {text}", "en"))
        )
    return _untold(is_told)


def _without_names(question: Question, found: Sequence[tuple[Document, str]]) -> frozenset[str]:
    names = () if question.language == CAPITALISES_NOUNS else sorted(_own_names(question))
    if not names:
        return frozenset()
    any_name = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE)
    documents = {document.id: document for document, _ in found}
    return _untold({id: any_name.search(f"{item.title}. {item.text}") is not None for id, item in documents.items()})


def _own_names(question: Question) -> set[str]:
    """Return the names in a question that are no acronyms, no months, and none of a country, a region or a people.

    >>> sorted(_own_names(Question("How many Nigerians from West Africa did IOM meet in Bossaso in May?")))
    ['Bossaso']
    >>> sorted(_own_names(Question("¿Cuántas personas fueron rescatadas en Brasil, en la Guajira?", "es")))
    ['Guajira']
    """
    text, language = question.text, question.language
    without_places = places_in(text_key(text, language), language)[1]
    words = {without_possessive(word) for word in capitalised_words(text)}
    named = {word: text_key(word, language) for word in words if not word.isupper() and not re.fullmatch(MONTH, word)}
    return {word for word, key in named.items() if key in without_places and not peoples_in(key, language)}


def _untold(is_told: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(id for id in is_told if not is_told[id]) if any(is_told.values()) else frozenset()
