"""The commands of benchmark and training, which app adds to the command line.

Nothing of qa.evaluation and qa.training is imported before a command runs: both need packages of the extras `evaluate`
and `train`, without which all other commands work.
"""

import importlib.util
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from embeddings.extras import how_to_install
from qa.cli.paths import BASELINE, in_checkout, starter_collection
from qa.cli.printing import err, errors_shown, fail, out, progress_bars
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.evaluation.benchmark import Task
    from qa.evaluation.reporting.comparison import Change
    from qa.training.outputs import Outputs


def benchmark(
    suites: Annotated[
        list[str] | None, typer.Argument(help="Suites by name; suites, BEIR folders and OMoS-QA files by path.")
    ] = None,
    writer: Annotated[Literal["llm"] | None, typer.Option(help="Compare this writer with quotes alone.")] = None,
    url: Annotated[
        str | None,
        typer.Option(help="Judge this running server instead of one started here; with --writer, the model's server."),
    ] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Folder of the results.")] = None,
    against: Annotated[Path | None, typer.Option("--compare", help="Folder or summary.json of a run.")] = None,
    gate: Annotated[bool, typer.Option("--gate", help="Exit 1 where a figure fell.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the other systems and the speed.")] = False,
    encoder: Annotated[str | None, typer.Option(help="Judge this encoder, in an index of its own.")] = None,
    distractors: Annotated[
        Path | None, typer.Option(help="JSON lines whose texts are mixed into the documents.")
    ] = None,
    number: Annotated[int, typer.Option(min=1, help="How many of the distractors to mix in.")] = 1000,
) -> None:
    """Measure how good Waymark is, and what changed."""
    if url and (encoder or distractors):
        fail("--encoder and --distractors build an index here, which a server at --url lacks; leave out one of them")
    _require("evaluate", "ir_measures", "matplotlib", "requests")
    with _errors_shown():
        from qa.evaluation.benchmark import compare_writers, evaluate, load_tasks
        from qa.evaluation.judging.suites import SUITES
        from qa.evaluation.reporting.comparison import compare, load_summary
        from qa.evaluation.reporting.gate import gate_failures, load_limits
        from qa.evaluation.reporting.report import write_report
        from qa.evaluation.reporting.runs import save_run

        tasks = load_tasks(suites or SUITES)
        limits = load_limits() if gate else {}
        before = load_summary(against or in_checkout(BASELINE, "--compare")) if against or gate else None
        with progress_bars() as progress:
            settings, metadata = _trial(tasks, encoder, distractors, number, progress)
            if writer:
                run = compare_writers(tasks, _with_model(settings, writer, url), metadata, progress)
            else:
                run = evaluate(tasks, settings, url=url, quick=quick, gate=gate, metadata=metadata, progress=progress)
        if not run.records:
            raise KeyboardInterrupt
        summary = save_run(run, folder := folder or Settings().var / "benchmark")
        changes = compare(before, summary) if before else []
        write_report(run, summary, changes, folder)
    _print_outcome(folder / "report.html", run.complete, changes)
    failures = gate_failures(summary, changes, limits) if gate else []
    for failure in failures:
        err.print(f"gate: {failure}", style="red", markup=False)
    sys.exit(1 if failures else 0)


def _trial(
    tasks: "Sequence[Task]",
    encoder: str | None,
    distractors: Path | None,
    number: int,
    progress: Callable[[str, int, int], None],
) -> tuple[Settings, dict[str, str]]:
    """Build a trial index if an encoder or distractors are given; return its settings, and metadata to record."""
    from qa.evaluation.datasets.distractors import load_distractors, trial_settings
    from qa.evaluation.judging.suites import Suite

    settings = Settings()
    judged = settings.model_copy(update={"encoder": encoder}) if encoder else settings
    if not distractors and not (encoder and any(isinstance(task, Suite) for task in tasks)):
        return judged, {}
    documents = load_distractors(distractors, number) if distractors else []
    metadata = {"distractors": f"{number} of {distractors.name}"} if distractors else {}
    return trial_settings(judged, settings.var / "trial", distractors=documents, progress=progress), metadata


def _with_model(settings: Settings, writer: str, url: str | None) -> Settings:
    """Return settings with a language model, at an address if one is given."""
    return Settings(**settings.model_dump() | {"writer": writer} | ({"llm_url": url} if url else {}))


