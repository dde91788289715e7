"""The doors for tools that speak OpenAI's API, tried with its own client and with the requests of Open WebUI."""

import asyncio
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import openai
import pytest
from fastapi.testclient import TestClient
from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from api.app import create_app
from api.tools import openai as door
from api.tools import openai_replies
from corpus.language.tokens import count_tokens
from drivers.browsing import served
from drivers.http_client import QUESTION, UNKNOWN
from qa import Assistant, Settings
from qa.records.database import Database
from qa.records.keys import Scope, create_key

CRY = "They took my passport and I am locked in the house"
CARD = "You are not alone. Help is available"
STATEMENT = "Norway funds the shelter in Accra. [1]"
TITLE_TASK = """### Task:
Generate a concise, 3-5 word title with an emoji summarizing the chat history.
### Output:
JSON format: { "title": "your concise title here" }
### Chat History:
<chat_history>
USER: Who funds the shelter in Accra?
ASSISTANT: Norway funds the shelter in Accra. [1]
</chat_history>"""
IMAGE = [
    {"type": "text", "text": "Who is this?"},
    {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
]


def asking(question: str, *before: str) -> list[Any]:
    """Return the messages of a conversation: questions and answers by turns, and the last question."""
    roles = ("user", "assistant")
    return [{"role": roles[number % 2], "content": text} for number, text in enumerate([*before, question])]


@pytest.fixture
def tool(address: str) -> Iterator[OpenAI]:
    """Return OpenAI's client of a real server, with a key that is none of Waymark's."""
    with OpenAI(base_url=f"{address}/v1", api_key="sk-dummy", max_retries=0) as tool:
        yield tool


@pytest.fixture
def busy(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Return a client of a server that takes one question of a client an hour."""
    monkeypatch.setenv("WAYMARK_RATE", "1/hour")
    with TestClient(create_app(assistant, Settings())) as client:
        client.post("/v1/ask", json={"question": QUESTION})
        yield client


@pytest.mark.parametrize("stream", [False, True])
def test_tokens_are_not_counted_by_the_event_loop(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    stream: bool,
) -> None:
    """A conversation may be long, and whoever calls for help would wait for it."""
    in_event_loop: list[bool] = []

    def counting(text: str) -> int:
        in_event_loop.append(asyncio._get_running_loop() is not None)
        return count_tokens(text)

    monkeypatch.setattr(openai_replies, "count_tokens", counting)
    body = {"input": asking(QUESTION), "stream": stream}

    assert client.post("/v1/responses", json=body).status_code == 200
    assert in_event_loop == [False, False]


def test_a_chat_is_answered_with_annotations_and_sources(tool: OpenAI, address: str) -> None:
    """The text holds the statement, its mark and its source; the annotation leads to the mark; tokens are counted."""
    told = tool.chat.completions.create(model="waymark", messages=asking(QUESTION))
    message, usage = told.choices[0].message, told.usage
    assert message.content
    assert message.annotations
    assert usage
    cited = message.annotations[0].url_citation

    assert [model.id for model in tool.models.list()] == [told.model] == ["waymark"]
    assert STATEMENT in message.content
    assert message.content[cited.start_index : cited.end_index] == "[1]"
    assert cited.url.startswith("https://example.org/accra-shelter")
    assert f"- [1] {cited.title}, IOM, 2015-03-12: <{cited.url}>" in message.content
    assert usage.prompt_tokens == count_tokens(QUESTION)
    assert usage.total_tokens == usage.prompt_tokens + count_tokens(message.content)
    ChatCompletion.model_validate(told.model_dump())


def test_a_stream_of_a_chat_adds_up_to_the_whole(tool: OpenAI) -> None:
    """Roles come first, annotations before the end, and tokens last, only where they are asked for."""
    whole = tool.chat.completions.create(model="any", messages=asking(QUESTION)).choices[0].message
    chunks = list(tool.chat.completions.create(model="any", messages=asking(QUESTION), stream=True))
    deltas = [chunk.choices[0].delta for chunk in chunks]
    counted = list(
        tool.chat.completions.create(
            model="any", messages=asking(QUESTION), stream=True, stream_options={"include_usage": True}
        )
    )

    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == whole.content
    annotations = [annotation for delta in deltas for annotation in getattr(delta, "annotations", None) or []]
    assert annotations == [annotation.model_dump() for annotation in whole.annotations or []] != []
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert all(chunk.usage is None for chunk in chunks)
    assert counted[-1].choices == []
    assert counted[-1].usage
    assert counted[-1].usage.completion_tokens == count_tokens(whole.content or "")
    for chunk in [*chunks, *counted]:
        ChatCompletionChunk.model_validate(chunk.model_dump())


def test_a_response_is_the_same_answer(tool: OpenAI) -> None:
    """Text and annotations are those of the chat, for an input that is a text and one that is messages."""
    whole = tool.chat.completions.create(model="waymark", messages=asking(QUESTION)).choices[0].message
    told = tool.responses.create(model="waymark", input=QUESTION, instructions="Rhyme.")
    parts = [{"role": "user", "content": [{"type": "input_text", "text": QUESTION}]}]
    again = tool.responses.create(model="waymark", input=parts)  # type: ignore[arg-type]
    part: Any = told.output[0].content[0]  # type: ignore[union-attr]

    assert told.output_text == again.output_text == whole.content
    assert told.status == "completed"
    assert [annotation.start_index for annotation in part.annotations] == [
        annotation.url_citation.start_index for annotation in whole.annotations or []
    ]
    Response.model_validate(told.model_dump())


def test_a_stream_of_a_response_has_its_whole_life(tool: OpenAI) -> None:
    """All events come in order with consecutive numbers, and OpenAI's own reader puts the response together."""
    events = list(tool.responses.create(model="waymark", input=QUESTION, stream=True))
    kinds = [event.type for event in events]
    with tool.responses.stream(model="waymark", input=QUESTION) as stream:
        stream.until_done()
        together = stream.get_final_response()

    assert [kind for kind, after in pairwise([*kinds, ""]) if kind != after] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.annotation.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert together.output_text == tool.responses.create(model="waymark", input=QUESTION).output_text
    for event in events:
        TypeAdapter(ResponseStreamEvent).validate_python(event.model_dump())


def test_a_follow_up_leans_on_the_turns_that_the_client_sends_back(client: TestClient) -> None:
    """Sources and notes of the answer before are no part of the turn; system messages and tools change nothing."""
    first = client.post("/v1/chat/completions", json={"messages": asking(QUESTION)}).json()
    sent_back = first["choices"][0]["message"]["content"]
    follow_up = "Which services does it offer?"
    messages = [{"role": "system", "content": "Rhyme."}, *asking(follow_up, QUESTION, sent_back)]
    second = client.post("/v1/chat/completions", json={"messages": messages, "tools": [{}], "temperature": 2}).json()
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    turn = {"question": QUESTION, "answer": answer["text"]}
    asked = client.post("/v1/ask", json={"question": follow_up, "history": [turn]}).json()

    assert asked["topics"] != []
    assert asked["text"] in second["choices"][0]["message"]["content"]
    assert second["usage"]["prompt_tokens"] == count_tokens("\n".join([QUESTION, answer["text"], follow_up]))


def test_a_refusal_says_its_message(tool: OpenAI) -> None:
    """Where the documents don't answer, the text says so and nothing is cited."""
    message = tool.chat.completions.create(model="waymark", messages=asking(UNKNOWN)).choices[0].message

    assert (message.content or "").startswith("I don't know.")
    assert message.annotations == []


def test_the_help_card_comes_first(tool: OpenAI) -> None:
    """The whole card stands before all else, in both forms, and is the first piece of a stream."""
    whole = tool.chat.completions.create(model="waymark", messages=asking(CRY)).choices[0].message.content or ""
    chunks = list(tool.chat.completions.create(model="waymark", messages=asking(CRY), stream=True))
    pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices[0].delta.content]

    assert whole.startswith(CARD)
    assert tool.responses.create(model="waymark", input=CRY).output_text == whole
    assert pieces[0].startswith(CARD)
    assert pieces[0].endswith("\n\n---\n\n")
    assert "".join(pieces) == whole


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
def test_who_asks_too_much_gets_the_card_in_the_error(busy: TestClient, path: str) -> None:
    """The error has OpenAI's shape, the card first in its message, and the time to wait in its headers."""
    refused = busy.post(path, json={"messages": asking(CRY), "input": CRY, "stream": True})
    error = refused.json()["error"]

    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert error["type"] == "rate_limit_error"
    assert error["message"].startswith(CARD)


def test_a_server_without_an_index_gives_the_card(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """OpenAI's client raises its error for that, in a stream too, and the card is in its message."""
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path))
    with served(create_app()) as address, OpenAI(base_url=f"{address}/v1", api_key="x", max_retries=0) as tool:
        with pytest.raises(openai.InternalServerError, match=CARD) as refused:
            tool.chat.completions.create(model="waymark", messages=asking(CRY))
        with pytest.raises(openai.APIError, match=CARD):
            list(tool.chat.completions.create(model="waymark", messages=asking(CRY), stream=True))
        events = list(tool.responses.create(model="waymark", input=CRY, stream=True))

    assert refused.value.status_code == 503
    assert events[-1].type == "response.failed"
    assert ((events[-1].response.error and events[-1].response.error.message) or "").startswith(CARD)


