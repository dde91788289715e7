"""Choose the sentences of a given page that answer a question: the task of OMoS-QA (Kleinle et al., KONVENS 2024).

In: a file of OMoS-QA: questions, each with a page (`context`, one sentence per line) and the indices of the lines that
answer, none where the page does not. Out: Records with the official metrics of the data set.
The page is given, so the search is restricted to it. Evidence is selected as for any question, but with more words,
which the metrics do not limit. A line is chosen where it holds evidence; no evidence means that the page has no answer.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict, model_validator

from corpus import Document
from embeddings import Encoder, Generation, IndexPlan, build_generation
from qa.answers.hits import Filters
from qa.evaluation.judging.json_lines import digest_of, lines_of, rows_of
from qa.evaluation.judging.records import JUDGED, Progress, Record, no_progress
from qa.pipeline.retrieval import retrieve
from qa.query.query import make_query
from qa.query.question import Question
from qa.reader.reading import ReaderSettings
from qa.reader.selection import passages_to_read, select_evidence

ANSWER_WORDS = 400  # the most that the settings allow


class Row(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    question: str
    context: str
    answers: tuple[int, ...]
    language: str = "en"

    @model_validator(mode="after")
    def _answers_lie_in_the_context(self) -> "Row":
        if not self.context.strip():
            raise ValueError("the context is empty")
        if wrong := [index for index in self.answers if not 0 <= index < len(self.lines)]:
            raise ValueError(f"answers: there is no line {wrong[0]} in the context")
        return self

    @property
    def lines(self) -> list[str]:
        """The sentences of the page."""
        return self.context.split("\n")


@dataclass(frozen=True, slots=True)
class OmosSet:
    """The questions of a file."""

    name: str
    digest: str
    rows: tuple[Row, ...]


def is_omos(file: Path) -> bool:
    """Return whether a file is in the format of OMoS-QA, by the `context` of its first line."""
    return file.is_file() and any(b'"context"' in line for number, line in lines_of(file) if number == 1)


def load_omos(file: Path) -> OmosSet:
    """Read a file, plain or gzipped. Raises InvalidDataset with file, line and cure."""
    return OmosSet(file.name.partition(".")[0], digest_of(file), tuple(rows_of(file, Row)))


def choose_sentences(
    data: OmosSet,
    encoder: Encoder,
    reading: ReaderSettings,
    cache: Path,
    progress: Progress = no_progress,
) -> Iterator[tuple[str, Record]]:
    """Choose lines for every question; all pages share an index, so that BM25 counts words over all of them."""
    pages = {row.context: page_of(row.context) for row in data.rows}
    generation = _index(list(pages.values()), encoder, cache, partial(progress, f"Encoding {data.name}"))
    for done, row in enumerate(data.rows, start=1):
        page = pages[row.context]
        query = make_query(Question(row.question, row.language), encoder)
        hits = retrieve(query, generation, filters=Filters(themes=page.themes))
        selection = select_evidence(query, hits[: passages_to_read(query, reading)], generation, reading)
        starts = list(accumulate((len(line) + 1 for line in row.lines), initial=0))
        chosen = sorted({bisect_right(starts, evidence.span.start) - 1 for evidence in selection.evidence})
        yield JUDGED, _record(data.name, row, chosen, selection.confidence)
        progress(f"Asking {data.name}", done, len(data.rows))


def _index(pages: list[Document], encoder: Encoder, cache: Path, progress: Callable[[int, int], None]) -> Generation:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        id = build_generation(pages, IndexPlan(encoder, root, cache, created_by="waymark benchmark"), progress=progress)
        return Generation.load(root / id, encoder)


def page_of(context: str) -> Document:
    """Return a Document of a page, whose theme is its id, so that a filter can select it."""
    id = hashlib.sha256(context.encode()).hexdigest()[:16]
    title = next(line for line in context.split("\n") if line.strip())
    return Document(id=id, title=title, text=context, themes=(id,))


def _record(suite: str, row: Row, chosen: Sequence[int], confidence: float) -> Record:
    return Record(
        suite=suite,
        id=row.id,
        group="",
        question=row.question,
        status="answered" if chosen else "no_evidence",
        text="\n".join(row.lines[index] for index in chosen),
        scores=sentence_scores(set(row.answers), set(chosen)),
        confidence=confidence,
        nuggets=tuple(row.lines[index] for index in row.answers),
        failure=_failure(set(row.answers), set(chosen)),
    )


def _failure(right: set[int], chosen: set[int]) -> str:
    if right & chosen or right == chosen:
        return ""
    if not right:
        return "answered what the page does not tell"
    return "wrong sentences of the page" if chosen else "refused"


def sentence_scores(right: set[int], chosen: set[int]) -> dict[str, float]:
    """Return the official metrics, of which F is the harmonic mean of mean precision and mean recall.

    Choosing none has precision 1 by definition, so the precision where any is chosen is returned too.

    >>> sentence_scores({1, 2}, {2})
    {'sentence precision': 1.0, 'sentence recall': 0.5, 'precision where chosen': 1.0}
    >>> sentence_scores(set(), set())
    {'no-answer recall': 1.0, 'no-answer precision': 1.0}
    """
    scores: dict[str, float] = {}
    if right:
        hit = len(right & chosen)
        scores |= {"sentence precision": hit / len(chosen) if chosen else 1.0, "sentence recall": hit / len(right)}
        if chosen:
            scores["precision where chosen"] = hit / len(chosen)
    else:
        scores["no-answer recall"] = float(not chosen)
    if not chosen:
        scores["no-answer precision"] = float(not right)
    return scores
