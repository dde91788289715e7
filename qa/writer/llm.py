"""Have a language model write, through any server that speaks OpenAI's API.

In: a question, its turns and numbered sources; or another prompt and its data. Out: the sentences of the model, as it
writes them, unchecked, or its reply; or NotWritten, with the reason, at the latest when the time is over. A server that
fails is left alone for a while.
Left out: what may be sent and what may be shown (rewriting, translating, further_query), and reading a reply
(llm_replies).
"""

import json
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from queue import Empty, SimpleQueue
from threading import Event, Semaphore, Thread
from typing import Any

from corpus.language.tokens import count_tokens
from embeddings import ModelProblem
from embeddings.extras import how_to_install
from qa.answers.evidence import Evidence
from qa.query.followups import Turn
from qa.safety.sanitizer import mask
from qa.settings import Settings
from qa.stopping import check_wanted
from qa.writer.llm_replies import (
    ModelSentence,
    is_plain,
    reply_schema,
    says_unanswerable,
    sentences_in,
    shown_text,
)

FAILURES, REST_S = 3, 30.0  # after so many failures in a row, a server is not asked for so many seconds
RETRIES = 1  # by the client, after a pause of chance length, where the server is busy or gone
REPLY_TOKENS = 800  # at most
MOST_CHARACTERS = 12_000  # of a reply with its thoughts that are read
LOOK_S = 0.2  # between two looks whether the answer is still wanted


class NotWritten(Exception):
    """The model wrote nothing more; `reason` is one of those in `docs/language-models.md`."""

    def __init__(self, reason: str) -> None:
        """Take the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Task:
    """What a model is asked: texts without personal data, and sources by ids that mean nothing."""

    question: str
    turns: Sequence[tuple[str, str]]
    sources: Mapping[str, Evidence]

    @classmethod
    def of(cls, question: str, turns: Sequence[tuple[str, str]], evidence: Iterable[Evidence]) -> "Task":
        """Return a task with ids that no document can know."""
        return cls(question, turns, {secrets.token_hex(3): item for item in evidence})

    def data(self, sources: int) -> str:
        """Return the message with the first so many sources, as JSON, so that no text can end its fence."""
        listed = [
            {"id": id, "title": item.document.title, "text": item.text}
            for id, item in list(self.sources.items())[:sources]
        ]
        turns = [{"question": question, "answer": answer} for question, answer in self.turns]
        return json.dumps({"turns": turns, "question": self.question, "sources": listed}, ensure_ascii=False)


def masked_turns(turns: Iterable[Turn]) -> list[tuple[str, str]]:
    """Return the questions and the first words of the answers of turns as a model may see them."""
    return [(mask(turn.question), mask(turn.answer_words)) for turn in turns]


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: the messages, and the JSON schema of the reply."""

    messages: Sequence[Mapping[str, str]]
    schema: Mapping[str, Any]

    @classmethod
    def of(cls, prompt: str, data: str, schema: Mapping[str, Any]) -> "Request":
        """Return a request that gives instructions and data apart."""
        return cls([{"role": "system", "content": prompt}, {"role": "user", "content": data}], schema)

    @property
    def tokens(self) -> int:
        """How long the messages are."""
        return sum(count_tokens(message["content"]) for message in self.messages)


