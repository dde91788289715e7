"""Run the benchmark: evaluate a server, baselines and public data sets, and measure the speed.

In: suites, data sets and settings. Out: a Run.
The judged system is always a server, a given one or one started for the run, so that what is measured is what users
get. The baselines (BM25 alone, dense alone, reciprocal ranks) share its index and its reader, and run in this process,
as do data sets, which have documents of their own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from platform import python_version

from embeddings import Encoder, Generation, SentenceEncoder, current_generation, model_folder
from qa.evaluation.browser_speed import BrowserProblem, chromium, page_times
from qa.evaluation.datasets.beir import BeirSet, load_beir, rank_documents
from qa.evaluation.datasets.omos_qa import ANSWER_WORDS as OMOS_WORDS
from qa.evaluation.datasets.omos_qa import OmosSet, choose_sentences, is_omos, load_omos
from qa.evaluation.judging.json_lines import InvalidDataset
from qa.evaluation.judging.records import JUDGED, Progress, Record, ask_all
from qa.evaluation.judging.suites import SUITES, Suite, load_suite
from qa.evaluation.judging.systems import LocalSystem, RemoteSystem, System
from qa.evaluation.reporting.runs import Measurement, Run, collect_run
from qa.evaluation.speed import (
    Server,
    evenly_spaced,
    load_test,
    local_server,
    peak_memory,
    running_server,
    served_environment,
    throughput,
)
from qa.pipeline.assistant import Assistant
from qa.pipeline.retrieval import FUSIONS, MIN_MAX
from qa.reader.reading import load_reader
from qa.settings import Settings

GATED_AT_ONCE = 2  # questions asked at once where their times are not compared: one leaves a core idle
LOAD_USERS = 8
LOAD_SECONDS = 15.0
PAGE_VIEWS = 5  # of the chat page, each with a question
# The suites that the baselines are asked: those whose figures depend on retrieval.
RETRIEVAL_SUITES = ("factual", "multi", "unanswerable", "multilingual")

Task = Suite | BeirSet | OmosSet
Result = tuple[str, Record] | Measurement  # the record of a system, by its name


@dataclass(frozen=True, slots=True)
class Session:
    """What a run is made with; with a `url`, the server there is judged instead of one started for the run."""

    settings: Settings
    url: str | None
    quick: bool
    at_once: int
    progress: Progress


def load_tasks(names: Sequence[str]) -> list[Task]:
    """Read suites by name or path, and data sets by path. Raises InvalidDataset with the cure."""
    tasks = [_load_task(name) for name in names]
    names_read = [task.name for task in tasks]
    if duplicates := sorted({name for name in names_read if names_read.count(name) > 1}):
        raise InvalidDataset(f"two suites are called {duplicates[0]}; give one of them, or rename its file")
    return tasks


def _load_task(name: str) -> Task:
    path = Path(name)
    if name not in SUITES and path.is_dir():
        return load_beir(path)
    return load_omos(path) if name not in SUITES and is_omos(path) else load_suite(name)


def evaluate(
    tasks: Sequence[Task],
    settings: Settings,
    *,
    url: str | None,
    quick: bool,
    gate: bool,
    metadata: Mapping[str, str],
    progress: Progress,
) -> Run:
    """Ask the judged server and rank the data sets; unless `quick`, measure the speed and ask the baselines too.

    For a quick `gate`, whose only time is the limit of an answer, the server is asked several questions at once.
    `metadata` is recorded beside the server's provenance. With `url` only that server is measured.
    """
    suites = [task for task in tasks if isinstance(task, Suite)]
    sets = [task for task in tasks if not isinstance(task, Suite)]
    if url and sets:
        raise InvalidDataset(f"{sets[0].name} brings documents of its own, which a server lacks; leave out --url")
    session = Session(settings, url, quick, GATED_AT_ONCE if gate and quick else 1, progress)
    parts: list[Iterable[Result]] = [[Measurement(_versions() | dict(metadata))]]
    if suites:
        parts.append(_ask_server(suites, session))
    if sets or not (quick or url):
        parts.append(_ask_in_process(suites, sets, session))
    return collect_run(chain(*parts), {task.name: task.digest for task in tasks})


def compare_writers(tasks: Sequence[Task], settings: Settings, metadata: Mapping[str, str], progress: Progress) -> Run:
    """Ask both writers the suites, over one index and in this process, so that their times can be compared."""
    suites = [task for task in tasks if isinstance(task, Suite)]
    assistant = Assistant.from_settings(settings)
    stated = asdict(assistant.provenance) | {"model": settings.llm_model} | dict(metadata)
    told = Measurement(_versions() | {name: str(value) for name, value in stated.items() if value})
    return collect_run(
        chain([told], ask_all(suites, compared_writers(assistant), progress)),
        {suite.name: suite.digest for suite in suites},
    )


def _ask_server(suites: Sequence[Suite], session: Session) -> Iterator[Result]:
    """Yield the server's records, what it says of itself, and how it bears load."""
    with _server(session) as server:
        judged = RemoteSystem(JUDGED, server.url)
        stated: dict[str, str] = judged.ask("What is IOM?", (), None)["provenance"]
        # The second part of a generation's id is the digest of its documents.
        yield Measurement(stated | {"corpus": stated["generation"].rpartition("-")[2]})
        yield from ask_all(suites, [judged], session.progress, at_once=session.at_once)
        if not session.quick and (questions := _questions(suites)):
            session.progress("Bearing load", 0, 1)
            yield Measurement(speed=load_test(server.url, questions, users=LOAD_USERS, seconds=LOAD_SECONDS))
            session.progress("Bearing load", 1, 1)
            session.progress("Timing the page", 0, 1)
            yield _page_times(server.url, suites)
            session.progress("Timing the page", 1, 1)
        if session.url is None:
            chosen = session.settings.model_dump(
                include={"reader", "min_confidence", "sure_confidence", "answer_words"}
            )
            yield Measurement(
                {name: str(value) for name, value in chosen.items()},
                {"start-up: s": server.started_s} | peak_memory(server.process_id),
            )


