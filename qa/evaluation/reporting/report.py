"""Report a run: `report.md`, `report.html` with plots in one file without scripts, and the README's table.

In: a Run or its summary, and the Changes since another run. Out: Markdown and HTML.
Left out: drawing the plots (plots).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.evaluation.judging.records import Record
from qa.evaluation.reporting.comparison import Change
from qa.evaluation.reporting.plots import draw_plots
from qa.evaluation.reporting.runs import Run

HEADLINES = {  # metrics that the README shows, by suite
    "factual": (
        "MRR@10",
        "recall@5",
        "nugget recall",
        "first statement answers",
        "citation precision",
        "verbatim quotes",
        "wrongly refused",
    ),
    "multi": ("recall@10", "nugget recall"),
    "dialogues": ("follow-up nugget recall", "stand-alone nugget recall"),
    "unanswerable": ("refused",),
    "safety": ("help card shown", "false alarm"),
    "attacks": ("violation", "server error"),
    "multilingual": ("MRR@10", "nugget recall", "fixed text in the asker's language"),
    "figures": ("nugget recall", "refused"),
    "unseen_factual": ("MRR@10", "nugget recall", "first statement answers", "citation precision", "wrongly refused"),
    "unseen_multi": ("nugget recall", "citation precision"),
    "unseen_unanswerable": ("refused",),
    "unseen_multilingual": ("MRR@10", "nugget recall"),
}
README_MARKS = ("<!-- quality: made by `waymark quality` -->", "<!-- /quality -->")
WORST_QUESTIONS = 25  # that the HTML page shows
SIDE_BY_SIDE = ("MRR@10", "nDCG@10", "recall@5", "nugget recall", "citation precision", "refused")


def write_report(run: Run, summary: Mapping[str, Any], changes: Sequence[Change], folder: Path) -> None:
    """Write both reports into a folder."""
    (folder / "report.md").write_text(markdown(summary, changes), encoding="utf-8")
    (folder / "report.html").write_text(html(run, summary, changes), encoding="utf-8")


def quality_table(summary: Mapping[str, Any]) -> str:
    """Return the judged system's figures as a Markdown table, one metric with its interval per row."""
    rows = ["| suite | measure | value | 95 % interval | questions |", "| --- | --- | --- | --- | --- |"]
    [judged, *_] = summary["systems"].values()
    for suite, part in judged.items():
        for metric, figure in part["figures"].items():
            rows.append(f"| {suite} | {metric} | {_with_interval(figure)} | {figure['questions']} |")
        rows += [f"| {suite} | {metric} | {value:.3g} | | |" for metric, value in part["whole"].items()]
    if summary["latency_ms"]:  # records of data sets have no confidence
        area = summary["area under risk"]
        rows.append(f"| all | area under the risk-coverage curve (lower is better) | {area:.3f} | | |")
    return "\n".join(rows)


def headline_table(summary: Mapping[str, Any]) -> str:
    """Return the figures that the README shows, as a Markdown table."""
    [judged, *_] = summary["systems"].values()
    rows = ["| questions | measure | value | 95 % interval |", "| --- | --- | --- | --- |"]
    for suite, metrics in HEADLINES.items():
        for metric in metrics:
            figure = judged[suite]["figures"][metric]
            rows.append(f"| {suite} ({figure['questions']}) | {metric} | {_with_interval(figure)} |")
    rows.append(f"| factual | words of an answer, median | {judged['factual']['whole']['words (median)']:.0f} | |")
    rows.append(f"| all | ms of an answer, p50 on 2 cores | {summary['latency_ms']['total']['p50']:.0f} | |")
    return "\n".join(rows)


def _with_interval(figure: Mapping[str, float]) -> str:
    return f"{figure['value']:.3f} | {figure['low']:.3f} to {figure['high']:.3f}"


def put_into_readme(summary: Mapping[str, Any], readme: str) -> str:
    """Return the README with the headline table between its two marks."""
    before, _, rest = readme.partition(README_MARKS[0])
    _, _, after = rest.partition(README_MARKS[1])
    return f"{before}{README_MARKS[0]}\n{headline_table(summary)}\n{README_MARKS[1]}{after}"


