"""The commands to index, ask, search and serve; they hold no logic.

The commands of benchmark and training are in evaluate. Answers go to the standard output, everything else to the
standard error. The exit status is 1 after an error.
"""

import ctypes
import json
import logging
import os
import re
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

import typer

from corpus import Document, read_collection
from corpus.catalogue import list_documents
from corpus.collection import Collection, Outcome, changes_between
from corpus.loaders.website.crawling import NAME, Manners, fetch_website, named_by_address
from embeddings import GenerationProblem, current_generation, model_folder
from embeddings.index.generation import read_documents
from qa.answers import answer_json
from qa.assistant import Assistant
from qa.cli import evaluate, generations, help_lines
from qa.cli.paths import starter_collection
from qa.cli.printing import (
    err,
    errors_shown,
    fail,
    print_answer,
    print_documents,
    print_hits,
    print_reading,
    print_trace,
    progress_bars,
)
from qa.retrieval import SearchResult
from qa.safety.intake import Intake
from qa.settings import Settings

KEEP_ALIVE_S = 65  # of an idle connection: longer than the 60 of common proxies, which else may use a closed one
# Bytes from which memory is handed back as soon as it is free, by mallopt(M_MMAP_THRESHOLD) of glibc. That would raise
# the bound up to 32 MB by itself, and a server keeps a fifth more then after a flood of costly questions.
M_MMAP_THRESHOLD, HANDED_BACK = -3, 4_000_000
ADDRESS = re.compile("https?://", re.IGNORECASE)
SHUTDOWN_S = 8  # in which a server that is stopped answers what is at work

app = typer.Typer(help="Cited answers about IOM's work and counter-trafficking.", no_args_is_help=True)

Question = Annotated[str, typer.Argument(help="A question in any language.")]
Wanted = Annotated[list[str] | None, typer.Option(help="Only those with this value; may be given several times.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print what the API would give.")]


@app.command()
def model() -> None:
    """Unpack the encoder, where that is not done yet."""
    with errors_shown():
        settings = Settings()
        model_folder(settings.encoder, settings.models, err.print)


@app.command()
def index(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders and websites (https://…); the starter collection if none."),
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Keep what is indexed; a document of the same id is replaced.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Build nothing where a file is refused.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what became of each file.")] = False,
) -> None:
    """Build an index of documents and have it serve; report what became of each file."""
    with errors_shown(), progress_bars() as progress:
        settings = Settings()
        if not sources and generations.make_anew(settings, progress):
            return
        indexed = _indexed(settings, needed=add)
        collection = _read(sources or [str(starter_collection())], settings, progress)
        refused = [report for report in collection.reports if report.outcome is Outcome.REFUSED]
        if len(collection.reports) == len(refused) == 1:
            fail(f"{refused[0].file}: {refused[0].reason}")
        documents = dict(indexed if add else {}) | {document.id: document for document in collection.documents}
        print_reading(collection, changes_between(indexed, documents), as_json=as_json)
        if strict and refused:
            fail("a file was refused, so no index was built; mend it, or leave out --strict")
        if not collection.documents:
            fail("no document was found, so no index was built; give files or folders of a format that is read")
        generations.build(documents.values(), settings, progress)


@app.command()
def ask(
    question: Question,
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what was found and what was turned down.")] = False,
) -> None:
    """Answer a question from the indexed documents."""
    with errors_shown():
        assistant = Assistant.from_settings(Settings(), err.print)
        answer, trace = assistant.explain(question)
    if as_json:
        print(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
        return
    print_answer(answer)
    if explain:
        print_trace(trace, assistant.scorers)


@app.command()
def search(query: Question, limit: Annotated[int, typer.Option(min=1, max=50)] = 10, as_json: AsJson = False) -> None:
    """Find the passages that fit a question best."""
    with errors_shown():
        assistant = Assistant.from_settings(Settings(), err.print)
        hits = assistant.search(query, limit)
    if as_json:
        shown = [asdict(SearchResult.of(hit, assistant.documents[hit.passage.document_id])) for hit in hits]
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
) -> None:
    """Serve the API and the chat page."""
    import uvicorn
    from uvicorn.importer import import_from_string

    with errors_shown():
        Intake.from_settings(Settings())
    _check_port(host, port)
    with progress_bars() as progress:
        generations.make_anew_if_possible(Settings(), progress)
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(M_MMAP_THRESHOLD, HANDED_BACK)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    uvicorn.run(
        "api.app:create_app",
        factory=True,
        host=host,
        port=port,
        http=import_from_string("api.connections:TimedConnection"),
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=SHUTDOWN_S,
        proxy_headers=False,  # the settings say which proxies are trusted
        access_log=False,  # it would keep which document somebody read
        log_config=None,
        server_header=False,
    )


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


app.command()(generations.generations)
app.command()(generations.rollback)
app.command()(generations.verify)
for command in (evaluate.benchmark, evaluate.snapshot, evaluate.quality, evaluate.train, evaluate.train_reader):
    app.command()(command)
app.command("help-page")(help_lines.write_help_page)
app.add_typer(help_lines.app, name="help-lines")


def _read(sources: Sequence[str], settings: Settings, progress: Callable[[str, int, int], None]) -> Collection:
    """Return the collection of some files, folders and websites, whose pages are fetched before."""
    addresses = [source for source in sources if ADDRESS.match(source)]
    contact = f" (+{settings.website_contact})" if settings.website_contact else ""
    manners = Manners(f"{NAME}/{version('waymark')}{contact}", settings.website_delay, settings.website_private)
    websites = [
        fetch_website(
            address, settings.websites / quote(address.partition("//")[2], safe=""), manners, partial(progress, address)
        )
        for address in addresses
    ]
    paths = [Path(source) for source in sources if source not in addresses] + [website.folder for website in websites]
    return named_by_address(read_collection(paths, partial(progress, "Reading files")), websites)


def _indexed(settings: Settings, *, needed: bool) -> Mapping[str, Document]:
    """Return the documents that are indexed now, by id; none where there is no whole index and none is needed."""
    try:
        return read_documents(current_generation(settings.index))
    except GenerationProblem:
        if needed:
            raise
        return {}


def _check_port(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        reason, another = os.strerror(error.errno or 0), port % 65535 + 1
        fail(f"can't listen on {host} port {port}: {reason}; try another: make serve PORT={another}")
