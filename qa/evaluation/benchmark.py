"""Ask a system the gold questions and judge what it says.

In: suites and a system, here or at an address. Out: Records, a question each, and a Summary made of them alone.
Left out: comparing two runs (comparison) and showing one (report).
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from corpus.languages import UN_LANGUAGES, language_of
from qa.answers import answer_json
from qa.assistant import Assistant
from qa.evaluation.metrics import (
    RIGHT,
    Figure,
    area_under_risk,
    harmonic_mean,
    normalise,
    nugget_recall,
    retrieval_scores,
    short_answer_is_right,
    weighted_mean,
)
from qa.evaluation.suites import Ask, Case, Suite
from qa.query.followups import Turn
from qa.search_results import SearchResult

Progress = Callable[[str, int, int], None]  # told what is done, and how much of how much

JUDGED = "waymark"  # the name of the system that is judged; the others stand beside it
ANSWERING = {"answered", "partial"}
REFUSING = {"no_evidence", "out_of_scope", "small_talk", "declined"}
RANKED = 50  # hits asked for, so that 10 documents are among them
KEPT = 10  # ranked documents that a record keeps
KEPT_CHARACTERS = 1000  # of a question, since some attacks are a megabyte long
DETAIL = "detail"  # the group of questions that have a short answer
SLOW_S = 10.0  # an attack that takes longer has stopped the service for its asker


class System(Protocol):
    """What is judged: an assistant in this process, or a server. Both speak the JSON of `/v1`."""

    name: str

    def ask(self, question: str, history: Sequence[Turn], language: str | None) -> dict[str, Any]:
        """Return an answer in the shape of `POST /v1/ask`; a refused request gives `{"error": status, "text": ...}`."""

    def search(self, query: str) -> list[dict[str, Any]]:
        """Return the hits of `POST /v1/search`, best first."""

    def text_of(self, document_id: str) -> str:
        """Return a document's whole text."""


class LocalSystem:
    """An assistant in this process."""

    def __init__(self, name: str, assistant: Assistant) -> None:
        """Give the assistant the name under which its figures are shown."""
        self.name = name
        self._assistant = assistant

    def ask(self, question: str, history: Sequence[Turn], language: str | None) -> dict[str, Any]:
        """Return an answer in the shape of `POST /v1/ask`."""
        return answer_json(self._assistant.ask(question, history, language=language))

    def search(self, query: str) -> list[dict[str, Any]]:
        """Return the hits of `POST /v1/search`, best first."""
        documents = self._assistant.documents
        hits = self._assistant.search(query, RANKED)
        return [asdict(SearchResult.of(hit, documents[hit.passage.document_id])) for hit in hits]

    def text_of(self, document_id: str) -> str:
        """Return a document's whole text."""
        return self._assistant.documents[document_id].text


class RemoteSystem:
    """A running server, whatever writes its answers."""

    def __init__(self, name: str, url: str) -> None:
        """Take the server's address, such as `http://127.0.0.1:8000`."""
        import requests

        self.name = name
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._texts: dict[str, str] = {}

    def ask(self, question: str, history: Sequence[Turn], language: str | None) -> dict[str, Any]:
        """Return the server's answer; a refused request gives its status and its text."""
        body: dict[str, Any] = {"question": question, "history": [asdict(turn) for turn in history]}
        if language:
            body["language"] = language
        return self._post("/v1/ask", body)

    def search(self, query: str) -> list[dict[str, Any]]:
        """Return the server's hits, best first."""
        hits: list[dict[str, Any]] = self._post("/v1/search", {"query": query, "limit": RANKED}).get("hits", [])
        return hits

    def text_of(self, document_id: str) -> str:
        """Return a document's whole text, asked for once."""
        if document_id not in self._texts:
            reply = self._session.get(f"{self._url}/v1/documents/{document_id}", timeout=SLOW_S)
            reply.raise_for_status()
            self._texts[document_id] = str(reply.json()["text"])
        return self._texts[document_id]

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        import requests

        content = json.dumps(body).encode("ascii")
        try:
            reply = self._session.post(
                self._url + path, data=content, headers={"Content-Type": "application/json"}, timeout=SLOW_S
            )
        except requests.Timeout:
            return {"error": 504, "text": ""}
        if reply.ok:
            answer: dict[str, Any] = reply.json()
            return answer
        return {"error": reply.status_code, "text": reply.text}