class LanguageModel:
    """A language model behind a server, and what it is for: `writes`, `widens` searches, `translates`.

    `problem` tells why it wrote nothing the last time, "" if it did. An answer is waited for `seconds`.
    """

    def __init__(self, settings: Settings) -> None:
        """Take the settings. Raises ModelProblem where the packages or the prompt are missing."""
        try:
            from openai import OpenAI
            from pybreaker import CircuitBreaker
        except ImportError as error:
            raise ModelProblem(f"a language model needs more packages; {how_to_install('llm')}") from error
        self.name, self.problem = settings.llm_model, ""
        self.writes = settings.writer == "llm"
        self.widens, self.translates = settings.llm_queries, settings.llm_translations
        self.seconds = settings.llm_seconds
        self._prompt, self._tokens = _prompt(settings), settings.llm_tokens
        self._free = Semaphore(settings.llm_calls)
        self._breaker = CircuitBreaker(FAILURES, REST_S, exclude=[_is_no_failure], throw_new_error_on_trip=False)
        self._client: Any = OpenAI(  # its types bear no server that refuses what OpenAI's takes
            api_key=settings.llm_key.get_secret_value() or "none",
            base_url=settings.llm_url,
            timeout=settings.llm_seconds,
            max_retries=RETRIES,
        )
        self._knows_schemas = True

    def sentences(self, task: Task, until: float) -> Iterator[ModelSentence]:
        """Yield the sentences of the model, each when it is complete; `until` is a time of the monotonic clock.

        Raises NotWritten where it ends otherwise.
        """
        reply, taken = "", 0
        with self._noting_problems():
            for piece in self._pieces(self._task_request(task), until):
                reply += piece
                if "}" in piece and is_plain(reply):
                    found = sentences_in(reply)
                    yield from found[taken:]
                    taken = len(found)
            found = sentences_in(reply)
            yield from found[taken:]
            if not found:
                raise NotWritten(
                    "unknown" if says_unanswerable(reply) else "unreadable" if shown_text(reply).strip() else "empty"
                )

    def reply(self, prompt: str, data: Mapping[str, Any], schema: Mapping[str, Any], until: float) -> str:
        """Return the reply to a prompt, by its file's name, and data, without thoughts. Raises NotWritten."""
        request = Request.of(_shipped(prompt), json.dumps(data, ensure_ascii=False), schema)
        with self._noting_problems():
            if request.tokens > self._tokens - REPLY_TOKENS:
                raise NotWritten("too_long")
            return shown_text("".join(self._pieces(request, until)))

    def _task_request(self, task: Task) -> Request:
        """Return the prompt, the data with as many sources as the budget of tokens allows, and the schema."""
        for sources in range(len(task.sources), 0, -1):
            request = Request.of(self._prompt, task.data(sources), reply_schema(list(task.sources)[:sources]))
            if request.tokens <= self._tokens - REPLY_TOKENS:
                return request
        raise NotWritten("too_long")

    @contextmanager
    def _noting_problems(self) -> Iterator[None]:
        """Count failures of the server, and keep the reason. Raises NotWritten while the server is left alone."""
        from pybreaker import CircuitBreakerError

        try:
            with self._breaker.calling():
                yield
        except NotWritten as problem:
            self.problem = problem.reason
            raise
        except CircuitBreakerError as error:
            self.problem = "resting"
            raise NotWritten(self.problem) from error
        self.problem = ""

    def _pieces(self, request: Request, until: float) -> Iterator[str]:
        """Yield the pieces of a reply until a time, from a thread: no server can hold up who waits for it."""
        if not self._free.acquire(blocking=False):
            raise NotWritten("busy")
        pieces: SimpleQueue[str | Exception | None] = SimpleQueue()
        is_left, length = Event(), 0
        Thread(target=self._receive, args=(request, pieces, is_left), name="model", daemon=True).start()
        try:
            while length <= MOST_CHARACTERS and (piece := _next(pieces, until)) is not None:
                if isinstance(piece, Exception):
                    raise NotWritten("unavailable") from piece
                length += len(piece)
                yield piece
        finally:
            is_left.set()

    def _receive(self, request: Request, pieces: "SimpleQueue[str | Exception | None]", is_left: Event) -> None:
        """Put the pieces of a reply, then None or an error, until nobody takes them any more."""
        try:
            with self._stream(request) as chunks:
                for chunk in chunks:
                    if is_left.is_set():
                        return
                    pieces.put(_text_of(chunk))
            pieces.put(None)
        except Exception as error:  # whatever a server sends: it is told where the pieces are taken
            pieces.put(error)
        finally:
            self._free.release()

    def _stream(self, request: Request) -> Any:  # noqa: ANN401 - a stream of the client
        """Ask for a reply; without what a server refuses, where it does so, from then on."""
        from openai import BadRequestError, UnprocessableEntityError

        create = partial(self._client.chat.completions.create, model=self.name, messages=request.messages, stream=True)
        if not self._knows_schemas:
            return create()
        schema = {"name": "answer", "schema": request.schema, "strict": True}
        form = {"type": "json_schema", "json_schema": schema}
        try:
            return create(temperature=0, max_tokens=REPLY_TOKENS, response_format=form)
        except (BadRequestError, UnprocessableEntityError):
            stream = create()
            self._knows_schemas = False
            return stream


def _prompt(settings: Settings) -> str:
    if not settings.llm_prompt:
        return _shipped("llm_prompt.txt")
    try:
        return settings.llm_prompt.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelProblem(f"WAYMARK_LLM_PROMPT can't be read: {error}") from error


def _shipped(name: str) -> str:
    return files("qa.writer").joinpath(name).read_text(encoding="utf-8")


def _next(pieces: "SimpleQueue[str | Exception | None]", until: float) -> str | Exception | None:
    """Return the next piece. Raises NotWritten at that time, and what `check_wanted` raises."""
    while (left := until - time.monotonic()) > 0:
        check_wanted()
        try:
            return pieces.get(timeout=min(left, LOOK_S))
        except Empty:
            continue
    raise NotWritten("time_out")


def _text_of(chunk: Any) -> str:  # noqa: ANN401 - the client does not check what a server sends
    """Return the text of a chunk; thoughts have fields of their own, which are not read."""
    try:
        text = chunk.choices[0].delta.content
    except (AttributeError, IndexError, TypeError, KeyError):
        return ""
    return text if isinstance(text, str) else ""


def _is_no_failure(error: BaseException) -> bool:
    return not (isinstance(error, NotWritten) and error.reason in {"time_out", "unavailable"})
