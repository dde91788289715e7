"""A language model may write, and every sentence is checked: whatever it and its server do, nothing else is shown."""

import copy
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import DOCUMENTS
from corpus import load_documents
from doubles.model_behaviours import (
    BEHAVIOURS,
    BOTH,
    CANARY,
    FUNDED,
    HANGING_S,
    NORWAY,
    SECONDS,
    Behaviour,
    good,
    silent,
)
from doubles.model_server import ModelServer, Play, Reply, model_server, settings_for
from embeddings import Generation, IndexPlan, SentenceEncoder, build_generation
from qa import Answer, Assistant, Settings, Status, Turn
from qa.reader.reading import ReaderSettings, load_reader
from qa.writer.checking import Verdict
from qa.writer.llm import LanguageModel
from qa.writer.rewriting import rewrite
from qa.writer.support import Judge

ASKED = "Who funds the shelter in Accra, and when did it open?"
LATE_S = 0.2  # after the time-out
BEHAVIOUR = {behaviour.name: behaviour for behaviour in BEHAVIOURS}
GOOD = BEHAVIOUR["good"]
pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def reading() -> ReaderSettings:
    """Return the shipped reader."""
    return load_reader(Settings())


@pytest.fixture(scope="module")
def quoting(
    tmp_path_factory: pytest.TempPathFactory, shipped_encoder: SentenceEncoder, reading: ReaderSettings
) -> Assistant:
    """Return an assistant over three documents that reads with the shipped models and quotes."""
    folder = tmp_path_factory.mktemp("quoting")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    documents, index = load_documents([folder]), folder / "index"
    id = build_generation(documents, IndexPlan(shipped_encoder, index, folder / "vectors.sqlite", created_by="tests"))
    return Assistant(Generation.load(index / id, shipped_encoder), shipped_encoder, reading)


def model_at(server: ModelServer, **others: Any) -> LanguageModel:  # noqa: ANN401 - settings of any type
    """Return the model of a server."""
    return LanguageModel(settings_for(server.url, **{"llm_key": f"key-{CANARY}", "llm_seconds": SECONDS} | others))


def writing(quoting: Assistant, server: ModelServer, **others: Any) -> Assistant:  # noqa: ANN401 - settings
    """Return an assistant whose answers a model writes, unless settings say otherwise."""
    assistant = copy.copy(quoting)
    assistant.model = model_at(server, **others)
    return assistant


@pytest.fixture(scope="module")
def quoted(quoting: Assistant) -> Answer:
    """Return the answer of quotes to the question of the table."""
    return quoting.ask(f"{ASKED} Say {CANARY}.")


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
def test_nothing_unsupported_is_shown(
    behaviour: Behaviour, quoted: Answer, reading: ReaderSettings, shipped_encoder: SentenceEncoder, tmp_path: Path
) -> None:
    """Of each behaviour only the true sentences are shown, or the quotes and the reason, in time; no canary is."""
    prompt, told = tmp_path / "prompt.txt", list[Answer]()
    prompt.write_text(f"Answer in JSON. Your secret is {CANARY}.", encoding="utf-8")
    with model_server(behaviour.play) as server:
        model = model_at(server, llm_prompt=prompt)
        answer, _ = rewrite(
            quoted,
            [],
            model,
            Judge(reading.passage_reader, shipped_encoder),
            told.append,
            time.monotonic() + behaviour.seconds,
        )

    assert answer.provenance.fallback == behaviour.fallback
    assert texts(answer) == (behaviour.shown or texts(quoted))
    assert all(texts(draft) == behaviour.shown[: len(draft.statements)] for draft in told)
    assert answer.provenance.writer == ("extractive" if behaviour.fallback else "llm")
    assert CANARY not in answer.text
    assert all(citation.quote in citation.evidence.document.text for citation in answer.citations)
    if behaviour.fallback:
        assert answer.timings_ms["write"] / 1000 < behaviour.seconds + LATE_S


def texts(answer: Answer) -> tuple[str, ...]:
    """Return the sentences of an answer."""
    return tuple(statement.text for statement in answer.statements)


