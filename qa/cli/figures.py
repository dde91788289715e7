"""The command `figures`: list figures of outcomes as a table, JSON or CSV."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from corpus.figures import tables
from corpus.figures.listing import FigureRecord, csv_of, list_figures
from qa.cli.printing import PIPED_WIDTH, err, out

Wanted = Annotated[list[str] | None, typer.Option(help="Only those with this value; may be given several times.")]
Year = Annotated[int | None, typer.Option(metavar="YEAR")]


def figures(
    country: Wanted = None,
    indicator: Wanted = None,
    since: Year = None,
    until: Year = None,
    breakdown: Annotated[
        list[str] | None, typer.Option(help="A category, as sex=female, or all; without it the plain totals.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what the API would give.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, with the source and notes.")] = False,
) -> None:
    """List figures of outcomes: victims detected, traffickers convicted, tiers, treaties, migrants who died."""
    found = list_figures(
        tables().values(),
        country=country or (),
        indicator=indicator or (),
        since=since,
        until=until,
        breakdown=breakdown or (),
    )
    records = [FigureRecord.of(figure, table) for table, figure in found]
    if as_csv:
        print(csv_of(records), end="")
    elif as_json:
        print(json.dumps({"total": len(records), "figures": list(map(asdict, records))}, ensure_ascii=False, indent=2))
    else:
        _print_table(records)


def _print_table(records: Sequence[FigureRecord]) -> None:
    """Print figures, each on one line where another program reads them, and below them their sources and notes."""
    table = Table("place", "year", "figure", "breakdown", "value", box=None, pad_edge=False)
    for record in records:
        row = (record.name, str(record.year), record.label, record.breakdown, f"{record.value} {record.unit}")
        table.add_row(*map(escape, row))
    (out if out.is_terminal else Console(width=PIPED_WIDTH)).print(table)
    for source, note in dict.fromkeys((record.source, record.note) for record in records):
        err.print(f"{source}: {note}", markup=False)
