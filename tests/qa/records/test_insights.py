"""Records tell what is missing: like questions are together, and documents are counted."""

from dataclasses import replace
from datetime import date

from doubles.fakes import ANSWER, HashingEncoder
from qa import Intake, Status
from qa.records.database import Database
from qa.records.insights import group_alike, learn
from qa.records.models import Unanswered, Use
from qa.records.recording import Answered, Recorder, Vote

FUNDS, FUNDS_TOO, VISAS = "Who funds the shelter in Accra?", "Who funds the shelter in Accra now?", "What is a visa?"


def test_like_questions_are_together(encoder: HashingEncoder) -> None:
    """The largest group comes first."""
    questions = [Unanswered(question=question) for question in (VISAS, FUNDS, FUNDS_TOO)]
    groups = group_alike(questions, encoder.encode_query)

    assert [[one.question for one in group] for group in groups] == [[FUNDS, FUNDS_TOO], [VISAS]]
    assert group_alike([], encoder.encode_query) == []


def test_records_tell_what_is_missing(database: Database, encoder: HashingEncoder) -> None:
    """Uses are summed, questions grouped, votes against listed, documents split by whether cited; charts show this."""
    refused = replace(ANSWER, id="2", status=Status.NO_EVIDENCE, reason="no_evidence", statements=(), citations=())
    recorder = Recorder(database, Intake.shipped(), 90)
    for answer in (ANSWER, replace(refused, question=FUNDS), replace(refused, question=FUNDS_TOO)):
        recorder.record(Answered(answer, is_follow_up=False))
    for vote in (Vote("1", is_useful=False, reason="outdated"), Vote("1", is_useful=True)):
        recorder.record(vote)
    recorder.close()
    found = learn(database, encoder.encode_query, ["a-brief", "another"])

    assert [tuple(use) for use in found.uses] == [("no_evidence", "no_evidence", 2), ("answered", "", 1)]
    assert [[question.question for question in group] for group in found.unanswered] == [[FUNDS_TOO, FUNDS]]
    assert [(vote.question, vote.reason) for vote in found.voted_down] == [(ANSWER.question, "outdated")]
    assert [tuple(row) for row in found.cited] == [("a-brief", 1)]
    assert found.never_cited == ["another"]
    tables = found.tables({"a-brief": "A brief", "another": ""})
    charts = {chart.title: chart for table in tables for chart in table.charts}
    assert {title: [point.value for point in chart.points] for title, chart in charts.items()} == {
        "Answers that cite a document": [1],
        "answered": [1],
        "no_evidence": [2],
        "voted down": [1],
    }


def test_days_without_a_question_are_in_the_chart(database: Database, encoder: HashingEncoder) -> None:
    """The line of a chart has each day between the first and the last."""
    with database.session() as session:
        for day in (date(2026, 2, 27), date(2026, 3, 2)):
            session.add(Use(day=day, status="answered", reason="", with_help=False, count=3))
    *_, days = learn(database, encoder.encode_query, []).tables({})

    assert days.rows == [("2026-02-27", 3), ("2026-02-28", 0), ("2026-03-01", 0), ("2026-03-02", 3)]
    assert [(point.label, point.value) for point in days.charts[0].points][:2] == [("02-27", 3), ("02-28", 0)]
