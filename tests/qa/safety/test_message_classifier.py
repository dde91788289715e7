"""The classifiers recognise people at risk, and small talk in a conversation, by a message's vector."""

from pathlib import Path

import pytest

from embeddings import SentenceEncoder
from fakes import HashingEncoder
from qa import Settings
from qa.evaluation.suites import load_suite
from qa.safety.message_classifier import SmallTalkClassifier, distress_classifier


def test_the_classifier_tells_its_examples_apart(encoder: HashingEncoder, tmp_path: Path) -> None:
    """A message that is like the examples of one side falls on that side."""
    classifier = distress_classifier(encoder, tmp_path / "vectors.sqlite")

    assert classifier.predict(
        encoder.encode_query("My employer in Dubai will not give my passport back and I want to leave")
    )
    assert not classifier.predict(encoder.encode_query("How many boats sank off Libya in 2016?"))


@pytest.mark.model
def test_small_talk_of_unseen_conversations_is_heard_and_questions_are_not_taken_for_it(
    shipped_encoder: SentenceEncoder,
) -> None:
    """Of conversations that no example is from, nearly all small talk is recognised, and at most one question in 50."""
    classifier = SmallTalkClassifier(shipped_encoder, Settings().cache)
    cases = [case for name in ("unseen_followups", "dialogues") for case in load_suite(name).cases]
    turns = [turn for case in cases for turn in case.questions[1:]]
    heard = {turn.question: bool(classifier.reason(shipped_encoder.encode_query(turn.question))) for turn in turns}
    talk = [heard[turn.question] for turn in turns if turn.small_talk]
    questions = [heard[turn.question] for turn in turns if not turn.small_talk]

    assert classifier.reason(shipped_encoder.encode_query("thx that helps a lot")) == "small_talk"
    assert classifier.reason(shipped_encoder.encode_query("that's wrong, you are wrong")) == "complaint"
    assert sum(talk) >= 0.9 * len(talk)
    assert sum(questions) <= 0.02 * len(questions)
