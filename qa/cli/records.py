"""The commands about records of use and feedback: learn from them, export and erase them; they hold no logic."""

import json
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from embeddings import current_generation
from embeddings.index.generation import read_documents
from qa.cli.printing import err, errors_shown, fail, out
from qa.pipeline.retrieval import load_encoder
from qa.records.database import Database, DatabaseGone
from qa.records.insights import erase, exported, learn
from qa.settings import Settings

app = typer.Typer(help="Export and erase records of use and feedback.", no_args_is_help=True)


@app.command("export")
def export() -> None:
    """Print all records as JSON lines."""
    with errors_shown(DatabaseGone):
        for record in exported(Database(Settings().database_url)):
            print(json.dumps(record, ensure_ascii=False))


@app.command("erase")
def erase_records(
    containing: Annotated[str, typer.Option(help="Only questions and comments with these words.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="All records.")] = False,
) -> None:
    """Erase records for good."""
    if bool(containing) == everything:
        fail("say which records by --containing, or --all")
    with errors_shown(DatabaseGone):
        number = erase(Database(Settings().database_url), containing)
    err.print(f"{number} records are erased.")


def insights(
    suite: Annotated[
        bool, typer.Option("--suite", help="Print the unanswered questions as a suite of the benchmark instead.")
    ] = False,
) -> None:
    """Show what the records tell: questions without an answer, answers voted down, documents cited and never cited."""
    with errors_shown(DatabaseGone):
        settings = Settings()
        documents = read_documents(current_generation(settings.index))
        titles = {id: document.title for id, document in documents.items()}
        found = learn(Database(settings.database_url), load_encoder(settings, err.print).encode_query, titles)
    if not settings.records:
        err.print("Records are off, so nothing new is recorded; WAYMARK_RECORDS=true turns them on.")
    if suite:
        print(found.suite(), end="")
        return
    for told in found.tables(titles):
        table = Table(*told.headings, title=told.caption, title_justify="left")
        for row in told.rows:
            table.add_row(*(escape(str(value)) for value in row))
        out.print("", table)
