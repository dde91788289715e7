"""Show a run: `report.md` for reading, and `report.html` with pictures, in one file without scripts.

In: a Run, and the Changes since another one. Out: two texts.
"""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.evaluation.benchmark import Record, Run, risk_points
from qa.evaluation.comparison import Change
from qa.evaluation.metrics import risk_coverage

HEADLINES = {
    "factual": ("MRR@10", "recall@5", "nugget recall", "citation precision", "verbatim quotes", "wrongly refused"),
    "multi": ("recall@10", "nugget recall"),
    "dialogues": ("follow-up nugget recall", "stand-alone nugget recall"),
    "unanswerable": ("refused",),
    "safety": ("help card shown", "false alarm"),
    "attacks": ("violation", "server error"),
    "multilingual": ("MRR@10", "nugget recall", "fixed text in the asker's language"),
    "unseen_factual": ("MRR@10", "nugget recall", "citation precision", "wrongly refused"),
    "unseen_multi": ("nugget recall", "citation precision"),
    "unseen_unanswerable": ("refused",),
    "unseen_multilingual": ("MRR@10", "nugget recall"),
}
README_MARKS = ("<!-- quality: made by `waymark quality` -->", "<!-- /quality -->")
WORST = 25  # questions shown in the table of the worst
WIDTH = 10  # of a picture, in inches
LOWEST_TOP = 0.25  # of the picture of risk, so that little risk looks little
INK, ACCENT, SOFT, PALE = "#1c2430", "#0b5aa2", "#9db8d2", "#dce6f0"
STYLE: dict[Any, Any] = {
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": PALE,
    "figure.constrained_layout.use": True,
    "svg.hashsalt": "waymark",
}


def write_report(run: Run, summary: Mapping[str, Any], changes: Sequence[Change], out: Path) -> None:
    """Write both reports into a folder."""
    (out / "report.md").write_text(markdown(summary, changes), encoding="utf-8")
    (out / "report.html").write_text(html(run, summary, changes), encoding="utf-8")


def quality_table(summary: Mapping[str, Any]) -> str:
    """Return the judged system's figures as a Markdown table: a measure a row, with its interval."""
    rows = ["| suite | measure | value | 95 % interval | questions |", "| --- | --- | --- | --- | --- |"]
    [judged, *_] = summary["systems"].values()
    for suite, part in judged.items():
        for measure, figure in part["figures"].items():
            interval = f"{figure['low']:.3f} to {figure['high']:.3f}"
            rows.append(f"| {suite} | {measure} | {figure['value']:.3f} | {interval} | {figure['questions']} |")
        rows += [f"| {suite} | {measure} | {value:.3g} | | |" for measure, value in part["whole"].items()]
    if summary["latency_ms"]:  # data sets give no answers to be sure of
        area = summary["area under risk"]
        rows.append(f"| all | area under the risk-coverage curve (lower is better) | {area:.3f} | | |")
    return "\n".join(rows)


def headline_table(summary: Mapping[str, Any]) -> str:
    """Return the figures that the README shows, as a Markdown table."""
    [judged, *_] = summary["systems"].values()
    rows = ["| questions | measure | value | 95 % interval |", "| --- | --- | --- | --- |"]
    for suite, measures in HEADLINES.items():
        for measure in measures:
            figure = judged[suite]["figures"][measure]
            interval = f"{figure['low']:.3f} to {figure['high']:.3f}"
            rows.append(f"| {suite} ({figure['questions']}) | {measure} | {figure['value']:.3f} | {interval} |")
    whole = judged["factual"]["whole"]
    rows.append(f"| factual | words of an answer, median | {whole['words (median)']:.0f} | |")
    rows.append(f"| all | ms of an answer, p50 on 2 cores | {summary['latency_ms']['total']['p50']:.0f} | |")
    return "\n".join(rows)


def put_into_readme(summary: Mapping[str, Any], readme: str) -> str:
    """Return the README with the headline table between its two marks."""
    before, _, rest = readme.partition(README_MARKS[0])
    _, _, after = rest.partition(README_MARKS[1])
    return f"{before}{README_MARKS[0]}\n{headline_table(summary)}\n{README_MARKS[1]}{after}"


def markdown(summary: Mapping[str, Any], changes: Sequence[Change]) -> str:
    """Return the report as Markdown."""
    known = ", ".join(f"{name} {value}" for name, value in summary["provenance"].items())
    parts = ["# Benchmark", known]
    if not summary["complete"]:
        parts.append("**The run was broken off; the figures are of what was done by then.**")
    parts += ["## Quality", quality_table(summary)]
    if len(summary["systems"]) > 1:
        parts += ["## Systems side by side", _side_by_side(summary)]
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
        for measure in ("MRR@10", "nDCG@10", "recall@5", "nugget recall", "citation precision", "refused"):
            figures = [summary["systems"][name].get(suite, {}).get("figures", {}).get(measure) for name in names]
            if sum(figure is not None for figure in figures) > 1:
                shown = (f"{figure['value']:.3f}" if figure else "" for figure in figures)
                rows.append(f"| {suite} | {measure} | {' | '.join(shown)} |")
    return "\n".join(rows)


