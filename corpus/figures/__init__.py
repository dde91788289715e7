"""Tables of outcomes: figures by place, year, indicator and breakdown, each traceable to its rows in the source.

A table is described by a small YAML file in `tables/`, and derived by `python -m corpus.figures.derive FOLDER`.
Left out: questions on figures and their answers (qa/figures), charts and pages.
"""

from corpus.figures.tables import (
    Breakdown,
    Figure,
    Indicator,
    Series,
    Table,
    find,
    list_figure,
    load_tables,
    ranked,
    stated,
    summed,
    tables,
)

__all__ = [
    "Breakdown",
    "Figure",
    "Indicator",
    "Series",
    "Table",
    "find",
    "list_figure",
    "load_tables",
    "ranked",
    "stated",
    "summed",
    "tables",
]
