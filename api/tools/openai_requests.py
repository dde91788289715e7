"""The requests of OpenAI's API, as far as they are read: the messages of a conversation, and whether to stream.

In: bodies of `/v1/chat/completions` and `/v1/responses`. Out: a question with the turns before it. All else that
clients send, such as tools, a temperature or the name of another model, changes nothing here and is passed over; so are
the messages of the system.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from api.formats.schemas import (
    MAX_EARLIER_ANSWER,
    MAX_QUESTION,
    MAX_TURNS,
    AskRequest,
    TurnIn,
    Writable,
)
from api.tools.answer_text import answer_in, has_card
from qa.safety.sanitizer import ends

# What the prompts hold by which Open WebUI asks for titles, tags and further questions.
TASK, TASK_HISTORY = "### Task:", "<chat_history>"


def _text_of(content: object) -> object:
    """Return the text of a content that may come in parts."""
    if content is None:
        return ""
    if not isinstance(content, list):
        return content
    texts = [part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str)]
    if len(texts) < len(content):
        raise PydanticCustomError("not_a_text", "holds a part that is not text; nothing else is read here")
    return "\n".join(texts)


class Message(BaseModel):
    """A message of a conversation."""

    role: str
    content: Annotated[str, BeforeValidator(_text_of), Writable] = ""


def _ask_something(messages: list[Message]) -> list[Message]:
    if not any(message.role == "user" and message.content.strip() for message in messages):
        raise PydanticCustomError("no_question", "holds no message of the role user with a text")
    return messages


def _messages(given: object) -> object:
    return [{"role": "user", "content": given}] if isinstance(given, str) else given


Messages = Annotated[list[Message], BeforeValidator(_messages), AfterValidator(_ask_something)]


class StreamOptions(BaseModel):
    """What a stream tells besides the answer."""

    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """The body of `POST /v1/chat/completions`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    messages: Messages
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    @property
    def tells_usage(self) -> bool:
        """Whether a stream tells the tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)


class ResponseRequest(BaseModel):
    """The body of `POST /v1/responses`. Nothing is kept here, so a conversation comes whole, in `input`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    input: Messages
    stream: bool | None = None
    previous_response_id: None = None
    conversation: None = None


def is_task(messages: Sequence[Message]) -> bool:
    """Return whether a client asks for a title or the like, and no person asks anything."""
    text = messages[0].content.lstrip()
    return len(messages) == 1 and text.startswith(TASK) and TASK_HISTORY in text


def to_ask(messages: Sequence[Message]) -> AskRequest:
    """Return the last question of the user, with the turns before it; what is longer than is read is cut.

    Of many turns the last are kept, and the first whose answer began with the help card: it is shown from there on.

    >>> said = [("system", "Rhyme."), ("user", "Who pays?"), ("assistant", "Norway. [1]"), ("user", "Why?")]
    >>> asked = to_ask([Message(role=role, content=content) for role, content in said])
    >>> asked.question, [(turn.question, turn.answer) for turn in asked.history]
    ('Why?', [('Who pays?', 'Norway. [1]')])
    """
    turns: list[tuple[str, str]] = []
    for message in messages:
        text = message.content.strip()
        if message.role == "user" and text:
            turns.append((text, ""))
        elif message.role == "assistant" and turns:
            turns[-1] = (turns[-1][0], text)
    *before, (question, _) = turns
    cries = [turn for turn in before[:-MAX_TURNS] if has_card(turn[1])][:1]
    history = [
        TurnIn(question=ends(asked, MAX_QUESTION), answer=answer_in(answer)[:MAX_EARLIER_ANSWER])
        for asked, answer in [*cries, *before[len(cries) - MAX_TURNS :]]
    ]
    return AskRequest(question=ends(question, MAX_QUESTION), history=history)
