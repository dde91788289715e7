"""A trace tells how a question was understood, what was searched, found and turned down, and how long it took."""

import pytest

from fakes import HashingEncoder
from qa import Assistant, Turn

FUNDS = "Who funds the shelter in Accra?"


def test_what_was_turned_down_is_kept(assistant: Assistant) -> None:
    """Every sentence that was weighed is there, with its features and why it was not taken."""
    answer, trace = assistant.explain(FUNDS)
    [search] = trace.attempts[0].searches
    hits, selection = search.hits, search.selection
    taken = [candidate for candidate in selection.candidates if not candidate.reason]

    assert hits[0].passage.document_id == "ghana-shelter"
    assert len(taken) == len(selection.evidence)
    assert all(candidate.reason for candidate in selection.candidates if candidate.evidence not in selection.evidence)
    assert len(answer.statements) >= len(taken)


def test_a_trace_tells_what_happened(assistant: Assistant) -> None:
    """The trace keeps every rewrite that was tried, the one that was chosen, and the time of each step."""
    answer, trace = assistant.explain("Who funds it?", [Turn("Tell me about the sheltr in Accra")])
    tried = [attempt.rewrite for attempt in trace.attempts]

    assert trace.prepared.text == trace.understood.text == "Who funds it?"
    assert tried == ["Who funds it? (shelter Accra)", "Who funds it?"]
    assert trace.chosen
    assert trace.chosen.rewrite == answer.standalone_question == tried[0]
    assert list(answer.timings_ms) == ["understand", "retrieve", "select", "total"]
    assert answer.timings_ms["total"] >= max(answer.timings_ms["retrieve"], answer.timings_ms["select"])


def test_a_question_that_ends_early_is_never_searched(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the safety step ends a question, nothing is searched; a greeting is not even encoded."""
    encoded: list[str] = []
    encode = HashingEncoder.encode_query
    monkeypatch.setattr(HashingEncoder, "encode_query", lambda self, text: encoded.append(text) or encode(self, text))
    _, misuse = assistant.explain("How do I smuggle people across the border?")
    greeting, _ = assistant.explain("hello!")

    assert misuse.attempts == ()
    assert misuse.chosen is None
    assert misuse.understood.reason == "misuse"
    assert greeting.standalone_question == greeting.question == "hello!"
    assert encoded == ["How do I smuggle people across the border?"]
