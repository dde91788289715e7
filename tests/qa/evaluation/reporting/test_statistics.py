"""The statistics of scores are right on worked examples and hold their properties on any input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.reporting.statistics import area_under_risk, paired_p_value, risk_coverage, weighted_mean

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0, 1])), min_size=1, max_size=40))
def test_risk_at_full_coverage_is_the_share_of_errors(answers: list[tuple[float, int]]) -> None:
    """Whatever the confidences, all answers together have the mean error, and no risk leaves 0 to 1."""
    confidences, errors = zip(*answers, strict=True)
    coverage, risk = risk_coverage(confidences, errors)

    assert coverage[-1] == 1
    assert risk[-1] == pytest.approx(np.mean(errors))
    assert ((risk >= 0) & (risk <= 1)).all()


def test_confidence_that_ranks_errors_last_has_the_smaller_area() -> None:
    """Errors with low confidence cost less than errors with high confidence; equal confidences cost the mean."""
    errors = [1, 0, 0, 0]

    assert area_under_risk([0.1, 0.7, 0.8, 0.9], errors) < area_under_risk([0.5] * 4, errors)
    assert area_under_risk([0.5] * 4, errors) == pytest.approx(0.25)
    assert area_under_risk([0.9, 0.3, 0.2, 0.1], errors) > area_under_risk([0.5] * 4, errors)


@given(SCORES)
def test_an_interval_holds_its_mean(values: list[float]) -> None:
    """The bootstrap interval of a share lies in 0 to 1 and around the mean, and is the same at each call."""
    figure = weighted_mean(values)

    assert -1e-9 <= figure.low <= figure.value + 1e-9
    assert figure.value - 1e-9 <= figure.high <= 1 + 1e-9
    assert figure == weighted_mean(values)


def test_weights_make_a_share_of_all_citations() -> None:
    """3 right of 3 and 0 right of 1 are 3 of 4; no citations at all are no error."""
    assert weighted_mean([1, 0], [3, 1]).value == 0.75
    assert weighted_mean([1, 0], [0, 0]).value == 0.0


@given(SCORES)
def test_equal_runs_show_no_difference(values: list[float]) -> None:
    """A run compared with itself has p = 1."""
    run = {str(place): value for place, value in enumerate(values)}

    assert paired_p_value(run, run) == 1.0


def test_a_steady_gain_is_significant_and_a_lucky_one_is_not() -> None:
    """Thirty questions that all gain show a difference; one gain among thirty does not."""
    before = {str(place): 0.5 for place in range(30)}

    assert paired_p_value(before, dict.fromkeys(before, 0.6)) < 0.01
    assert paired_p_value(before, before | {"3": 0.9}) > 0.05
