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
from pydantic_core import ErrorDetails
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from corpus import Document, UnreadableDocument
from corpus.documents.collection import Changes, Collection, FileReport, Outcome
from embeddings import BuildInProgress, GenerationProblem, MilvusProblem, ModelProblem, RayProblem, StoreProblem
from qa.answers.answer import Answer
from qa.answers.explanation import Contributions, ExplainedSearch, Explanation
from qa.answers.help import card_text
from qa.answers.hits import Hit
from qa.cli.paths import NoCheckout
from qa.ingest.canaries import BrokenCanaries
from qa.safety.help_lines import BrokenHelpLines
from qa.settings import Settings

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

# Errors that a user can correct; their messages name the cure.
PROBLEMS = (
    BrokenCanaries,
    BrokenHelpLines,
    BuildInProgress,
    GenerationProblem,
    MilvusProblem,
    ModelProblem,
    NoCheckout,
    RayProblem,
    StoreProblem,
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
        fail(_wrong_setting(error.errors()[0]))
    except FileNotFoundError as error:
        fail(f"{error.strerror or error}: {error.filename}; correct the path, or make its folder")
    except UnicodeEncodeError:
        fail("what was given holds bytes that are no text in UTF-8; write it anew")
    except BrokenPipeError:  # who reads the output reads no further; the command line ends without a word
        raise
    except OSError as error:
        where = error.filename or "the disk"
        fail(f"{error.strerror or error}: {where}; free space or correct the permissions, then try again")


def _wrong_setting(error: ErrorDetails) -> str:
    """Return what is wrong with a setting, the cure, and an example."""
    name = str(error["loc"][0])
    what = "it has not the form that is needed" if error["type"] == "string_pattern_mismatch" else error["msg"]
    cure = "correct or unset it" if error["input"] else "set it"
    told = f"the setting WAYMARK_{name.upper()} is wrong: {what.removeprefix('Value error, ')}; {cure}"
    examples = Settings.model_fields[name].examples
    return f"{told}; an example is {examples[0]}" if examples else told


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
        files = [asdict(report) for report in collection.reports]
        print(json.dumps({"files": files, "documents": asdict(changes)}, ensure_ascii=False, indent=2))
        return
    numbers = Counter(report.outcome for report in collection.reports)
    outcomes = [f"{number} {outcome}" for outcome in Outcome if (number := numbers[outcome])]
    err.print(f"Files: {', '.join(outcomes) or 'none'}")
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
        out.print(card_text(answer.help), end="\n\n", markup=False)
    elif answer.standalone_question != answer.question:
        out.print(f"Understood as: {answer.standalone_question}", markup=False)
    if answer.short_answer:
        out.print(f"In short: {answer.short_answer}", markup=False)
    for line in filter(None, [answer.message if answer.statements else "", answer.text]):
        out.print(line, markup=False)
    translations = [statement.translation for statement in answer.statements if statement.translation]
    _print_under("Translated by a model:", translations)
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


def print_explanation(trace: Explanation) -> None:
    """Print the hits of a question, its scored sentences, and the contributions of their features."""
    if trace.understood != trace.asked:
        out.print(f"\nCorrected to: {trace.understood}", markup=False)
    if trace.reason:
        out.print(f"\nEnded before the search, as: {trace.reason}", markup=False)
    for search in trace.searches:
        _print_search(search)
    _print_under(
        "Dropped of what the model wrote or translated:", [f"{told.text} ({told.reason})" for told in trace.dropped]
    )
    timings = ", ".join(f"{step} {ms:.0f} ms" for step, ms in trace.timings_ms.items())
    out.print(f"\n[italic]Time[/italic] {timings}")


def _print_search(search: ExplainedSearch) -> None:
    title = f"Passages found for: {escape(search.searched)}"
    table = Table("passage", "fused", "cosine", "BM25", title=title, title_justify="left")
    for passage in search.passages[:SHOWN_HITS]:
        table.add_row(passage.passage_id, f"{passage.score:.3f}", _score(passage.cosine), _score(passage.bm25))
    out.print("", table)
    out.print(f"\n[italic]Confidence {search.confidence:.2f}[/italic] {search.refusal}")
    if search.contributions:
        _print_contributions(search.contributions)
    if short := search.short_answer:
        out.print(f"\n[italic]Short answer {short.probability:.2f}[/italic] {escape(short.words)}")
        _print_contributions(short.contributions)
    out.print("\n[italic]Documents weighed[/italic]")
    for document in search.documents:
        out.print(f"\n{document.probability:.3f} {document.document_id}", style="bold", markup=False)
        _print_contributions(document.contributions)
    out.print("\n[italic]Sentences weighed[/italic]")
    for sentence in search.sentences[:SHOWN_SENTENCES]:
        verdict = f"not taken: it {sentence.rejected}" if sentence.rejected else "taken"
        out.print(f"\n{sentence.support:.3f} {sentence.passage_id} ({verdict})", style="bold", markup=False)
        _print_contributions(sentence.contributions, f"cosine {sentence.cosine:.3f}; ")
        out.print(f"      {sentence.text}", markup=False)


def _print_contributions(contributions: Contributions, before: str = "") -> None:
    """Print what each feature adds to the log-odds."""
    added = ", ".join(f"{name.replace('_', ' ')} {value:+.2f}" for name, value in contributions.items())
    out.print(f"      {before}{added}", style="dim", markup=False)


def _score(score: float | None) -> str:
    return "-" if score is None else f"{score:.3f}"
