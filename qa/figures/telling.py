"""Say figures of a table in sentences: the pieces that answers of all kinds are made of.

In: a FiguresQuestion and figures. Out: Sentences with the figures that they tell, labels, and notes on what is missing
and what the figures are. Left out: which figures answer (answers, lists).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from corpus.figures import Figure, Series, find
from corpus.language.regions import place_in_sentence
from qa.figures.question import FiguresQuestion, category_name, years_label
from qa.figures.texts import local, text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or list item, and the figures that it tells; `rest` are the items behind it that are folded."""

    text: str
    figures: tuple[Figure, ...]
    is_item: bool = False
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a table tells: sentences, and notes on the figures; without sentences, `refusal` says why.

    `near` are figures of other years or of what came before, where those asked for are missing. `series` are those that
    a chart shows.
    """

    sentences: tuple[Sentence, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str = ""
    near: tuple[Sentence, ...] = ()
    series: tuple[Series, ...] = ()

    @property
    def opening(self) -> str:
        """What an answer opens with."""
        return self.sentences[0].text if self.sentences else self.refusal


def series_of(asked: FiguresQuestion, place: str) -> Series:
    """Return the figures of a place that a question asks for."""
    return find(asked.table, place, asked.years or None, asked.indicator.id, asked.breakdown)


def missing_in(asked: FiguresQuestion, place: str) -> Told:
    """Say that the figures of a place are missing, and which years there are, with the nearest of them."""
    everything = find(asked.table, place, None, asked.indicator.id, asked.breakdown)
    refusal, notes = missing_text(asked, everything.available), fixed_notes(asked)
    if not everything:
        return Told(refusal=refusal, notes=notes)
    wanted = asked.years[-1] if asked.years else everything.available[-1]
    nearest = min(everything, key=lambda figure: (abs(figure.year - wanted), figure.year))
    return Told(refusal=refusal, near=(sentence_of(asked, nearest),), notes=notes, series=(everything,))


def missing_text(asked: FiguresQuestion, years: Iterable[int] = ()) -> str:
    """Return that the table lacks what is asked for, and the years that it has."""
    said = text("missing", asked.language).format(source=source_of(asked), label=asked.label)
    available = ", ".join(ranges_of(years))
    return f"{said} {text('available', asked.language).format(years=available)}" if available else said


def items_of(asked: FiguresQuestion, figures: Iterable[Figure]) -> Iterator[Sentence]:
    """Yield figures of one place as items, by year."""
    for figure in figures:
        yield Sentence(item_text(asked, str(figure.year), figure), (figure,), is_item=True)


def sentence_of(asked: FiguresQuestion, figure: Figure) -> Sentence:
    """Return a figure as a sentence, the number first, with its source and its breakdown."""
    said = local(asked.indicator.sentence, asked.language).format(
        value=value_in(figure, asked.language),
        place=place_in_sentence(figure.country, asked.language),
        year=figure.year,
    )
    parts = [category_name(dimension, category, asked.language) for dimension, category in figure.breakdown]
    about = "; ".join([*parts, source_of(asked)])
    return Sentence(text("stated", asked.language).format(sentence=said, about=about), (figure,))


def item_text(asked: FiguresQuestion, label: str, figure: Figure) -> str:
    """Return a figure as an item of a list."""
    return text("item", asked.language).format(label=label, value=value_in(figure, asked.language))


def value_in(figure: Figure, language: str) -> str:
    """Return a value as it is written in a language; a suppressed one as fewer than it says."""
    if figure.is_suppressed:
        return text("fewer", language).format(number=str(figure.value)[1:])
    return text(str(figure.value), language) if figure.number is None else number_in(figure.number, language)


def number_in(number: float, language: str) -> str:
    """Return a number as it is written in a language, with one decimal at most."""
    return str(format_decimal(round(number, 1), locale=language))


def source_of(asked: FiguresQuestion) -> str:
    """Return the source of the table that a question is asked of."""
    return local(asked.table.source, asked.language)


def label_of(asked: FiguresQuestion) -> str:
    """Return the label of a question without its years."""
    return asked.label.removesuffix(f" · {years_label(asked.years)}") if asked.years else asked.label


def notes_on(asked: FiguresQuestion, every: Sequence[Series]) -> tuple[str, ...]:
    """Return what to know of the figures that are told: missing years, a break, how years were counted, and notes."""
    notes = []
    missing = sorted({year for series in every if series for year in series.missing})
    if missing:
        notes.append(text("missing_years", asked.language).format(years=", ".join(ranges_of(missing))))
    notes += [text("break", asked.language).format(year=series.break_year) for series in every if series.break_year]
    if asked.last_years:
        notes.append(text("counted_years", asked.language).format(year=asked.years[-1]))
    return (*notes, *fixed_notes(asked))


def fixed_notes(asked: FiguresQuestion) -> tuple[str, ...]:
    """Return the notes on an indicator and on its table."""
    notes = [asked.indicator.notes, asked.table.notes]
    return tuple(local(texts, asked.language) for texts in notes if texts)


def ranges_of(years: Iterable[int]) -> list[str]:
    """Return years as ranges.

    >>> ranges_of([2010, 2011, 2012, 2015])
    ['2010–2012', '2015']
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
