"""Learn from the records: what was not answered, what did not help, which documents are cited and which never.

In: the database, the encoder and the documents that are indexed. Out: Insights; and records as JSON, to be exported.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from embeddings import Vector
from qa.records.database import Database
from qa.records.models import RECORDS, Cited, Feedback, Unanswered, Use

MOST_GROUPED = 2000  # questions, the latest
ALIKE = 0.84  # cosine of questions that ask the same; with another country or verb it is less, in the shipped encoder
SHOWN = 20  # groups, votes and documents


@dataclass(frozen=True, slots=True)
class Insights:
    """What the records tell: `unanswered` in groups of like questions, the largest first."""

    uses: Sequence[tuple[str, str, int]]
    unanswered: Sequence[Sequence[str]]
    voted_down: Sequence[Feedback]
    cited: Sequence[tuple[str, int]]
    never_cited: Sequence[str]

    def tables(self, titles: Mapping[str, str]) -> Iterator[tuple[str, Sequence[str], Sequence[Sequence[object]]]]:
        """Yield the captions, headings and rows of tables; `titles` are those of the documents, by id."""
        groups = [(len(group), group[0]) for group in self.unanswered[:SHOWN]]
        votes = [(vote.question, vote.reason, vote.comment) for vote in self.voted_down]
        cited = [(number, id, titles.get(id, "")) for id, number in self.cited]
        never_cited = [(id, titles[id]) for id in self.never_cited]
        yield "Questions", ("status", "reason", "number"), self.uses
        yield "Without an answer, like ones together", ("number", "one of them"), groups
        yield "Voted down, the latest first", ("question", "reason", "comment"), votes
        yield "Cited most", ("answers", "document", "title"), cited
        yield f"Never cited, {len(never_cited)} of {len(titles)}", ("document", "title"), never_cited[:SHOWN]

    def suite(self) -> str:
        """Return a question of each group as a line of a suite, to which people add what an answer must say."""
        rows = ({"id": f"unanswered-{number}", "question": group[0]} for number, group in enumerate(self.unanswered, 1))
        return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def learn(database: Database, encode: Callable[[str], Vector], documents: Collection[str]) -> Insights:
    """Return what the records tell; `documents` are the ids of those that are indexed. Raises DatabaseGone."""
    with database.session() as session:
        uses = _sums(session, Use.status, Use.reason, Use.count)
        cited = _sums(session, Cited.document, Cited.count)
        asked = session.scalars(select(Unanswered.question).order_by(Unanswered.id.desc()).limit(MOST_GROUPED)).all()
        down = select(Feedback).where(Feedback.is_useful.is_(False)).order_by(Feedback.id.desc()).limit(SHOWN)
        voted_down = session.scalars(down).all()
    never_cited = sorted(set(documents) - {id for id, _ in cited})
    return Insights(uses, group_alike(asked, encode), voted_down, cited[:SHOWN], never_cited)


def _sums(session: Session, *columns: Any) -> Sequence[Any]:  # noqa: ANN401 - columns of any type
    """Return the values of columns, the last of them summed, largest first."""
    *keys, count = columns
    total = func.sum(count)
    return session.execute(select(*keys, total).group_by(*keys).order_by(total.desc(), *keys)).all()


def group_alike(questions: Sequence[str], encode: Callable[[str], Vector]) -> list[list[str]]:
    """Return questions in groups, the largest first: each is like the first question of its group."""
    groups: list[list[str]] = []
    firsts: list[Vector] = []
    for question in questions:
        vector = encode(question)
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
