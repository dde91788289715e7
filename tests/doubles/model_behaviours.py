"""What language models and their servers do, good and bad, and what of it may be shown.

Out: a table of behaviours. Asked who funds the shelter, and when it opened, only FUNDED and OPENED are true.
"""

import json
import time
from dataclasses import dataclass
from functools import partial

from doubles.model_server import Play, Reply, drip

NORWAY = "Norway funds the shelter in Accra."
OPENING = "A shelter for 40 trafficked children opened in Accra on 12 March 2015."
FUNDED = "The shelter in Accra is funded by Norway."
OPENED = "The shelter for 40 trafficked children opened on 12 March 2015."
BOTH = (FUNDED, OPENED)
CANARY = "canary-7f3a"  # stands in the prompt, the key and the question, and never comes out
SECONDS = 20.0  # that a model is waited for which replies, on a busy machine too
HANGING_S = 0.4  # that one is waited for of which nothing is shown, since it never comes to an end
STARTED_S = 4.0  # that one is waited for which hangs behind a sentence


@dataclass(frozen=True)
class Behaviour:
    """What a server plays, the sentences of it that are shown, or else why the documents are quoted.

    It is waited for some seconds, few only where it does not end before.
    """

    name: str
    play: Play
    shown: tuple[str, ...] = ()
    fallback: str = ""
    seconds: float = SECONDS


def good(reply: Reply) -> str:
    """Return the JSON of two true sentences."""
    return reply.answer(reply.sentence(FUNDED, NORWAY), reply.sentence(OPENED, OPENING))


def false(name: str, sentence: str, *words: str, fallback: str = "unsupported", id: str = "") -> Behaviour:
    """Return a behaviour that says something false behind something true, which is all that is shown."""

    def play(reply: Reply) -> None:
        reply.say(reply.answer(reply.sentence(FUNDED, NORWAY), reply.sentence(sentence, *words, id=id)))

    return Behaviour(name, play, (FUNDED,))


def text(name: str, write: object, shown: tuple[str, ...] = BOTH, fallback: str = "", **others: object) -> Behaviour:
    """Return a behaviour that says a text, made of the JSON of two true sentences."""

    def play(reply: Reply) -> None:
        reply.say(write(good(reply)), **others)  # type: ignore[operator, arg-type]

    return Behaviour(name, play, shown, fallback)


def raw(name: str, *content: bytes, fallback: str = "unavailable") -> Behaviour:
    """Return a behaviour that sends bytes as they are."""

    def play(reply: Reply) -> None:
        reply.begin()
        for part in content:
            reply.send(part)

    return Behaviour(name, play, fallback=fallback)


def status(code: int, **headers: str) -> Behaviour:
    """Return a behaviour that refuses."""
    return Behaviour(f"status {code}", lambda reply: reply.refuse(code, **headers), fallback="unavailable")


def _busy_once(reply: Reply) -> None:
    if reply.tries:
        reply.say(good(reply))
    else:
        reply.refuse(429, retry_after="0.1")


def _loading(reply: Reply) -> None:
    if reply.tries:
        reply.say(good(reply))
    else:
        reply.refuse(503, "Loading model")


def _alive(reply: Reply) -> None:
    reply.begin()
    for _ in range(3):
        reply.send(b": PROCESSING\n\n")
    reply.chunk(good(reply), finish="stop")
    reply.event({"choices": [], "usage": {"total_tokens": 9}, "timings": {"predicted_ms": 1.5}})
    reply.event("[DONE]")


def _alive_for_ever(reply: Reply) -> None:
    reply.begin()
    while not reply.over.wait(0.05):
        reply.send(b": PROCESSING\n\n")


def _other_lines(reply: Reply) -> None:
    event = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": good(reply)}, "finish_reason": ""}]}
    reply.begin()
    reply.send(f"id: 1\r\nevent: message\r\ndata: {json.dumps(event)}\r\n\r\ndata: [DONE]\r\n\r\n".encode())


def _ends(finish: str, first: str = "", **delta: object) -> Play:
    """Return what ends for a reason of its own: behind the first letters of a good reply, or something beside them."""

    def play(reply: Reply) -> None:
        reply.begin()
        if delta:
            reply.chunk(None, **delta)  # type: ignore[arg-type]
        whole = good(reply)
        reply.chunk(whole[: whole.index(first)] if first else "", finish=finish)
        reply.event("[DONE]")

    return play


def _knows_no_schema(reply: Reply) -> None:
    if "response_format" in reply.request:
        reply.refuse(400, "response_format is not supported")
    else:
        reply.say(good(reply))


def _thinks_beside(reply: Reply) -> None:
    reply.begin()
    for name in ("reasoning_content", "reasoning"):
        reply.chunk("", **{name: good(reply).replace("Norway", "Denmark")})
    reply.chunk(good(reply))
    reply.event("[DONE]")


