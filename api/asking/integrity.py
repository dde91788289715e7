"""Check the files of a generation beside the answering, since a start does not read large ones.

In: its folder. Out: `problem`, which file is not what was built. All are read when it begins to serve, and each day.
It is a thread that the end of the server does not wait for.
"""

import logging
import os
import time
from contextlib import suppress
from io import FileIO
from pathlib import Path
from threading import Event, Thread

from api.guards.lanes import give_way
from embeddings import GenerationProblem
from embeddings.index.manifest import check_files

PACE = 2**25  # bytes a second: a million passages take some two minutes, and 3 % of a core
AGAIN_S = 86_400  # after which all are read again
RETRY_S = 60  # after which those are that were damaged: they may have been restored
LOOK_S = 1.0
FORGOTTEN = 2**23  # bytes, the last that were read

logger = logging.getLogger(__name__)


class Ended(Exception):
    """Nobody wants to know any more."""


class Check(Thread):
    """Reads the files of a generation, now and then; `problem` is empty where they were whole."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the generation; `start` begins."""
        super().__init__(name="checking", daemon=True)
        self._folder = folder
        self._ended = Event()
        self._due, self._is_hurried = 0.0, False
        self.problem = ""

    def run(self) -> None:
        """Read all files whenever it is time to."""
        give_way()
        with suppress(Ended):
            while True:
                if time.monotonic() >= self._due:
                    self._due = time.monotonic() + AGAIN_S
                    self._check()
                self._wait(LOOK_S)

    def hurry(self) -> None:
        """Read all files now, or anew where that is being done, since a question met damage; do so once."""
        if not self._is_hurried:
            self._is_hurried, self._due = True, 0.0
            logger.error("a question met damage in index %s: all of it is read", self._folder.name)

    def end(self) -> None:
        """Read no more."""
        self._ended.set()

    def _check(self) -> None:
        try:
            check_files(self._folder, after_block=self._pause)
        except GenerationProblem as error:
            self.problem, self._due = str(error), time.monotonic() + RETRY_S
        else:
            self.problem = ""

    def _pause(self, file: FileIO, size: int) -> None:
        # What nobody has mapped leaves the memory of the system again, which holds it in pieces of up to 2 MB.
        begin = max(0, file.tell() - FORGOTTEN)
        with suppress(AttributeError, OSError):  # not every system, nor every kind of disk, takes the advice
            os.posix_fadvise(file.fileno(), begin, file.tell() - begin, os.POSIX_FADV_DONTNEED)
        self._wait(size / PACE)

    def _wait(self, seconds: float) -> None:
        if self._ended.wait(seconds):
            raise Ended
