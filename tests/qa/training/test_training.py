"""The encoder and the scorers learn from lessons, and what is kept of them is what was learned."""

import json
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from corpus import Document, load_documents
from embeddings import Generation, SentenceEncoder, model_folder
from embeddings.models.delta import add_difference, save_difference
from embeddings.models.finetuning import Example, _masked, _texts, _unanswered
from embeddings.models.pretrained import DEFAULT_MODEL, ModelProblem, source_folder
from fakes import HashingEncoder
from qa import Assistant, Settings, Status
from qa.answers import ANSWERING
from qa.cli.app import starter_collection
from qa.evaluation.json_lines import BrokenSuite, rows_of
from qa.evaluation.suites import UNSEEN, load_suite
from qa.reader.features import SentenceSignals
from qa.reader.scoring import Scorer
from qa.training.examples import (
    TRAINING,
    Lesson,
    QuestionRow,
    SurveyRow,
    UnanswerableRow,
    evidence_spans,
    omos_lessons,
    read_lessons,
    squad_questions,
)
from qa.training.fitting import (
    carried_over,
    exam_of,
    examples_of,
    fit,
    half_of,
    learn_scorers,
    survey_exam,
    unanswerable_exam,
)
from qa.training.train import Sources, teach

MATRICES = arrays.arrays(np.float32, (3, 4), elements=st.floats(-0.125, 0.125, width=32))


@given(MATRICES, MATRICES)
def test_a_difference_gives_the_tuned_tensors_again(base: np.ndarray, moved: np.ndarray) -> None:
    """Whatever moved, no weight comes back farther off than a step of its row, and nothing else is kept."""
    tuned = {"matrix": base + moved, "vector": (base + moved)[0]}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "difference.safetensors"
        save_difference({"matrix": base, "vector": base[0], "other": base}, tuned, file)
        again = add_difference({"matrix": base, "vector": base[0]}, file)
    steps = np.abs(moved).max(axis=1, keepdims=True) / 127

    assert again.keys() == tuned.keys()
    assert (np.abs(again["matrix"] - tuned["matrix"]) <= 2 * steps + 1e-4).all()
    assert np.allclose(again["vector"], tuned["vector"], atol=1e-3)


@pytest.mark.model
@pytest.mark.filterwarnings("ignore")
def test_the_exported_encoder_equals_sentence_transformers() -> None:
    """Questions and documents get the same vectors as from the library, to 1e-4, in any script and length."""
    from sentence_transformers import SentenceTransformer

    models = Settings().models
    library = SentenceTransformer(str(source_folder(DEFAULT_MODEL, models)), device="cpu", local_files_only=True)
    encoder = SentenceEncoder(model_folder(DEFAULT_MODEL, models), DEFAULT_MODEL)
    texts = [
        "Who pays?",
        "\u00bfQui\u00e9n paga el refugio? " * 40,
        "\u8c01\u8d44\u52a9\u4e86\u6536\u5bb9\u6240\uff1f",
        "a",
        "",
        "  two  blanks \t\n\uff21\ufb01 \u200b \U0001f6a8",
    ]
    documents = library.encode_document(texts, normalize_embeddings=True, show_progress_bar=False)
    question = library.encode_query(texts[1], normalize_embeddings=True, show_progress_bar=False)

    assert np.abs(encoder.encode_documents(texts) - documents).max() < 1e-4
    assert np.abs(encoder.encode_query(texts[1]) - question).max() < 1e-4


def test_all_lessons_that_come_along_can_be_read() -> None:
    """Every answerable question of our own finds its evidence, near misses have none, surveys two documents or more."""
    starter = {document.id: document for document in load_documents([starter_collection()])}
    lessons = read_lessons([TRAINING / "questions.jsonl"], [TRAINING / "documents.jsonl"], starter)
    known = starter | {lesson.document.id: lesson.document for lesson in lessons}
    surveys = [survey_exam(row, known) for row in rows_of(TRAINING / "surveys.jsonl", SurveyRow)]
    told = [exam for exam in surveys if exam.answerable]

    assert len(lessons) == 3670
    assert sum(bool(lesson.evidence) for lesson in lessons) == 2050
    assert (len(surveys), len(told)) == (190, 130)
    assert all(len({id for id, _ in exam.evidence}) > 1 for exam in told)