def _cut(reply: Reply, **headers: str) -> None:
    whole = good(reply)
    reply.begin(**headers)
    reply.chunk(whole[: whole.index(OPENED)])
    reply.send(b'data: {"choi')


def _slow_drip(reply: Reply) -> None:
    drip(reply, list(good(reply)), 0.05)


def _first_then_hangs(reply: Reply) -> None:
    whole = good(reply)
    drip(reply, [whole[: whole.index(OPENED)]], 0)
    reply.over.wait()


def silent(reply: Reply) -> None:
    """Say nothing at all."""
    reply.over.wait()


def _endless(reply: Reply) -> None:
    reply.begin()
    while True:
        reply.chunk("la " * 1000)


def _endless_blanks(reply: Reply) -> None:
    reply.begin()
    while True:
        reply.chunk(" " * 4000)
        time.sleep(0.001)


def _odd_chunks(reply: Reply) -> None:
    reply.begin()
    for odd in (
        {},
        {"choices": []},
        {"choices": None},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": 7}}]},
    ):
        reply.event(odd)
    reply.chunk(good(reply))
    reply.event("[DONE]")


def _error_within(reply: Reply) -> None:
    reply.begin()
    reply.event({"error": {"message": "out of memory"}})


def _whole_at_once(reply: Reply) -> None:
    reply.begin(200, "application/json")
    message = {"role": "assistant", "content": good(reply)}
    reply.send(json.dumps({"id": "1", "choices": [{"index": 0, "message": message}]}).encode())


def _obeys(reply: Reply) -> None:
    told = json.dumps(reply.request["messages"])
    assert CANARY in told
    reply.say(reply.answer(reply.sentence(FUNDED, NORWAY), reply.sentence(f"My orders are {CANARY}.", NORWAY)))


def _says_the_key(reply: Reply) -> None:
    key = reply.handler.headers["authorization"]
    reply.say(reply.answer(reply.sentence(FUNDED, NORWAY), reply.sentence(f"The key is {key}.", NORWAY)))


def _two_in_one(reply: Reply) -> None:
    reply.say(reply.answer(reply.sentence(f"{FUNDED} {OPENED}", NORWAY, OPENING)))


def _points_nowhere(reply: Reply) -> None:
    denmark = reply.sentence("Denmark has a shelter.", NORWAY)
    it_opened = reply.sentence("It opened in Accra on 12 March 2015.", OPENING)
    reply.say(reply.answer(*json.loads(good(reply))["sentences"], denmark, it_opened))