def _print_outcome(report: Path, complete: bool, changes: "Sequence[Change]") -> None:
    if not complete:
        err.print("Broken off; the report holds what was done by then.", style="red")
    err.print(f"The report is {report}.", markup=False)
    for change in changes:
        if change.is_significant:
            err.print(f"{change.suite}, {change.metric}: {change.verdict}, {change.difference}", markup=False)


def load(
    url: Annotated[str | None, typer.Option(help="Load this running server instead of one started here.")] = None,
    clients: Annotated[list[int] | None, typer.Option(help="How many ask at a time; 1, 8, 32 and 128 if none.")] = None,
    seconds: Annotated[float, typer.Option(min=1, help="How long each number of them asks.")] = 60,
) -> None:
    """Measure how a server bears so many clients that ask without pause, as a table in Markdown."""
    _require("evaluate", "requests")
    with _errors_shown():
        from qa.evaluation.judging.suites import load_suite
        from qa.evaluation.speed import load_test, local_server, peak_memory, running_server, served_environment

        questions = [gold.question for case in load_suite("factual").cases for gold in case.questions]
        started = nullcontext(running_server(url)) if url else local_server(served_environment(Settings()))
        print("| clients | answers a second | p50 ms | p95 ms | refused | other errors | peak MB |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        with started as server:
            for number in clients or (1, 8, 32, 128):
                figures = load_test(server.url, questions, users=number, seconds=seconds)
                figures |= peak_memory(server.process_id)
                names = ("answers a second", "p50 ms", "p95 ms", "refused", "errors")
                shown = [figures[f"load: {name}"] for name in names] + [figures.get("memory: peak MB", math.nan)]
                print(f"| {number} | {shown[0]:.1f} | {' | '.join(f'{figure:.0f}' for figure in shown[1:])} |")


def snapshot(
    file: Annotated[Path, typer.Argument(help="Where the answers are written, a line of JSON for each question.")],
    suites: Annotated[list[str] | None, typer.Argument(help="Suites by name or path; all of our own if none.")] = None,
    against: Annotated[Path | None, typer.Option("--compare", help="A file of answers written before.")] = None,
) -> None:
    """Write the answers to all gold questions into a file; with --compare, exit 1 where one differs."""
    with _errors_shown():
        from qa.evaluation.judging.suites import SUITES, load_suite
        from qa.evaluation.snapshot import differences, snapshot_lines
        from qa.pipeline.assistant import Assistant

        chosen = [load_suite(name) for name in suites or SUITES]
        assistant = Assistant.from_settings(Settings(), err.print)
        with progress_bars() as progress:
            lines = [f"{line}\n" for line in snapshot_lines(chosen, assistant, progress)]
        file.write_text("".join(lines), encoding="utf-8", errors="surrogatepass")
        differing = differences(against, file) if against else []
    for difference in differing:
        out.print(difference, markup=False)
    if against:
        err.print(f"{len(differing)} of {len(lines)} answers differ from {against}.", markup=False)
    sys.exit(1 if differing else 0)


def quality(
    summary: Annotated[
        Path | None, typer.Argument(help="Folder or summary.json of a run; the baseline if none.")
    ] = None,
    readme: Annotated[Path | None, typer.Option(help="The file whose table is made anew; our README if none.")] = None,
) -> None:
    """Put the figures of a run into the README."""
    with _errors_shown():
        from qa.evaluation.reporting.comparison import load_summary
        from qa.evaluation.reporting.report import put_into_readme

        run = load_summary(summary or in_checkout(BASELINE, "the summary of a run"))
        file = readme or in_checkout("README.md", "--readme")
        file.write_text(put_into_readme(run, file.read_text(encoding="utf-8")), encoding="utf-8")


def train(
    questions: Annotated[list[Path] | None, typer.Option(help="JSON lines of questions with their evidence.")] = None,
    reading: Annotated[list[Path] | None, typer.Option(help="The same for the reader, with the turns before.")] = None,
    pages: Annotated[list[Path] | None, typer.Option(help="JSON lines of pages that they are about.")] = None,
    omos: Annotated[list[Path] | None, typer.Option(help="Files of OMoS-QA.")] = None,
    squad: Annotated[
        list[Path] | None, typer.Option(help="Files of SQuAD, whose questions nothing here answers.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of training questions; our own if none.")] = None,
    gold: Annotated[Path | None, typer.Option(help="Folder of gold questions; our own if none.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder of the results; their places in the checkout if none.")
    ] = None,
    only_scorers: Annotated[
        bool, typer.Option("--only-scorers", help="Fit the scorers to the encoders that were last tuned.")
    ] = False,
) -> None:
    """Tune the evidence encoder and fit the scorers anew, from the questions that come along and others."""
    _require("train", "matplotlib", "sklearn")
    with _errors_shown():
        from embeddings.models.pretrained import TUNED
        from qa.evaluation.judging.suites import GOLD
        from qa.training.examples import TRAINING
        from qa.training.train import Sources
        from qa.training.train import train as train_all

        sources = Sources(
            questions or (), reading or (), pages or (), omos or (), squad or (), data or TRAINING, gold or GOLD
        )
        outputs = _training_outputs(folder, TUNED, "evidence")
        _show_training(partial(train_all, sources, tune_encoder=not only_scorers), outputs)
    if not only_scorers:
        err.print(f"Give embeddings/models/pretrained.py the new SHA-256 of {outputs.weights}.", markup=False)


def train_reader(
    questions: Annotated[list[Path], typer.Option(help="JSON lines of questions with evidence and the turns before.")],
    known: Annotated[list[Path] | None, typer.Option(help="The same, from which the encoder has learned.")] = None,
    pages: Annotated[list[Path] | None, typer.Option(help="JSON lines of pages that they are about.")] = None,
    squad: Annotated[Path | None, typer.Option(help="A file of SQuAD 2.")] = None,
    xquad: Annotated[list[Path] | None, typer.Option(help="Files of XQuAD, the English one first.")] = None,
    omos: Annotated[Path | None, typer.Option(help="A file of OMoS-QA.")] = None,
    translations: Annotated[Path | None, typer.Option(help="Its questions in other languages.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of training questions; our own if none.")] = None,
    gold: Annotated[Path | None, typer.Option(help="Folder of gold questions; our own if none.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="Folder of the results; their places in the checkout if none.")
    ] = None,
    only_scorers: Annotated[
        bool, typer.Option("--only-scorers", help="Fit the scorers to the reader that was last trained.")
    ] = False,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Fit them without each feature too, to tell what it is worth.")
    ] = False,
) -> None:
    """Train the reader and fit the scorers to it, from questions that come along and others; two hours on 2 cores."""
    _require("train", "matplotlib", "sklearn")
    with _errors_shown():
        from embeddings.cross_encoder.export import TRAINED
        from qa.evaluation.judging.suites import GOLD
        from qa.training.examples import TRAINING
        from qa.training.train_reader import ReadingSources
        from qa.training.train_reader import train_reader as train_all

        sources = ReadingSources(
            questions, known or (), pages or (), squad, xquad or (), omos, translations, data or TRAINING, gold or GOLD
        )
        outputs = _training_outputs(folder, TRAINED, "reader")
        _show_training(partial(train_all, sources, only_scorers=only_scorers, ablation=ablation), outputs)


def _show_training(train: Callable[..., str], outputs: "Outputs") -> None:
    """Train on the starter collection, with progress bars, and print the report."""
    from corpus import load_documents

    documents = {document.id: document for document in load_documents([starter_collection()])}
    with progress_bars() as progress:
        report = train(documents, Settings(), outputs, progress)
    out.print(report, markup=False)


def _training_outputs(folder: Path | None, weights: Path, name: str) -> "Outputs":
    """Return the files that a training writes; `name` is that of its report and picture."""
    from qa.reader.scoring import FILE
    from qa.training.outputs import Outputs

    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        return Outputs.in_folder(folder, weights.name, name)
    report, picture = (in_checkout(file, "--out") for file in (f"docs/results/{name}.md", f"docs/images/{name}.png"))
    return Outputs(weights, FILE, report, picture)


def _require(extra: str, *packages: str) -> None:
    """Fail with the cure where a package of an extra is not installed, before any work is done."""
    for package in packages:
        if importlib.util.find_spec(package) is None:
            fail(f"{package} is not installed; {how_to_install(extra)}")


@contextmanager
def _errors_shown() -> Iterator[None]:
    """Show the errors of benchmark and training too, as `printing.errors_shown` shows those of all commands."""
    from qa.evaluation.judging.json_lines import InvalidDataset
    from qa.evaluation.reporting.comparison import NotComparable
    from qa.evaluation.speed import ServerFailed

    with errors_shown(InvalidDataset, NotComparable, ServerFailed):
        yield
