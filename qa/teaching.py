"""Make the evidence encoder and the scorers from questions with their evidence: the whole of `make train-evidence`.

In: files of questions, of the pages that they are about, and of questions that no document here answers. Out: the tuned
layers (embeddings/tuned/), the scorers (qa/scorer.yaml), and a report with its picture (docs/results/evidence.md).

The encoder is tuned twice: on the documents of one half, so that the scorers are fitted and everything is measured on
questions about documents of the other half; then on all of them, for the file that is kept. The scorers are carried
over to that one by how its cosines lie on questions that nothing answers, which neither learned from.
"""

import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import yaml

from corpus import Document
from embeddings import Encoder, Generation, SentenceEncoder, build_generation, model_folder
from embeddings.difference import save_difference
from embeddings.tuning import Tensors, tune
from embeddings.weights import E5, TUNED, source_folder
from qa.appraisal import appraise, draw
from qa.languages import language_of
from qa.learning import Exam, carried_over, exam_of, examples_of, half_of, learn_scorers, passage_cosines
from qa.lessons import TRAINING, Lesson, UnanswerableRow, gold_lessons, omos_lessons, read_lessons, squad_questions
from qa.rows import rows_of
from qa.scorer import FILE, Scorers
from qa.settings import Settings
from qa.suites import load_suite

HELD = 0  # the half that is not tuned on while measuring
STEPS_HALF, STEPS_ALL = 220, 300  # batches of 16 questions: twice, and a little under that, through the questions
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


def teach(sources: Sources, documents: Mapping[str, Document], settings: Settings, progress: Progress) -> str:
    """Tune, fit, measure and write; return the report."""
    base = source_folder(E5, settings.models)
    ours = read_lessons([TRAINING / "questions.jsonl"], [TRAINING / "documents.jsonl"], {})
    given = read_lessons(sources.questions, sources.pages, documents) if sources.questions else []
    gold = gold_lessons(load_suite("factual"), documents)
    omos = [lesson for file in sources.omos for lesson in omos_lessons(file)]
    squad = [question for file in sources.squad for question in squad_questions(file)]
    plain = SentenceEncoder(model_folder(E5, settings.models), E5)

    def tuned_on(lessons: Sequence[Lesson], steps: int, what: str) -> Tensors:
        examples = examples_of(lessons, documents.values(), plain, settings.cache)
        return tune(base, examples, squad, steps=steps, progress=lambda step, _: progress(what, step, steps))

    lessons = [*ours, *given, *gold, *omos]
    seen = [lesson for lesson in lessons if half_of(lesson.document.id) != HELD]
    encoder = _encoder(base, tuned_on(seen, STEPS_HALF, "Tuning on one half"), "half", settings)
    # Our own training documents are of the same kind, and double the questions that a scorer can be fitted on.
    known = dict(documents) | {lesson.document.id: lesson.document for lesson in ours}
    generation = _indexed(known, encoder, settings, progress)
    exams = _exams([*ours, *given, *gold], omos, known)
    scorers, selections = learn_scorers([exam for _, exam in exams], generation, encoder)
    report = appraise(exams, selections)
    tensors = tuned_on(lessons, STEPS_ALL, "Tuning on all")
    encoder_of_all = _encoder(base, tensors, "all", settings)
    generation_of_all = _indexed(known, encoder_of_all, settings, progress)
    silent = [exam for _, exam in exams if not exam.answerable]
    before = passage_cosines(silent, generation, encoder)
    after = passage_cosines(silent, generation_of_all, encoder_of_all)
    _write_scorers(scorers._replace(question=carried_over(scorers.question, before, after)))
    save_difference(_tensors(base), tensors, TUNED)
    REPORT.write_text(report, encoding="utf-8")
    draw(exams, selections, PICTURE)
    return report


def _exams(
    lessons: Sequence[Lesson], others: Sequence[Lesson], documents: Mapping[str, Document]
) -> list[tuple[str, Exam]]:
    """Return exams by kind: those about held documents of the collection, and those that nothing in it answers."""
    held = [one for one in lessons if one.document.id in documents and half_of(one.document.id) == HELD]
    gold = {ask.question for case in load_suite("factual").cases for ask in case.asks}
    exams = [
        ("gold" if one.question in gold else "training" if one.evidence else "training, near misses", exam_of(one))
        for one in held
    ]
    suite = load_suite("multilingual")
    for case, lesson in zip(suite.cases, gold_lessons(suite, documents), strict=True):
        if half_of(lesson.document.id) == HELD:
            exams.append(("other languages", exam_of(lesson, case.language or "en")))
    for case in load_suite("unanswerable").cases:
        question = case.asks[0].question
        exams.append((f"unanswerable, {case.group}", exam_of(question, language_of(question))))
    for row in rows_of(TRAINING / "unanswerable.jsonl", UnanswerableRow):
        exams.append(("unanswerable, other languages", exam_of(row.question, row.language)))
    foreign = sorted({one.question for one in others if half_of(one.document.id) == HELD})
    random.Random(0).shuffle(foreign)  # noqa: S311 - no secret
    # Several documents answer these, so no one's sentences are right; but they are to be answered.
    for case in load_suite("multi").cases:
        ask = case.asks[0]
        exams.append(("multi", replace(exam_of(ask.question), nuggets=ask.nuggets, answerable=True)))
    return exams + [("of elsewhere", exam_of(question)) for question in foreign[:FOREIGN]]


def _indexed(documents: Mapping[str, Document], encoder: Encoder, settings: Settings, progress: Progress) -> Generation:
    root = settings.var / "training" / "index"
    id = build_generation(
        list(documents.values()),
        encoder,
        root,
        settings.cache,
        created_by="waymark train",
        progress=lambda done, total: progress("Encoding", done, total),
    )
    return Generation.load(root / id, encoder)


def _encoder(base: Path, tuned: Tensors, name: str, settings: Settings) -> SentenceEncoder:
    from safetensors.numpy import save_file

    folder = settings.var / "training" / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    save_file(_tensors(base) | tuned, folder / "model.safetensors", metadata={"format": "pt"})
    return SentenceEncoder(model_folder(str(folder), settings.models), name)


def _tensors(folder: Path) -> Tensors:
    from safetensors.numpy import load_file

    return load_file(folder / "model.safetensors")


def _write_scorers(scorers: Scorers) -> None:
    head = (
        "# What each signal adds to the log-odds; qa/signals.py tells what they are. Made by `make train-evidence`.\n"
    )
    texts = {name: asdict(scorer) for name, scorer in scorers._asdict().items()}
    FILE.write_text(head + yaml.safe_dump(texts, sort_keys=False), encoding="utf-8")
