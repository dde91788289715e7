"""Near misses are made of answerable questions: the same of another country, place, operation or person."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from corpus import Document
from qa.training.examples import TrainingExample
from qa.training.labels import Labelled, label_example
from qa.training.moved import MOVED, moved_questions

DOCUMENTS = {
    id: Document(id, title, "Text.", countries=(country,))
    for id, title, country in (("b", "Bhutan", "Bhutan"), ("p", "Peru", "Peru"), ("c", "Chile", "Chile"))
}


@pytest.fixture
def ghana(example_of: Callable[..., TrainingExample]) -> TrainingExample:
    """Return a question on one document of a shelter in Ghana."""
    return example_of(
        "ghana-shelter", "Who funds the shelter in Ghana?", "Norway funds the shelter in Accra.", "Norway"
    )


@pytest.mark.parametrize(
    ("language", "question", "name", "others"),
    [
        ("en", "Who funds the shelter in Ghana?", "Ghana", ["Bhutan", "Peru", "Chile"]),
        ("es", "¿Quién paga el refugio de Ghana?", "Ghana", ["Bután", "Perú", "Chile"]),
        ("zh", "谁资助加纳的收容所？", "加纳", ["不丹", "秘鲁", "智利"]),
    ],
)
def test_a_question_is_moved_to_a_country_that_its_document_lacks(
    ghana: TrainingExample, language: str, question: str, name: str, others: list[str]
) -> None:
    """The country has its name in the language; the near miss keeps document and fold, and was asked by nobody."""
    label = replace(label_example(ghana), question=question, language=language)
    [(kind, moved)] = moved_questions([("told", label)], DOCUMENTS | {"ghana-shelter": ghana.document})

    assert kind == MOVED
    assert moved.question in [question.replace(name, other) for other in others]
    assert (moved.answerable, moved.evidence, moved.is_moved) == (False, frozenset(), True)
    assert (moved.document, moved.fold) == (label.document, label.fold)


def test_another_name_is_put_in_an_english_question_without_a_country(ghana: TrainingExample) -> None:
    """The name is one of another question's, which the document lacks; a question without any name is left out."""
    accra, gorky, bare = (
        ("told", replace(label_example(ghana), question=question))
        for question in ("Who funds the shelter in Accra?", "What did Operation Gorky find?", "Who pays?")
    )
    documents = DOCUMENTS | {"ghana-shelter": ghana.document}
    moved = [label.question for _, label in moved_questions([accra, gorky, bare], documents)]

    assert moved[0] in ("Who funds the shelter in Gorky?", "Who funds the shelter in Operation?")
    assert len(moved) == 2
    assert moved == [label.question for _, label in moved_questions([accra, gorky, bare], documents)]


def test_what_is_untold_is_not_moved(ghana: TrainingExample) -> None:
    """A near miss of a near miss would teach nothing."""
    untold: Labelled = ("untold", replace(label_example(ghana), answerable=False))

    assert moved_questions([untold], DOCUMENTS | {"ghana-shelter": ghana.document}) == []
