"""Draw what `scale` measured: `docs/images/scale.png`, and the tables of `docs/results/scale.md`.

In: `docs/results/scale.jsonl`. Out: the picture, and tables that stand between marks on the page.
"""

import json
from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from rooms import ROOT

RESULTS = ROOT / "docs" / "results" / "scale.jsonl"
PAGE = RESULTS.with_suffix(".md")
PLOT = ROOT / "docs" / "images" / "scale.png"
BEGIN, END = "<!-- begin: measured -->\n", "<!-- end: measured -->"
WANTED = {"search_processor_p95_ms": 30, "start_processor_s": 2, "memory": 1536}  # for a million passages
PANELS = {  # the name of each, and its lines: the figure, its label, and how it is drawn
    "search and answer, ms of the processor": (
        ("search_processor_p50_ms", "search p50", "-"),
        ("search_processor_p95_ms", "search p95", "--"),
        ("answer_processor_p50_ms", "answer p50", "-."),
        ("answer_processor_p95_ms", "answer p95", ":"),
    ),
    "memory, MB": (("memory", "own and mapped", "-"), ("memory_mb", "own", "--")),
    "start, s of the processor": (("start_processor_s", "start", "-"),),
    "building, s of the processor": (("build_processor_s", "all but encoding", "-"),),
    "disk, MB": (("disk_mb", "disk", "-"),),
    "recall against exact search": (("recall_10", "recall@10", "-"), ("recall_50", "recall@50", "--")),
}
COLUMNS = {
    "passages": "{:,.0f}",
    "search_processor_p50_ms": "{:.1f}",
    "search_processor_p95_ms": "{:.1f}",
    "search_p95_ms": "{:.1f}",
    "search_few_processor_p95_ms": "{:.1f}",
    "search_many_processor_p95_ms": "{:.1f}",
    "answer_processor_p50_ms": "{:.0f}",
    "answer_processor_p95_ms": "{:.0f}",
    "start_processor_s": "{:.2f}",
    "start_s": "{:.2f}",
    "memory_mb": "{:.0f}",
    "mapped_mb": "{:.0f}",
    "build_processor_s": "{:.0f}",
    "dense_processor_s": "{:.0f}",
    "build_peak_mb": "{:.0f}",
    "disk_mb": "{:.0f}",
    "recall_10": "{:.3f}",
    "recall_50": "{:.3f}",
}

Row = Mapping[str, float | str]


def draw() -> None:
    """Draw a panel for each kind of figure, and write a table for each system."""
    rows = [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]
    rows = [row | ({"memory": row["memory_mb"] + row["mapped_mb"]} if "memory_mb" in row else {}) for row in rows]
    rows.sort(key=lambda row: row["passages"])
    systems = list(dict.fromkeys(row["system"] for row in rows))
    figure = Figure(figsize=(12, 7), layout="constrained")
    for axes, (title, lines) in zip(figure.subplots(2, 3).flat, PANELS.items(), strict=True):
        for number, system in enumerate(systems):
            for name, label, style in lines:
                points = [(row["passages"], row[name]) for row in rows if row["system"] == system and name in row]
                if points:
                    axes.plot(
                        *zip(*points, strict=True), style, marker="o", color=f"C{number}", label=f"{system}, {label}"
                    )
                if name in WANTED and not number:
                    axes.plot(1e6, WANTED[name], "k_", markersize=20, label="at most, at a million")
        axes.set(title=title, xscale="log", xlabel="passages")
        if "recall" not in title:
            axes.set_yscale("log")
        axes.legend(fontsize="x-small")
    figure.savefig(PLOT, dpi=110)
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    tables = "\n".join(_table(system, [row for row in rows if row["system"] == system]) for system in systems)
    PAGE.write_text(before + BEGIN + "\n" + tables + "\n" + END + rest.split(END)[1], encoding="utf-8")


def _table(system: str, rows: Sequence[Row]) -> str:
    """Return a table with a row for each figure, and a column for each number of passages."""
    lines = []
    for name, form in COLUMNS.items():
        if any(name in row for row in rows):
            values = (form.format(row[name]) if name in row else "" for row in rows)
            lines.append(f"| {name.replace('_', ' ')} | {' | '.join(values)} |")
    lines.insert(1, "| --- |" + " --- |" * len(rows))
    return f"**{system}**\n\n" + "\n".join(lines) + "\n"
