"""Read the gold questions of a benchmark: plain JSON lines, one suite a file.

In: a file. Out: Cases, each a conversation of one or more Asks with what a right answer holds.
What is measured of a case follows from what it says, so a new suite is a new file and needs no code: `nuggets` and
`sources` for questions that the documents answer (of `style: detail`, the short answer too), `answerable: false` for
those they don't, `turns` for conversations, `distress` for messages that call for help, `must_not` for attacks,
`language` for questions in other languages.
"""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, model_validator

from qa.evaluation.json_lines import BrokenSuite, digest_of, rows_of

# Encoder and scorers learn from questions about the documents of the others; about those of the unseen ones from none.
UNSEEN = ("unseen_factual", "unseen_multi", "unseen_unanswerable", "unseen_multilingual")
SUITES = ("factual", "multi", "dialogues", "unanswerable", "safety", "attacks", "multilingual", *UNSEEN)


class Ask(BaseModel):
    """One question of a case. `standalone` is a person's own rewriting of a follow-up."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: Annotated[str, SkipValidation]
    standalone: str = ""
    nuggets: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    answerable: bool | None = None
    small_talk: bool = False


class Row(BaseModel):
    """A line of a suite. Just one of `question`, `turns`, `message` and `input` (or `unit` and `repeat`) is given."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Annotated[str, Field(min_length=1)]
    question: str | None = None
    turns: tuple[Ask, ...] = ()
    message: str | None = None
    # An attack may hold what is no text, such as lone surrogates.
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

    @model_validator(mode="after")
    def _asks_one_thing(self) -> "Row":
        given = [self.question is not None, bool(self.turns), self.message is not None]
        given.append(self.input is not None or self.unit is not None)
        if sum(given) != 1:
            raise ValueError("needs just one of question, turns, message and input")
        if self.message is not None and self.distress is None:
            raise ValueError("a message needs distress: true or false")
        return self


@dataclass(frozen=True, slots=True)
class Case:
    """A line of a suite as it is asked; `group` is its style, kind, language or persona, by which figures are shown."""

    suite: str
    id: str
    group: str
    language: str | None
    asks: tuple[Ask, ...]
    distress: bool | None = None
    must_not: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite's cases, and the SHA-256 of its file, by which two runs know that they asked the same."""

    name: str
    digest: str
    cases: tuple[Case, ...]


def load_suite(name_or_path: str) -> Suite:
    """Read a suite that comes with Waymark, or one of your own by path. Raises BrokenSuite with the cure."""
    known = name_or_path in SUITES
    file = Path(str(files("qa.evaluation").joinpath("gold", f"{name_or_path}.jsonl"))) if known else Path(name_or_path)
    if not file.is_file():
        raise BrokenSuite(f"{name_or_path}: no such file; give one or a name of {', '.join(SUITES)}")
    cases = tuple(_case(file.stem, row) for row in rows_of(file, Row))
    return Suite(file.stem, digest_of(file), cases)


def _case(suite: str, row: Row) -> Case:
    return Case(
        suite=suite,
        id=row.id,
        group=_group(row),
        language=row.language,
        asks=row.turns or (_single(row),),
        distress=row.distress,
        must_not=row.must_not if row.input is not None or row.unit is not None else None,
    )


def _single(row: Row) -> Ask:
    text = next((text for text in (row.question, row.message, row.input) if text is not None), None)
    if text is None:
        text = (row.unit or "") * row.repeat
    return Ask(question=text, nuggets=row.nuggets, sources=row.sources, answerable=row.answerable)


def _group(row: Row) -> str:
    if row.must_not or row.answerable is False:
        return row.kind
    return row.style or row.persona or row.language or row.kind