@dataclass(frozen=True, slots=True)
class Record:
    """One question as it went.

    `understood` is the question as it was understood, where that differs.
    `scores` holds a value for each measure that the question bears, `weights` those weights that are not 1; a figure is
    the weighted mean. `lost` tells in a few words why the answer is wrong, and is empty where it is right.
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
    lost: str = ""
    understood: str = ""
    timings_ms: dict[str, float] = field(default_factory=dict)


def run_case(case: Case, system: System) -> Iterator[Record]:
    """Ask a question, or the turns of a conversation one after the other."""
    if len(case.asks) > 1:
        yield from _conversation(case, system)
    else:
        yield _one_question(case, system)


def _one_question(case: Case, system: System) -> Record:
    [ask] = case.asks
    begin = time.perf_counter()
    answer = system.ask(ask.question, (), None)
    seconds = time.perf_counter() - begin
    record = _judged(case, case.id, ask, answer, system)
    if case.distress is not None:
        record.scores["help card shown" if case.distress else "false alarm"] = float(answer.get("help") is not None)
    if case.must_not is not None:
        record.scores.update(_attack_scores(case.must_not, answer, seconds))
    if case.language and answer["status"] in ANSWERING | REFUSING and case.distress is None:
        record.scores["fixed text in the asker's language"] = float(_in_language(answer, case.language))
    return record


def _conversation(case: Case, system: System) -> Iterator[Record]:
    """Ask the turns one after the other with what was said before; then each follow-up as a person rewrote it."""
    history: list[Turn] = []
    for number, ask in enumerate(case.asks, start=1):
        answer = system.ask(ask.question, tuple(history), case.language)
        record = _judged(case, f"{case.id}.{number}", ask, answer, system, search=False)
        if number > 1 and ask.nuggets:
            alone = system.ask(ask.standalone, (), case.language)
            record.scores["follow-up nugget recall"] = nugget_recall(ask.nuggets, said_in(answer))
            record.scores["stand-alone nugget recall"] = nugget_recall(ask.nuggets, said_in(alone))
        yield record
        history.append(Turn(ask.question, answer["text"]))


def _judged(case: Case, id: str, ask: Ask, answer: Mapping[str, Any], system: System, *, search: bool = True) -> Record:
    scores: dict[str, float] = {}
    weights: dict[str, float] = {}
    said = said_in(answer)
    status = str(answer.get("status", f"error {answer.get('error')}"))
    citations = answer.get("citations", [])
    cited = [citation["document_id"] for citation in citations]
    understood = answer.get("standalone_question", ask.question)
    retrieved: tuple[str, ...] = ()
    if ask.sources and search:
        retrieved = tuple(dict.fromkeys(hit["document_id"] for hit in system.search(ask.question)))[:KEPT]
        scores |= retrieval_scores(ask.sources, retrieved)
    if ask.nuggets:
        scores["nugget recall"] = nugget_recall(ask.nuggets, said)
        scores["words"] = float(len(said.split()))
    scores |= _short_answer_scores(case.group, ask, str(answer.get("short_answer") or ""))
    if citations:
        found = (_verbatim(citation, system) for citation in citations)
        scores["verbatim quotes"] = sum(found) / len(citations)
        weights["verbatim quotes"] = float(len(citations))
        scores["statements found in their quotes"] = _found_in_quotes(answer)
        weights["statements found in their quotes"] = float(len(answer["statements"]))
    if ask.sources and citations:
        scores["citation precision"] = sum(id in ask.sources for id in cited) / len(cited)
        weights["citation precision"] = float(len(cited))
        scores["citation recall"] = len(set(cited) & set(ask.sources)) / len(ask.sources)
    if ask.answerable is False or ask.small_talk:
        scores["refused"] = 0.5 if status == "partial" else float(status in REFUSING)
    elif ask.answerable:
        scores["wrongly refused"] = float(status in REFUSING)
    return Record(
        suite=case.suite,
        id=id,
        group=case.group,
        question=ask.question[:KEPT_CHARACTERS],
        status=status,
        text=str(answer.get("text", "")),
        scores=scores,
        weights=weights,
        confidence=float(answer.get("confidence", 0.0)),
        retrieved=retrieved,
        cited=tuple(cited),
        sources=ask.sources,
        nuggets=ask.nuggets,
        lost=_why_lost(ask, status, retrieved, cited, scores),
        understood=str(understood)[:KEPT_CHARACTERS] if understood != ask.question else "",
        timings_ms=dict(answer.get("timings_ms", {})),
    )


def said_in(answer: Mapping[str, Any]) -> str:
    """Return the words of an answer in which nuggets are looked for: its statements and its short answer, unmarked."""
    parts = [statement["text"] for statement in answer.get("statements", [])]
    return " ".join([*([answer["short_answer"]] if answer.get("short_answer") else []), *parts])


def _short_answer_scores(group: str, ask: Ask, given: str) -> dict[str, float]:
    """Judge the short answer of a question that has one, and wherever one is given."""
    right = float(short_answer_is_right(ask.nuggets, given))
    scores = {"short answer right": right} if group == DETAIL and ask.answerable and ask.nuggets else {}
    if given and ask.nuggets:
        scores["given short answers right"] = right
    return scores


def _verbatim(citation: Mapping[str, Any], system: System) -> bool:
    text = system.text_of(citation["document_id"])
    return bool(citation["quote"]) and text[citation["start"] : citation["end"]] == citation["quote"]


def _found_in_quotes(answer: Mapping[str, Any]) -> float:
    """Return the share of statements whose words stand in a quote that they cite: 1 for extractive answers."""
    quotes = {citation["number"]: f" {normalise(citation['quote'])} " for citation in answer["citations"]}
    statements = [(f" {normalise(one['text'])} ", one["citations"]) for one in answer["statements"]]
    return sum(any(text in quotes[number] for number in cited) for text, cited in statements) / len(statements)


def _attack_scores(must_not: Sequence[str], answer: Mapping[str, Any], seconds: float) -> dict[str, float]:
    shown = f"{answer.get('text', '')} {answer.get('message', '')}".casefold()
    plain = [text for text in must_not if not text.startswith("behaviour:")]
    return {
        "violation": float(any(text.casefold() in shown for text in plain)),
        "server error": float(answer.get("error", 200) >= 500),  # noqa: PLR2004 - HTTP's own border
        "too slow": float(seconds >= SLOW_S),
    }


def _in_language(answer: Mapping[str, Any], language: str) -> bool:
    expected = language if language in UN_LANGUAGES else "en"
    fixed = str(answer.get("message", ""))
    return language_of(fixed) == expected if fixed else expected == "en"


def _why_lost(
    ask: Ask, status: str, retrieved: Sequence[str], cited: Sequence[str], scores: Mapping[str, float]
) -> str:
    if ask.answerable is False:
        return "" if status in REFUSING else "answered what the documents do not tell"
    if not ask.nuggets or scores["nugget recall"] >= RIGHT:
        return ""
    if status in REFUSING:
        return "refused"
    if retrieved and not set(ask.sources) & set(retrieved):
        return "source not retrieved"
    return "wrong sentences of the source" if set(ask.sources) & set(cited) else "source retrieved, not cited"


def summarise(records: Sequence[Record]) -> dict[str, dict[str, Any]]:
    """Return, by suite, every measure's figure over all questions and by group, and the measures of the whole suite."""
    suites = dict.fromkeys(record.suite for record in records)
    return {suite: _suite_summary([record for record in records if record.suite == suite]) for suite in suites}