def test_near_misses_weigh_less_and_answerable_questions_in_other_languages_more(documents: list[Document]) -> None:
    """A near miss of a document counts for 0.4, what nothing answers for one; in Spanish what is answered for 1.5."""
    hotline = next(document for document in documents if document.id == "colombia-hotline")
    told = exam_of(lesson(hotline, "Who runs the hotline?", "The government runs the hotline today."))
    missed = exam_of(Lesson("Who ran it in 1990?", hotline, ()))
    exams = [told, missed, unanswerable_exam("What melts?")]

    assert [exam.weight for exam in exams] == [1.0, 0.4, 1.0]
    assert [replace(exam, language="es").weight for exam in exams] == [1.5, 0.4, 1.0]


def test_encoders_that_were_never_tuned_are_an_error_with_the_cure(tmp_path: Path) -> None:
    """Scorers alone are fitted to encoders of an earlier run; without one, the error says how to make one."""
    starter = {document.id: document for document in load_documents([starter_collection()])}

    with pytest.raises(ModelProblem, match="waymark train, without --only-scorers"):
        teach(Sources(), starter, Settings(var=tmp_path), lambda what, done, total: None, tuned_anew=False)


def test_nothing_learns_from_the_documents_of_the_unseen_suites() -> None:
    """No document that an unseen suite asks about has a question, a gold one or one for training, to learn from."""
    rows = [*rows_of(TRAINING / "questions.jsonl", QuestionRow), *rows_of(TRAINING / "surveys.jsonl", SurveyRow)]
    taught = {row.document for row in rows if isinstance(row, QuestionRow)}
    taught |= {id for row in rows if isinstance(row, SurveyRow) for id in row.evidence}
    taught |= {ask.sources[0] for case in load_suite("factual").cases for ask in case.asks}
    unseen = [case for name in UNSEEN for case in load_suite(name).cases]

    assert len(unseen) > 250
    assert not taught & {source for case in unseen for ask in case.asks for source in ask.sources}


@pytest.mark.model
@pytest.mark.slow
def test_what_is_not_told_is_not_told_in_other_languages_either() -> None:
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

    with pytest.raises(BrokenSuite, match=r"mine\.jsonl asks about none.*give its file"):
        read_lessons([file], [], {})


def lesson(document: Document, question: str, evidence: str, *nuggets: str) -> Lesson:
    """Make a lesson of a sentence of a document."""
    return Lesson(question, document, evidence_spans(document, [evidence]), nuggets)


def test_examples_hold_no_right_sentence_as_a_wrong_one(documents: list[Document], tmp_path: Path) -> None:
    """Right sentences carry their title; wrong ones are near, of any document, and don't hold all that is asked for."""
    ghana = next(document for document in documents if document.id == "ghana-shelter")
    taught = lesson(ghana, "Who funds the shelter?", "Norway funds the shelter in Accra.", "Norway")
    [example] = examples_of([taught], documents, HashingEncoder(), tmp_path / "vectors.sqlite")
    drawn, places = _texts([example], np.random.default_rng(0))

    assert example.right == ("Shelter for trafficked children opens in Accra. Norway funds the shelter in Accra.",)
    assert example.wrong
    assert not any("Norway" in text for text in example.wrong)
    assert drawn[places[0]] in example.right


def test_examples_hold_what_their_document_does_not_answer(documents: list[Document], tmp_path: Path) -> None:
    """A question without evidence is no example, and speaks against the sentences of its own document only."""
    ghana, colombia = (next(one for one in documents if one.id == id) for id in ("ghana-shelter", "colombia-hotline"))
    taught = [
        lesson(ghana, "Who funds the shelter?", "Norway funds the shelter in Accra."),
        Lesson("Who designed the shelter?", ghana, ()),
        lesson(colombia, "Who runs the hotline?", "The government runs the hotline today."),
    ]
    examples = examples_of(taught, documents, HashingEncoder(), tmp_path / "vectors.sqlite")

    assert [one.unanswered for one in examples] == [("Who designed the shelter?",), ()]
    assert _unanswered(examples, ["Who won?"], np.random.default_rng(0)) == ["Who designed the shelter?", "Who won?"]
    assert _unanswered(examples, ["Who runs the hotline?"], np.random.default_rng(0)) == ["Who designed the shelter?"]


