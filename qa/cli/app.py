"""The commands to index, ask, search and serve; they hold no logic.

The commands of benchmark and training are in evaluate. Answers go to the standard output, everything else to the
standard error. The exit status is 1 after an error.
"""

import ctypes
import errno
import json
import os
import socket
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import typer

from corpus.documents.catalogue import list_documents
from corpus.language.dates import iso_date
from embeddings import current_generation, model_folder
from embeddings.index.generation import read_documents
from qa.answers.answer import answer_json
from qa.answers.charts import chart_file
from qa.answers.hits import FACET_OF, Filters, results_of
from qa.cli import checking, evaluate, figures, generations, help_lines, indexing, keys, records
from qa.cli.printing import (
    err,
    errors_shown,
    fail,
    print_answer,
    print_documents,
    print_explanation,
    print_hits,
    progress_bars,
)
from qa.logs import log_config
from qa.pipeline.assistant import Assistant
from qa.safety.intake import Intake
from qa.settings import Settings, unknown_settings

KEEP_ALIVE_S = 65  # of an idle connection: longer than the 60 of common proxies, which else may use a closed one
# Settings of glibc for mallopt, without which a server keeps a fifth more after a flood of costly questions: the bytes
# from which memory is handed back as soon as it is free, which would rise up to 32 MB, and how many heaps the threads
# share, which would be 16.
M_MMAP_THRESHOLD, HANDED_BACK = -3, 4_000_000
M_ARENA_MAX, HEAPS = -8, 2
SHUTDOWN_S = 8  # in which a server that is stopped answers what is at work
NO_ADDRESS = (errno.EADDRNOTAVAIL, socket.EAI_AGAIN, socket.EAI_NONAME)  # of a host that is not this machine
STUCK_S = 10  # after which a worker that does not answer its parent is replaced

app = typer.Typer(no_args_is_help=True)


def _bound(text: str) -> str:
    if text and not iso_date(text):
        raise typer.BadParameter("is no date, month or year, as 2015-03-12, 2015-03 or 2015")
    return iso_date(text)


Question = Annotated[str, typer.Argument(help="A question in any language.")]
Wanted = Annotated[list[str] | None, typer.Option(help="Only those with this value; may be given several times.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print what the API would give.")]
Bound = Annotated[str, typer.Option(parser=_bound, metavar="DATE", help="A date, month or year, as 2015-03.")]


@app.callback(help="Cited answers about IOM's work and counter-trafficking.")
def warn_of_unknown_settings() -> None:
    """Warn of variables that look like a setting and are none."""
    for name, nearest in unknown_settings(os.environ).items():
        meant = f"; {nearest[0]} may be meant" if nearest else ""
        err.print(f"waymark: there is no setting {name}, so it changes nothing{meant}", style="yellow", markup=False)


@app.command()
def model() -> None:
    """Unpack the encoder, where that is not done yet."""
    with errors_shown():
        settings = Settings()
        model_folder(settings.encoder, settings.models, err.print)


app.command()(indexing.index)


