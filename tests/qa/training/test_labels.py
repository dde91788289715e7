"""Questions are labelled with what answers them, and weigh what they should."""

from collections.abc import Callable
from dataclasses import replace

from qa.training.examples import TrainingExample
from qa.training.labels import is_validation, label_example, label_unanswerable


def test_an_example_is_labelled_with_its_sentences(example_of: Callable[..., TrainingExample]) -> None:
    """The label holds document and offset of every sentence that answers; questions on a document share a fold."""
    example = example_of("ghana-shelter", "Who funds the shelter?", "Norway funds the shelter in Accra.", "Norway")
    label = label_example(example)
    near_miss = label_example(TrainingExample("Who designed it?", example.document, ()))

    assert label.evidence == {("ghana-shelter", example.document.text.index("Norway"))}
    assert label.answerable
    assert not near_miss.answerable
    assert label.fold == near_miss.fold


def test_near_misses_weigh_less_and_answerable_questions_in_other_languages_more(
    example_of: Callable[..., TrainingExample],
) -> None:
    """A near miss of a document counts for 0.4, what nothing answers for 1; in Spanish what is answered for 1.5."""
    example = example_of("colombia-hotline", "Who runs the hotline?", "The government runs the hotline today.")
    near_miss = TrainingExample("Who ran it in 1990?", example.document, ())
    labels = [label_example(example), label_example(near_miss), label_unanswerable("What melts?")]

    assert [label.weight for label in labels] == [1.0, 0.4, 1.0]
    assert [replace(label, language="es").weight for label in labels] == [1.5, 0.4, 1.0]


def test_a_document_belongs_to_a_half_for_good() -> None:
    """The half goes by the id alone, and both halves are about as large."""
    validation = [is_validation(f"document-{number}") for number in range(400)]

    assert validation == [is_validation(f"document-{number}") for number in range(400)]
    assert 160 < sum(validation) < 240
