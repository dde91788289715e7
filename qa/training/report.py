"""Tell how well evidence is chosen, and how well it is known that there is none: a page and a picture.

In: exams by kind, and what was chosen for each by scorers that did not know it. Out: Markdown, and a PNG.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.reader.selection import Selection
from qa.training.fitting import Exam, choose_borders, recall_of, reliability

# Shares of the answerable questions below the two borders. Those for training are harder than gold ones, of which less
# than half as many are below; gold ones alone are too few to tell.
REFUSED, PARTIAL = 0.09, 0.25
ANSWERABLE, NEAR_MISSES = ("gold", "training"), ("unanswerable, near_miss", "training, near misses")
SHARES = (0.02, 0.03, 0.05, 0.07, 0.09, 0.12, 0.15)


def appraise(exams: Sequence[tuple[str, Exam]], selections: Sequence[Selection]) -> str:
    """Return the page: by kind what is found and refused, what a border costs, and the reliability."""
    kinds = np.array([kind for kind, _ in exams])
    confidences = np.array([selection.confidence for selection in selections])
    answerable = confidences[np.isin(kinds, ANSWERABLE)]
    borders = choose_borders(answerable.tolist(), refused=REFUSED, partial=PARTIAL)
    rows = [
        "| questions | number | nugget recall | words, median | refused | partial |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for kind in dict.fromkeys(kinds.tolist()):
        places = [place for place, one in enumerate(kinds.tolist()) if one == kind]
        recall = words = ""
        if exams[places[0]][1].answerable:
            recall = f"{np.mean([recall_of(selections[place], exams[place][1]) for place in places]):.3f}"
            lengths = [sum(len(one.text.split()) for one in selections[place].evidence) for place in places]
            words = f"{np.median(lengths):.0f}"
        refused = confidences[places] < borders.min_confidence
        partial = ~refused & (confidences[places] < borders.sure_confidence)
        rows.append(f"| {kind} | {len(places)} | {recall} | {words} | {refused.mean():.3f} | {partial.mean():.3f} |")
    curve = [
        "| border | answerable, gold and training, refused | " + " | ".join(NEAR_MISSES) + " |",
        "| --- " * 4 + "|",
    ]
    for share in SHARES:
        border = float(np.quantile(answerable, share))
        refused_of = (f"{(confidences[kinds == kind] < border).mean():.2f}" for kind in NEAR_MISSES)
        curve.append(f"| {border:.2f} | {share:.2f} | {' | '.join(refused_of)} |")
    table = ["| mean confidence | answerable | questions |", "| --- | --- | --- |"]
    right = [exam.answerable for _, exam in exams]
    table += [
        f"| {mean:.2f} | {share:.2f} | {number} |" for mean, share, number in reliability(confidences.tolist(), right)
    ]
    return "\n".join(
        [
            "# Evidence, on documents that were not tuned on",
            "",
            "Made by `make train-evidence`. Scorers are fitted on four parts of the documents and judged on the fifth.",
            "Nugget recall is that of what would be chosen if nothing were refused.",
            f"Chosen borders: refused below {borders.min_confidence}, partial below {borders.sure_confidence}.",
            "",
            *rows,
            "",
            "![Reliability of the confidence, and what a border costs](../images/evidence.png)",
            "",
            "## What a border costs",
            "",
            *curve,
            "",
            "## Reliability of the confidence",
            "",
            *table,
            "",
        ]
    )


def draw(exams: Sequence[tuple[str, Exam]], selections: Sequence[Selection], file: Path) -> None:
    """Draw the reliability, and what a border costs: answerable questions refused against near misses answered."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    kinds = np.array([kind for kind, _ in exams])
    confidences = np.array([selection.confidence for selection in selections])
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    means, shares, numbers = zip(
        *reliability(confidences.tolist(), [exam.answerable for _, exam in exams]), strict=True
    )
    left.plot([0, 1], [0, 1], color="0.7", linestyle="--")
    left.plot(means, shares, color="#0b5394", marker="o")
    for mean, share, number in zip(means, shares, numbers, strict=True):
        left.annotate(f"{number}", (mean, share), textcoords="offset points", xytext=(6, -12), fontsize=8)
    left.set(xlabel="confidence", ylabel="share that the documents answer", title="Reliability (number of questions)")
    borders = np.sort(confidences)
    refused = [(confidences[np.isin(kinds, ANSWERABLE)] < border).mean() for border in borders]
    for name, colour in zip((*NEAR_MISSES, "unanswerable, in_domain"), ("#0b5394", "#6fa8dc", "#b45f06"), strict=True):
        answered = [(confidences[kinds == name] >= border).mean() for border in borders]
        right.plot(refused, answered, color=colour, label=name.replace("_", " "))
    right.axvline(REFUSED, color="0.7", linestyle="--")
    right.axvline(PARTIAL, color="0.85", linestyle="--")
    right.set(
        xlim=(0, 0.35),
        ylim=(0, 1),
        xlabel="answerable questions refused",
        ylabel="unanswerable questions answered",
        title="Risk and coverage (dashed: refused, partial)",
    )
    right.legend()
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=110)
    plt.close(figure)
