"""The commands about generations of the index: list them, verify the serving one, go back; and the building of one."""

from collections.abc import Collection
from typing import Annotated

import typer
from rich.table import Table

from corpus import Document
from embeddings import Generation, GenerationProblem, current_generation
from embeddings.index.generation import read_documents
from embeddings.index.manifest import check_files, is_older_form
from qa.cli.printing import PROBLEMS, err, errors_shown, out
from qa.ingest.building import Progress, build_index
from qa.ingest.canaries import check_canaries, load_canaries
from qa.ingest.generations import list_generations, serve_again
from qa.pipeline.retrieval import load_encoder
from qa.settings import Settings


def generations() -> None:
    """List the generations of the index: when each was built, what it holds, whether it is whole, and which serves."""
    with errors_shown():
        root = Settings().index
        table = Table("generation", "built", "documents", "passages", "")
        current_generation(root)  # raises where none serves
        for listed in list_generations(root):
            if not listed.built:
                table.add_row(listed.id, "", "", "", listed.state)
                continue
            state = f"{listed.state}, serves" if listed.serves else listed.state
            built = f"{listed.built.astimezone():%Y-%m-%d %H:%M}"
            table.add_row(listed.id, built, str(listed.documents), str(listed.passages), state)
    out.print(table)


def rollback(
    id: Annotated[str, typer.Argument(help="The generation; the one before the serving one if none.")] = "",
) -> None:
    """Have an earlier generation of the index serve again, once it is verified."""
    with errors_shown():
        settings = Settings()
        serving = serve_again(settings, load_encoder(settings, err.print), id)
    err.print(f"Index {serving} serves. A running server takes it up by itself.")


def verify() -> None:
    """Verify that the serving generation is whole, and that the canary questions find their documents in it."""
    with errors_shown():
        settings = Settings()
        encoder = load_encoder(settings, err.print)
        folder = current_generation(settings.index)
        check_files(folder)
        generation = Generation.load(folder, encoder, settings.vectors)
        canaries = load_canaries(settings)
        check_canaries(canaries, encoder, generation)
    err.print(
        f"Index {generation.manifest.id} is whole, with {len(generation.documents)} documents; "
        f"{len(canaries)} canary questions find theirs."
    )


def build(documents: Collection[Document], settings: Settings, progress: Progress, ray: str = "") -> None:
    """Build an index of documents and have it serve; `ray` is the address of a Ray that encodes them."""
    id = build_index(documents, settings, err.print, progress, ray)
    err.print(f"Index {id} serves {len(documents)} documents. A running server takes it up by itself.")


def make_anew(settings: Settings, progress: Progress, ray: str = "") -> bool:
    """Make an index of an older form anew from the documents in it; return whether it was of one."""
    try:
        folder = current_generation(settings.index)
        # By its manifest alone, since a server that starts checks all files itself.
        documents = read_documents(folder) if is_older_form(folder) else {}
    except GenerationProblem:  # there is none, or it is damaged
        return False
    if not documents:
        return False
    err.print(f"Index {folder.name} is of an older form; it is made anew from its documents.")
    build(documents.values(), settings, progress, ray)
    return True


def make_anew_if_possible(settings: Settings, progress: Progress) -> None:
    """Make an index of an older form anew; where that fails, say so, for the server to start all the same."""
    try:
        make_anew(settings, progress)
    except (*PROBLEMS, OSError) as error:
        err.print(f"waymark: {error}", style="red", markup=False)