@pytest.mark.parametrize("stream", [False, True])
def test_prompts_for_titles_get_an_empty_object(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, *, stream: bool
) -> None:
    """What Open WebUI asks for a title is no question of a person; nothing is searched, nor is help shown."""
    for name in ("answer_to", "take_question"):
        monkeypatch.setattr(door, name, None)
    sent = {"model": "waymark", "messages": asking(TITLE_TASK), "stream": stream}
    reply = client.post("/v1/chat/completions", json=sent)

    assert reply.status_code == 200
    if stream:
        assert reply.text.endswith("data: [DONE]\n\n")
        assert '{"content": "{}"}' in reply.text
    else:
        assert reply.json()["choices"][0]["message"]["content"] == "{}"


def test_who_writes_like_a_task_is_heard(client: TestClient) -> None:
    """Only a prompt that holds a history is taken for a task."""
    reply = client.post("/v1/chat/completions", json={"messages": asking(f"### Task: help me. {CRY}")}).json()

    assert reply["choices"][0]["message"]["content"].startswith(CARD)


@pytest.mark.parametrize(
    ("path", "body", "param", "message"),
    [
        ("chat/completions", {"messages": [{"role": "user", "content": IMAGE}]}, "messages.0.content", "not text"),
        ("chat/completions", {"messages": [{"role": "system", "content": "x"}]}, "messages", "of the role user"),
        ("chat/completions", {"messages": asking("a\0b")}, "messages.0.content", "not text"),
        ("chat/completions", {}, "messages", "is missing"),
        ("responses", {"input": "x", "previous_response_id": "resp_1"}, "previous_response_id", "nothing is kept"),
        ("responses", {"input": [{"type": "function_call_output"}]}, "input.0.role", "is missing"),
    ],
)
def test_what_is_not_read_is_refused_in_the_shape_of_openai(
    client: TestClient, path: str, body: dict[str, Any], param: str, message: str
) -> None:
    """The status is 400, as OpenAI's, and the error names the field and the reason."""
    refused = client.post(f"/v1/{path}", json=body)
    error = refused.json()["error"]

    assert refused.status_code == 400
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert message in error["message"]


