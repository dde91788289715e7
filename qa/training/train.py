"""Make the evidence encoder and the scorers from questions with their evidence: the whole of `make train-evidence`.

In: files of questions, of the pages that they are about, and of questions that no document here answers. Out: the tuned
layers (embeddings/models/tuned/), the scorers (qa/reader/scorers.yaml), and a report with its picture
(docs/results/evidence.md).

The encoder is tuned twice: on the documents of one half, so that the scorers are fitted and everything is measured on
questions about documents of the other half; then on all of them, for the file that is kept. The scorers are carried
over to that one by how its cosines lie on questions that nothing answers, which neither learned from.
"""

import random
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import yaml

from corpus import Document
from corpus.languages import language_of
from embeddings import Encoder, Generation, SentenceEncoder, build_generation, model_folder
from embeddings.models.delta import save_difference
from embeddings.models.finetuning import Tensors, tune
from embeddings.models.pretrained import E5, TUNED, ModelProblem, source_folder
from qa.evaluation.json_lines import rows_of
from qa.evaluation.suites import load_suite
from qa.reader.scoring import FILE, Scorer, Scorers
from qa.settings import Settings
from qa.training.examples import (
    TRAINING,
    Lesson,
    SurveyRow,
    UnanswerableRow,
    gold_lessons,
    omos_lessons,
    read_lessons,
    squad_questions,
)
from qa.training.fitting import (
    Exam,
    carried_over,
    exam_of,
    examples_of,
    half_of,
    learn_scorers,
    passage_cosines,
    survey_exam,
    unanswerable_exam,
)
from qa.training.report import appraise, draw

HALF, ALL = "half", "all"  # of the documents: what the two encoders are tuned on
HELD = 0  # the half that is not tuned on while measuring
STEPS_HALF, STEPS_ALL = 260, 360  # batches of 16 questions: twice, and a little under that, through the questions
FOREIGN = 200  # questions about pages of another field
REPORT = Path("docs/results/evidence.md")
PICTURE = Path("docs/images/evidence.png")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Sources:
    """The files to learn from, beside the questions that come with Waymark.

    `questions` are about the starter collection and the `pages`. `omos` are files of OMoS-QA, whose pages are of
    another field; `squad` are files of SQuAD, whose questions no document here answers.
    """

    questions: Sequence[Path] = ()
    pages: Sequence[Path] = ()
    omos: Sequence[Path] = ()
    squad: Sequence[Path] = ()


def teach(
    sources: Sources, documents: Mapping[str, Document], settings: Settings, progress: Progress, *, tuned_anew: bool
) -> str:
    """Tune, fit, measure and write; return the report.

    Unless `tuned_anew`, the encoders that were last tuned are taken; raises ModelProblem where there are none.
    """
    ours = read_lessons([TRAINING / "questions.jsonl"], [TRAINING / "documents.jsonl"], documents)
    given = read_lessons(sources.questions, sources.pages, documents) if sources.questions else []
    gold = gold_lessons(load_suite("factual"), documents)
    omos = [lesson for file in sources.omos for lesson in omos_lessons(file)]
    if tuned_anew:
        squad = [question for file in sources.squad for question in squad_questions(file)]
        _tune([*ours, *given, *gold, *omos], squad, documents, settings, progress)
    # Our own training documents are of the same kind, and double the questions that a scorer can be fitted on.
    known = dict(documents) | {lesson.document.id: lesson.document for lesson in ours}
    half, whole = (_indexed(known, _encoder(name, settings), settings, progress) for name in (HALF, ALL))
    exams = _exams([*ours, *given, *gold], omos, known)
    scorers, selections = learn_scorers([exam for _, exam in exams], *half, partial(progress, "Asking"))
    silent = [exam for kind, exam in exams if kind.startswith("unanswerable")]

    def carried(scorer: Scorer, asked: Sequence[Exam]) -> Scorer:
        return carried_over(scorer, passage_cosines(asked, *half), passage_cosines(asked, *whole))

    _write_scorers(
        scorers._replace(
            question=carried(scorers.question, [exam for exam in silent if exam.language == "en"]),
            cross_lingual=carried(scorers.cross_lingual, [exam for exam in silent if exam.language != "en"]),
        )
    )
    report = appraise(exams, selections)
    REPORT.write_text(report, encoding="utf-8")
    draw(exams, selections, PICTURE)
    return report


