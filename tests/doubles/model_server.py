"""A server that speaks OpenAI's API and plays what language models and their servers do, over real HTTP.

In: a function that plays a reply, given what was asked. Out: the address of the server, and the requests that it got.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from qa import Settings

Request = dict[str, Any]
Play = Callable[["Reply"], None]


@dataclass
class Reply:
    """The reply to one request, as it is played."""

    request: Request
    handler: "_Handler"
    tries: int  # how many requests came before

    @property
    def over(self) -> Event:
        """What is set when nobody waits for the server any more: who waits for it is silent for ever."""
        return self.handler.server.model.over

    @property
    def data(self) -> dict[str, Any]:
        """What the model is told as data: the question, its turns and the sources."""
        data: dict[str, Any] = json.loads(self.request["messages"][-1]["content"])
        return data

    def id_of(self, words: str) -> str:
        """Return the id of the source that holds some words."""
        return next((str(source["id"]) for source in self.data["sources"] if words in source["text"]), "000000")

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        """Send the status and the headers."""
        self.handler.send_response(status)
        self.handler.send_header("content-type", kind)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def send(self, content: bytes) -> None:
        """Send bytes at once."""
        self.handler.wfile.write(content)
        self.handler.wfile.flush()

    def event(self, data: object) -> None:
        """Send an event."""
        self.send(f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode())

    def chunk(self, text: str = "", finish: str | None = None, **others: object) -> None:
        """Send a piece of the reply."""
        choice = {"index": 0, "delta": {"content": text, **others}, "finish_reason": finish}
        self.event({"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})

    def say(self, text: str, size: int = 20, pause: float = 0.0) -> None:
        """Send a whole reply in pieces of so many characters."""
        self.begin()
        for start in range(0, len(text), size):
            self.chunk(text[start : start + size])
            time.sleep(pause)
        self.chunk(finish="stop")
        self.event("[DONE]")

    def refuse(self, status: int, message: str = "no", **headers: str) -> None:
        """Send an error as OpenAI's API does."""
        self.begin(status, "application/json", **headers)
        self.send(json.dumps({"error": {"message": message, "type": "error"}}).encode())

    def sentence(self, text: str, *words: str, id: str = "") -> dict[str, object]:
        """Return a sentence of a reply that quotes words, from where they stand."""
        return {"quotes": [{"id": id or self.id_of(quoted), "words": quoted} for quoted in words], "sentence": text}

    def answer(self, *sentences: object, answerable: bool = True) -> str:
        """Return the JSON of a reply."""
        return json.dumps({"answerable": answerable, "sentences": list(sentences)}, ensure_ascii=False)


@dataclass
class ModelServer:
    """A running server: its address, what it plays, and the requests that it got."""

    url: str
    play: Play
    requests: list[Request] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    @property
    def seen(self) -> str:
        """All that it was sent."""
        return json.dumps(self.requests, ensure_ascii=False)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    model: ModelServer

    def handle_error(self, *_: object) -> None:
        """Leave clients that have gone alone."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """Play a reply."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        model = self.server.model
        model.requests.append(body | {"authorization": self.headers["authorization"], "path": self.path})
        model.play(Reply(body, self, len(model.requests) - 1))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def model_server(play: Play) -> Iterator[ModelServer]:
    """Serve on a free port of this machine until the block ends."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.model = ModelServer(f"http://127.0.0.1:{server.server_address[1]}/v1", play)
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.model
        finally:
            server.model.over.set()
            server.shutdown()


def settings_for(url: str, **others: Any) -> Settings:  # noqa: ANN401 - settings of any type
    """Return settings with a language model at an address."""
    return Settings(**{"writer": "llm", "llm_url": url, "llm_model": "m"} | others)


def drip(reply: Reply, pieces: Sequence[str], pause: float) -> None:
    """Send pieces slowly."""
    reply.begin()
    for piece in pieces:
        reply.chunk(piece)
        time.sleep(pause)