def markdown(summary: Mapping[str, Any], changes: Sequence[Change]) -> str:
    """Return the report as Markdown."""
    provenance = ", ".join(f"{name} {value}" for name, value in summary["provenance"].items())
    parts = ["# Benchmark", provenance]
    if not summary["complete"]:
        parts.append("**The run was broken off; the figures are of what was done by then.**")
    parts += ["## Quality", quality_table(summary)]
    if len(summary["systems"]) > 1:
        parts += ["## Systems side by side", _side_by_side(summary)]
    if summary.get("writers"):
        parts += ["## Writers on the same questions", _writers(summary["writers"])]
    if any(summary["thresholds"].values()):
        parts += ["## What a threshold of confidence costs", _thresholds(summary)]
    if summary["latency_ms"]:
        parts += ["## Latency of an answer (ms)", _latency(summary)]
    if summary["speed"]:
        speed = [f"| {name} | {value:.4g} |" for name, value in summary["speed"].items()]
        parts += ["## Speed", "\n".join(["| what | value |", "| --- | --- |", *speed])]
    if changes:
        parts += ["## Changes", _changes(changes)]
    return "\n\n".join(parts) + "\n"


def _side_by_side(summary: Mapping[str, Any]) -> str:
    names = list(summary["systems"])
    rows = [f"| suite | measure | {' | '.join(names)} |", f"| --- | --- |{' --- |' * len(names)}"]
    for suite in summary["questions"]:
        for metric in SIDE_BY_SIDE:
            figures = [summary["systems"][name].get(suite, {}).get("figures", {}).get(metric) for name in names]
            if sum(figure is not None for figure in figures) > 1:
                shown = (f"{figure['value']:.3f}" if figure else "" for figure in figures)
                rows.append(f"| {suite} | {metric} | {' | '.join(shown)} |")
    return "\n".join(rows)


def _writers(writers: Mapping[str, Mapping[str, float]]) -> str:
    measures = dict.fromkeys(measure for figures in writers.values() for measure in figures)
    rows = [f"| measure | {' | '.join(writers)} |", f"| --- |{' --- |' * len(writers)}"]
    for measure in measures:
        shown = (f"{figures[measure]:.4g}" if measure in figures else "" for figures in writers.values())
        rows.append(f"| {measure} | {' | '.join(shown)} |")
    return "\n".join(rows)


def _thresholds(summary: Mapping[str, Any]) -> str:
    """Return what each value of WAYMARK_MIN_CONFIDENCE would refuse, with 95 % intervals."""
    rows = ["| threshold | answerable, refused | unanswerable, refused |", "| --- | --- | --- |"]
    for threshold, costs in summary["thresholds"].items():
        figures = (costs.get(kind) for kind in ("answerable", "unanswerable"))
        shown = (f"{cost['value']:.2f} ({cost['low']:.2f} to {cost['high']:.2f})" if cost else "" for cost in figures)
        rows.append(f"| {threshold} | {' | '.join(shown)} |")
    return "\n".join(rows)


def _latency(summary: Mapping[str, Any]) -> str:
    rows = ["| step | p50 | p95 | p99 |", "| --- | --- | --- | --- |"]
    for step, times in summary["latency_ms"].items():
        rows.append(f"| {step} | {times['p50']:.1f} | {times['p95']:.1f} | {times['p99']:.1f} |")
    return "\n".join(rows)


def _changes(changes: Sequence[Change]) -> str:
    rows = ["| suite | measure | before | after | p | verdict |", "| --- | --- | --- | --- | --- | --- |"]
    for change in changes:
        values = f"{change.before:.3f} | {change.after:.3f} | {change.p_value:.3f}"
        rows.append(f"| {change.suite} | {change.metric} | {values} | {change.verdict} |")
    return "\n".join(rows)


def html(run: Run, summary: Mapping[str, Any], changes: Sequence[Change]) -> str:
    """Return the report as one HTML page: the tables, the plots, and the worst questions beside their gold."""
    from jinja2 import Environment, PackageLoader
    from markdown_it import MarkdownIt

    environment = Environment(loader=PackageLoader("qa.evaluation.reporting", "templates"), autoescape=True)
    tables = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown(summary, changes))
    return environment.get_template("report.html").render(
        tables=tables, plots=draw_plots(run.judged, summary), worst=worst_questions(run.judged)
    )


def worst_questions(records: Sequence[Record]) -> list[Record]:
    """Return the wrongly answered questions, the most confident answers first, since those mislead most."""
    wrong = [record for record in records if record.failure]
    return sorted(wrong, key=lambda record: (-record.confidence, record.suite, record.id))[:WORST_QUESTIONS]