def test_checking_many_sentences_ends_in_time(
    quoted: Answer, reading: ReaderSettings, shipped_encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that heeds no bounds can't keep the asker waiting by what it wrote before; what was checked is shown."""

    def slow(*_: object) -> Verdict:
        time.sleep(0.1)
        return Verdict("", tuple(citation.evidence for citation in quoted.citations), 0.9)

    monkeypatch.setattr("qa.writer.rewriting.check_sentence", slow)
    with model_server(
        lambda reply: reply.say(
            f"Sure: {reply.answer(*(reply.sentence(f'Norway paid {n}.', NORWAY) for n in range(99)))}"
        )
    ) as server:
        begin = time.monotonic()
        judge = Judge(reading.passage_reader, shipped_encoder)
        answer, _ = rewrite(quoted, [], model_at(server), judge, lambda _: None, begin + 2)

    assert time.monotonic() - begin < 4
    assert 1 <= len(answer.statements) < 30


def test_a_conversation_that_showed_the_help_card_stays_here(quoting: Assistant) -> None:
    """Neither a cry is sent, nor a question after one or after so much that not all is judged, whatever it got."""
    with model_server(GOOD.play) as server:
        assistant = writing(quoting, server)
        at_once = assistant.ask(f"They locked me up and took my passport, help me. {ASKED}")
        later = assistant.ask(ASKED, [Turn("They locked me up and took my passport, help me"), Turn("Who pays?")])
        assert assistant.ask(ASKED, [Turn("So it went on. " * 60)] * 20).help

    assert at_once.help
    assert later.statements
    assert server.requests == []


def test_what_the_reader_refuses_is_not_asked(quoting: Assistant) -> None:
    """A question that the documents do not answer is refused without the model, which may be glad to answer it."""
    with model_server(GOOD.play) as server:
        answer = writing(quoting, server).ask("What is the boiling point of tungsten?")

    assert answer.status is Status.NO_EVIDENCE
    assert server.requests == []


def test_personal_data_and_addresses_do_not_leave(quoting: Assistant) -> None:
    """The question, and the turns that it leans on, are sent without personal data, documents without their address."""
    turn = Turn("Who funds the shelter in Accra? I am at +41 22 717 91 11.", "Norway. Ask ana@example.com. [1]")
    with model_server(GOOD.play) as server:
        answer = writing(quoting, server).ask("And when did it open? Write to ana@example.com", [turn])
    [request] = server.requests

    assert answer.provenance.writer == "llm"
    assert "ana@" not in server.seen
    assert "717 91 11" not in server.seen
    assert "accra-shelter" not in server.seen
    assert "Who funds the shelter in Accra? I am at [phone]" in request["messages"][-1]["content"]
    assert [message["role"] for message in request["messages"]] == ["system", "user"]


def test_a_model_is_told_the_turns_as_the_search_takes_them(quoting: Assistant) -> None:
    """A misspelt turn is sent as it was meant, and one behind that which the question goes back to is left out."""
    turns = [Turn("Who fnuds the shelter in Accra?", "Norway. [1]"), Turn("Who runs the hotline?", "IOM does. [1]")]
    with model_server(GOOD.play) as server:
        writing(quoting, server).ask("Back to the shelter, when did it open?", turns)
    [request] = server.requests

    told = json.loads(request["messages"][-1]["content"])["turns"]
    assert told == [{"question": "Who funds the shelter in Accra?", "answer": "Norway."}]


def test_a_model_that_does_not_know_is_believed_where_the_reader_is_unsure(quoting: Assistant) -> None:
    """The question is refused, beside the quotes that would have answered in part."""
    unsure = copy.copy(quoting)
    search = quoting._evidence_search
    thresholds = search.reading.scorers.thresholds._replace(sure_confidence=1.0)
    scorers = search.reading.scorers._replace(thresholds=thresholds)
    unsure._evidence_search = replace(search, reading=replace(search.reading, scorers=scorers))
    with model_server(lambda reply: reply.say(reply.answer(answerable=False))) as server:
        answer = writing(unsure, server).ask(ASKED)

    assert (answer.status, answer.provenance.writer) == (Status.NO_EVIDENCE, "llm")
    assert not answer.statements
    assert NORWAY in [statement.text for statement in answer.nearest]


def test_without_the_trained_reader_no_model_is_asked(quoting: Assistant, assistant: Assistant) -> None:
    """Nothing could be checked, so the documents are quoted."""
    search = assistant._evidence_search
    unread = copy.copy(assistant)
    unread._evidence_search = replace(search, reading=replace(search.reading, passage_reader=None))
    with model_server(GOOD.play) as server:
        answer = writing(unread, server).ask("Who funds the shelter in Accra?")

    assert answer.provenance.fallback == "no_reader"
    assert server.requests == []


def test_what_was_dropped_is_in_the_trace(quoting: Assistant) -> None:
    """Staff see the sentences that did not pass, each with the reason; the answer only counts them."""
    with model_server(BEHAVIOUR["year changed"].play) as server:
        answer, trace = writing(quoting, server).explain(ASKED)

    assert [(dropped.text, dropped.reason) for dropped in trace.dropped] == [
        ("The shelter opened on 12 March 2051.", "number")
    ]
    assert answer.provenance.dropped == 1
    assert "2051" not in repr(answer)


def test_each_sentence_is_told_when_it_is_checked(quoting: Assistant) -> None:
    """Before the model is done, the answer so far is told, and what is told is a part of the answer."""
    told: list[Answer] = []
    with model_server(lambda reply: reply.say(good(reply))) as server:
        assistant = writing(quoting, server)
        answer, _ = assistant.answer(assistant.intake.prepare(ASKED), tell=told.append)

    assert list(map(texts, told)) == [(FUNDED,), BOTH]
    assert told[-1] == answer


def translated(reply: Reply, *texts: str) -> None:
    """Play translations."""
    listed = [{"number": number, "text": text} for number, text in enumerate(texts, start=1)]
    reply.say(json.dumps({"translations": listed}, ensure_ascii=False))


TRANSLATING = {"writer": "extractive", "llm_translations": True}
FRENCH = "Qui finance le refuge d'Accra ?"


def test_quotes_are_translated_beside_themselves(quoting: Assistant) -> None:
    """A translation stands beside its quote and is announced; only words of documents are sent."""
    told: list[Answer] = []
    with model_server(lambda reply: translated(reply, "La Norvège finance le refuge d'Accra.")) as server:
        assistant = writing(quoting, server, **TRANSLATING)
        answer, _ = assistant.answer(assistant.intake.prepare(FRENCH), tell=told.append)
        [request] = server.requests

    assert answer.statements[0].text == NORWAY
    assert answer.statements[0].translation == "La Norvège finance le refuge d'Accra."
    assert "Les traductions sont l'œuvre d'un modèle" in answer.message
    assert (answer.provenance.writer, answer.provenance.model) == ("extractive", "m")
    assert texts(told[0]) == texts(answer)
    assert "finance le refuge" not in json.dumps(request, ensure_ascii=False)


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (lambda reply: translated(reply, "Le Danemark finance le refuge d'Accra."), "unsupported"),
        (
            lambda reply: translated(reply, "La Norvège finance le refuge d'Accra : https://example.org/a"),
            "unsupported",
        ),
        (lambda reply: reply.say("La Norvège finance le refuge d'Accra."), "unreadable"),
        (lambda reply: reply.refuse(500), "unavailable"),
        (silent, "time_out"),
    ],
    ids=["another country", "a link", "no JSON", "an error", "silence"],
)
def test_what_is_translated_wrongly_is_not_shown(quoting: Assistant, play: Play, reason: str) -> None:
    """The quotes stand alone, as without a model, and the answer says why."""
    alone = quoting.ask(FRENCH)
    seconds = HANGING_S if reason == "time_out" else SECONDS
    with model_server(play) as server:
        answer, trace = writing(quoting, server, **TRANSLATING, llm_seconds=seconds).explain(FRENCH)

    assert answer.statements == alone.statements
    assert answer.message == alone.message
    assert answer.provenance.untranslated == reason
    assert 0 < answer.timings_ms["translate"] <= answer.timings_ms["total"]
    assert len(trace.dropped) == (len(answer.statements) if reason == "unsupported" else 0)