def _latency(summary: Mapping[str, Any]) -> str:
    rows = ["| step | p50 | p95 | p99 |", "| --- | --- | --- | --- |"]
    for step, times in summary["latency_ms"].items():
        rows.append(f"| {step} | {times['p50']:.1f} | {times['p95']:.1f} | {times['p99']:.1f} |")
    return "\n".join(rows)


def _changes(changes: Sequence[Change]) -> str:
    rows = ["| suite | measure | before | after | p | verdict |", "| --- | --- | --- | --- | --- | --- |"]
    for one in changes:
        values = f"{one.before:.3f} | {one.after:.3f} | {one.p_value:.3f}"
        rows.append(f"| {one.suite} | {one.measure} | {values} | {one.verdict} |")
    return "\n".join(rows)


def html(run: Run, summary: Mapping[str, Any], changes: Sequence[Change]) -> str:
    """Return the report as one HTML page: the tables, the plots, and the worst questions beside their gold."""
    from jinja2 import Environment, PackageLoader
    from markdown_it import MarkdownIt

    environment = Environment(loader=PackageLoader("qa.evaluation", "templates"), autoescape=True)
    tables = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown(summary, changes))
    return environment.get_template("report.html").render(
        tables=tables, plots=_plots(run, summary), worst=worst_questions(run.judged)
    )


def worst_questions(records: Sequence[Record]) -> list[Record]:
    """Return the questions that went wrong, the surest answers first, since those mislead most."""
    lost = [record for record in records if record.lost]
    return sorted(lost, key=lambda record: (-record.confidence, record.suite, record.id))[:WORST]


def _plots(run: Run, summary: Mapping[str, Any]) -> dict[str, str]:
    """Return SVG pictures by their titles."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    mpl.rcParams.update(STYLE)
    pictures: dict[str, str] = {}

    def keep(title: str, figure: Any) -> None:  # noqa: ANN401 - matplotlib's figure
        content = io.StringIO()
        figure.savefig(content, format="svg", metadata={"Date": None})
        plt.close(figure)
        pictures[title] = content.getvalue()[content.getvalue().index("<svg") :]

    [judged, *_] = summary["systems"].values()
    bars = [
        (f"{suite}: {group}" if group else suite, figures["nugget recall"])
        for suite, part in judged.items()
        for group, figures in {"": part["figures"], **part["groups"]}.items()
        if "nugget recall" in figures
    ]
    if bars:
        figure, axes = plt.subplots(figsize=(WIDTH, 0.24 * len(bars) + 0.8))
        values = [one["value"] for _, one in bars]
        spans = [[one["value"] - one["low"] for _, one in bars], [one["high"] - one["value"] for _, one in bars]]
        colours = [SOFT if ":" in name else ACCENT for name, _ in bars]
        axes.barh([name for name, _ in bars], values, xerr=spans, color=colours, ecolor=INK)
        axes.invert_yaxis()
        axes.margins(y=0.01)
        axes.set(xlim=(0, 1), xlabel="share of the nuggets found; a black line is the 95 % interval")
        axes.grid(axis="x")
        keep("Nugget recall by suite and style", figure)
    confidences, errors = risk_points(run.judged)
    if confidences:
        coverage, risk = risk_coverage(confidences, errors)
        figure, axes = plt.subplots(figsize=(WIDTH, 3))
        axes.plot(coverage, risk, color=ACCENT)
        axes.fill_between(coverage, risk, color=SOFT, alpha=0.4)
        axes.set(xlabel="share of the answers given, surest first", ylabel="share of them that is wrong")
        axes.set(xlim=(0, 1), ylim=(0, max(LOWEST_TOP, *risk)))
        axes.grid()
        keep("Risk and coverage", figure)
    if summary["latency_ms"]:
        steps = list(summary["latency_ms"])
        figure, axes = plt.subplots(figsize=(WIDTH, 0.4 * len(steps) + 0.8))
        for share, colour in (("p99", PALE), ("p95", SOFT), ("p50", ACCENT)):
            axes.barh(steps, [summary["latency_ms"][step][share] for step in steps], color=colour, label=share)
        axes.invert_yaxis()
        axes.legend(frameon=False, reverse=True, loc="center left", bbox_to_anchor=(1, 0.5))
        axes.set_xlabel("ms")
        axes.grid(axis="x")
        keep("Latency of an answer", figure)
    return pictures
