"""The command line: a verb a job, and no logic.

Answers go to the standard output, all else to the standard error. The exit status is 1 where something went wrong.
"""

import json
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from corpus import Document, UnreadableDocument, load_documents
from embeddings import (
    BuildInProgress,
    GenerationProblem,
    ModelProblem,
    SentenceEncoder,
    build_generation,
    current_generation,
    model_folder,
)
from embeddings.index.generation import read_documents
from qa.answers import Answer, HelpCard, answer_json
from qa.assistant import Assistant
from qa.evaluation.benchmark import save_run
from qa.evaluation.comparison import NotComparable, compare, load_summary, objections
from qa.evaluation.datasets.distractors import load_distractors, trial_settings
from qa.evaluation.json_lines import BrokenSuite
from qa.evaluation.report import put_into_readme, write_report
from qa.evaluation.run import evaluate, load_tasks
from qa.evaluation.snapshot import differences
from qa.evaluation.snapshot import snapshot as answers_of
from qa.evaluation.speed import ServerFailed
from qa.evaluation.suites import SUITES, Suite, load_suite
from qa.reader.scoring import shipped_scorers
from qa.safety.help_card import BrokenHelpLines
from qa.safety.intake import Intake
from qa.search_results import SearchResult
from qa.settings import Settings
from qa.trace import Search, Trace
from qa.training.train import Sources, teach

app = typer.Typer(help="Cited answers about IOM's work and counter-trafficking.", no_args_is_help=True)
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

BASELINE = Path("docs/results/baseline.json")
PROBLEMS = (
    BrokenHelpLines,
    BrokenSuite,
    BuildInProgress,
    GenerationProblem,
    ModelProblem,
    NotComparable,
    ServerFailed,
    UnreadableDocument,
)
SHOWN_HITS = 10
SHOWN_SENTENCES = 15

Question = Annotated[str, typer.Argument(help="A question in any language.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print what the API would give.")]


@app.command()
def model() -> None:
    """Unpack the encoder, where that is not done yet."""
    with _problems_told():
        settings = Settings()
        model_folder(settings.encoder, settings.models, err.print)


