"""Records tell what is missing: like questions are together, and documents are counted."""

from dataclasses import replace

from fakes import ANSWER, HashingEncoder
from qa import Intake, Status
from qa.records.database import Database
from qa.records.insights import group_alike, learn
from qa.records.recording import Answered, Recorder, Vote

FUNDS, FUNDS_TOO, VISAS = "Who funds the shelter in Accra?", "Who funds the shelter in Accra now?", "What is a visa?"


def test_like_questions_are_together(encoder: HashingEncoder) -> None:
    """The largest group comes first."""
    assert group_alike([VISAS, FUNDS, FUNDS_TOO], encoder.encode_query) == [[FUNDS, FUNDS_TOO], [VISAS]]
    assert group_alike([], encoder.encode_query) == []


def test_records_tell_what_is_missing(database: Database, encoder: HashingEncoder) -> None:
    """Uses are summed, unanswered questions grouped, votes against listed, and documents split by whether cited."""
    refused = replace(ANSWER, id="2", status=Status.NO_EVIDENCE, reason="no_evidence", statements=(), citations=())
    recorder = Recorder(database, Intake.shipped(), 90)
    for answer in (ANSWER, replace(refused, question=FUNDS), replace(refused, question=FUNDS_TOO)):
        recorder.record(Answered(answer, is_follow_up=False))
    for vote in (Vote("1", is_useful=False, reason="outdated"), Vote("1", is_useful=True)):
        recorder.record(vote)
    recorder.close()
    found = learn(database, encoder.encode_query, ["a-brief", "another"])

    assert [tuple(use) for use in found.uses] == [("no_evidence", "no_evidence", 2), ("answered", "", 1)]
    assert found.unanswered == [[FUNDS_TOO, FUNDS]]
    assert [(vote.question, vote.reason) for vote in found.voted_down] == [(ANSWER.question, "outdated")]
    assert [tuple(row) for row in found.cited] == [("a-brief", 1)]
    assert found.never_cited == ["another"]
