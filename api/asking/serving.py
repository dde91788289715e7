"""The assistant that serves, replaced while it serves when another generation is published or gone back to.

In: the folder of the index, whose file `current` is looked at now and then. Out: an assistant over the current
generation, or over the last good one where that can't be used. A new generation is loaded beside the old one, in a
thread that gives way to the answering; answers that are at work end with the old one. One that is found damaged while
it serves is out of use from then on, until it is found whole.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from api.asking.cache import AnswerCache
from api.asking.following import Follower
from api.asking.integrity import Check
from api.formats.errors import log_failure
from api.guards.lanes import Lanes
from embeddings import GenerationProblem, ModelProblem, current_generation, earlier_generations
from embeddings.index.publishing import CURRENT
from qa import Assistant, Settings

CHECK_S = 1  # between two looks at the file `current`
RETRY_S = 60  # after which a generation is tried again that could not be used: its files may have been restored
PROBLEMS = (GenerationProblem, ModelProblem, OSError)

logger = logging.getLogger(__name__)


class Serving:
    """The assistant that serves, None where there is none; and `problem`, why it is not over the current generation.

    `answers` are those that the assistant gave.
    """

    def __init__(self, settings: Settings, assistant: Assistant | None = None) -> None:
        """Take the settings, and an assistant if it is not to be loaded."""
        self._settings = settings
        self.assistant = self._latest = assistant
        self.answers = AnswerCache(settings.cached_answers)
        self.problem = ""
        self._store = Follower(settings) if settings.index_store else None
        self._folder = Path()  # of the latest assistant
        self._checks: dict[Path, Check] = {}  # of the generation that serves, and of those that were found damaged
        self._seen: tuple[int, int] | None = None
        self._tried = 0.0

    @property
    def store_problem(self) -> str:
        """Why the store of the index can't be followed; empty where it is, or there is none."""
        return self._store.problem if self._store else ""

    @asynccontextmanager
    async def kept_current(self, lanes: Lanes) -> AsyncIterator[None]:
        """Load the assistant, and keep it over the current generation until the end of the block."""
        await lanes.load(self.take_up)
        watching = asyncio.create_task(self._watch(lanes))
        if self._store:
            self._store.start()
        try:
            yield
        finally:
            watching.cancel()
            if self._store:
                self._store.end()
            await lanes.load(self._end_checks)  # after what is being loaded, which changes them

    def _end_checks(self) -> None:
        for check in self._checks.values():
            check.end()

    async def _watch(self, lanes: Lanes) -> None:
        if self.assistant and self.assistant.figures:
            await _succeeds(lanes, self.assistant.figures.read_tables)
        while True:
            await asyncio.sleep(CHECK_S if await _succeeds(lanes, self._look) else RETRY_S)

    def _look(self) -> None:
        if self.assistant and (milvus := self.assistant.generation.on_milvus):
            milvus.keep_loaded()
        if self.assistant and self._is_damaged(self.assistant):
            self.assistant, self.answers = None, AnswerCache(self._settings.cached_answers)
            self.take_up()
        elif self._stamp() != self._seen or (self.problem and time.monotonic() > self._tried + RETRY_S):
            self.take_up()

    def take_up(self) -> None:
        """Have the current generation serve; where it can't be used, the one that serves, or else the last good one."""
        self._seen, self._tried = self._stamp(), time.monotonic()
        before, told = self.assistant, self.problem
        try:
            self.assistant, self.problem = self._over(current_generation(self._settings.index)), ""
        except Exception as error:
            self.problem = _problem_of(error)
            self.assistant = self.assistant or self._last_good()
        if self.problem and self.problem != told:
            serving = self.assistant and f"index {self.assistant.provenance.generation} serves in its place"
            logger.error("%s: %s", serving or "no questions are answered", self.problem)
        elif self.assistant and self.assistant is not before:
            # After the assistant, so that who takes these answers asks this one.
            self.answers = AnswerCache(self._settings.cached_answers)
            generation, number = self.assistant.provenance.generation, len(self.assistant.documents)
            logger.info("index %s serves %d documents", generation, number)

    def _is_damaged(self, assistant: Assistant) -> bool:
        check = self._checks[self._folder]
        if assistant.generation.is_damaged:
            check.hurry()
        # One that was removed since another was published is whole in memory, and serves until that is loaded.
        is_removed = self._stamp() != self._seen and not self._folder.exists()
        return bool(check.problem) and not is_removed

    def _over(self, folder: Path) -> Assistant:
        if (check := self._checks.get(folder)) and check.problem:
            raise GenerationProblem(check.problem)
        if self._latest:  # its models are kept
            self._latest = self._latest.over(folder, self._settings.vectors)
        else:
            self._latest = Assistant.from_settings(self._settings, logger.info, folder)
        for other in [other for other, check in self._checks.items() if not (check.problem and other.exists())]:
            self._checks.pop(other).end()
        self._folder = folder
        self._checks[folder] = Check(folder)
        self._checks[folder].start()
        return self._latest

    def _last_good(self) -> Assistant | None:
        for folder in earlier_generations(self._settings.index):
            try:
                return self._over(folder)
            except Exception as error:
                _problem_of(error)  # logged where it is unforeseen; the problem of the current generation is told
        return None

    def _stamp(self) -> tuple[int, int] | None:
        """Return what tells one file `current` from the next, None where there is none."""
        try:
            status = (self._settings.index / CURRENT).stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns


async def _succeeds(lanes: Lanes, call: Callable[[], object]) -> bool:
    """Return whether a call went well; the log tells where not, and the watch goes on."""
    try:
        await lanes.load(call)
    except Exception as error:
        log_failure(error)
        return False
    return True


def _problem_of(error: Exception) -> str:
    """Return why a generation can't be used; the log tells more where that was not foreseen."""
    if isinstance(error, PROBLEMS):
        return str(error)
    log_failure(error)
    return f"the index could not be loaded, by {type(error).__name__}"