def _tune(
    lessons: Sequence[Lesson],
    squad: Sequence[str],
    documents: Mapping[str, Document],
    settings: Settings,
    progress: Progress,
) -> None:
    """Tune on the lessons of one half and on all; leave both models in folders, and what differs where it is kept."""
    from safetensors.numpy import load_file, save_file

    base = source_folder(E5, settings.models)
    weights = load_file(base / "model.safetensors")
    plain = SentenceEncoder(model_folder(E5, settings.models), E5)

    def tuned_on(some: Sequence[Lesson], name: str, steps: int) -> Tensors:
        examples = examples_of(
            some, documents.values(), plain, settings.cache, partial(progress, f"Encoding for {name}")
        )
        tuned = tune(
            base, examples, squad, steps=steps, progress=lambda step, _: progress(f"Tuning on {name}", step, steps)
        )
        folder = _folder(name, settings)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base, folder)
        save_file(weights | tuned, folder / "model.safetensors", metadata={"format": "pt"})
        return tuned

    tuned_on([lesson for lesson in lessons if half_of(lesson.document.id) != HELD], HALF, STEPS_HALF)
    save_difference(weights, tuned_on(lessons, ALL, STEPS_ALL), TUNED)


def _folder(name: str, settings: Settings) -> Path:
    return settings.var / "training" / name


def _encoder(name: str, settings: Settings) -> SentenceEncoder:
    folder = _folder(name, settings)
    if not folder.is_dir():
        raise ModelProblem(f"no encoder was tuned into {folder} yet; run: waymark train, without --only-scorers")
    return SentenceEncoder(model_folder(str(folder), settings.models), name)


def _exams(
    lessons: Sequence[Lesson], others: Sequence[Lesson], documents: Mapping[str, Document]
) -> list[tuple[str, Exam]]:
    """Return exams by kind: those about held documents of the collection, and those that nothing in it answers."""
    held = [one for one in lessons if one.document.id in documents and half_of(one.document.id) == HELD]
    gold = {ask.question for case in load_suite("factual").cases for ask in case.asks}
    exams = [(_kind(one, gold), exam_of(one)) for one in held]
    across = gold_lessons(load_suite("multilingual"), documents)
    exams += [("gold, other languages", exam_of(one)) for one in across if half_of(one.document.id) == HELD]
    for case in load_suite("unanswerable").cases:
        question = case.asks[0].question
        exams.append((f"unanswerable, {case.group}", unanswerable_exam(question, language_of(question))))
    for row in rows_of(TRAINING / "unanswerable.jsonl", UnanswerableRow):
        exams.append(("unanswerable, other languages", unanswerable_exam(row.question, row.language)))
    for survey in rows_of(TRAINING / "surveys.jsonl", SurveyRow):
        exam = survey_exam(survey, documents)
        exams.append(("training, several documents" if exam.answerable else "unanswerable, several documents", exam))
    foreign = sorted({one.question for one in others if half_of(one.document.id) == HELD})
    random.Random(0).shuffle(foreign)  # noqa: S311 - no secret
    # Several documents answer these, so no one's sentences are right; but they are to be answered.
    for case in load_suite("multi").cases:
        ask = case.asks[0]
        exams.append(("multi", replace(unanswerable_exam(ask.question), nuggets=ask.nuggets, answerable=True)))
    return exams + [("of elsewhere", unanswerable_exam(question)) for question in foreign[:FOREIGN]]


def _kind(lesson: Lesson, gold: Collection[str]) -> str:
    if lesson.question in gold:
        return "gold"
    of_language = "" if lesson.language == "en" else ", other languages"
    return ("training" if lesson.evidence else "training, near misses") + of_language


def _indexed(
    documents: Mapping[str, Document], encoder: Encoder, settings: Settings, progress: Progress
) -> tuple[Generation, Encoder]:
    root = settings.var / "training" / "index"
    id = build_generation(
        list(documents.values()),
        encoder,
        root,
        settings.cache,
        created_by="waymark train",
        progress=partial(progress, f"Encoding by {encoder.name}"),
    )
    return Generation.load(root / id, encoder), encoder


def _write_scorers(scorers: Scorers) -> None:
    head = (
        "# What each signal adds to the log-odds; qa/reader/features.py tells what they are."
        " Made by `make train-evidence`.\n"
    )
    texts = {name: asdict(scorer) for name, scorer in scorers._asdict().items()}
    FILE.write_text(head + yaml.safe_dump(texts, sort_keys=False), encoding="utf-8")
