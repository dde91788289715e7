"""Run the benchmark: the judged server, public data sets, the other systems beside it, and the speed.

In: suites, data sets and settings. Out: a Run.
The judged system is always a server, the given one or one started for the run, so that what is measured is what people
get. The yardsticks (BM25 alone, dense alone, reciprocal ranks) share its index and its reader, and run here, as do data
sets, which bring documents of their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from platform import python_version

from embeddings import Encoder, Generation, SentenceEncoder, current_generation, model_folder
from qa.assistant import Assistant
from qa.evaluation.benchmark import (
    JUDGED,
    LocalSystem,
    Progress,
    Record,
    RemoteSystem,
    Run,
    System,
    ask_all,
    run_benchmark,
)
from qa.evaluation.browser_speed import BrowserProblem, chromium, page_times
from qa.evaluation.datasets.beir import BeirSet, load_beir, rank_documents
from qa.evaluation.datasets.omos_qa import OmosSet, choose_sentences, is_omos, load_omos
from qa.evaluation.json_lines import BrokenSuite
from qa.evaluation.speed import Server, load, local_server, peak_mb, spread, throughput
from qa.evaluation.suites import SUITES, Suite, load_suite
from qa.retrieval import FUSIONS, MIN_MAX
from qa.settings import Settings

LOAD_USERS = 8
LOAD_SECONDS = 15.0
PAGES = 5  # the chat page is opened and asked so many times
# What the yardsticks are asked: the suites whose figures depend on what was found.
RETRIEVING = ("factual", "multi", "unanswerable", "multilingual")

Task = Suite | BeirSet | OmosSet


@dataclass(frozen=True, slots=True)
class Bench:
    """What a run is measured with; what is noted beside its records is added to `provenance` and `speed`."""

    settings: Settings
    url: str | None
    quick: bool
    progress: Progress
    provenance: dict[str, str]
    speed: dict[str, float]


def load_tasks(names: Sequence[str]) -> list[Task]:
    """Read suites by name or path, and data sets by path. Raises BrokenSuite with the cure."""
    tasks = [_load_task(name) for name in names]
    known = [task.name for task in tasks]
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise BrokenSuite(f"two suites are called {twice[0]}; give one of them, or rename its file")
    return tasks


def _load_task(name: str) -> Task:
    if name not in SUITES and Path(name).is_dir():
        return load_beir(Path(name))
    return load_omos(Path(name)) if name not in SUITES and is_omos(Path(name)) else load_suite(name)


def evaluate(
    tasks: Sequence[Task],
    settings: Settings,
    *,
    url: str | None,
    quick: bool,
    told: Mapping[str, str],
    progress: Progress,
) -> Run:
    """Ask the judged server and rank the data sets; unless `quick`, measure the speed and ask the yardsticks too.

    `told` is recorded beside what the server tells of itself. With `url` only that server is measured.
    """
    suites = [task for task in tasks if isinstance(task, Suite)]
    sets = [task for task in tasks if not isinstance(task, Suite)]
    if url and sets:
        raise BrokenSuite(f"{sets[0].name} brings documents of its own, which a server lacks; leave out --url")
    bench = Bench(settings, url, quick, progress, _versions() | dict(told), {})
    parts = [_server_asked(suites, bench)] if suites else []
    if sets or not (quick or url):
        parts.append(_asked_here(suites, sets, bench))
    run = run_benchmark(chain(*parts), {task.name: task.digest for task in tasks}, bench.provenance)
    return replace(run, speed=bench.speed)


def _server_asked(suites: Sequence[Suite], bench: Bench) -> Iterator[tuple[str, Record]]:
    """Yield the server's records; note what it tells of itself and how it bears load."""
    with _server(bench) as server:
        judged = RemoteSystem(JUDGED, server.url)
        made: dict[str, str] = judged.ask("What is IOM?", (), None)["provenance"]
        # Of the generation's id, the second part tells the documents.
        bench.provenance.update(made | {"corpus": made["generation"].rpartition("-")[2]})
        yield from ask_all(suites, [judged], bench.progress)
        if not bench.quick and (questions := _questions(suites)):
            bench.progress("Bearing load", 0, 1)
            bench.speed.update(load(server.url, questions, users=LOAD_USERS, seconds=LOAD_SECONDS))
            bench.progress("Bearing load", 1, 1)
            _time_page(server.url, suites, bench)
        if bench.url is None:
            bench.speed.update({"start-up: s": server.started_s} | peak_mb(server.process_id))
            set_here = bench.settings.model_dump(include={"min_confidence", "sure_confidence", "answer_words"})
            bench.provenance.update({name: str(value) for name, value in set_here.items()})


def _asked_here(
    suites: Sequence[Suite], sets: Sequence[BeirSet | OmosSet], bench: Bench
) -> Iterator[tuple[str, Record]]:
    """Yield the records of data sets and yardsticks, which need the encoder in this process."""
    settings, progress = bench.settings, bench.progress
    encoder = SentenceEncoder(model_folder(settings.encoder, settings.models), settings.encoder)
    bench.provenance["encoder"] = encoder.name
    for data in sets:
        if isinstance(data, BeirSet):
            yield from rank_documents(data, encoder, settings.cache, progress)
        else:
            border = settings.min_confidence
            yield from choose_sentences(data, encoder, settings.cache, min_confidence=border, progress=progress)
    if not bench.quick and (questions := _questions(suites)):
        folder = current_generation(settings.index)
        retrieving = [suite for suite in suites if suite.name in RETRIEVING]
        yield from ask_all(retrieving, _yardsticks(settings, folder, encoder), progress)
        progress("Timing the index", 0, 1)
        bench.speed.update(throughput(folder, encoder, questions))
        progress("Timing the index", 1, 1)


@contextmanager
def _server(bench: Bench) -> Iterator[Server]:
    if bench.url:
        yield Server(bench.url, 0.0)
    else:
        settings = {"WAYMARK_VAR": str(bench.settings.var), "WAYMARK_ENCODER": bench.settings.encoder}
        with local_server(settings) as server:
            yield server


def _time_page(url: str, suites: Sequence[Suite], bench: Bench) -> None:
    answered = [ask.question for suite in suites for case in suite.cases for ask in case.asks if ask.answerable]
    bench.progress("Timing the page", 0, 1)
    try:
        with chromium() as browser:
            bench.speed.update(page_times(browser, url, spread(answered, PAGES)))
    except BrowserProblem as problem:
        bench.provenance["page"] = f"not timed, since {problem}"
    bench.progress("Timing the page", 1, 1)


def _questions(suites: Sequence[Suite]) -> list[str]:
    return [ask.question for suite in suites if suite.name in RETRIEVING for case in suite.cases for ask in case.asks]


def _versions() -> dict[str, str]:
    names = ("torch", "sentence-transformers", "faiss-cpu", "bm25s")
    return {"python": python_version()} | {name: version(name) for name in names}


def _yardsticks(settings: Settings, folder: Path, encoder: Encoder) -> Iterator[System]:
    generation = Generation.load(folder, encoder)
    for fusion in sorted(FUSIONS.keys() - {MIN_MAX}):
        assistant = Assistant(
            generation,
            encoder,
            min_confidence=settings.min_confidence,
            sure_confidence=settings.sure_confidence,
            answer_words=settings.answer_words,
            fusion=fusion,
        )
        yield LocalSystem(fusion, assistant)
