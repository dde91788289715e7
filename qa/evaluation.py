"""Run the benchmark: the judged server, the other systems beside it, and the load.

In: suites and settings. Out: a Run.
The judged system is always a server, the given one or one started for the run, so that what is measured is what people
get. The yardsticks (BM25 alone, dense alone, reciprocal ranks) share its index and its reader, and run here.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from platform import python_version

from embeddings import Generation, SentenceEncoder, current_generation, model_folder
from qa.assistant import Assistant
from qa.benchmark import LocalSystem, RemoteSystem, Run, System, run_benchmark
from qa.retrieval import FUSIONS, MIN_MAX
from qa.settings import Settings
from qa.speed import Server, children_peak_mb, load, local_server
from qa.suites import Suite

LOAD_USERS = 8
LOAD_SECONDS = 15.0
# What the yardsticks are asked: the suites whose figures depend on what was found.
RETRIEVING = ("factual", "multi", "unanswerable", "multilingual")


def evaluate(
    suites: Sequence[Suite],
    settings: Settings,
    *,
    url: str | None,
    quick: bool,
    progress: Callable[[str, int, int], None],
) -> Run:
    """Ask the judged server everything, and unless `quick` the yardsticks too, and put it under load."""
    started: Server | None = None
    with _server(url) as server:
        started = server if url is None else None
        judged = RemoteSystem("waymark", server.url)
        run = run_benchmark(suites, [judged], _provenance(judged), progress)
        retrieving = [suite for suite in suites if suite.name in RETRIEVING]
        asked = [ask.question for suite in retrieving for case in suite.cases for ask in case.asks]
        speed: dict[str, float] = {}
        if run.complete and not quick and asked:
            speed |= load(server.url, asked, users=LOAD_USERS, seconds=LOAD_SECONDS)
    if started:
        speed |= {"start-up: s": started.started_s, "memory: peak MB": children_peak_mb()}
    run = dataclasses.replace(run, speed=speed)
    if url is None and run.complete and not quick:
        beside = run_benchmark(retrieving, list(_yardsticks(settings)), {}, progress)
        run = dataclasses.replace(run, records=run.records | beside.records, complete=beside.complete)
    return run


@contextmanager
def _server(url: str | None) -> Iterator[Server]:
    if url:
        yield Server(url, 0.0)
    else:
        with local_server({}) as server:
            yield server


def _provenance(system: RemoteSystem) -> dict[str, str]:
    """Return what made the answers, as the server tells; of the generation's id, the part that tells the documents."""
    made: dict[str, str] = system.ask("What is IOM?", (), None)["provenance"]
    versions = {name: version(name) for name in ("torch", "sentence-transformers", "faiss-cpu", "bm25s")}
    return made | {"corpus": made["generation"].rpartition("-")[2], "python": python_version()} | versions


def _yardsticks(settings: Settings) -> Iterator[System]:
    encoder = SentenceEncoder(model_folder(settings.encoder, settings.models), settings.encoder)
    generation = Generation.load(current_generation(settings.index), encoder)
    for fusion in sorted(FUSIONS.keys() - {MIN_MAX}):
        assistant = Assistant(
            generation, encoder, min_cosine=settings.min_cosine, answer_words=settings.answer_words, fusion=fusion
        )
        yield LocalSystem(fusion, assistant)