@app.command()
def ask(
    question: Question,
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what was found and what was turned down.")] = False,
    country: Wanted = None,
    theme: Wanted = None,
    kind: Wanted = None,
    publisher: Wanted = None,
    since: Bound = "",
    until: Bound = "",
    chart: Annotated[
        Path | None, typer.Option(help="Write the chart of the figures, where there is one, as SVG.")
    ] = None,
) -> None:
    """Answer a question from the indexed documents."""
    filters = Filters(tuple(country or ()), tuple(theme or ()), tuple(kind or ()), tuple(publisher or ()), since, until)
    with errors_shown():
        assistant = Assistant.from_settings(Settings(), err.print)
        _check_filters(filters, assistant)
        answer, trace = assistant.explain(question, filters=filters)
        if chart and answer.chart:
            chart.write_text(chart_file(answer.chart), encoding="utf-8")
        elif chart:
            err.print("There is no chart of this answer.")
    if as_json:
        print(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
        return
    print_answer(answer)
    if explain:
        print_explanation(trace.explained(assistant.scorers))


@app.command()
def search(query: Question, limit: Annotated[int, typer.Option(min=1, max=50)] = 10, as_json: AsJson = False) -> None:
    """Find the passages that fit a question best."""
    with errors_shown():
        assistant = Assistant.from_settings(Settings(), err.print)
        hits = assistant.search(query, limit)
    if as_json:
        shown = list(map(asdict, results_of(hits, assistant.documents)))
        print(json.dumps({"hits": shown}, ensure_ascii=False, indent=2))
        return
    print_hits(hits)


@app.command()
def documents(
    words: Annotated[str, typer.Argument(help="Words of their titles.")] = "",
    country: Wanted = None,
    theme: Wanted = None,
    kind: Wanted = None,
    publisher: Wanted = None,
    year: Wanted = None,
) -> None:
    """List the indexed documents, newest first."""
    with errors_shown():
        indexed = read_documents(current_generation(Settings().index))
    given = {"country": country, "theme": theme, "kind": kind, "publisher": publisher, "year": year}
    listing = list_documents(indexed.values(), {facet: values or [] for facet, values in given.items()}, words=words)
    print_documents(listing.documents)
    err.print(f"{listing.total} of {len(indexed)} documents")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="How many processes serve.")] = 1,
) -> None:
    """Serve the API and the chat page."""
    import uvicorn
    from uvicorn.importer import import_from_string

    with errors_shown():
        settings = Settings()
        Intake.from_settings(settings)
    _check_port(host, port)
    with progress_bars() as progress:
        generations.make_anew_if_possible(settings, progress)
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(M_MMAP_THRESHOLD, HANDED_BACK)
        mallopt(M_ARENA_MAX, HEAPS)
    with TemporaryDirectory(prefix="waymark-") if workers > 1 else nullcontext() as figures:
        if figures:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures
            os.environ |= {"MALLOC_MMAP_THRESHOLD_": str(HANDED_BACK), "MALLOC_ARENA_MAX": str(HEAPS)}
        uvicorn.run(
            "api.app:create_app",
            factory=True,
            workers=workers,
            timeout_worker_healthcheck=STUCK_S,
            host=host,
            port=port,
            http=import_from_string("api.guards.connections:TimedConnection"),
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=SHUTDOWN_S,
            proxy_headers=False,  # the settings say which proxies are trusted
            access_log=False,  # it would keep which document somebody read
            log_config=log_config(settings.logs),
            server_header=False,
        )


@app.command()
def mcp() -> None:
    """Give an assistant that speaks MCP the tools, by the standard input and output."""
    from uvicorn.importer import import_from_string

    with errors_shown():
        Intake.from_settings(Settings())
    import_from_string("api.stdio:serve")()


@app.command()
def answering(
    switch: Annotated[Literal["on", "off"], typer.Argument(help="Answer the public, or stop.")],
) -> None:
    """Stop or resume public answering, on a running server too; the help card stands all the while."""
    with errors_shown():
        settings = Settings()
        if switch == "off":
            settings.var.mkdir(parents=True, exist_ok=True)
            settings.answering_switch.touch()
        else:
            settings.answering_switch.unlink(missing_ok=True)
    if switch == "on" and not settings.answering:
        err.print("Answering stays off: the setting WAYMARK_ANSWERING says so.")
    else:
        err.print(f"Public answering is {switch}.")


app.command()(figures.figures)
app.command()(generations.generations)
app.command()(generations.rollback)
app.command()(generations.verify)
for command in (
    evaluate.benchmark,
    evaluate.load,
    evaluate.snapshot,
    evaluate.quality,
    evaluate.train,
    evaluate.train_reader,
    checking.check_sentences,
):
    app.command()(command)
app.command("help-page")(help_lines.write_help_page)
app.add_typer(help_lines.app, name="help-lines")
app.add_typer(keys.app, name="keys")
app.add_typer(records.app, name="records")
app.command()(records.insights)


def _check_filters(filters: Filters, assistant: Assistant) -> None:
    for unknown in filters.unknown_values(assistant.facets):
        option = FACET_OF.get(str(unknown.path[0]), unknown.path[0])
        nearest = f"; the nearest are: {', '.join(unknown.nearest)}" if unknown.nearest else ""
        fail(f"--{option} {unknown.value}: no document has this value{nearest}")


def _check_port(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        if error.errno in NO_ADDRESS:
            fail(f"{host} is no address of this machine; give one by --host or make's HOST=, as 127.0.0.1 or 0.0.0.0")
        reason, another = os.strerror(error.errno or 0), port % 65535 + 1
        fail(f"can't listen on {host} port {port}: {reason}; try another, by --port {another} or make's PORT={another}")
