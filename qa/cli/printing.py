"""Print answers, traces, hits, progress and errors.

Answers go to the standard output, everything else to the standard error.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import NoReturn

from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from corpus import Document, UnreadableDocument
from corpus.collection import Changes, Collection, FileReport, Outcome
from embeddings import BuildInProgress, GenerationProblem, ModelProblem
from qa.answers import Answer
from qa.canaries import BrokenCanaries
from qa.cli.paths import NoCheckout
from qa.help import HelpCard
from qa.reader.scoring import Scorers
from qa.reader.selection import Candidate
from qa.retrieval import Hit
from qa.safety.help_lines import BrokenHelpLines
from qa.trace import Search, Trace

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

# Errors that a user can correct; their messages name the cure.
PROBLEMS = (
    BrokenCanaries,
    BrokenHelpLines,
    BuildInProgress,
    GenerationProblem,
    ModelProblem,
    NoCheckout,
    UnreadableDocument,
)
SHOWN_HITS = 10
SHOWN_SENTENCES = 15
SHOWN_FILES = 40
PIPED_WIDTH = 2_000  # characters of a table that is not shown on a terminal


@contextmanager
def errors_shown(*problems: type[Exception]) -> Iterator[None]:
    """Print an error that a user can correct as one line and exit with status 1; `problems` are added to PROBLEMS."""
    known: tuple[type[Exception], ...] = (*PROBLEMS, *problems)
    try:
        yield
    except known as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("broken off before there was a result; what was encoded by then is cached")
    except ValidationError as error:
        first = error.errors()[0]
        name = f"WAYMARK_{'_'.join(map(str, first['loc'])).upper()}"
        fail(f"the setting {name} is wrong: {first['msg']}; correct or unset it")
    except OSError as error:
        where = error.filename or "the disk"
        fail(f"{error.strerror or error}: {where}; free space or correct the permissions, then try again")


def fail(problem: str) -> NoReturn:
    """Print a problem as one line and exit with status 1."""
    err.print(f"waymark: {problem}", style="red", markup=False)
    sys.exit(1)


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """Show a progress bar for each task; yield a function of a task's name, how much of it is done, and its total."""
    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bars = Progress(*columns, console=err)

    def show(task: str, done: int, total: int) -> None:
        bars.start()
        if task not in tasks:
            tasks[task] = bars.add_task(task, total=total)
        bars.update(tasks[task], completed=done, total=total)

    try:
        yield show
    finally:
        if tasks:  # without any a blank line would be printed
            bars.stop()


def print_reading(collection: Collection, changes: Changes, *, as_json: bool) -> None:
    """Print what became of each file and what changes in the index; without JSON, only the files with a reason."""
    if as_json:
        told = {"files": [asdict(report) for report in collection.reports], "documents": asdict(changes)}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    numbers = Counter(report.outcome for report in collection.reports)
    err.print("Files: " + ", ".join(f"{number} {outcome}" for outcome in Outcome if (number := numbers[outcome])))
    print_reasons(collection.reports)
    err.print(f"Documents: {', '.join(f'{number} {change}' for change, number in asdict(changes).items())}")


def print_reasons(reports: Sequence[FileReport]) -> None:
    """Print the files that were not read, or only partly, with the reasons."""
    told_of = [report for report in reports if report.reason]
    for report in told_of[:SHOWN_FILES]:
        err.print(f"{report.outcome}: {report.file}: {report.reason}", markup=False)
    if len(told_of) > SHOWN_FILES:
        err.print(f"and {len(told_of) - SHOWN_FILES} more; --json tells of all")


def print_answer(answer: Answer) -> None:
    """Print an answer with its help card, its sources and related questions."""
    if answer.help:
        _print_help(answer.help)
    elif answer.standalone_question != answer.question:
        out.print(f"Understood as: {answer.standalone_question}", markup=False)
    if answer.short_answer:
        out.print(f"In short: {answer.short_answer}", markup=False)
    for line in filter(None, [answer.message if answer.statements else "", answer.text]):
        out.print(line, markup=False)
    for note in answer.notes:
        out.print(note, markup=False)
    for part in answer.unanswered:
        out.print(f"Nothing was found in the documents on: {part}", markup=False)
    _print_under("More from the documents:", [statement.marked for statement in answer.more])
    _print_under("Near to your question, but not an answer:", [statement.marked for statement in answer.nearest])
    for citation in answer.citations:
        document = citation.evidence.document
        page = f"page {citation.page}" if citation.page else ""
        known = [document.title, document.publisher, document.published, page, document.url]
        label = "Summary of: " if document.is_summary else ""
        out.print(f"\n[{citation.number}] {label}{', '.join(filter(None, known))}", markup=False)
        out.print(f'    "{citation.quote}"', markup=False, style="dim")
    _print_under("Related questions:", answer.related_questions)


