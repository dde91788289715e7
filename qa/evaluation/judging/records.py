"""Ask systems the gold questions and judge their answers: a Record for each question.

In: suites and systems. Out: Records, with the scores of every metric that applies to a question.
Left out: computing the metrics (metrics), and aggregating Records (summary).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from qa.evaluation.judging.metrics import METRICS, MIN_RIGHT_RECALL, REFUSING, Response
from qa.evaluation.judging.suites import Case, GoldQuestion, Suite
from qa.evaluation.judging.systems import System
from qa.query.followups import Turn

JUDGED = "waymark"  # the name of the system that is judged; the others are its baselines
RANKED_DOCUMENTS = 10  # that a record keeps
QUESTION_CHARACTERS = 1000  # that a record keeps, since some attacks are a megabyte long

Progress = Callable[[str, int, int], None]  # called with the name of a task, how much of it is done, and its total


def no_progress(what: str, done: int, total: int) -> None:
    """Ignore the progress."""


@dataclass(frozen=True, slots=True)
class Record:
    """A question, its answer, and the scores of the answer.

    `scores` holds a value for each metric that applies to the question, `weights` the weights other than 1; a figure is
    the weighted mean. `failure` says in a few words why the answer is wrong, and is empty where it is right.
    `standalone_question` is the question as the system rewrote it, where that differs.
    """

    suite: str
    id: str
    group: str
    question: str
    status: str
    text: str
    scores: dict[str, float]
    weights: dict[str, float] = field(default_factory=dict)
    confidence: float = 0.0
    retrieved: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    nuggets: tuple[str, ...] = ()
    failure: str = ""
    standalone_question: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)


def ask_all(
    suites: Sequence[Suite], systems: Iterable[System], progress: Progress = no_progress, *, at_once: int = 1
) -> Iterator[tuple[str, Record]]:
    """Ask every system every suite; yield the system's name and a Record, question by question in their order.

    With more than one case `at_once` the times of the answers say less.
    """
    cases = [case for suite in suites for case in suite.cases]
    for system in systems:
        pool = ThreadPoolExecutor(at_once)
        try:
            for done, records in enumerate(pool.map(partial(_judge_case, system), cases), start=1):
                for record in records:
                    yield system.name, record
                progress(f"Asking {system.name}", done, len(cases))
        finally:
            pool.shutdown(cancel_futures=True)


def _judge_case(system: System, case: Case) -> list[Record]:
    """Ask a question, or the turns of a conversation one after the other; return a Record of each."""
    if len(case.questions) == 1:
        [gold] = case.questions
        return [_judge(_ask(case, gold, system), case.id)]
    records: list[Record] = []
    history: list[Turn] = []
    for number, gold in enumerate(case.questions, start=1):
        response = _ask_turn(case, gold, system, history)
        records.append(_judge(response, f"{case.id}.{number}"))
        history.append(Turn(gold.question, response.answer["text"]))
    return records


def _ask(case: Case, gold: GoldQuestion, system: System) -> Response:
    """Ask a single question, and search for it where its sources are known."""
    begin = time.perf_counter()
    answer = system.ask(gold.question, (), None)
    seconds = time.perf_counter() - begin
    ranked = None
    if gold.sources:
        documents = dict.fromkeys(hit["document_id"] for hit in system.search(gold.question))
        ranked = tuple(documents)[:RANKED_DOCUMENTS]
    return Response(case, gold, answer, system.document_text, seconds=seconds, ranked=ranked)


def _ask_turn(case: Case, gold: GoldQuestion, system: System, history: Sequence[Turn]) -> Response:
    """Ask a turn with its history; ask a person's rewrite of a follow-up too, without the history."""
    answer = system.ask(gold.question, tuple(history), case.language)
    standalone = system.ask(gold.standalone, (), case.language) if history and gold.nuggets else None
    return Response(case, gold, answer, system.document_text, standalone=standalone)


def _judge(response: Response, id: str) -> Record:
    case, gold, answer = response.case, response.gold, response.answer
    scores = [score for metric in METRICS for score in metric(response)]
    values = {score.metric: score.value for score in scores}
    understood = str(answer.get("standalone_question", gold.question))
    return Record(
        suite=case.suite,
        id=id,
        group=case.group,
        question=gold.question[:QUESTION_CHARACTERS],
        status=response.status,
        text=str(answer.get("text", "")),
        scores=values,
        weights={score.metric: score.weight for score in scores if score.weight != 1},
        confidence=float(answer.get("confidence", 0.0)),
        retrieved=response.ranked or (),
        cited=response.cited,
        sources=gold.sources,
        nuggets=gold.nuggets,
        failure=_failure(response, values),
        standalone_question=understood[:QUESTION_CHARACTERS] if understood != gold.question else "",
        timings_ms=dict(answer.get("timings_ms", {})),
    )


def _failure(response: Response, scores: Mapping[str, float]) -> str:
    """Return why an answer is wrong, or "" where it is right or can't be judged."""
    gold, sources = response.gold, set(response.gold.sources)
    if gold.answerable is False:
        return "" if response.status in REFUSING else "answered what the documents do not tell"
    if not gold.nuggets or scores["nugget recall"] >= MIN_RIGHT_RECALL:
        return ""
    if response.status in REFUSING:
        return "refused"
    if response.ranked and not sources & set(response.ranked):
        return "source not retrieved"
    return "wrong sentences of the source" if sources & set(response.cited) else "source retrieved, not cited"
