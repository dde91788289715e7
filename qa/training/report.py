"""Report the quality of evidence selection and the calibration of the confidence: a page and a plot.

In: labelled questions by kind, and the Selection for each by scorers that were not fitted on it. Out: Markdown, and a
PNG.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from qa.evaluation.judging.metrics import nugget_recall, short_answer_is_right
from qa.reader.scoring import Thresholds
from qa.reader.selection import Selection
from qa.training.labels import Labelled, LabelledQuestion

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Proportions of the answerable questions below the two thresholds. Training questions are harder than gold ones, of
# which less than half that proportion is below; gold ones alone are too few for an estimate.
REFUSED, PARTIAL = 0.09, 0.25
# Kinds of English questions on one document: those of the training of the encoder, and those of the reader's.
ANSWERABLE = ("gold", "training", "questions, told")
UNANSWERABLE = ("unanswerable, near_miss", "training, near misses", "questions, untold", "unanswerable, in_domain")
BINS = 10  # of the confidence
PROPORTIONS = (0.02, 0.03, 0.05, 0.07, 0.09, 0.12, 0.15)
COLOURS = ("#0b5394", "#6fa8dc", "#b45f06", "#6aa84f")


class Bin(NamedTuple):
    """Questions of similar confidence: their mean confidence, the proportion that is answerable, and their number."""

    confidence: float
    answerable: float
    questions: int


def choose_thresholds(confidences: Sequence[float], *, refused: float, partial: float) -> Thresholds:
    """Return the confidences below which these proportions of the answerable questions lie.

    >>> choose_thresholds([0.1, 0.2, 0.3, 0.4, 0.5], refused=0.2, partial=0.4)
    Thresholds(min_confidence=0.18, sure_confidence=0.26)
    """
    low, high = np.quantile(np.asarray(confidences), [refused, partial])
    return Thresholds(round(float(low), 3), round(float(high), 3))


def thresholds_for(labelled: Sequence[Labelled], selections: Sequence[Selection], refused: float) -> Thresholds:
    """Return the thresholds that leave proportions of the answerable questions below them: `refused` and PARTIAL."""
    answerable = _confidences(selections)[_of_kinds(labelled, *ANSWERABLE)]
    return choose_thresholds(answerable.tolist(), refused=refused, partial=PARTIAL)


def reliability(confidences: Sequence[float], answerable: Sequence[bool]) -> list[Bin]:
    """Return a Bin for each of BINS equal parts of the confidence that holds any question.

    >>> reliability([0.91, 0.95, 0.12], [True, False, False])
    [Bin(confidence=0.12, answerable=0.0, questions=1), Bin(confidence=0.93, answerable=0.5, questions=2)]
    """
    groups: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, is_answerable in zip(confidences, answerable, strict=True):
        groups[min(BINS - 1, int(confidence * BINS))].append((confidence, is_answerable))
    return [
        Bin(
            round(float(np.mean([confidence for confidence, _ in group])), 4),
            float(np.mean([is_answerable for _, is_answerable in group])),
            len(group),
        )
        for _, group in sorted(groups.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: how far confidence lies from what is answerable, on average (0 to 1).

    Naeini et al., AAAI 2015.

    >>> calibration_error([Bin(0.2, 0.1, 30), Bin(0.9, 0.9, 10)])
    0.075
    """
    total = sum(bin.questions for bin in bins)
    return round(sum(abs(bin.confidence - bin.answerable) * bin.questions for bin in bins) / total, 4)


def calibration_report(
    labelled: Sequence[Labelled], selections: Sequence[Selection], thresholds: Thresholds, picture: str
) -> str:
    """Return the page: nugget recall and refusals by kind, the cost of a threshold, and the reliability.

    `picture` is the path of the plot, relative to the page.
    """
    confidences = _confidences(selections)
    low, high = thresholds
    return "\n".join(
        [
            "# Evidence, on documents that were not tuned on",
            "",
            "Made by `make train-evidence` or `make train-reader`.",
            "Scorers are fitted on four parts of the documents and judged on the fifth.",
            "Nugget recall is that of what would stand open if nothing were refused.",
            f"Chosen thresholds: refused below {low}, partial below {high}.",
            "",
            *_table_of_kinds(labelled, selections, thresholds),
            "",
            f"![Reliability of the confidence, and what a threshold costs]({picture})",
            "",
            "## What a threshold costs",
            "",
            *_table_of_thresholds(labelled, confidences),
            "",
            "## Reliability of the confidence",
            "",
            *_table_of_reliability(labelled, confidences),
            "",
        ]
    )


