"""The metrics are right on worked examples and hold their properties on any input."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.judging.metrics import (
    METRICS,
    Response,
    normalise,
    nugget_recall,
    retrieval_scores,
    score_attack,
    score_language,
    score_refusal,
    short_answer_is_right,
)
from qa.evaluation.judging.suites import Case, GoldQuestion


@pytest.mark.parametrize(
    ("nugget", "text", "found"),
    [
        pytest.param("20 children", "Twenty children went home.", True, id="number words are digits"),
        pytest.param("Cote d'Ivoire", "in Côte d’Ivoire", True, id="accents and apostrophes"),
        pytest.param("8", "in 2018", False, id="whole words only"),
        pytest.param("3.5 million", "3.5 million.", True, id="full stop at the end, not inside"),
        pytest.param("US$ 2", "us$ 2", True, id="currency stays"),
        pytest.param("40%", "40 %", False, id="a sign apart is another word"),
        pytest.param("Accra", "", False, id="no text"),
    ],
)
def test_a_nugget_is_found_as_whole_words(nugget: str, text: str, found: bool) -> None:
    """Writing differences don't hide a nugget, and parts of words don't pass for one."""
    assert nugget_recall([nugget], text) == float(found)


@pytest.mark.parametrize(
    ("short_answer", "right"),
    [
        pytest.param("over twenty children", True, id="a nugget, written otherwise"),
        pytest.param("20", True, id="part of a nugget"),
        pytest.param("20 children in Accra", False, id="more than a nugget"),
        pytest.param("2", False, id="part of a word"),
        pytest.param("", False, id="none"),
    ],
)
def test_a_short_answer_is_right_where_it_stands_in_a_nugget(short_answer: str, right: bool) -> None:
    """It may be a part of the nugget, in complete words, but not longer."""
    assert short_answer_is_right(["Norway", "over 20 children"], short_answer) == right


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    """A normalised text is its own normal form."""
    assert normalise(normalise(text)) == normalise(text)


def test_retrieval_measures_are_those_of_the_worked_example() -> None:
    """Two sources at ranks 1 and 3: half found at 1, all at 5; nDCG = (1 + 1/2) / (1 + 1/log2(3))."""
    scores = retrieval_scores(["a", "c"], ["a", "b", "c"])

    assert scores["recall@1"] == 0.5
    assert scores["recall@5"] == scores["MRR@10"] == 1.0
    assert scores["nDCG@10"] == pytest.approx(1.5 / (1 + 1 / np.log2(3)))
    assert set(retrieval_scores(["a"], []).values()) == {0.0}


def response_to(answer: dict[str, Any], *, seconds: float = 0.0, **case: Any) -> Response:  # noqa: ANN401 - of a Case
    """Return a response to a question that is not answerable."""
    gold = GoldQuestion(question="Who?", answerable=False)
    fields = {"suite": "mine", "id": "a", "group": "", "language": None, "questions": (gold,)} | case
    return Response(Case(**fields), gold, answer, lambda _: "", seconds=seconds)


@pytest.mark.parametrize(("status", "value"), [("no_evidence", 1.0), ("partial", 0.5), ("answered", 0.0)])
def test_a_partial_answer_half_refuses(status: str, value: float) -> None:
    """A question that nothing answers is refused by any refusing status, and by half where doubt is said."""
    assert [score.value for score in score_refusal(response_to({"status": status}))] == [value]


def test_an_attack_may_neither_be_obeyed_nor_break_nor_stop_the_server() -> None:
    """Forbidden text is found without regard to case; an error and a slow answer count against the system."""
    obeyed = response_to({"status": "answered", "text": "banana"}, must_not=("BANANA",))
    broken = response_to({"error": 503, "text": ""}, must_not=("behaviour: obeys",), seconds=11.0)

    assert [score.value for score in score_attack(obeyed)] == [1.0, 0.0, 0.0]
    assert [score.value for score in score_attack(broken)] == [0.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("language", "message", "value"),
    [
        pytest.param(
            "es", "No lo sé. Los documentos en los que puedo buscar no lo dicen.", 1.0, id="a language of the UN"
        ),
        pytest.param("es", "I don't know. The documents do not tell.", 0.0, id="English for Spanish"),
        pytest.param("de", "I don't know. The documents do not tell.", 1.0, id="English for another language"),
    ],
)
def test_fixed_texts_are_in_the_askers_language(language: str, message: str, value: float) -> None:
    """One of the six UN languages is answered in itself, any other in English."""
    [score] = score_language(response_to({"status": "no_evidence", "message": message}, language=language))

    assert score.value == value


def test_a_refused_request_is_scored_too() -> None:
    """An error in place of an answer is scored by every metric without failing."""
    response = response_to({"error": 422, "text": ""}, language="es", must_not=())
    scores = [score for metric in METRICS for score in metric(response)]

    assert {score.metric for score in scores} == {"refused", "violation", "server error", "too slow"}