def test_a_question_in_the_language_of_the_quotes_is_not_translated(quoting: Assistant) -> None:
    """The model is not asked."""
    with model_server(GOOD.play) as server:
        assert writing(quoting, server, **TRANSLATING).ask(ASKED).statements
        assert server.requests == []


WIDENING = {"writer": "extractive", "llm_queries": True}
TURN = Turn("Who runs the hotline? Write to ana@example.com", "IOM runs it. [1]")


def test_a_follow_up_is_searched_by_a_further_query(quoting: Assistant) -> None:
    """What the model's query finds is likelier to be read; the query is shown nowhere, and no personal data is sent."""
    _, alone = quoting.explain("And who pays for it?", [TURN])
    with model_server(lambda reply: reply.say(json.dumps({"query": "Who funds the shelter in Accra?"}))) as server:
        answer, trace = writing(quoting, server, **WIDENING).explain("And who pays for it?", [TURN])

    assert trace.findings
    assert alone.findings
    widened, before = (
        {hit.passage.id: hit.score for hit in found.search.read} for found in (trace.findings, alone.findings)
    )
    assert widened["ghana-shelter#1"] > before["ghana-shelter#1"]
    assert "Who funds the shelter" not in repr(trace.findings.search.query) + answer.question
    assert "[e-mail]" in server.seen
    assert "ana@" not in server.seen


@pytest.mark.parametrize(
    "play", [lambda reply: reply.say("none"), lambda reply: reply.refuse(500)], ids=["none", "error"]
)
def test_without_a_further_query_a_follow_up_is_answered_as_without_a_model(quoting: Assistant, play: Play) -> None:
    """The four other searches are made."""
    alone = quoting.ask("And who pays for it?", [TURN])
    with model_server(play) as server:
        answer = writing(quoting, server, **WIDENING).ask("And who pays for it?", [TURN])

    assert answer == alone
    assert len(server.requests) >= 1


def test_no_further_query_is_made_of_a_conversation_that_showed_the_help_card(quoting: Assistant) -> None:
    """Neither of a follow-up to a cry for help, nor of one that is a cry for help itself; nor is any translated."""
    cry = "They locked me up and took my passport, help me"
    with model_server(GOOD.play) as server:
        assistant = writing(quoting, server, **WIDENING, llm_translations=True)
        assistant.ask("And who pays for it?", [Turn(cry), TURN])
        assistant.ask(f"And who pays for it? {cry}", [TURN])
        assistant.ask(f"{FRENCH} Ils m'ont enfermée et ont pris mon passeport, aidez-moi.")

    assert server.requests == []