def test_bodies_that_are_no_json_are_refused_in_the_shape_of_openai(client: TestClient) -> None:
    """So are those that are not declared as JSON, and those that are too long."""
    as_json = {"content-type": "application/json"}
    replies = [
        client.post("/v1/responses", content="{", headers=as_json),
        client.post("/v1/responses", content="{}", headers={"content-type": "text/plain"}),
        client.post("/v1/responses", content=b" " * 1_100_000, headers=as_json),
    ]

    assert [reply.status_code for reply in replies] == [400, 415, 413]
    assert "1,048,576 bytes" in replies[2].json()["error"]["message"]


def test_a_long_conversation_is_answered(client: TestClient) -> None:
    """A client that sends a hundred turns, or a question that is longer than any, gets an answer all the same."""
    turns = ["What?", "Norway pays. [1] " + "x" * 4000] * 100
    long = client.post("/v1/chat/completions", json={"messages": asking(QUESTION, *turns)})
    story = client.post("/v1/chat/completions", json={"messages": asking("word " * 100_000)})

    assert STATEMENT in long.json()["choices"][0]["message"]["content"]
    assert story.status_code == 200


def test_an_internal_server_wants_a_key(assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the public side off, OpenAI's client needs a key of Waymark as its own, of the scope `ask`."""
    monkeypatch.setenv("WAYMARK_PUBLIC", "false")
    monkeypatch.setenv("WAYMARK_VAR", str(tmp_path))
    database = Database(Settings().database_url)
    right, wrong = (create_key(database, "a tool", [scope])[1] for scope in (Scope.ASK, Scope.INGEST))
    with served(create_app(assistant)) as address:
        tools = {key: OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0) for key in (right, wrong, "sk-x")}
        told = tools[right].chat.completions.create(model="waymark", messages=asking(QUESTION))
        with pytest.raises(openai.PermissionDeniedError, match="lacks the scope ask"):
            tools[wrong].chat.completions.create(model="waymark", messages=asking(QUESTION))
        with pytest.raises(openai.AuthenticationError, match="Send a key that is valid"):
            tools["sk-x"].models.list()

    assert STATEMENT in (told.choices[0].message.content or "")


def test_no_event_is_broken_by_what_a_document_holds(client: TestClient) -> None:
    """Events are ASCII, so that no reader takes a separator of Unicode for the end of a line."""
    reply = client.post("/v1/chat/completions", json={"messages": asking("¿Quién financia?"), "stream": True})
    data = [line.removeprefix("data: ") for line in reply.text.splitlines() if line]

    assert reply.text.isascii()
    assert data[-1] == "[DONE]"
    assert all(json.loads(line)["object"] == "chat.completion.chunk" for line in data[:-1])
