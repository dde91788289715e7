"""Scorers are fitted to choose the sentences that answer, and recalibrated for another encoder."""

from collections.abc import Callable
from dataclasses import replace
from statistics import fmean

import pytest

from doubles.fakes import HashingEncoder
from embeddings import Generation
from qa.query.followups import Turn
from qa.reader.features import SentenceFeatures
from qa.reader.scoring import Scorer
from qa.training.examples import TrainingExample
from qa.training.fitting import calibrate, fit, recalibrate, search_questions
from qa.training.labels import label_example, label_unanswerable


def test_scorers_are_fitted_to_choose_the_sentences_that_answer(
    example_of: Callable[..., TrainingExample], generation: Generation, encoder: HashingEncoder
) -> None:
    """Fitted on questions about other documents, they choose the right sentence and are surer where there is one."""
    examples = [
        example_of("ghana-shelter", "Who funds the shelter in Accra?", "Norway funds the shelter in Accra."),
        example_of("colombia-hotline", "Who runs the hotline?", "The government runs the hotline today."),
        example_of(
            "pakistan-conference",
            "What treaties did the conference ask for?",
            "The conference asked for extradition treaties between the states.",
        ),
    ]
    questions = [label_example(example) for example in examples]
    questions += [label_unanswerable(f"What melts at {n} degrees?") for n in range(6)]
    spanish = [replace(question, language="es") for question in questions]
    data = search_questions([*questions, *spanish], generation, encoder)
    scorers, selections = data.fit(), data.validated()

    assert scorers.sentence.weights["below_best"] > 0
    assert "below_best" not in data.fit(without="SentenceFeatures.below_best").sentence.weights
    right = [example.evidence[0].of(example.document.text) for example in examples]
    answerable, unanswerable = (
        fmean(selection.confidence for selection in part) for part in (selections[:3], selections[3:9])
    )
    assert answerable > unanswerable
    assert [selection.evidence[0].text for selection in selections[:3]] == right


def test_follow_ups_have_a_scorer_of_their_own_where_there_are_some(
    example_of: Callable[..., TrainingExample], generation: Generation, encoder: HashingEncoder
) -> None:
    """It is of all languages; without follow-ups, they get the confidence of a question that stands alone."""
    told = label_example(
        example_of("colombia-hotline", "Who runs the hotline?", "The government runs the hotline today.")
    )
    alone = [told, *(label_unanswerable(f"What melts at {n} degrees?") for n in range(6))]
    alone += [replace(question, language="es") for question in alone]
    behind_turns = [replace(question, turns=(Turn("What is told?"),)) for question in alone]
    scorers = search_questions([*alone, *behind_turns], generation, encoder).fit()
    of_alone = search_questions(alone, generation, encoder).fit()

    assert scorers.follow_up
    assert scorers.of_question("es", is_follow_up=True) == scorers.follow_up
    assert of_alone.of_question("es", is_follow_up=True) == of_alone.cross_lingual


def test_weights_are_given_on_the_scale_of_their_features() -> None:
    """A feature that separates right from wrong gets a weight of its sign; a constant one gets none."""
    rows = [(SentenceFeatures(below / 10, 0.5, 2.0, 0.0, 0.0), below > -3) for below in range(-9, 1)]
    scorer = fit(rows)

    assert scorer.weights["below_best"] > 0
    assert list(scorer.weights) == ["below_best"]
    assert scorer.probability(rows[-1][0]) > scorer.probability(rows[0][0])


def test_scorers_are_recalibrated_by_how_far_cosines_lie() -> None:
    """If all cosines are 0.1 higher with another encoder, a question keeps its confidence."""
    scorer = Scorer(-2.0, {"passage_cosine": 10.0, "fact": 1.0})

    assert recalibrate(scorer, [0.5, 0.7], [0.6, 0.8]) == Scorer(-3.0, scorer.weights)


def test_a_calibrated_scorer_gives_frequencies() -> None:
    """Where a scorer is too sure, its probabilities become the share of the examples that are positive, in order."""
    overconfident = Scorer(0.0, {"below_best": 8.0})
    positives = {-0.5: 30, 0.0: 50, 0.5: 70}  # of 100 each
    rows = [
        (SentenceFeatures(below, 0, 0, 0, 0), number < positive)
        for below, positive in positives.items()
        for number in range(100)
    ]
    calibrated = calibrate(overconfident, rows)

    for below, positive in positives.items():
        assert calibrated.probability(SentenceFeatures(below, 0, 0, 0, 0)) == pytest.approx(positive / 100, abs=0.02)
