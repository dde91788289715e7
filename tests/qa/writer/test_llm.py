"""A language model is asked over HTTP, within bounds, and left alone where it fails."""

import time
from pathlib import Path

import pytest

from corpus.language.tokens import count_tokens
from doubles.fakes import BEDS, PAYS
from doubles.model_behaviours import silent
from doubles.model_server import Reply, model_server, settings_for
from embeddings import ModelProblem
from qa import Settings
from qa.writer.llm import REPLY_TOKENS, LanguageModel, NotWritten, Task
from qa.writer.llm_replies import sentences_in
from qa.writer.translating import translations_in

TASK = Task.of("Who pays?", [], [PAYS, BEDS])


def say(reply: Reply) -> None:
    """Play a reply of one sentence."""
    reply.say(reply.answer(reply.sentence("Norway pays.", "Norway pays.")))


def asked(model: LanguageModel, seconds: float = 0) -> str:
    """Ask a model, which is waited for as it says or for some seconds; return the sentences, or why there are none."""
    until = time.monotonic() + (seconds or model.seconds)
    try:
        return " ".join(sentence.text for sentence in model.sentences(TASK, until))
    except NotWritten as problem:
        return problem.reason


def test_signs_that_are_no_text_are_left_out() -> None:
    """A lone surrogate would end the answer in an error, and a mark of direction turn what is read."""
    sentence = r'{"quotes": [], "sentence": "Norway\ud800 \u202epays.\u0000"}'
    translation = r'{"number": 1, "text": "La Norv\u00e8ge\ud800 \u202epaie."}'

    assert [sentence.text for sentence in sentences_in(sentence)] == ["Norway pays."]
    assert list(translations_in(translation)) == [(1, "La Norvège paie.")]
    assert sentences_in(r'{"sentence": "\ud800", "quotes": []}') == []


def test_a_task_is_data_with_ids_that_mean_nothing() -> None:
    """The model sees title and words of each source, in JSON, and neither an address nor an id of Waymark's."""
    with model_server(say) as server:
        model = LanguageModel(settings_for(server.url, llm_key="secret"))
        sentences = list(model.sentences(TASK, time.monotonic() + model.seconds))
        [request] = server.requests

    assert [quote.id for quote in sentences[0].quotes] == [next(iter(TASK.sources))]
    assert Reply(request, None, 0).data["sources"] == [  # type: ignore[arg-type]
        {"id": id, "title": "A brief", "text": item.text} for id, item in TASK.sources.items()
    ]
    assert request["path"] == "/v1/chat/completions"
    assert request["authorization"] == "Bearer secret"
    assert request["response_format"]["json_schema"]["strict"] is True
    assert "a-brief" not in server.seen


def test_a_server_that_fails_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some failures it is not asked for a while, and then asked again."""
    monkeypatch.setattr("qa.writer.llm.REST_S", 1.0)
    fails = [True]
    with model_server(lambda reply: reply.refuse(401) if fails else say(reply)) as server:
        model = LanguageModel(settings_for(server.url))
        reasons = [asked(model) for _ in range(4)]
        problem = model.problem
        fails.clear()
        time.sleep(1.0)
        again = asked(model)

    assert reasons == ["unavailable", "unavailable", "unavailable", "resting"]
    assert problem == "resting"
    assert (again, model.problem) == ("Norway pays.", "")
    assert len(server.requests) == 4


def test_few_questions_are_at_the_model_at_a_time() -> None:
    """While it is asked as many as the operator allows, the next are told at once."""
    with model_server(silent) as server:
        model = LanguageModel(settings_for(server.url, llm_calls=1))
        reasons = [asked(model, 0.3), asked(model)]

    assert reasons == ["time_out", "busy"]


def test_a_task_is_kept_within_the_budget(tmp_path: Path) -> None:
    """Sources that the budget has no room for are left out; without room for one, the model is not asked."""
    prompt = tmp_path / "prompt.txt"
    room = 1500 - REPLY_TOKENS - count_tokens(TASK.data(1))
    with model_server(say) as server:
        told = []
        for words in (room, room + 20):
            prompt.write_text("word" + " word" * (words - 1), encoding="utf-8")
            told.append(asked(LanguageModel(settings_for(server.url, llm_tokens=1500, llm_prompt=prompt))))
        [request] = server.requests

    assert told == ["Norway pays.", "too_long"]
    assert len(Reply(request, None, 0).data["sources"]) == 1  # type: ignore[arg-type]


def test_settings_tell_what_is_missing(tmp_path: Path) -> None:
    """A model without an address, too long a time-out and a prompt that is not there are told at the start."""
    with pytest.raises(ValueError, match=r"llm_url\n.*WAYMARK_WRITER=llm, .* need it"):
        Settings(writer="llm", llm_model="m")
    with pytest.raises(ValueError, match=r"answer_seconds\n.*must exceed WAYMARK_LLM_SECONDS"):
        settings_for("http://localhost/v1", llm_seconds=30)
    with pytest.raises(ModelProblem, match="WAYMARK_LLM_PROMPT"):
        LanguageModel(settings_for("http://localhost/v1", llm_prompt=tmp_path / "none.txt"))
