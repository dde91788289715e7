"""Records are aggregated by suite and group."""

from qa.evaluation.judging.records import Record
from qa.evaluation.reporting.runs import Run
from qa.evaluation.reporting.summary import risk_points, scores_by_question, summarise, threshold_costs


def test_figures_are_given_of_all_questions_and_by_group(run: Run) -> None:
    """A suite's figures carry interval and number of questions, and stand again by style, kind and language."""
    [suite] = summarise(run.judged).values()

    assert suite["figures"]["refused"] == {"value": 1.0, "low": 1.0, "high": 1.0, "questions": 1}
    assert suite["groups"]["natural"]["nugget recall"]["value"] == 1.0
    assert suite["whole"]["follow-up share of stand-alone"] == 1.0
    assert suite["whole"]["words (median)"] > 0


def test_answers_that_miss_or_should_have_been_refused_are_errors(careless: dict[str, Record]) -> None:
    """The risk-coverage curve takes in whatever was answered and can be judged, with its confidence."""
    confidences, errors = risk_points(careless[id] for id in ("a", "b", "d"))

    assert confidences == [0.9, 0.9]
    assert errors == [1.0, 1.0]


def test_the_cost_of_a_threshold_counts_both_kinds_of_questions() -> None:
    """Whoever chooses a threshold sees which of the answerable questions it refuses, and which of the others."""
    records = [
        Record("mine", str(confidence), "", "Who?", "answered", "", {metric: 0.0}, confidence=confidence)
        for metric, confidences in {"wrongly refused": (0.1, 0.9, 0.9, 0.9), "refused": (0.1, 0.45)}.items()
        for confidence in confidences
    ]
    costs = threshold_costs(records)

    assert [costs["0.50"][kind]["value"] for kind in ("answerable", "unanswerable")] == [0.25, 1.0]
    assert costs["0.20"]["unanswerable"]["value"] == 0.5
    assert threshold_costs(records[:4])["0.50"].keys() == {"answerable"}


def test_questions_of_one_id_are_kept_apart() -> None:
    """The scores of two questions whose ids are the same both stand in the summary, by suite and metric."""
    first, second = (
        Record("mine", "a", "", question, "answered", "", {"nugget recall": value})
        for question, value in (("Who?", 1.0), ("Where?", 0.0))
    )
    scores = scores_by_question([first, second])

    assert sorted(scores["mine"]["nugget recall"].values()) == [0.0, 1.0]