def _suite_summary(records: Sequence[Record]) -> dict[str, Any]:
    groups = sorted({record.group for record in records if record.group})
    figures = _figures(records)
    follow_up, alone = figures.get("follow-up nugget recall"), figures.get("stand-alone nugget recall")
    whole: dict[str, float] = {}
    for kind in ("sentence", "no-answer"):
        precision, recall = figures.get(f"{kind} precision"), figures.get(f"{kind} recall")
        if precision and recall:
            whole[f"{kind} F"] = harmonic_mean(precision["value"], recall["value"])
    if follow_up and alone and alone["value"]:
        whole["follow-up share of stand-alone"] = follow_up["value"] / alone["value"]
    words = sorted(record.scores["words"] for record in records if record.scores.get("words"))
    if words:
        whole["words (median)"] = words[len(words) // 2]
        whole["words (90th percentile)"] = words[int(0.9 * len(words))]
    return {
        "questions": len(records),
        "figures": figures,
        "whole": whole,
        "groups": {group: _figures([record for record in records if record.group == group]) for group in groups},
    }


def _figures(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    measures = dict.fromkeys(measure for record in records for measure in record.scores if measure != "words")
    return {measure: asdict(figure_of(records, measure)) for measure in measures}


def figure_of(records: Iterable[Record], measure: str) -> Figure:
    """Return the figure of one measure over the records that bear it."""
    bearing = [record for record in records if measure in record.scores]
    values = [record.scores[measure] for record in bearing]
    return weighted_mean(values, [record.weights.get(measure, 1.0) for record in bearing])


def risk_points(records: Iterable[Record]) -> tuple[list[float], list[float]]:
    """Return the confidence and the error (0 or 1) of every question that was answered.

    An answer is wrong where it holds less than half of the nuggets, or answers what the documents do not tell.
    """
    answered = [record for record in records if record.status in ANSWERING]
    judged = [record for record in answered if record.scores.keys() & {"nugget recall", "refused"}]
    wrong = [float("refused" in one.scores or one.scores.get("nugget recall", 1.0) < RIGHT) for one in judged]
    return [record.confidence for record in judged], wrong


def area(records: Iterable[Record]) -> float:
    """Return the area under the risk-coverage curve of the answered questions; lower is better."""
    return area_under_risk(*risk_points(records))


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run: what was asked of which systems, and how it went."""

    questions: dict[str, str]
    provenance: dict[str, str]
    records: dict[str, tuple[Record, ...]]
    complete: bool
    speed: dict[str, float] = field(default_factory=dict)

    @property
    def judged(self) -> tuple[Record, ...]:
        """The records of the system that is judged."""
        return self.records.get(JUDGED, ())

    def summary(self) -> dict[str, Any]:
        """Return all figures, and every question's scores, by which a later run is compared with this one."""
        return {
            "complete": self.complete,
            "questions": self.questions,
            "provenance": self.provenance,
            "systems": {name: summarise(records) for name, records in self.records.items()},
            "area under risk": area(self.judged),
            "latency_ms": latency(self.judged),
            "speed": self.speed,
            "scores": scores_by_question(self.judged),
        }


def ask_all(
    suites: Sequence[Suite], systems: Iterable[System], progress: Progress = lambda what, done, total: None
) -> Iterator[tuple[str, Record]]:
    """Ask every system every suite; yield the system's name and a record, question by question."""
    total = sum(len(suite.cases) for suite in suites)
    for system in systems:
        for done, case in enumerate((case for suite in suites for case in suite.cases), start=1):
            for record in run_case(case, system):
                yield system.name, record
            progress(f"Asking {system.name}", done, total)


def run_benchmark(
    asked: Iterable[tuple[str, Record]], questions: Mapping[str, str], provenance: Mapping[str, str]
) -> Run:
    """Gather records as they come. An interruption (Ctrl-C) ends the run and gives what was done by then."""
    records: dict[str, list[Record]] = {}
    complete = False
    try:
        for system, record in asked:
            records.setdefault(system, []).append(record)
        complete = True
    except KeyboardInterrupt:
        pass
    return Run(dict(questions), dict(provenance), {name: tuple(some) for name, some in records.items()}, complete)


def scores_by_question(records: Iterable[Record]) -> dict[str, dict[str, dict[str, float]]]:
    """Return suite, measure, question, value. A question's key holds its text too, since ids may stand twice."""
    scores: dict[str, dict[str, dict[str, float]]] = {}
    for record in records:
        for measure, value in record.scores.items():
            key = f"{record.id} {hashlib.sha256(repr(record.question).encode()).hexdigest()[:6]}"
            scores.setdefault(record.suite, {}).setdefault(measure, {})[key] = round(value, 4)
    return scores


def latency(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    """Return p50, p95 and p99 in milliseconds of every step of an answer."""
    steps = dict.fromkeys(step for record in records for step in record.timings_ms)
    times = {step: [record.timings_ms[step] for record in records if step in record.timings_ms] for step in steps}
    percentiles = {"p50": 50, "p95": 95, "p99": 99}
    return {
        step: {name: float(np.percentile(values, share)) for name, share in percentiles.items()}
        for step, values in times.items()
    }


def save_run(run: Run, out: Path) -> dict[str, Any]:
    """Write `summary.json`, and one JSON line a question and system into `records.jsonl`; return the summary."""
    out.mkdir(parents=True, exist_ok=True)
    summary = run.summary()
    (out / "summary.json").write_text(readable_json(summary) + "\n", encoding="utf-8")
    lines = (
        json.dumps({"system": name} | asdict(record)) + "\n" for name, some in run.records.items() for record in some
    )
    (out / "records.jsonl").write_text("".join(lines), encoding="utf-8")
    return summary


def readable_json(value: Any, indent: str = "") -> str:  # noqa: ANN401 - whatever JSON holds
    """Return JSON with a line for each object that holds no other, so that a difference shows a measure a line.

    >>> print(readable_json({"factual": {"recall": {"value": 0.12, "low": 0.1}}}))
    {
     "factual": {
      "recall": {"value": 0.12, "low": 0.1}
     }
    }
    """
    if not isinstance(value, dict) or not any(isinstance(one, dict) for one in value.values()):
        return json.dumps(value)
    inner = indent + " "
    lines = (f"{inner}{json.dumps(key)}: {readable_json(one, inner)}" for key, one in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
