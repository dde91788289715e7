"""Questions about the subject go their way: neither the rules nor the classifier take them for something else."""

from pathlib import Path

import pytest
import yaml

from embeddings import SentenceEncoder
from qa import Settings
from qa.query.question import Question
from qa.safety.distress_rules import in_distress
from qa.safety.message_classifier import DistressClassifier
from qa.safety.router import route

QUESTIONS = [
    Question(text, language)
    for language, texts in yaml.safe_load(
        Path(__file__).with_name("ordinary_questions.yaml").read_text(encoding="utf-8")
    ).items()
    for text in texts
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.text)
def test_the_rules_let_ordinary_questions_pass(question: Question) -> None:
    """Legal aid, what traffickers do, and a "you" that is nobody raise no card and get no fixed text."""
    assert not in_distress(question)
    assert not route(question)


@pytest.mark.model
def test_the_classifier_lets_ordinary_questions_pass(shipped_encoder: SentenceEncoder) -> None:
    """None of 60 such questions in six languages is taken for a cry for help."""
    classifier = DistressClassifier(shipped_encoder, Settings().cache)

    assert not [
        question.text
        for question in QUESTIONS
        if classifier.predict(shipped_encoder.encode_query(question.text), by_rules=False)
    ]
