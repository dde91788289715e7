"""Room under load: bounds on questions, the card for everybody, lanes that questions can't fill, clients that leave."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError

from api.app import create_app
from api.guards.lanes import ALWAYS_JUDGED, MOST_JUDGED, PAUSE_S, Busy, Lanes, Work
from drivers.browsing import served
from drivers.http_client import QUESTION, assert_problem
from drivers.processes import PATIENCE_S, eventually
from qa import Answer, Assistant, Settings
from qa.pipeline.trace import Trace
from qa.safety.intake import PreparedQuestion
from qa.stopping import check_wanted

CRY = "They took my passport and I am locked in the house"
STORY = "¿Quién financia el refugio de Colombia? " * 20
STREAM = {"accept": "text/event-stream"}
AT_ONCE_S = 10  # on a busy machine; who waited for others would do so until their deadline, of 30 seconds


@dataclass
class SlowAssistant:
    """Replaces the answering of an assistant by waiting, in steps, until it is let go."""

    answer: tuple[Answer, Trace]
    let_go: threading.Event = field(default_factory=threading.Event)
    started: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def __call__(self, _: Assistant, prepared: PreparedQuestion, *args: object, **options: object) -> Any:  # noqa: ANN401
        """Wait for `let_go`, and note a question that is stopped before."""
        self.started.append(prepared.text)
        try:
            while not self.let_go.wait(0.01):
                check_wanted()
        except BaseException:
            self.stopped.append(prepared.text)
            raise
        return self.answer


@pytest.fixture
def slow(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowAssistant]:
    """Have the assistant answer only when it is let go."""
    slow = SlowAssistant(assistant.explain(QUESTION))
    monkeypatch.setattr(type(assistant), "answer", lambda *args, **options: slow(*args, **options))  # noqa: PLW0108 - a function binds
    yield slow
    slow.let_go.set()


@contextmanager
def busy_server(assistant: Assistant, slow: SlowAssistant, *, working: int) -> Iterator[str]:
    """Serve one question at a time while another waits; yield the address once so many clients, up to two, ask."""
    made: list[Lanes] = []

    def lanes(settings: Settings, *counting: Callable[[int], object]) -> Lanes:
        made.append(Lanes(settings, *counting))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor() as clients:
        patch.setattr("api.app.Lanes", lanes)
        with served(create_app(assistant, Settings(questions_at_work=1, questions_waiting=1))) as address:
            for is_taken in (lambda: slow.started, lambda: not made[0].has_room)[:working]:
                clients.submit(post, address, QUESTION)
                assert eventually(is_taken)
            yield address
            slow.let_go.set()


def post(address: str, question: str, headers: dict[str, str] | None = None, path: str = "/v1/ask") -> httpx2.Response:
    """Ask a server a question."""
    body = {"query" if path == "/v1/search" else "question": question}
    return httpx2.post(f"{address}{path}", json=body, headers=headers or {}, timeout=PATIENCE_S)


def test_a_full_server_refuses_with_the_card_in_the_language_of_the_question(
    assistant: Assistant, slow: SlowAssistant
) -> None:
    """Beyond those at work and waiting, JSON, streams, searches and the page get 503, Retry-After and the card."""
    with busy_server(assistant, slow, working=2) as address:
        refusals = [post(address, STORY), post(address, STORY, STREAM), post(address, STORY, path="/v1/search")]
        page = httpx2.post(address, data={"question": STORY}, timeout=PATIENCE_S)

        for refusal in refusals:
            problem = assert_problem(refusal, 503)
            assert problem["detail"].startswith("Muchas personas")
            assert problem["help"]["title"].startswith("No está")
            assert refusal.headers["retry-after"] == "5"
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert 'class="help"' in page.text
        assert slow.started == [QUESTION]


def test_an_answer_that_is_given_again_takes_no_place(assistant: Assistant, slow: SlowAssistant) -> None:
    """While no other question finds room, one that was answered before still gets its answer."""
    settings = Settings(questions_at_work=1, questions_waiting=0)
    with ThreadPoolExecutor() as clients, served(create_app(assistant, settings)) as address:
        slow.let_go.set()
        first = post(address, QUESTION).json()
        slow.let_go.clear()
        clients.submit(post, address, "Who funds it?")
        assert eventually(lambda: len(slow.started) == 2)
        again, other = post(address, QUESTION), post(address, "Who pays for it?")
        slow.let_go.set()

    assert again.json()["id"] == first["id"]
    assert other.status_code == 503


@pytest.mark.parametrize("working", [1, 2], ids=["others wait no longer", "others are refused"])
@pytest.mark.parametrize("headers", [{}, STREAM], ids=["JSON", "stream"])
def test_who_may_be_at_risk_gets_the_card_without_waiting(
    assistant: Assistant, slow: SlowAssistant, working: int, headers: dict[str, str]
) -> None:
    """While others are answered, a cry for help gets the card at once and no error, whether or not there is room."""
    with busy_server(assistant, slow, working=working) as address:
        begin = time.perf_counter()
        response = post(address, CRY, headers)
        seconds = time.perf_counter() - begin

        assert response.status_code == 200
        assert "You are not alone" in response.text
        assert '"reason":"busy"' in response.text.replace(": ", ":")
        assert seconds < AT_ONCE_S
        assert slow.started == [QUESTION]


def test_a_short_message_is_judged_before_long_ones() -> None:
    """Rules on long messages take long, and most cries for help are short; of long ones only a few wait at a time."""

    async def judged() -> tuple[str, int]:
        lanes, let_go = Lanes(Settings(questions_waiting=100)), threading.Event()
        long = [asyncio.create_task(lanes.judge(let_go.wait, ALWAYS_JUDGED + 1)) for _ in range(MOST_JUDGED + 5)]
        short = await lanes.judge(lambda: "short", ALWAYS_JUDGED)
        let_go.set()
        ended = await asyncio.gather(*long, return_exceptions=True)
        return short, sum(isinstance(result, Busy) for result in ended)

    assert asyncio.run(asyncio.wait_for(judged(), PATIENCE_S)) == ("short", 5)


def test_the_thread_of_long_messages_rests_as_long_as_it_worked() -> None:
    """Rules that compute without pause would leave the event loop too little of the interpreter."""

    async def times() -> list[float]:
        lanes = Lanes(Settings())
        work = lambda: (time.monotonic(), time.sleep(0.2))[0]  # noqa: E731
        return await asyncio.gather(*(lanes.judge(work, ALWAYS_JUDGED + 1) for _ in range(2)))

    first, second = asyncio.run(times())

    assert second - first >= 0.4


def test_refusals_leave_turns_of_the_event_loop_to_others() -> None:
    """However many are refused at once, one is told why at a turn, after a pause; the pauses are taken together."""

    async def scenario() -> tuple[list[int], float]:
        lanes, turn, begin = Lanes(Settings()), 0, time.monotonic()
        refusals = [asyncio.create_task(lanes.refuse(lambda: turn)) for _ in range(100)]
        while not all(refusal.done() for refusal in refusals):
            await asyncio.sleep(0)
            turn += 1
        return [refusal.result() for refusal in refusals], time.monotonic() - begin

    turns, seconds = asyncio.run(scenario())

    assert len(set(turns)) == 100
    assert PAUSE_S <= seconds < 10 * PAUSE_S


def test_questions_do_not_fill_the_lanes_of_pages_files_and_probes(assistant: Assistant, slow: SlowAssistant) -> None:
    """With all places for questions taken, everything else is served at once."""
    with busy_server(assistant, slow, working=2) as address:
        for path in ("/", "/demo", "/widget.js", "/documents/ghana-shelter", "/healthz", "/readyz"):
            begin = time.perf_counter()

            assert httpx2.get(address + path).status_code == 200
            assert time.perf_counter() - begin < AT_ONCE_S


def test_one_who_waits_is_answered_in_turn(assistant: Assistant, slow: SlowAssistant) -> None:
    """A question that found a place to wait is answered once those before it are."""
    with busy_server(assistant, slow, working=1) as address, ThreadPoolExecutor() as clients:
        waiting = clients.submit(post, address, QUESTION)
        time.sleep(0.2)
        assert slow.started == [QUESTION]
        slow.let_go.set()

        assert waiting.result(PATIENCE_S).json()["status"] == "answered"


@pytest.mark.parametrize("headers", [{}, STREAM], ids=["JSON", "stream"])
def test_after_the_deadline_the_card_comes_instead_of_an_answer(
    assistant: Assistant, slow: SlowAssistant, headers: dict[str, str]
) -> None:
    """A question that takes too long is stopped, and gets a problem with the card."""
    with served(create_app(assistant, Settings(answer_seconds=0.2))) as address:
        response = post(address, QUESTION, headers)
        data = response.text.rpartition("data: ")[2] if headers else response.text
        problem = json.loads(data)

        assert response.status_code == (200 if headers else 503)
        assert problem["status"] == 503
        assert problem["help"]["lines"]
        assert eventually(lambda: slow.stopped == [QUESTION])


@pytest.mark.parametrize("headers", [{}, STREAM], ids=["JSON", "stream"])
def test_work_stops_when_its_client_has_left(
    assistant: Assistant, slow: SlowAssistant, headers: dict[str, str]
) -> None:
    """The work of a client that closes its connection ends, and of one that leaves while it waits it never starts."""
    with busy_server(assistant, slow, working=1) as address:
        leave_after(1, f"{address}/v1/ask", "Who waits?", headers)
        time.sleep(1)  # for the server to notice
        slow.let_go.set()
        assert eventually(lambda: post(address, QUESTION).json()["status"] == "answered")
        slow.let_go.clear()
        leave_after(1, f"{address}/v1/ask", "Who leaves?", headers)

        assert eventually(lambda: slow.stopped == ["Who leaves?"])
        assert "Who waits?" not in slow.started


def leave_after(seconds: float, url: str, question: str, headers: dict[str, str]) -> None:
    """Ask, and close the connection after some seconds without an answer."""
    with (
        pytest.raises(httpx2.TimeoutException),
        httpx2.Client(timeout=seconds) as client,
        client.stream("POST", url, json={"question": question}, headers=headers) as reply,
    ):
        reply.read()


def test_work_of_a_cancelled_task_ends_its_thread() -> None:
    """Where a server that closes cancels its tasks, no thread works on."""
    ended = threading.Event()

    def endless() -> None:
        try:
            while True:
                time.sleep(0.01)
                check_wanted()
        finally:
            ended.set()

    async def scenario() -> None:
        work = Work(endless, ThreadPoolExecutor(), 60)
        await asyncio.sleep(0.1)
        work.task.cancel()
        await asyncio.wait({work.task})

    asyncio.run(scenario())

    assert ended.wait(PATIENCE_S)


def test_a_place_is_taken_until_the_thread_is_free() -> None:
    """Who leaves does not make room for more work than there are threads."""
    may_end = threading.Event()

    async def scenario() -> None:
        lanes = Lanes(Settings(questions_at_work=1, questions_waiting=0))
        work = lanes.start(lambda: may_end.wait(PATIENCE_S))
        await asyncio.sleep(0.1)
        work.stop()
        await asyncio.wait({work.task})
        assert not lanes.has_room
        may_end.set()
        deadline = time.monotonic() + PATIENCE_S
        while not lanes.has_room and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        assert lanes.has_room

    asyncio.run(scenario())


@pytest.mark.parametrize("setting", [{"rate": "often"}, {"rate_exempt": "example.org"}, {"questions_at_work": 0}])
def test_settings_that_can_not_hold_are_refused(setting: dict[str, Any]) -> None:
    """What is no rate, no network or no number of questions is refused when the server starts."""
    with pytest.raises(ValidationError):
        Settings.model_validate(setting)