def compared_writers(assistant: Assistant) -> list[System]:
    """Return an assistant without its language model, and with it."""
    return [LocalSystem(JUDGED, assistant.without_model()), LocalSystem("llm", assistant)]


def _ask_in_process(suites: Sequence[Suite], sets: Sequence[BeirSet | OmosSet], session: Session) -> Iterator[Result]:
    """Yield the records of data sets and baselines, which need the encoder in this process, and its speed."""
    settings, progress = session.settings, session.progress
    encoder = SentenceEncoder(model_folder(settings.encoder, settings.models), settings.encoder)
    yield Measurement({"encoder": encoder.name})
    for data in sets:
        if isinstance(data, BeirSet):
            yield from rank_documents(data, encoder, settings.cache, progress)
        else:
            reading = replace(load_reader(settings), answer_words=OMOS_WORDS)
            yield from choose_sentences(data, encoder, reading, settings.cache, progress)
    if not session.quick and (questions := _questions(suites)):
        folder = current_generation(settings.index)
        retrieving = [suite for suite in suites if suite.name in RETRIEVAL_SUITES]
        yield from ask_all(retrieving, _baselines(settings, folder, encoder), progress)
        progress("Timing the index", 0, 1)
        yield Measurement(speed=throughput(folder, encoder, questions))
        progress("Timing the index", 1, 1)


@contextmanager
def _server(session: Session) -> Iterator[Server]:
    if session.url:
        yield running_server(session.url)
    else:
        environment = served_environment(session.settings)
        with local_server(environment) as server:
            yield server


def _page_times(url: str, suites: Sequence[Suite]) -> Measurement:
    golds = [gold for suite in suites for case in suite.cases for gold in case.questions]
    answerable = [gold.question for gold in golds if gold.answerable]
    try:
        with chromium() as browser:
            return Measurement(speed=page_times(browser, url, evenly_spaced(answerable, PAGE_VIEWS)))
    except BrowserProblem as problem:
        return Measurement({"page": f"not timed, since {problem}"})


def _questions(suites: Sequence[Suite]) -> list[str]:
    retrieving = [suite for suite in suites if suite.name in RETRIEVAL_SUITES]
    return [gold.question for suite in retrieving for case in suite.cases for gold in case.questions]


def _versions() -> dict[str, str]:
    names = ("torch", "sentence-transformers", "faiss-cpu", "bm25s")
    return {"python": python_version()} | {name: version(name) for name in names}


def _baselines(settings: Settings, folder: Path, encoder: Encoder) -> Iterator[System]:
    generation, reading = Generation.load(folder, encoder, settings.vectors), load_reader(settings)
    for fusion in sorted(FUSIONS.keys() - {MIN_MAX}):
        yield LocalSystem(fusion, Assistant(generation, encoder, reading, fusion=fusion))