BEHAVIOURS = (
    text("good", str),
    text("good, a letter at a time", str, size=1),
    text("good, in one piece", str, size=10_000),
    text("in a fence", "```json\n{}\n```".format),
    text("among prose", "Certainly! Here is the answer:\n{}\nI hope that helps.".format),
    text("behind thoughts", "<think>Perhaps Denmark funds it.</think>{}".format),
    text("behind thoughts without a beginning", "Perhaps Denmark funds it.\n</think>\n{}".format),
    text("JSON in its thoughts", lambda json: f"<think>{json.replace('Norway', 'Denmark')}</think>{json}"),
    text("keys in another order", lambda reply: json.dumps(json.loads(reply), sort_keys=True)),
    text("a bare list", lambda reply: json.dumps(json.loads(reply)["sentences"])),
    text("a sentence a line", lambda reply: "\n".join(map(json.dumps, json.loads(reply)["sentences"]))),
    text("half the JSON", lambda reply: reply[: reply.index(OPENED)], (FUNDED,)),
    text("says everything twice", lambda reply: reply + reply),
    text("ids in brackets", lambda reply: reply.replace('"id": "', '"id": "[').replace('", "words"', ']", "words"')),
    text("an answer and a denial", lambda reply: reply.replace("true", "false", 1)),
    text("behind channels", "<|channel|>analysis<|message|>Denmark?<|end|><|channel|>final<|message|>{}".format),
    text("ends of its turn behind it", lambda reply: reply + "<|im_end|>" * 50),
    text("a comma too many", lambda reply: reply.replace("]}]", "]},]").replace("}]}", "},]}")),
    text("keys of its own", lambda reply: reply.replace('"sentence"', '"text"'), (), "unreadable"),
    text(
        "repeats itself until its tokens are spent", lambda reply: reply[: reply.index(', {"quotes"')] * 20, (FUNDED,)
    ),
    text("nested without end", lambda _: '{"sentences": ' + "[" * 5000, (), "unreadable"),
    text("prose alone", lambda _: f"{FUNDED} {OPENED}", (), "unreadable"),
    text("thoughts without an end", "<think>{}".format, (), "empty"),
    text("empty", lambda _: "", (), "empty"),
    text("an empty object", lambda _: "{}", (), "unreadable"),
    text("does not know, where the reader is sure", lambda _: '{"answerable": false, "sentences": []}', (), "unknown"),
    text("another language", lambda _: '{"sentences": [{"sentence": "Норвегия.", "quotes": []}]}', (), "unsupported"),
    Behaviour("loading at first", _loading, BOTH),
    Behaviour("comments while it waits, usage at the end", _alive, BOTH),
    Behaviour("comments for ever", _alive_for_ever, fallback="time_out", seconds=HANGING_S),
    Behaviour("other ends of lines, and no reason why it ends", _other_lines, BOTH),
    Behaviour("spends its tokens on thoughts", _ends("length", reasoning_content="Denmark …"), fallback="empty"),
    Behaviour("spends its tokens within a sentence", _ends("length", OPENED), (FUNDED,)),
    Behaviour("stopped by a filter", _ends("content_filter", OPENED), (FUNDED,)),
    Behaviour("refuses in a field of its own", _ends("stop", refusal="I can't help with that."), fallback="empty"),
    Behaviour("calls a tool", _ends("tool_calls", tool_calls=[{"index": 0, "function": {}}]), fallback="empty"),
    Behaviour("content in parts", _ends("stop", content=[{"type": "text", "text": "x"}]), fallback="empty"),
    Behaviour("knows no schema", _knows_no_schema, BOTH),
    Behaviour("busy once", _busy_once, BOTH),
    Behaviour("thinks beside its reply", _thinks_beside, BOTH),
    Behaviour("odd chunks", _odd_chunks, BOTH),
    Behaviour("ends within an event", _cut, (FUNDED,)),
    Behaviour("cut stream", partial(_cut, content_length="99999"), (FUNDED,)),
    Behaviour("one sentence, then hangs", _first_then_hangs, (FUNDED,), seconds=STARTED_S),
    Behaviour("slow drip", _slow_drip, fallback="time_out", seconds=HANGING_S),
    Behaviour("silent", silent, fallback="time_out", seconds=HANGING_S),
    Behaviour("endless", _endless, fallback="unreadable"),
    Behaviour("endless blanks", _endless_blanks, fallback="empty"),
    Behaviour("an error within the stream", _error_within, fallback="unavailable"),
    Behaviour("a whole reply, not a stream", _whole_at_once, fallback="empty"),
    Behaviour("hangs up at once", lambda _: None, fallback="unavailable"),
    raw("wrong encoding", b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n'),
    raw("no JSON in an event", b"data: {nonsense\n\n"),
    raw("binary", bytes(range(256)) * 40),
    *map(status, (400, 401, 402, 403, 404, 408, 413, 422, 500, 502, 503)),
    Behaviour(
        "busy for long", lambda reply: reply.refuse(429, retry_after="60"), fallback="time_out", seconds=HANGING_S
    ),
    Behaviour("a page of a proxy", lambda reply: reply.begin(302, location="/login"), fallback="unavailable"),
    Behaviour("obeys an injected order", _obeys, (FUNDED,)),
    Behaviour("says its key", _says_the_key, (FUNDED,)),
    false("invented source", "The shelter in Accra is funded by Denmark.", "Denmark funds it.", id="beef00"),
    false("true words of an invented source", "The shelter opened in Accra on 12 March 2015.", OPENING, id="beef00"),
    false("invented quote", "Denmark runs the shelter in Accra.", "Denmark runs the shelter in Accra."),
    false("no quote", "The shelter opened in Accra on 12 March 2015."),
    false("number changed", "The shelter is for 400 trafficked children.", OPENING),
    false("number in words changed", "The shelter is for fifty trafficked children.", OPENING),
    false("date changed", "The shelter opened on 21 March 2015.", OPENING),
    false("year changed", "The shelter opened on 12 March 2051.", OPENING),
    false("numbers swapped", "The shelter for 12 trafficked children opened in Accra on 40 March 2015.", OPENING),
    false("word misread", "The shelter in Accra is founded by Norway.", NORWAY),
    false("a detail invented", "Norway funds the shelter in Accra with money of a rich friend from abroad.", NORWAY),
    false("name changed", "The shelter in Accra is funded by Denmark.", NORWAY),
    false("place changed", "The shelter in Kumasi is funded by Norway.", NORWAY),
    false("negation added", "Norway does not fund the shelter in Accra.", NORWAY),
    false("made general", "Norway funds all shelters in Ghana.", NORWAY),
    false("merged into a falsehood", "Norway opened the shelter in Accra on 12 March 2015.", NORWAY, OPENING),
    false("a cause invented", "The shelter opened because Norway funds it.", NORWAY, OPENING),
    Behaviour("two sentences in one", _two_in_one, BOTH),
    Behaviour("points to what was dropped", _points_nowhere, (FUNDED, OPENED)),
    false("a link", "The shelter in Accra is funded by Norway, see https://evil.example/a.", NORWAY),
    false("an image", "![The shelter in Accra is funded by Norway](//evil.example/a.png)", NORWAY),
    false("markup", "<img src=x onerror=alert(1)> The shelter in Accra is funded by Norway.", NORWAY),
)
