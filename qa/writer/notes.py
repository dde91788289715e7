"""Say what to know about the sources of an answer: that they give different figures, or are of different years.

In: the evidence that stands open, and the citations. Out: fixed texts in a language.
Left out: which of two figures is right.
"""

import re
from collections.abc import Sequence
from itertools import combinations, starmap

from corpus.language.text import fold, numbers_in, say_the_same, years_in
from qa.answers.answer import Citation
from qa.answers.evidence import Evidence
from qa.answers.replies import reply
from qa.query.question import capitalised_words

WORD = re.compile(r"[^\W\d]+")
COMMAS = {"ar": "، ", "zh": "、"}  # between the things of a list


def notes_on(evidence: Sequence[Evidence], citations: Sequence[Citation], language: str) -> tuple[str, ...]:
    """Return a note where documents give different figures for a thing, and one where they are of different years."""
    differ = any(starmap(give_different_figures, combinations(evidence, 2)))
    years = sorted({citation.evidence.document.published[:4] for citation in citations} - {""}, reverse=True)
    notes = [reply("different_figures", language)] if differ else []
    if len(years) > 1:
        notes.append(reply("different_years", language).format(years=COMMAS.get(language, ", ").join(years)))
    return tuple(notes)


def give_different_figures(one: Evidence, other: Evidence) -> bool:
    """Return whether two sentences say the same of the same thing, but for its figures.

    They are of different documents about the same countries, name the same names, at least one, and the same years, are
    alike in nearly all words that are no numbers, and their other numbers differ. So "Since 2017 IOM has assisted 565
    victims in Niger" and "From 2016 to 2019 IOM assisted 326 victims in Niger" do not contradict each other.
    """
    names = frozenset(capitalised_words(one.text))
    years = frozenset(years_in(one.text))
    figures, others = numbers_in(one.text) - years, numbers_in(other.text) - years
    words, other_words = (frozenset(WORD.findall(fold(item.text))) for item in (one, other))
    return (
        one.document.id != other.document.id
        and set(one.document.countries) == set(other.document.countries)
        and bool(names)
        and names == frozenset(capitalised_words(other.text))
        and years == frozenset(years_in(other.text))
        and bool(figures and others)
        and figures != others
        and say_the_same(words, other_words)
    )
