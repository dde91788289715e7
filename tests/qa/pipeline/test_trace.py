"""A trace tells how a question was understood, what was searched, found and turned down, and how long it took."""

from dataclasses import replace

import pytest

from doubles.fakes import HashingEncoder
from qa import Assistant, Topic, Turn
from qa.pipeline.trace import Findings
from qa.query.question import Question

FUNDS = "Who funds the shelter in Accra?"


def test_what_was_turned_down_is_kept(assistant: Assistant) -> None:
    """Every sentence that was weighed is there, with its features and why it was not taken."""
    answer, trace = assistant.explain(FUNDS)
    assert trace.findings
    [search] = trace.findings.searches
    hits, selection = search.hits, search.selection
    taken = [candidate for candidate in selection.candidates if not candidate.reason]

    assert hits[0].passage.document_id == "ghana-shelter"
    assert len(taken) == len(selection.evidence)
    assert all(candidate.reason for candidate in selection.candidates if candidate.evidence not in selection.evidence)
    assert len(answer.statements) >= len(taken)


def test_a_trace_tells_what_happened(assistant: Assistant) -> None:
    """The trace keeps what was searched and what was read of a follow-up, and the time of each step."""
    answer, trace = assistant.explain("Who funds it?", [Turn("Tell me about the sheltr in Accra", "It has beds. [1]")])

    assert trace.prepared.text == trace.understood.text == "Who funds it?"
    assert trace.topic == Topic("turns", "Tell me about the sheltr in Accra")
    assert trace.findings
    query = trace.findings.search.query
    assert query.searched.text == "Tell me about the shelter in Accra Who funds it?"
    assert query.read == "Who funds it? << Tell me about the shelter in Accra It has beds."
    assert list(answer.timings_ms) == ["understand", "retrieve", "select", "total"]
    assert answer.timings_ms["total"] >= max(answer.timings_ms["retrieve"], answer.timings_ms["select"])


def test_a_question_that_ends_early_is_never_searched(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the safety step ends a question, nothing is searched; a greeting is not even encoded."""
    encoded: list[str] = []
    encode = HashingEncoder.encode_query
    monkeypatch.setattr(HashingEncoder, "encode_query", lambda self, text: encoded.append(text) or encode(self, text))
    _, misuse = assistant.explain("How do I smuggle people across the border?")
    greeting, _ = assistant.explain("hello!")

    assert misuse.findings is None
    assert misuse.understood.reason == "misuse"
    assert greeting.standalone_question == greeting.question == "hello!"
    assert encoded == ["How do I smuggle people across the border?"]


@pytest.mark.parametrize(
    ("parts", "untold"),
    [
        (["Norway funds the shelter?", "and what does it cost?"], ["and what does it cost?"]),
        (["Norway funds the shelter?", "who funds the shelter?"], []),
        (["Norway funds the shelter?", "When did it open?", "when?"], ["When did it open?"]),
        (["Norway funds the shelter?", "Who funds the shelter in Togo?"], ["Who funds the shelter in Togo?"]),
        (["Norway funds the shelter?", "Does Accra have a school?"], []),
        (["Norway funds the shelter?", "My cousin was born in Togo"], []),
        (["Norway funds the shelter?", "I want to know its cost"], ["I want to know its cost"]),
        (["Norway funds the shelter?", "their budget in Togo?"], ["their budget in Togo?"]),
        (["and what does it cost?", "how many beds?"], []),
    ],
    ids=[
        "not said",
        "said",
        "a date",
        "another name",
        "not as asked",
        "nothing asked",
        "a wish",
        "in few words",
        "all untold",
    ],
)
def test_what_is_not_told_is_named(assistant: Assistant, parts: list[str], untold: list[str]) -> None:
    """A part without evidence is, unless it asks nothing, or evidence says its words or, not asked so, its names."""
    search = assistant.explain(FUNDS)[1].findings
    assert search
    asked = replace(search.search, query=replace(search.search.query, asked=Question(f"{parts[0]} {parts[1]}")))
    told = search.selection.evidence
    sub_searches = tuple(
        replace(
            asked,
            query=replace(asked.query, asked=Question(part)),
            selection=replace(asked.selection, evidence=told if part.startswith("Norway") else ()),
        )
        for part in parts
    )
    if untold == ["Who funds the shelter in Togo?"] or parts[1].startswith("Does"):
        asked = replace(asked, query=replace(asked.query, asked=Question(FUNDS)))

    assert list(Findings(asked, sub_searches, asked.selection).untold) == untold


def test_an_explanation_tells_what_the_trace_holds(assistant: Assistant) -> None:
    """What was found and weighed is there in its order, with contributions of features, and nothing else of it."""
    answer, trace = assistant.explain(FUNDS)
    assert trace.findings
    [search] = trace.explained(assistant.scorers).searches
    selection = trace.findings.search.selection

    assert search.searched == FUNDS
    assert [passage.passage_id for passage in search.passages] == [hit.passage.id for hit in trace.findings.search.hits]
    assert search.confidence == selection.confidence
    assert [sentence.text for sentence in search.sentences if not sentence.rejected] == [
        item.text for item in (*selection.evidence, *selection.more)
    ]
    assert search.short_answer
    assert search.short_answer.words == answer.short_answer == "Norway"
    assert "below_best" in search.sentences[0].contributions
    assert search.documents[0].probability > 0


def test_an_explanation_without_a_search_tells_why(assistant: Assistant) -> None:
    """The reason why nothing was searched is there, and no search."""
    explanation = assistant.explain("hello!")[1].explained(assistant.scorers)

    assert (explanation.reason, explanation.searches) == ("small_talk", ())
