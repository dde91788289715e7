"""Quotes and a language model are compared on the same questions, in a table of the report."""

import copy
from collections.abc import Sequence

import pytest

from doubles.model_server import Reply, model_server, settings_for
from qa import Assistant
from qa.answers.evidence import Evidence
from qa.evaluation.benchmark import compared_writers
from qa.evaluation.judging.records import JUDGED, ask_all
from qa.evaluation.judging.suites import Case, GoldQuestion, Suite
from qa.evaluation.reporting.report import markdown
from qa.evaluation.reporting.runs import collect_run
from qa.writer.checking import Verdict
from qa.writer.llm import LanguageModel

TRUE, FALSE = "Norway pays for it.", "Denmark pays."
ANSWERABLE = GoldQuestion(question="Who funds the shelter in Accra?", nuggets=("Norway",), answerable=True)
UNANSWERABLE = GoldQuestion(question="Which metal is the heaviest?", answerable=False)


def checked(sentence: str, _: object, evidence: Sequence[Evidence | None], *__: object) -> Verdict:
    """Pass what is true; the check itself has tests of its own."""
    return Verdict("" if sentence == TRUE else "support", tuple(filter(None, evidence)), 0.9)


def test_both_writers_are_asked_the_same(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table tells recall, words, what was unsupported and refused, and the time of each."""
    monkeypatch.setattr("qa.writer.rewriting.check_sentence", checked)
    cases = [Case("small", question.question, "", None, (question,)) for question in (ANSWERABLE, UNANSWERABLE)]

    def play(reply: Reply) -> None:
        reply.say(reply.answer(*(reply.sentence(text, "Norway funds the shelter in Accra.") for text in (TRUE, FALSE))))

    with model_server(play) as server:
        writing = copy.copy(assistant)
        writing.model = LanguageModel(settings_for(server.url))
        records = ask_all([Suite("small", "0", tuple(cases))], compared_writers(writing))
        summary = collect_run(records, {"small": "0"}).summary()
    quotes, model = summary["writers"][JUDGED], summary["writers"]["llm"]

    assert "unsupported sentences of the model" not in quotes
    assert (quotes["nugget recall"], quotes["refused"]) == (model["nugget recall"], model["refused"]) == (1.0, 1.0)
    assert (model["written by the model"], model["unsupported sentences of the model"]) == (1.0, 0.5)
    assert model["words (median)"] < quotes["words (median)"]
    assert quotes["ms, p50"] < model["ms, p50"]
    assert f"| measure | {JUDGED} | llm |" in markdown(summary, [])
