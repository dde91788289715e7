"""Draw the plots of a run: nugget recall by suite, risk over coverage, and latency.

In: the Records of the judged system, and the summary of the run. Out: SVG pictures by title.
"""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qa.evaluation.judging.records import Record
from qa.evaluation.reporting.statistics import risk_coverage
from qa.evaluation.reporting.summary import risk_points

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

WIDTH = 10  # of a picture, in inches
MIN_RISK_AXIS = 0.25  # the least upper end of the risk axis, so that a low risk looks low
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


def draw_plots(records: Sequence[Record], summary: Mapping[str, Any]) -> dict[str, str]:
    """Return SVG pictures by title; those for which the run has no figures are left out."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update(STYLE)
    pictures = {
        "Nugget recall by suite and style": _nugget_recall(summary),
        "Risk and coverage": _risk(records),
        "Latency of an answer": _latency(summary),
    }
    return {title: _svg(picture) for title, picture in pictures.items() if picture is not None}


def _nugget_recall(summary: Mapping[str, Any]) -> "Picture | None":
    import matplotlib.pyplot as plt

    [judged, *_] = summary["systems"].values()
    figures = {
        f"{suite}: {group}" if group else suite: group_figures["nugget recall"]
        for suite, part in judged.items()
        for group, group_figures in {"": part["figures"], **part["groups"]}.items()
        if "nugget recall" in group_figures
    }
    if not figures:
        return None
    values = [figure["value"] for figure in figures.values()]
    below = [figure["value"] - figure["low"] for figure in figures.values()]
    above = [figure["high"] - figure["value"] for figure in figures.values()]
    colours = [SOFT if ":" in name else ACCENT for name in figures]
    picture, axes = plt.subplots(figsize=(WIDTH, 0.24 * len(figures) + 0.8))
    axes.barh(list(figures), values, xerr=[below, above], color=colours, ecolor=INK)
    axes.invert_yaxis()
    axes.margins(y=0.01)
    axes.set(xlim=(0, 1), xlabel="share of the nuggets found; a black line is the 95 % interval")
    axes.grid(axis="x")
    return picture


def _risk(records: Sequence[Record]) -> "Picture | None":
    import matplotlib.pyplot as plt

    confidences, errors = risk_points(records)
    if not confidences:
        return None
    coverage, risk = risk_coverage(confidences, errors)
    picture, axes = plt.subplots(figsize=(WIDTH, 3))
    axes.plot(coverage, risk, color=ACCENT)
    axes.fill_between(coverage, risk, color=SOFT, alpha=0.4)
    axes.set(xlabel="share of the answers given, surest first", ylabel="share of them that is wrong")
    axes.set(xlim=(0, 1), ylim=(0, max(MIN_RISK_AXIS, *risk)))
    axes.grid()
    return picture


def _latency(summary: Mapping[str, Any]) -> "Picture | None":
    import matplotlib.pyplot as plt

    times = summary["latency_ms"]
    if not times:
        return None
    steps = list(times)
    picture, axes = plt.subplots(figsize=(WIDTH, 0.4 * len(steps) + 0.8))
    for percentile, colour in (("p99", PALE), ("p95", SOFT), ("p50", ACCENT)):
        axes.barh(steps, [times[step][percentile] for step in steps], color=colour, label=percentile)
    axes.invert_yaxis()
    axes.legend(frameon=False, reverse=True, loc="center left", bbox_to_anchor=(1, 0.5))
    axes.set_xlabel("ms")
    axes.grid(axis="x")
    return picture


def _svg(picture: "Picture") -> str:
    import matplotlib.pyplot as plt

    content = io.StringIO()
    picture.savefig(content, format="svg", metadata={"Date": None})
    plt.close(picture)
    return content.getvalue()[content.getvalue().index("<svg") :]
