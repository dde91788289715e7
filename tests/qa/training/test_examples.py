"""Questions with their evidence are read, and invalid ones refused with the cure."""

import json
from pathlib import Path
from statistics import fmean

import pytest

from corpus import load_documents
from qa import Assistant, Settings, Status
from qa.answers.answer import ANSWERING
from qa.cli.paths import starter_collection
from qa.evaluation.judging.json_lines import InvalidDataset, rows_of
from qa.evaluation.judging.suites import UNSEEN, load_suite
from qa.training.examples import (
    TRAINING,
    QuestionRow,
    SurveyRow,
    UnanswerableRow,
    omos_examples,
    read_examples,
    squad_questions,
)
from qa.training.labels import label_survey


def test_all_examples_that_come_along_can_be_read() -> None:
    """Every answerable question of our own finds its evidence, near misses have none, surveys two documents or more."""
    starter = {document.id: document for document in load_documents([starter_collection()])}
    examples = read_examples([TRAINING / "questions.jsonl"], [TRAINING / "documents.jsonl"], starter)
    known = starter | {example.document.id: example.document for example in examples}
    surveys = [label_survey(row, known) for row in rows_of(TRAINING / "surveys.jsonl", SurveyRow)]
    answerable = [survey for survey in surveys if survey.answerable]

    assert len(examples) == 3670
    assert sum(bool(example.evidence) for example in examples) == 2050
    assert (len(surveys), len(answerable)) == (190, 130)
    assert all(len({id for id, _ in survey.evidence}) > 1 for survey in answerable)


def test_nothing_is_trained_on_the_documents_of_the_unseen_suites() -> None:
    """No document that an unseen suite asks about has a gold or a training question to be trained on."""
    rows = [*rows_of(TRAINING / "questions.jsonl", QuestionRow), *rows_of(TRAINING / "surveys.jsonl", SurveyRow)]
    trained_on = {row.document for row in rows if isinstance(row, QuestionRow)}
    trained_on |= {id for row in rows if isinstance(row, SurveyRow) for id in row.evidence}
    trained_on |= {gold.sources[0] for case in load_suite("factual").cases for gold in case.questions}
    unseen = [case for name in UNSEEN for case in load_suite(name).cases]

    assert len(unseen) > 250
    assert not trained_on & {source for case in unseen for gold in case.questions for source in gold.sources}


@pytest.mark.slow
def test_what_nothing_answers_is_refused_in_other_languages_too() -> None:
    """Of the questions in eleven languages that nothing answers, most are refused, and few answered without doubt."""
    assistant = Assistant.from_settings(Settings())
    rows = list(rows_of(TRAINING / "unanswerable.jsonl", UnanswerableRow))
    statuses = [assistant.ask(row.question).status for row in rows]

    assert len(rows) == 94
    assert fmean(status not in ANSWERING for status in statuses) > 0.6
    assert fmean(status == Status.ANSWERED for status in statuses) < 0.2


def test_a_question_about_an_unknown_document_is_an_error_with_the_cure(tmp_path: Path) -> None:
    """The error names the file and what to give."""
    file = tmp_path / "mine.jsonl"
    file.write_text('{"question": "Who?", "document": "none", "evidence": []}\n', encoding="utf-8")

    with pytest.raises(InvalidDataset, match=r"mine\.jsonl asks about none.*give its file"):
        read_examples([file], [], {})


def test_pages_and_questions_of_other_sets_are_read(tmp_path: Path) -> None:
    """A line of OMoS-QA is an example on its page, maybe without evidence; of SQuAD only the questions are read."""
    omos, squad = tmp_path / "omos.jsonl", tmp_path / "squad.json"
    row = {"id": 1, "question": "Where do I go?", "context": "Moving\nGo to the town hall.\nBring a passport."}
    omos.write_text("".join(json.dumps({**row, "answers": lines}) + "\n" for lines in ([1, 2], [])), encoding="utf-8")
    squad.write_text(
        json.dumps({"data": [{"paragraphs": [{"qas": [{"question": "Who won?"}] * 2}]}]}), encoding="utf-8"
    )
    answered, silent = omos_examples(omos)

    assert [span.of(answered.document.text) for span in answered.evidence] == [
        "Go to the town hall.",
        "Bring a passport.",
    ]
    assert not silent.evidence
    assert squad_questions(squad) == ["Who won?"]