def _print_under(heading: str, lines: Sequence[str]) -> None:
    if lines:
        out.print("\n".join([f"\n{heading}", *lines]), markup=False)


def _print_help(card: HelpCard) -> None:
    numbers = [f"- {number.services}: {number.number}" for number in card.numbers]
    lines = [" ".join([f"- {line.country}: {line.service}, {line.number}.", *line.facts]) for line in card.lines]
    out.print("\n".join([card.title, card.text, card.emergency, *numbers, *lines, card.note, ""]), markup=False)


def print_hits(hits: Sequence[Hit]) -> None:
    """Print passages that were found, best first."""
    for place, hit in enumerate(hits, start=1):
        out.print(f"{place}. {hit.passage.title} ({hit.passage.id}, {hit.score:.3f})", style="bold", markup=False)
        out.print(hit.passage.text, markup=False)


def print_documents(documents: Sequence[Document]) -> None:
    """Print a table of documents; each is one line where another program reads it."""
    table = Table("id", "title", "published", "kind", "publisher", "countries", box=None, pad_edge=False)
    for document in documents:
        row = (document.id, document.title, document.published, document.kind, document.publisher)
        table.add_row(*map(escape, (*row, ", ".join(document.countries))))
    (out if out.is_terminal else Console(width=PIPED_WIDTH)).print(table)


def print_trace(trace: Trace, scorers: Scorers) -> None:
    """Print the hits of a question, its scored sentences, and the contributions of their features."""
    if trace.understood.text != trace.prepared.text:
        out.print(f"\nCorrected to: {trace.understood.text}", markup=False)
    if trace.understood.reason:
        out.print(f"\nEnded before the search, as: {trace.understood.reason}", markup=False)
    for search in trace.findings.searches if trace.findings else ():
        _print_search(search, scorers)
    timings = ", ".join(f"{step} {ms:.0f} ms" for step, ms in trace.timings_ms.items())
    out.print(f"\n[italic]Time[/italic] {timings}")


def _print_search(search: Search, scorers: Scorers) -> None:
    question, selection = search.query.asked, search.selection
    _print_hits_table(search)
    out.print(f"\n[italic]Confidence {selection.confidence:.2f}[/italic] {selection.refusal}")
    if selection.features:
        contributions = scorers.of_question(question.language).contributions(selection.features)
        out.print(f"      {_contributions(contributions)}", style="dim", markup=False)
    if short := selection.short_answer:
        out.print(f"\n[italic]Short answer {short.probability:.2f}[/italic] {escape(short.words)}")
        out.print(f"      {_contributions(scorers.phrase.contributions(short.features))}", style="dim", markup=False)
    out.print("\n[italic]Documents weighed[/italic]")
    for id, features in selection.documents.items():
        out.print(f"\n{scorers.document.probability(features):.3f} {id}", style="bold", markup=False)
        out.print(f"      {_contributions(scorers.document.contributions(features))}", style="dim", markup=False)
    out.print("\n[italic]Sentences weighed[/italic]")
    for candidate in selection.candidates[:SHOWN_SENTENCES]:
        _print_candidate(candidate, scorers.sentence.contributions(candidate.features))


def _print_hits_table(search: Search) -> None:
    title = f"Passages found for: {escape(search.query.searched.text)}"
    table = Table("passage", "fused", "cosine", "BM25", title=title, title_justify="left")
    for hit in search.hits[:SHOWN_HITS]:
        table.add_row(hit.passage.id, f"{hit.score:.3f}", _score(hit.cosine), _score(hit.bm25))
    out.print("", table)


def _print_candidate(candidate: Candidate, contributions: dict[str, float]) -> None:
    evidence = candidate.evidence
    verdict = f"not taken: it {candidate.reason}" if candidate.reason else "taken"
    out.print(f"\n{evidence.support:.3f} {evidence.passage.id} ({verdict})", style="bold", markup=False)
    out.print(f"      cosine {candidate.cosine:.3f}; {_contributions(contributions)}", style="dim", markup=False)
    out.print(f"      {evidence.text}", markup=False)


def _contributions(contributions: dict[str, float]) -> str:
    """Return the text of what each feature adds to the log-odds."""
    return ", ".join(f"{name.replace('_', ' ')} {value:+.2f}" for name, value in contributions.items())


def _score(score: float | None) -> str:
    return "-" if score is None else f"{score:.3f}"
