"""The replies of OpenAI's API: a chat completion and a response, each whole or as the events of a stream.

In: a question, and the text of its answer with its marks. Out: JSON objects and server-sent events, as the package
`openai` types them. Marks are annotations of the type `url_citation`; their indices count Unicode code points, and the
end is behind the last one. Tokens are those of `corpus.language.tokens`.
"""

import json
import time
from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import uuid4

from fastapi.sse import format_sse_event

from api.formats.schemas import AskRequest
from api.tools.answer_text import AnswerText, Mark
from corpus.language.tokens import count_tokens

MODEL = "waymark"

Json = dict[str, Any]


class _Reply:
    """A reply to a question. It is whole, or a stream of `begin`, a `delta` for each piece of the text, and `end`."""

    def __init__(self, prefix: str, asked: AskRequest) -> None:
        """Take what the id begins with, and the question, whose tokens count with those of the turns before it."""
        self.asked = asked
        self._id = f"{prefix}{uuid4().hex}"
        self._created = int(time.time())

    def _tokens(self, told: AnswerText) -> tuple[int, int, int]:
        """Return the numbers of tokens that were read, that were written, and of both."""
        turns = [text for turn in self.asked.history for text in (turn.question, turn.answer)]
        read, written = count_tokens("\n".join([*turns, self.asked.question])), count_tokens(told.text)
        return read, written, read + written


class ChatCompletion(_Reply):
    """The reply of `/v1/chat/completions`."""

    def __init__(self, asked: AskRequest, *, tells_usage: bool) -> None:
        """Take the question, and whether a stream tells the tokens."""
        super().__init__("chatcmpl-", asked)
        self._tells_usage = tells_usage

    def whole(self, told: AnswerText) -> Json:
        """Return the reply as one object."""
        message = {"role": "assistant", "content": told.text, "refusal": None, "annotations": self._annotations(told)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self._object("chat.completion", [choice]) | {"usage": self._usage(told)}

    def begin(self) -> Iterator[bytes]:
        """Yield the events before the text."""
        yield self._chunk({"role": "assistant", "content": ""})

    def delta(self, piece: str) -> bytes:
        """Return the event that adds a piece of the text."""
        return self._chunk({"content": piece})

    def end(self, told: AnswerText) -> Iterator[bytes]:
        """Yield the events behind the text."""
        for annotation in self._annotations(told):
            yield self._chunk({"annotations": [annotation]})
        yield self._chunk({}, "stop")
        if self._tells_usage:
            yield _event(self._object("chat.completion.chunk", []) | {"usage": self._usage(told)})
        yield format_sse_event(data_str="[DONE]")

    def fail(self, error: Json) -> bytes:
        """Return the event that breaks off the stream."""
        return _event({"error": error})

    def _chunk(self, delta: Json, finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return _event(self._object("chat.completion.chunk", [choice]))

    def _object(self, kind: str, choices: list[Json]) -> Json:
        return {"id": self._id, "object": kind, "created": self._created, "model": MODEL, "choices": choices}

    def _annotations(self, told: AnswerText) -> list[Json]:
        return [{"type": "url_citation", "url_citation": _citation(mark)} for mark in told.marks]

    def _usage(self, told: AnswerText) -> Json:
        return dict(zip(("prompt_tokens", "completion_tokens", "total_tokens"), self._tokens(told), strict=True))


class ModelResponse(_Reply):
    """The reply of `/v1/responses`: one message with one text."""

    def __init__(self, asked: AskRequest) -> None:
        """Take the question, and begin to count the events."""
        super().__init__("resp_", asked)
        self._numbers = count()
        self._place = {"item_id": f"msg_{uuid4().hex}", "output_index": 0, "content_index": 0}

    def whole(self, told: AnswerText) -> Json:
        """Return the reply as one object."""
        read, written, total = self._tokens(told)
        usage = {
            "input_tokens": read,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": written,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": total,
        }
        return self._object("completed", [self._message("completed", [self._part(told)])]) | {"usage": usage}

    def begin(self) -> Iterator[bytes]:
        """Yield the events before the text."""
        yield self._event("response.created", response=self._object("in_progress", []))
        yield self._event("response.in_progress", response=self._object("in_progress", []))
        yield self._event("response.output_item.added", output_index=0, item=self._message("in_progress", []))
        yield self._event("response.content_part.added", **self._place, part=self._part(AnswerText("")))

    def delta(self, piece: str) -> bytes:
        """Return the event that adds a piece of the text."""
        return self._event("response.output_text.delta", **self._place, delta=piece, logprobs=[])

    def end(self, told: AnswerText) -> Iterator[bytes]:
        """Yield the events behind the text."""
        part, whole = self._part(told), self.whole(told)
        for index, annotation in enumerate(part["annotations"]):
            added = {"annotation_index": index, "annotation": annotation}
            yield self._event("response.output_text.annotation.added", **self._place, **added)
        yield self._event("response.output_text.done", **self._place, text=told.text, logprobs=[])
        yield self._event("response.content_part.done", **self._place, part=part)
        yield self._event("response.output_item.done", output_index=0, item=whole["output"][0])
        yield self._event("response.completed", response=whole)

    def fail(self, error: Json) -> bytes:
        """Return the event that breaks off the stream."""
        told = {"code": "server_error", "message": error["message"]}
        return self._event("response.failed", response=self._object("failed", []) | {"error": told})

    def _event(self, kind: str, **data: object) -> bytes:
        return _event({"type": kind, "sequence_number": next(self._numbers), **data}, kind)

    def _object(self, status: str, output: list[Json]) -> Json:
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "model": MODEL,
            "output": output,
            "parallel_tool_calls": False,
            "previous_response_id": None,
            "store": False,
            "temperature": None,
            "text": {"format": {"type": "text"}},
            "tool_choice": "none",
            "tools": [],
            "top_p": None,
            "usage": None,
        }

    def _message(self, status: str, content: list[Json]) -> Json:
        message = {"id": self._place["item_id"], "type": "message", "role": "assistant"}
        return message | {"status": status, "content": content}

    def _part(self, told: AnswerText) -> Json:
        annotations = [{"type": "url_citation", **_citation(mark)} for mark in told.marks]
        return {"type": "output_text", "text": told.text, "annotations": annotations, "logprobs": []}


Reply = ChatCompletion | ModelResponse


def _event(data: Json, name: str | None = None) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data))


def _citation(mark: Mark) -> Json:
    return {"start_index": mark.start, "end_index": mark.end, "title": mark.title, "url": mark.url}
