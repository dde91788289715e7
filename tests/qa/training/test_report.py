"""The calibration report shows what a threshold costs, and thresholds leave the wanted proportions below them."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from qa.reader.selection import Selection
from qa.training.labels import Labelled, LabelledQuestion
from qa.training.report import (
    REFUSED,
    ablation_report,
    calibration_report,
    choose_thresholds,
    draw_calibration,
    reliability,
    thresholds_for,
)

KINDS = ("gold", "training", "unanswerable, near_miss", "training, near misses", "unanswerable, in_domain")
CONFIDENCES = st.lists(st.floats(0, 1), min_size=1, max_size=50)


def labelled_questions() -> tuple[list[Labelled], list[Selection]]:
    """Return ten questions of every kind, and what was chosen for them: answerable ones are surer."""
    labelled, selections = [], []
    for kind in KINDS:
        answerable = kind in ("gold", "training")
        for number in range(10):
            label = LabelledQuestion(f"{kind} {number}?", "en", "", frozenset(), ("Norway",), answerable, 0)
            labelled.append((kind, label))
            selections.append(Selection((), (), confidence=(5 * answerable + number / 2) / 10))
    return labelled, selections


def test_the_report_shows_what_is_refused_of_every_kind() -> None:
    """Each kind has a row; those that nothing answers have no recall."""
    labelled, selections = labelled_questions()
    report = calibration_report(labelled, selections, thresholds_for(labelled, selections, REFUSED), "evidence.png")

    assert "| gold | 10 | 0.000 | 0 | 0.100 | 0.100 |" in report
    assert "| unanswerable, in_domain | 10 |  |  | 1.000 | 0.000 |" in report
    assert "](evidence.png)" in report


def test_the_ablation_has_a_row_for_each_feature() -> None:
    """A feature without which told questions are no surer than untold ones is worth the most."""
    labelled, selections = labelled_questions()
    report = ablation_report(labelled, selections, {"QuestionFeatures.phrase": [Selection()] * len(selections)})

    assert "| nothing | 1.000; nan; nan |" in report
    assert "| QuestionFeatures.phrase | 0.500; nan; nan |" in report


def test_the_picture_is_drawn_where_it_should_be(tmp_path: Path) -> None:
    """The picture is a PNG, and its folder is made where there is none."""
    draw_calibration(*labelled_questions(), tmp_path / "images" / "evidence.png")

    assert (tmp_path / "images" / "evidence.png").read_bytes().startswith(b"\x89PNG")


@given(CONFIDENCES)
def test_no_more_than_the_wanted_proportions_lie_below_the_thresholds(confidences: list[float]) -> None:
    """Whatever the confidences, some 9 % lie below the first threshold and 25 % below the second at the most."""
    thresholds = choose_thresholds(confidences, refused=0.09, partial=0.25)

    assert thresholds.min_confidence <= thresholds.sure_confidence
    for threshold, proportion in zip(thresholds, (0.09, 0.25), strict=True):
        below = sum(confidence < threshold - 0.0005 for confidence in confidences)
        assert below <= proportion * (len(confidences) - 1) + 1


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_every_question_is_in_a_bin(answers: list[tuple[float, bool]]) -> None:
    """The bins hold all questions and all that are answerable, in the order of their confidence."""
    bins = reliability(*zip(*answers, strict=True))

    assert sum(bin.questions for bin in bins) == len(answers)
    assert round(sum(bin.questions * bin.answerable for bin in bins)) == sum(truth for _, truth in answers)
    assert [bin.confidence for bin in bins] == sorted(bin.confidence for bin in bins)
