"""Room for all: bounds on the questions at work, and lanes that questions can't fill.

In: calls that take long. Out: their results from threads, or Busy at once.
Questions are answered in threads of their own, a few at a time, and a few more wait. These threads run at lower
priority than the event loop; the one thread of staff's batches runs lower still. Rules judge messages in threads
beside, so that a person at risk gets the help card at once: most cries for help are short, and don't wait for long
messages. Pages and files have the threads of Starlette, and the probes need none.
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Generic, TypeVar

from starlette.requests import ClientDisconnect, Request

from qa import Settings
from qa.stopping import stop_by

PAUSE_S = 0.5  # before a refusal; who asks again at once would else take all the time of the event loop
NICENESS = 10  # of threads that answer; the event loop would else wait for its turn among them and the models' threads
STAFF_NICENESS = 19  # of the thread that answers the batches of staff
SWITCH_S = 0.0005  # after which a thread that computes lets the event loop go on, where it waits
BESIDE = 4  # threads for what is short
RETRY_S = 5  # after which a client that found no room may try again
# Without room to answer, messages are still judged: so many at a time, of so many characters, in some 5 milliseconds
# each. Longer ones take up to 20, and are never more at a time, whatever room there is.
MOST_JUDGED, ALWAYS_JUDGED = 8, 200

Result = TypeVar("Result")


class Busy(Exception):
    """There is no room for further work now."""


class Work(Generic[Result]):
    """A call in a thread of a lane, which ends at its deadline by TimeoutError, or when nobody waits for it."""

    def __init__(self, call: Callable[[], Result], lane: Executor, seconds: float) -> None:
        """Start the call as soon as the lane has a thread for it; the seconds count from now.

        `ended` is done when the thread is free again, which may be some time after nobody waits any more.
        """
        self._is_wanted = True
        self.ended = lane.submit(copy_context().run, self._stoppable, call)
        self.task = asyncio.ensure_future(self._within(seconds))

    def _stoppable(self, call: Callable[[], Result]) -> Result:
        stop_by(self._check)
        return call()

    async def _within(self, seconds: float) -> Result:
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(self.ended)
        finally:
            self._is_wanted = False

    def _check(self) -> None:
        if not self._is_wanted:
            raise asyncio.CancelledError

    def stop(self) -> None:
        """End the call before its next step, and take no notice of its result."""
        self.task.add_done_callback(lambda task: task.cancelled() or task.exception())
        self.task.cancel()
        self._is_wanted = False  # a task that had not begun does not say so
        self.ended.cancel()

    async def wait(self, request: Request) -> None:
        """Return when the call has ended; raise ClientDisconnect, and end it, where the client leaves before."""
        gone = asyncio.ensure_future(_until_gone(request))
        try:
            await asyncio.wait({self.task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not self.task.done():
                raise ClientDisconnect
        finally:
            gone.cancel()
            self.stop()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class Lanes:
    """The lanes of one server process."""

    def __init__(self, settings: Settings, count: Callable[[int], object] = lambda _: None) -> None:
        """Take the operator's bounds, and what counts the questions at work: it is called with 1 and -1."""
        sys.setswitchinterval(SWITCH_S)
        self._settings = settings
        self._places = settings.questions_at_work + settings.questions_waiting
        self._at_work = 0  # and waiting
        self._count = count
        self._answering = ThreadPoolExecutor(settings.questions_at_work, "answering", give_way)
        self._judging = ThreadPoolExecutor(1, "judging")
        self._judging_long = ThreadPoolExecutor(1, "judging long")
        self._beside = ThreadPoolExecutor(BESIDE, "beside")
        self._loading = ThreadPoolExecutor(1, "loading", give_way)
        self._staff, self._staff_turn = ThreadPoolExecutor(1, "staff", give_way, (STAFF_NICENESS,)), asyncio.Lock()
        self._judged = self._long_judged = 0  # now, and waiting for it
        self._refusing = asyncio.Lock()
        self._rest_until = 0.0

    @property
    def has_room(self) -> bool:
        """Whether one more question may be answered, now or after others."""
        return self._at_work < self._places

    @property
    def is_idle(self) -> bool:
        """Whether one more question would be answered at once."""
        return self._at_work < self._settings.questions_at_work

    def start(self, call: Callable[[], Result]) -> Work[Result]:
        """Start to answer a question. Raises Busy where too many wait."""
        if not self.has_room:
            raise Busy
        work = Work(call, self._answering, self._settings.answer_seconds)
        self._at_work += 1
        self._count(1)
        work.ended.add_done_callback(partial(self._leave, asyncio.get_running_loop()))
        return work

    def start_beside(self, call: Callable[[], Result]) -> Work[Result]:
        """Start a short call where no question is before it."""
        return Work(call, self._beside, self._settings.answer_seconds)

    async def answer_staff(self, call: Callable[[], Result], request: Request) -> Result:
        """Return the result of a call for staff, one at a time, in their turn; raise what `Work` raises.

        It takes none of the public's places, and gives way to them.
        """
        async with self._staff_turn:
            work = Work(call, self._staff, self._settings.answer_seconds)
            await work.wait(request)
            return work.task.result()

    def _leave(self, loop: asyncio.AbstractEventLoop, _: object) -> None:
        def leave() -> None:
            self._at_work -= 1
            self._count(-1)

        with suppress(RuntimeError):  # of a loop that is closed: the server ends
            loop.call_soon_threadsafe(leave)

    async def load(self, call: Callable[[], Result]) -> Result:
        """Return the result of a call that loads models or an index: it, and the threads of the models, give way."""
        return await asyncio.get_running_loop().run_in_executor(self._loading, call)

    async def judge(self, call: Callable[[], Result], characters: int) -> Result:
        """Return the result of rules on a message of this length. Raises Busy where there is no room to judge it."""
        may_be_answered = self._at_work + self._judged < self._places
        is_long = characters > ALWAYS_JUDGED
        few_long, few = self._long_judged < MOST_JUDGED, self._judged <= MOST_JUDGED
        if not (may_be_answered and few_long if is_long else may_be_answered or few):
            raise Busy
        self._judged += 1
        self._long_judged += is_long
        lane, call = (self._judging_long, partial(self._rested, call)) if is_long else (self._judging, call)
        try:
            return await asyncio.get_running_loop().run_in_executor(lane, call)
        finally:
            self._judged -= 1
            self._long_judged -= is_long

    async def refuse(self, make: Callable[[], Result]) -> Result:
        """Return what one is told who found no room, after a pause.

        In a flood that is made for one at each turn of the event loop: a cry for help, which takes several turns, would
        else wait for all of them at each.
        """
        end = time.monotonic() + PAUSE_S
        async with self._refusing:
            await asyncio.sleep(0)
            told = make()
        await asyncio.sleep(end - time.monotonic())
        return told

    def _rested(self, call: Callable[[], Result]) -> Result:
        """Call after a rest as long as the last call: the event loop would else share the interpreter all the time."""
        time.sleep(max(0, self._rest_until - time.monotonic()))
        begin = time.monotonic()
        try:
            return call()
        finally:
            self._rest_until = 2 * time.monotonic() - begin


def give_way(niceness: int = NICENESS) -> None:
    """Let threads that are less nice go first; only Linux knows the niceness of a thread."""
    with suppress(AttributeError, OSError):  # elsewhere, and where that is not allowed, all threads are alike
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