def _confidences(selections: Sequence[Selection]) -> npt.NDArray[np.float64]:
    return np.array([selection.confidence for selection in selections])


def _of_kinds(labelled: Sequence[Labelled], *kinds: str) -> npt.NDArray[np.bool_]:
    return np.isin([kind for kind, _ in labelled], kinds)


def _unanswerable_kinds(labelled: Sequence[Labelled]) -> list[str]:
    present = {kind for kind, _ in labelled}
    return [kind for kind in UNANSWERABLE if kind in present]


def _table_of_kinds(labelled: Sequence[Labelled], selections: Sequence[Selection], thresholds: Thresholds) -> list[str]:
    rows = [
        "| questions | number | nugget recall | words, median | refused | partial |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for kind in dict.fromkeys(kind for kind, _ in labelled):
        chosen = [
            (label, selection)
            for (label_kind, label), selection in zip(labelled, selections, strict=True)
            if label_kind == kind
        ]
        recall = words = ""
        if chosen[0][0].answerable:
            recall = f"{np.mean([_recall(label, selection) for label, selection in chosen]):.3f}"
            words = f"{np.median([_words(selection) for _, selection in chosen]):.0f}"
        confidences = _confidences([selection for _, selection in chosen])
        refused = confidences < thresholds.min_confidence
        partial = ~refused & (confidences < thresholds.sure_confidence)
        rows.append(f"| {kind} | {len(chosen)} | {recall} | {words} | {refused.mean():.3f} | {partial.mean():.3f} |")
    return rows


def _recall(label: LabelledQuestion, selection: Selection) -> float:
    """Return the proportion of a question's nuggets that occur in the chosen sentences."""
    if not label.nuggets:
        return 0.0
    return nugget_recall(label.nuggets, " ".join(evidence.text for evidence in selection.evidence))


def _words(selection: Selection) -> int:
    return sum(len(evidence.text.split()) for evidence in selection.evidence)


def _table_of_thresholds(labelled: Sequence[Labelled], confidences: npt.NDArray[np.float64]) -> list[str]:
    kinds = _unanswerable_kinds(labelled)
    rows = [
        "| threshold | answerable, refused | " + " | ".join(kinds) + " |",
        "| --- " * (2 + len(kinds)) + "|",
    ]
    answerable = confidences[_of_kinds(labelled, *ANSWERABLE)]
    for proportion in PROPORTIONS:
        threshold = float(np.quantile(answerable, proportion))
        refused = (f"{(confidences[_of_kinds(labelled, kind)] < threshold).mean():.2f}" for kind in kinds)
        rows.append(f"| {threshold:.2f} | {proportion:.2f} | {' | '.join(refused)} |")
    return rows


def _table_of_reliability(labelled: Sequence[Labelled], confidences: npt.NDArray[np.float64]) -> list[str]:
    bins = reliability(confidences.tolist(), [label.answerable for _, label in labelled])
    return [
        f"The expected calibration error is {calibration_error(bins):.3f}.",
        "",
        "| mean confidence | answerable | questions |",
        "| --- | --- | --- |",
        *(f"| {bin.confidence:.2f} | {bin.answerable:.2f} | {bin.questions} |" for bin in bins),
    ]


def ablation_report(
    labelled: Sequence[Labelled], selections: Sequence[Selection], without: Mapping[str, Sequence[Selection]]
) -> str:
    """Return a page with what is lost where a feature is left out; `without` are the Selections then, by its name."""
    groups = {
        "English": [not label.turns and label.language == "en" for _, label in labelled],
        "follow-ups": [bool(label.turns) for _, label in labelled],
        "other languages": [not label.turns and label.language != "en" for _, label in labelled],
    }
    rows = [
        "# What each feature of the scorers is worth",
        "",
        "Made by `waymark train-reader --only-scorers --ablation`, on questions about held-out documents, with scorers",
        "that were fitted on others: how well the confidence tells told questions from untold ones (area under the ROC",
        "curve), how often the best sentence tells, and how many of the short answers that are shown are right (of how",
        f"many). Three figures are of {', '.join(groups)}.",
        "",
        "| without | told from untold | best sentence tells | short answers right |",
        "| --- | --- | --- | --- |",
    ]
    for name, chosen in {"nothing": selections, **without}.items():
        told_apart, first = [], []
        for members in groups.values():
            pairs = list(compress(zip(labelled, chosen, strict=True), members))
            told_apart.append(f"{_area(pairs):.3f}")
            first.append(f"{_first_tells(pairs):.3f}")
        shown = [
            short_answer_is_right(label.nuggets, short.words)
            for (_, label), selection in zip(labelled, chosen, strict=True)
            if label.nuggets and (short := selection.short_answer) and short.is_sure
        ]
        right = f"{np.mean(shown):.3f} ({len(shown)})" if shown else ""
        rows.append(f"| {name} | {'; '.join(told_apart)} | {'; '.join(first)} | {right} |")
    return "\n".join([*rows, ""])


def _area(pairs: Sequence[tuple[Labelled, Selection]]) -> float:
    """Return the area under the ROC curve of the confidence; not a number where all are told or none."""
    from sklearn.metrics import roc_auc_score

    told = [label.answerable for (_, label), _ in pairs]
    confidences = [selection.confidence for _, selection in pairs]
    return float(roc_auc_score(told, confidences)) if len(set(told)) > 1 else float("nan")


def _first_tells(pairs: Sequence[tuple[Labelled, Selection]]) -> float:
    """Return the proportion of the told questions on single documents whose best sentence is among their evidence."""
    tells = [
        label.is_evidence(best.evidence)
        for (_, label), selection in pairs
        if label.answerable and label.document
        for best in selection.candidates[:1]
    ]
    return float(np.mean(tells)) if tells else float("nan")


def draw_calibration(labelled: Sequence[Labelled], selections: Sequence[Selection], file: Path) -> None:
    """Plot the reliability, and the cost of a threshold: answerable questions refused against near misses answered."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    confidences = _confidences(selections)
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    _draw_reliability(left, reliability(confidences.tolist(), [label.answerable for _, label in labelled]))
    _draw_risk(right, labelled, confidences)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=110)
    plt.close(figure)


def _draw_reliability(axes: "Axes", bins: Sequence[Bin]) -> None:
    axes.plot([0, 1], [0, 1], color="0.7", linestyle="--")
    axes.plot([bin.confidence for bin in bins], [bin.answerable for bin in bins], color=COLOURS[0], marker="o")
    for bin in bins:
        place = (bin.confidence, bin.answerable)
        axes.annotate(f"{bin.questions}", place, textcoords="offset points", xytext=(6, -12), fontsize=8)
    axes.set(xlabel="confidence", ylabel="share that the documents answer", title="Reliability (number of questions)")


def _draw_risk(axes: "Axes", labelled: Sequence[Labelled], confidences: npt.NDArray[np.float64]) -> None:
    thresholds = np.sort(confidences)
    answerable = confidences[_of_kinds(labelled, *ANSWERABLE)]
    refused = [(answerable < threshold).mean() for threshold in thresholds]
    for kind, colour in zip(_unanswerable_kinds(labelled), COLOURS, strict=False):
        of_kind = confidences[_of_kinds(labelled, kind)]
        answered = [(of_kind >= threshold).mean() for threshold in thresholds]
        axes.plot(refused, answered, color=colour, label=kind.replace("_", " "))
    axes.axvline(REFUSED, color="0.7", linestyle="--")
    axes.axvline(PARTIAL, color="0.85", linestyle="--")
    axes.set(
        xlim=(0, 0.35),
        ylim=(0, 1),
        xlabel="answerable questions refused",
        ylabel="unanswerable questions answered",
        title="Risk and coverage (dashed: refused, partial)",
    )
    axes.legend()