def test_what_is_right_too_counts_neither_for_nor_against() -> None:
    """Of a row, the one at its place stays and other right ones are left out; columns beyond those known stay."""
    logits = torch.zeros(2, 3)
    masked = _masked(logits, torch.tensor([[True, True], [False, True]]), torch.tensor([0, 1]))

    assert masked.tolist() == [[0, -torch.inf, 0], [0, 0, 0]]


def test_pages_and_questions_of_other_sets_are_read(tmp_path: Path) -> None:
    """A line of OMoS-QA becomes a lesson on its page, maybe without evidence; of SQuAD only the questions are read."""
    omos, squad = tmp_path / "omos.jsonl", tmp_path / "squad.json"
    row = {"id": 1, "question": "Where do I go?", "context": "Moving\nGo to the town hall.\nBring a passport."}
    omos.write_text("".join(json.dumps({**row, "answers": lines}) + "\n" for lines in ([1, 2], [])), encoding="utf-8")
    squad.write_text(
        json.dumps({"data": [{"paragraphs": [{"qas": [{"question": "Who won?"}] * 2}]}]}), encoding="utf-8"
    )
    told, silent = omos_lessons(omos)

    assert [span.of(told.document.text) for span in told.evidence] == ["Go to the town hall.", "Bring a passport."]
    assert not silent.evidence
    assert squad_questions(squad) == ["Who won?"]


def test_scorers_learn_to_choose_the_taught_sentences(
    documents: list[Document], generation: Generation, encoder: HashingEncoder
) -> None:
    """Fitted on lessons of other documents, they choose the right sentence and are surer where there is one."""
    by_id = {document.id: document for document in documents}
    taught = [
        lesson(by_id[id], question, evidence)
        for id, question, evidence in (
            ("ghana-shelter", "Who funds the shelter in Accra?", "Norway funds the shelter in Accra."),
            ("colombia-hotline", "Who runs the hotline?", "The government runs the hotline today."),
            (
                "pakistan-conference",
                "What treaties did the conference ask for?",
                "The conference asked for extradition treaties between the states.",
            ),
        )
    ]
    exams = [exam_of(one) for one in taught] + [unanswerable_exam(f"What melts at {n} degrees?") for n in range(6)]
    spanish = [replace(exam, language="es") for exam in exams]
    scorers, selections = learn_scorers([*exams, *spanish], generation, encoder)

    assert scorers.sentence.weights["below_best"] > 0
    right = [one.evidence[0].of(one.document.text) for one in taught]
    assert fmean(one.confidence for one in selections[:3]) > fmean(one.confidence for one in selections[3:9])
    assert [one.evidence[0].text for one in selections[:3]] == right


def test_weights_are_given_on_the_scale_of_their_signals() -> None:
    """A signal that tells right from wrong gets the weight of its sign, one that is always the same gets none."""
    rows = [(SentenceSignals(below / 10, 0.5, 2.0), below > -3) for below in range(-9, 1)]
    scorer = fit(rows)

    assert scorer.weights["below_best"] > 0
    assert scorer.weights["passage_score"] == scorer.weights["words"] == 0
    assert scorer.probability(rows[-1][0]) > scorer.probability(rows[0][0])


def test_a_document_belongs_to_a_half_for_good() -> None:
    """The half goes by the id alone, and both halves are about as large."""
    halves = [half_of(f"document-{number}") for number in range(400)]

    assert half_of("ghana-shelter") == half_of("ghana-shelter")
    assert 160 < sum(halves) < 240


def test_no_example_teaches_a_sentence_against_itself() -> None:
    """A text that two questions share is drawn once."""
    shared = Example("One?", ("It.",), ("That.",))
    drawn, places = _texts([shared, Example("Two?", ("That.",), ("It.",))], np.random.default_rng(0))

    assert sorted(drawn) == ["It.", "That."]
    assert [drawn[place] for place in places] == ["It.", "That."]


def test_scorers_are_carried_over_by_how_far_cosines_lie() -> None:
    """Where all passages lie 0.1 nearer for another encoder, a question is as likely answered as with the first."""
    scorer = Scorer(-2.0, {"passage_cosine": 10.0, "fact": 1.0})

    assert carried_over(scorer, [0.5, 0.7], [0.6, 0.8]) == Scorer(-3.0, scorer.weights)
