"""Learn from the records: what was not answered, what did not help, which documents are cited and which never.

In: the database, the encoder and the documents that are indexed. Out: Insights; and records as JSON, to be exported.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import shorten
from typing import Any

import numpy as np
from sqlalchemy import delete, func, literal, select
from sqlalchemy.orm import Session

from embeddings import Vector
from qa.answers.charts import Chart, Kind, Point
from qa.records.database import Database
from qa.records.models import RECORDS, Cited, Feedback, Unanswered, Use

MOST_GROUPED = 2000  # questions, the latest
ALIKE = 0.84  # cosine of questions that ask the same; with another country or verb it is less, in the shipped encoder
SHOWN = 20  # groups, votes and documents
BARS, LABEL = 10, 60  # of a chart, and characters of their labels
AGAINST = "voted down"  # beside the statuses of answers


@dataclass(frozen=True, slots=True)
class Table:
    """A table with charts of what it holds; `ids` are those of the records that its rows stand for."""

    name: str
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[object]]
    charts: Sequence[Chart] = ()
    ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Insights:
    """What the records tell: `unanswered` in groups of like questions, the largest first.

    `days` count the answers of a day by status, and the votes against.
    """

    uses: Sequence[tuple[str, str, int]]
    days: Sequence[tuple[date, str, int]]
    unanswered: Sequence[Sequence[Unanswered]]
    voted_down: Sequence[Feedback]
    cited: Sequence[tuple[str, int]]
    never_cited: Sequence[str]

    def tables(self, titles: Mapping[str, str]) -> Iterator[Table]:
        """Yield tables; `titles` are those of the documents, by id."""
        groups = self.unanswered[:SHOWN]
        sizes = [(len(group), group[0].question) for group in groups]
        votes = [(vote.question, vote.reason, vote.comment) for vote in self.voted_down]
        cited = [(number, id, titles.get(id, "")) for id, number in self.cited]
        bars = [(shorten(title, LABEL, placeholder="…") or id, number) for number, id, title in cited[:BARS]]
        charts = [_chart("bars", "Answers that cite a document", bars)] if bars else []
        never_cited = [(id, titles[id]) for id in self.never_cited]
        never = f"Never cited, {len(never_cited)} of {len(titles)}"
        yield Table("uses", "Questions", ("status", "reason", "number"), self.uses)
        yield Table(
            "unanswered",
            "Without an answer, like ones together",
            ("number", "one of them"),
            sizes,
            ids=[group[0].id for group in groups],
        )
        yield Table(
            "feedback",
            "Voted down, the latest first",
            ("question", "reason", "comment"),
            votes,
            ids=[vote.id for vote in self.voted_down],
        )
        yield Table("cited", "Cited most", ("answers", "document", "title"), cited, charts)
        yield Table("never_cited", never, ("document", "title"), never_cited[:SHOWN])
        yield self._per_day()

    def _per_day(self) -> Table:
        """Return the table of the days from the first to the last, with a chart of each column."""
        kinds = sorted({kind for _, kind, _ in self.days})
        counts = Counter({(day, kind): number for day, kind, number in self.days})
        dates = sorted({day for day, _, _ in self.days})
        first, number = (dates[0], (dates[-1] - dates[0]).days + 1) if dates else (date.min, 0)
        days = [first + timedelta(place) for place in range(number)]
        charts = [_chart("line", kind, [(f"{day:%m-%d}", counts[day, kind]) for day in days]) for kind in kinds]
        rows = [(day.isoformat(), *(counts[day, kind] for kind in kinds)) for day in days]
        return Table("days", "Questions of a day, and votes against", ("day", *kinds), rows, charts)

    def suite(self) -> str:
        """Return a question of each group as a line of a suite."""
        return suite_of(group[0] for group in self.unanswered)


def suite_of(questions: Iterable[Unanswered]) -> str:
    """Return questions as lines of a suite, to which people add what an answer must say."""
    rows = ({"id": f"unanswered-{question.id}", "question": question.question} for question in questions)
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _chart(kind: Kind, title: str, numbers: Iterable[tuple[str, int]]) -> Chart:
    points = tuple(Point(label, number, str(number)) for label, number in numbers)
    return Chart(kind, "en", title, "", points, "", (), "")


def learn(database: Database, encode: Callable[[str], Vector], documents: Collection[str]) -> Insights:
    """Return what the records tell; `documents` are the ids of those that are indexed. Raises DatabaseGone."""
    is_against = Feedback.is_useful.is_(False)
    with database.session() as session:
        uses = _sums(session, Use.status, Use.reason, Use.count)
        against = select(Feedback.day, literal(AGAINST), func.count()).where(is_against).group_by(Feedback.day)
        days = [*_sums(session, Use.day, Use.status, Use.count), *session.execute(against)]
        cited = _sums(session, Cited.document, Cited.count)
        asked = session.scalars(select(Unanswered).order_by(Unanswered.id.desc()).limit(MOST_GROUPED)).all()
        voted_down = session.scalars(select(Feedback).where(is_against).order_by(Feedback.id.desc()).limit(SHOWN)).all()
    never_cited = sorted(set(documents) - {id for id, _ in cited})
    return Insights(uses, days, group_alike(asked, encode), voted_down, cited[:SHOWN], never_cited)


def read_vote(database: Database, id: int) -> Feedback | None:
    """Return a vote by its id, if it is there. Raises DatabaseGone."""
    with database.session() as session:
        return session.get(Feedback, id)


def read_unanswered(database: Database, ids: Collection[int]) -> Sequence[Unanswered]:
    """Return the questions without an answer of these ids. Raises DatabaseGone."""
    with database.session() as session:
        return session.scalars(select(Unanswered).where(Unanswered.id.in_(ids)).order_by(Unanswered.id)).all()


def _sums(session: Session, *columns: Any) -> Sequence[Any]:  # noqa: ANN401 - columns of any type
    """Return the values of columns, the last of them summed, largest first."""
    *keys, count = columns
    total = func.sum(count)
    return session.execute(select(*keys, total).group_by(*keys).order_by(total.desc(), *keys)).all()


def group_alike(questions: Sequence[Unanswered], encode: Callable[[str], Vector]) -> list[list[Unanswered]]:
    """Return questions in groups, the largest first: each is like the first question of its group."""
    groups: list[list[Unanswered]] = []
    firsts: list[Vector] = []
    for question in questions:
        vector = encode(question.question)
        cosines = np.array(firsts) @ vector if firsts else np.zeros(0)
        if cosines.size and cosines.max() >= ALIKE:
            groups[int(cosines.argmax())].append(question)
        else:
            groups.append([question])
            firsts.append(vector)
    return sorted(groups, key=len, reverse=True)


def exported(database: Database) -> Iterator[dict[str, Any]]:
    """Yield all records as JSON, with the names of their tables. Raises DatabaseGone.

    Nobody waits for the database while they are used, be it by who reads them page by page.
    """
    for table in RECORDS:
        with database.session() as session:
            rows = session.execute(select(*table.__table__.columns)).mappings().all()
        for row in rows:
            yield {"table": table.__tablename__, **row, "day": row["day"].isoformat()}


def erase(database: Database, words: str = "") -> int:
    """Erase all records, or the questions and comments that hold some words; return how many. Raises DatabaseGone."""
    with database.session() as session:
        connection = session.connection()
        if not words:
            return sum(connection.execute(delete(table)).rowcount for table in RECORDS)
        texts = (Unanswered.question, Feedback.question, Feedback.comment)
        erasures = (delete(text.class_).where(text.icontains(words, autoescape=True)) for text in texts)
        return sum(connection.execute(erasure).rowcount for erasure in erasures)
