"""The command `index`: read files and websites, and build an index of their documents, once or whenever they change."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from corpus import Document, UnreadableDocument, read_collection
from corpus.documents.collection import Collection, Outcome, changes_between
from corpus.loaders.watching import state_of, wait_for_change
from corpus.loaders.website.crawling import Manners, fetch_website, named_by_address
from embeddings import GenerationProblem, current_generation
from embeddings.index.generation import read_documents
from qa.cli import generations
from qa.cli.paths import starter_collection
from qa.cli.printing import PROBLEMS, err, errors_shown, fail, print_reading, print_reasons, progress_bars
from qa.ingest.own_documents import OwnDocuments
from qa.settings import Settings

ADDRESS = re.compile("https?://", re.IGNORECASE)


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
    watch: Annotated[bool, typer.Option("--watch", help="Build again where files change, until Ctrl-C.")] = False,
    ray: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Encode by the Ray there; `local` starts one on this machine.")
    ] = "",
) -> None:
    """Build an index of documents and have it serve; report what became of each file."""
    if sources and not all(map(str.strip, sources)):  # such as a variable of the shell that is not set
        fail("a source is empty; name a file, a folder or a website")
    with errors_shown():
        settings = Settings()
        build = partial(_index, settings=settings, add=add, strict=strict, as_json=as_json, ray=ray)
        if watch:
            if not sources or any(map(ADDRESS.match, sources)):
                fail("--watch needs files or folders; websites are fetched again by a line of cron")
            _watch(sources, settings, build)
            return
        with progress_bars() as progress:
            if not sources and generations.make_anew(settings, progress, ray):
                return
        build(sources or [str(starter_collection())])


def _index(
    sources: Sequence[str],
    before: Collection | None = None,
    *,
    settings: Settings,
    add: bool,
    strict: bool,
    as_json: bool,
    ray: str,
) -> Collection:
    """Index what is read of some sources, and return it; tell and build only what differs from what was read before.

    Raises UnreadableDocument where no index is built.
    """
    with progress_bars() as progress:
        indexed = _indexed(settings, needed=add)
        collection = _read(sources, settings, progress)
        refused = [report for report in collection.reports if report.outcome is Outcome.REFUSED]
        if len(collection.reports) == len(refused) == 1:
            raise UnreadableDocument(f"{refused[0].file}: {refused[0].reason}")
        own, read = OwnDocuments(settings.documents), {document.id: document for document in collection.documents}
        deleted = own.deleted()
        documents = {id: document for id, document in indexed.items() if add and id not in deleted} | read
        if before and not as_json:
            print_reasons(sorted(set(collection.reports) - set(before.reports)))
        else:
            print_reading(collection, changes_between(indexed, documents), as_json=as_json)
        if strict and refused:
            raise UnreadableDocument("a file was refused, so no index was built; mend it, or leave out --strict")
        if not collection.documents:
            raise UnreadableDocument(
                "no document was found, so no index was built; give files or folders of a format that is read"
            )
        if not before or documents != indexed:
            generations.build(documents.values(), settings, progress, ray)
        own.forget(read)
        return collection


def _watch(sources: Sequence[str], settings: Settings, build: Callable[..., Collection]) -> None:
    """Build an index now, and again whenever files have changed; after an error too, which is told."""
    paths = [Path(source) for source in sources]
    collection: Collection | None = None
    while True:
        state = state_of(paths, settings.var)
        try:
            collection = build(sources, collection)
        except (*PROBLEMS, OSError) as error:
            err.print(f"waymark: {error}", style="red", markup=False)
        try:
            wait_for_change(paths, state, settings.var)
        except KeyboardInterrupt:
            return


def _read(sources: Sequence[str], settings: Settings, progress: Callable[[str, int, int], None]) -> Collection:
    """Return the collection of some files, folders and websites, whose pages are fetched before."""
    addresses = [source for source in sources if ADDRESS.match(source)]
    manners = Manners(settings.website_agent, settings.website_delay, settings.website_private)
    websites = [
        fetch_website(
            address, settings.websites / quote(address.partition("//")[2], safe=""), manners, partial(progress, address)
        )
        for address in addresses
    ]
    paths = [Path(source) for source in sources if source not in addresses] + [website.folder for website in websites]
    collection = read_collection(
        paths, partial(progress, "Reading files"), cache=settings.extractions, ocr=settings.ocr
    )
    return named_by_address(collection, websites)


def _indexed(settings: Settings, *, needed: bool) -> Mapping[str, Document]:
    """Return the documents that are indexed now, by id; none where there is no whole index and none is needed."""
    try:
        return read_documents(current_generation(settings.index))
    except GenerationProblem:
        if needed:
            raise
        return {}