@app.command()
def index(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders; the starter collection if none.")
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Keep what is indexed; a document of the same id is replaced.")
    ] = False,
) -> None:
    """Build an index of documents and have it serve."""
    with _problems_told():
        settings = Settings()
        documents = {document.id: document for document in _indexed(settings)} if add else {}
        documents |= {document.id: document for document in load_documents(paths or [starter_collection()])}
        encoder = SentenceEncoder(model_folder(settings.encoder, settings.models, err.print), settings.encoder)
        with _progress() as bar:
            task = bar.add_task("Encoding passages and sentences")
            id = build_generation(
                list(documents.values()),
                encoder,
                settings.index,
                settings.cache,
                created_by=f"waymark {version('waymark')}",
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        err.print(f"Index {id} serves {len(documents)} documents. A running server takes it up when it is restarted.")


@app.command()
def ask(
    question: Question,
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what was found and what was turned down.")] = False,
) -> None:
    """Answer a question from the indexed documents."""
    with _problems_told():
        answer, trace = Assistant.from_settings(Settings(), err.print).explain(question)
    if as_json:
        print(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
        return
    _print_answer(answer)
    if explain:
        _print_trace(trace)


@app.command()
def search(query: Question, limit: Annotated[int, typer.Option(min=1, max=50)] = 10, as_json: AsJson = False) -> None:
    """Find the passages that fit a question best."""
    with _problems_told():
        assistant = Assistant.from_settings(Settings(), err.print)
        hits = assistant.search(query, limit)
    if as_json:
        shown = [asdict(SearchResult.of(hit, assistant.documents[hit.passage.document_id])) for hit in hits]
        print(json.dumps({"hits": shown}, ensure_ascii=False, indent=2))
        return
    for place, hit in enumerate(hits, start=1):
        out.print(f"{place}. {hit.passage.title} ({hit.passage.id}, {hit.score:.3f})", style="bold", markup=False)
        out.print(hit.passage.text, markup=False)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the API and the chat page."""
    import uvicorn

    with _problems_told():
        Intake.from_settings(Settings())
    _check_port(host, port)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # An access log would keep the address of every page, which can hold a question.
    uvicorn.run("api.app:create_app", factory=True, host=host, port=port, access_log=False, log_config=None)


@app.command()
def answering(
    switch: Annotated[Literal["on", "off"], typer.Argument(help="Answer the public, or stop.")],
) -> None:
    """Stop or resume public answering, on a running server too; the help card stands all the while."""
    with _problems_told():
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


@app.command()
def benchmark(
    suites: Annotated[
        list[str] | None, typer.Argument(help="Suites by name; suites, BEIR folders and OMoS-QA files by path.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Judge this running server instead of one started here.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the results.")] = None,
    against: Annotated[Path | None, typer.Option("--compare", help="Folder or summary.json of a run.")] = None,
    gate: Annotated[bool, typer.Option("--gate", help="Exit 1 where a figure fell.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the other systems and the speed.")] = False,
    encoder: Annotated[str | None, typer.Option(help="Judge this encoder, in an index of its own.")] = None,
    haystack: Annotated[Path | None, typer.Option(help="JSON lines whose texts are mixed into the documents.")] = None,
    distractors: Annotated[int, typer.Option(min=1, help="Texts of the haystack to mix in.")] = 1000,
) -> None:
    """Measure how good Waymark is, and what changed."""
    with _problems_told():
        settings = Settings()
        if url and (encoder or haystack):
            _fail("--encoder and --haystack build an index here, which a server at --url lacks; leave out one of them")
        tasks = load_tasks(suites or SUITES)
        before = load_summary(against or BASELINE) if against or gate else None
        judged = settings.model_copy(update={"encoder": encoder}) if encoder else settings
        told: dict[str, str] = {}
        with _progress() as bar:
            show = _shown_in(bar)
            if haystack or (encoder and any(isinstance(task, Suite) for task in tasks)):
                hay = load_distractors(haystack, distractors) if haystack else []
                told |= {"distractors": f"{distractors} of {haystack.name}"} if haystack else {}
                judged = trial_settings(judged, settings.var / "trial", distractors=hay, progress=show)
            run = evaluate(tasks, judged, url=url, quick=quick, told=told, progress=show)
        if not run.records:
            raise KeyboardInterrupt
        folder = out or settings.var / "benchmark"
        summary = save_run(run, folder)
        changes = compare(before, summary) if before else []
        write_report(run, summary, changes, folder)
    if not run.complete:
        err.print("Broken off; the report tells what was done by then.", style="red")
    err.print(f"The report is {folder / 'report.html'}.", markup=False)
    for change in changes:
        if change.verdict != "no difference shown":
            values = f"{change.before:.3f} to {change.after:.3f} (p = {change.p_value:.3f})"
            err.print(f"{change.suite}, {change.measure}: {change.verdict}, {values}", markup=False)
    if gate and (found := objections(summary, changes)):
        for objection in found:
            err.print(f"gate: {objection}", style="red", markup=False)
        sys.exit(1)


@app.command()
def snapshot(
    file: Annotated[Path, typer.Argument(help="Where the answers are written, a line of JSON for each question.")],
    suites: Annotated[list[str] | None, typer.Argument(help="Suites by name or path; all of our own if none.")] = None,
    against: Annotated[Path | None, typer.Option("--compare", help="A file of answers written before.")] = None,
) -> None:
    """Write the answers to all gold questions into a file; with --compare, exit 1 where one differs."""
    with _problems_told():
        assistant = Assistant.from_settings(Settings(), err.print)
        chosen = [load_suite(name) for name in suites or SUITES]
        with _progress() as bar:
            lines = [f"{line}\n" for line in answers_of(chosen, assistant, _shown_in(bar))]
        file.write_text("".join(lines), encoding="utf-8", errors="surrogatepass")
        found = differences(against, file) if against else []
    for difference in found:
        out.print(difference, markup=False)
    if against:
        err.print(f"{len(found)} of {len(lines)} answers differ from {against}.", markup=False)
    sys.exit(1 if found else 0)


@app.command()
def quality(
    summary: Annotated[Path, typer.Argument(help="Folder or summary.json of a run.")] = BASELINE,
    readme: Annotated[Path, typer.Option(help="The file whose table is made anew.")] = Path("README.md"),
) -> None:
    """Put the figures of a run into the README."""
    with _problems_told():
        text = put_into_readme(load_summary(summary), readme.read_text(encoding="utf-8"))
        readme.write_text(text, encoding="utf-8")


@app.command()
def train(
    questions: Annotated[list[Path] | None, typer.Option(help="JSON lines of questions with their evidence.")] = None,
    pages: Annotated[list[Path] | None, typer.Option(help="JSON lines of pages that they are about.")] = None,
    omos: Annotated[list[Path] | None, typer.Option(help="Files of OMoS-QA.")] = None,
    squad: Annotated[
        list[Path] | None, typer.Option(help="Files of SQuAD, whose questions nothing here answers.")
    ] = None,
    only_scorers: Annotated[
        bool, typer.Option("--only-scorers", help="Fit the scorers to the encoders that were last tuned.")
    ] = False,
) -> None:
    """Tune the evidence encoder and fit the scorers anew, from the questions that come along and others."""
    with _problems_told():
        documents = {document.id: document for document in load_documents([starter_collection()])}
        with _progress() as bar:
            sources = Sources(questions or (), pages or (), omos or (), squad or ())
            report = teach(sources, documents, Settings(), _shown_in(bar), tuned_anew=not only_scorers)
    out.print(report, markup=False)
    err.print("Give embeddings/models/pretrained.py the new SHA-256 of embeddings/models/tuned/layers.safetensors.")


def starter_collection() -> Path:
    """Return the folder of the briefs that come with Waymark."""
    return Path(str(files("corpus").joinpath("briefs")))


def _indexed(settings: Settings) -> list[Document]:
    return read_documents(current_generation(settings.index))


def _check_port(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        reason, another = os.strerror(error.errno or 0), port % 65535 + 1
        _fail(f"can't listen on {host} port {port}: {reason}; try another: make serve PORT={another}")


@contextmanager
def _problems_told() -> Iterator[None]:
    """Turn what a user can mend into one line and exit status 1."""
    try:
        yield
    except PROBLEMS as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("broken off before there was a result; what was encoded by then is remembered")
    except ValidationError as error:
        first = error.errors()[0]
        name = f"WAYMARK_{'_'.join(map(str, first['loc'])).upper()}"
        _fail(f"the setting {name} is wrong: {first['msg']}; correct or unset it")
    except OSError as error:
        where = error.filename or "the disk"
        _fail(f"{error.strerror or error}: {where}; free space or mend the permissions, then try again")


def _fail(problem: str) -> None:
    err.print(f"waymark: {problem}", style="red", markup=False)
    sys.exit(1)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err)


def _shown_in(bar: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, TaskID] = {}

    def show(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=total)
        bar.update(tasks[what], completed=done)

    return show


def _print_answer(answer: Answer) -> None:
    if answer.standalone_question != answer.question:
        out.print(f"Understood as: {answer.standalone_question}", markup=False)
    if answer.help:
        _print_help(answer.help)
    if answer.short_answer:
        out.print(f"In short: {answer.short_answer}", markup=False)
    for line in filter(None, [answer.message if answer.statements else "", answer.text]):
        out.print(line, markup=False)
    for note in answer.notes:
        out.print(note, markup=False)
    for citation in answer.citations:
        document = citation.evidence.document
        known = [document.title, document.publisher, document.published, document.url]
        label = "Summary of: " if document.is_summary else ""
        out.print(f"\n[{citation.number}] {label}{', '.join(filter(None, known))}", markup=False)
        out.print(f'    "{citation.quote}"', markup=False, style="dim")
    if answer.related_questions:
        out.print("\n".join(["\nRelated questions:", *answer.related_questions]), markup=False)


def _print_help(card: HelpCard) -> None:
    lines = [f"- {one.country}: {one.service}, {one.number}{' (not checked lately)' * one.stale}" for one in card.lines]
    out.print("\n".join([card.title, card.text, card.emergency, *lines, card.note, ""]), markup=False)


def _print_trace(trace: Trace) -> None:
    if len(trace.attempts) > 1:
        rewrites = (f"{attempt.selection.confidence:.2f} {attempt.rewrite}" for attempt in trace.attempts)
        out.print("\n".join(["\nRewrites tried, with their confidence:", *rewrites]), markup=False)
    for search in trace.chosen.searches if trace.chosen else ():
        _print_search(search)
    timings = ", ".join(f"{step} {ms:.0f} ms" for step, ms in trace.timings_ms.items())
    out.print(f"\n[italic]Time[/italic] {timings}")


def _print_search(search: Search) -> None:
    question, selection = search.query.searched, search.selection
    title = f"Passages found for: {escape(question.text)}"
    found = Table("passage", "fused", "cosine", "BM25", title=title, title_justify="left")
    for hit in search.hits[:SHOWN_HITS]:
        found.add_row(hit.passage.id, f"{hit.score:.3f}", _number(hit.cosine), _number(hit.bm25))
    out.print("", found, f"\n[italic]Confidence {selection.confidence:.2f}[/italic] {selection.refusal}")
    scorers = shipped_scorers()
    if selection.features:
        contributions = scorers.of_question(question.language).contributions(selection.features)
        out.print(f"      {_named(contributions)}", style="dim", markup=False)
    out.print("\n[italic]Documents weighed[/italic]")
    for id, features in selection.documents.items():
        out.print(f"\n{scorers.document.probability(features):.3f} {id}", style="bold", markup=False)
        out.print(f"      {_named(scorers.document.contributions(features))}", style="dim", markup=False)
    out.print("\n[italic]Sentences weighed[/italic]")
    for candidate in selection.candidates[:SHOWN_SENTENCES]:
        evidence = candidate.evidence
        contributions = scorers.sentence.contributions(candidate.features)
        verdict = f"not taken: it {candidate.reason}" if candidate.reason else "taken"
        out.print(f"\n{evidence.support:.3f} {evidence.passage.id} ({verdict})", style="bold", markup=False)
        out.print(f"      cosine {candidate.cosine:.3f}; {_named(contributions)}", style="dim", markup=False)
        out.print(f"      {evidence.text}", markup=False)


def _named(contributions: dict[str, float]) -> str:
    """Name what each feature adds to the log-odds."""
    return ", ".join(f"{name.replace('_', ' ')} {value:+.2f}" for name, value in contributions.items())


def _number(score: float | None) -> str:
    return "-" if score is None else f"{score:.3f}"
