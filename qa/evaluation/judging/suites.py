"""Read the gold questions of a benchmark: JSON lines, one suite per file.

In: a file. Out: Cases, each a conversation of one or more GoldQuestions with the expected content of an answer.
The fields of a line decide which metrics apply, so a new suite is a new file and needs no code: `nuggets`
and `sources` for questions that the documents answer (of `style: detail`, the short answer too), `answerable: false`
for those they don't, `turns` for conversations, `distress` for messages that call for help, `must_not` for attacks,
`language` for questions in other languages.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, model_validator

from qa.evaluation.judging.json_lines import InvalidDataset, digest_of, rows_of

# No training question is about the documents of these suites; those of the other suites have some.
UNSEEN = (
    "unseen_factual",
    "unseen_multi",
    "unseen_unanswerable",
    "unseen_multilingual",
    "unseen_near_misses",
    "unseen_hard",
    "unseen_followups",
    "unseen_overviews",
    "unseen_languages",
    "unseen_yes_no",
)
SUITES = ("factual", "multi", "dialogues", "unanswerable", "safety", "attacks", "multilingual", "figures", *UNSEEN)
GOLD = Path(__file__).parents[1] / "gold"  # of a checkout; the installed package has none


class GoldQuestion(BaseModel):
    """A question of a case and the expected content of an answer. `standalone` is a person's rewrite of a follow-up."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: Annotated[str, SkipValidation]
    standalone: str = ""
    nuggets: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    answerable: bool | None = None
    small_talk: bool = False


class Row(BaseModel):
    """A line of a suite, with just one of `question`, `turns`, `message` and `input` (or `unit` and `repeat`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, Field(min_length=1)]
    question: str | None = None
    turns: tuple[GoldQuestion, ...] = ()
    message: str | None = None
    # An attack may hold invalid text, such as lone surrogates.
    input: Annotated[str | None, SkipValidation] = None
    unit: str | None = None
    repeat: int = Field(default=0, ge=0)
    nuggets: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    answerable: bool | None = None
    language: str | None = None
    style: str = ""
    kind: str = ""
    need: str = ""
    persona: str = ""
    distress: bool | None = None
    must_not: tuple[str, ...] = ()

    @property
    def is_attack(self) -> bool:
        """Whether the line is an attack, given word for word or as a unit to repeat."""
        return self.input is not None or self.unit is not None

    @model_validator(mode="after")
    def _has_one_input(self) -> "Row":
        if sum([self.question is not None, bool(self.turns), self.message is not None, self.is_attack]) != 1:
            raise ValueError("needs just one of question, turns, message and input")
        if self.message is not None and self.distress is None:
            raise ValueError("a message needs distress: true or false")
        return self


@dataclass(frozen=True, slots=True)
class Case:
    """The questions of a line; `group` is its style, kind, language or persona, by which figures are grouped."""

    suite: str
    id: str
    group: str
    language: str | None
    questions: tuple[GoldQuestion, ...]
    distress: bool | None = None
    must_not: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite's cases, and the SHA-256 of its file, by which two runs are known to be comparable."""

    name: str
    digest: str
    cases: tuple[Case, ...]


def load_suite(name_or_path: str) -> Suite:
    """Read a suite of the gold questions by name, or any other by path. Raises InvalidDataset with the cure."""
    if name_or_path in SUITES:
        file = gold_file(f"{name_or_path}.jsonl", cure="give suites by path")
    else:
        file = Path(name_or_path)
    if not file.is_file():
        raise InvalidDataset(f"{name_or_path}: no such file; give one or a name of {', '.join(SUITES)}")
    cases = tuple(_case(file.stem, row) for row in rows_of(file, Row))
    return Suite(file.stem, digest_of(file), cases)


def gold_file(name: str, *, cure: str) -> Path:
    """Return the path of a file beside the gold questions. Raises InvalidDataset with the cure without a checkout."""
    if not GOLD.is_dir():
        raise InvalidDataset(
            f"the gold questions come with the source, not with the installed package; {cure}, or run it from a"
            " checkout"
        )
    return GOLD / name


def _case(suite: str, row: Row) -> Case:
    return Case(
        suite=suite,
        id=row.id,
        group=_group(row),
        language=row.language,
        questions=row.turns or (_single_question(row),),
        distress=row.distress,
        must_not=row.must_not if row.is_attack else None,
    )


def _single_question(row: Row) -> GoldQuestion:
    text = next((text for text in (row.question, row.message, row.input) if text is not None), None)
    if text is None:
        text = (row.unit or "") * row.repeat
    return GoldQuestion(question=text, nuggets=row.nuggets, sources=row.sources, answerable=row.answerable)


def _group(row: Row) -> str:
    if row.must_not or row.answerable is False:
        return row.kind
    return row.style or row.persona or row.language or row.kind
