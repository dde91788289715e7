"""Follow the store of an index: fetch what serves from there, beside the answering.

In: the settings. Out: generations in the folder of the index, where Serving takes them up; and `problem`, why not.
It is a thread that the end of the server does not wait for, since a store may hang for as long as it likes.
"""

import logging
import time
from threading import Event, Thread

from embeddings import BuildInProgress
from embeddings.index.store import NotFetched, fetch
from qa import Settings

LOOK_S = 5.0  # between two looks at the store
TRIED_S = 600.0  # at most, between two tries of a generation that could not be copied; the pauses grow up to that
LATE_S = 60.0  # after which it is told that a look, or what it fetches, takes long

logger = logging.getLogger(__name__)


class Follower(Thread):
    """Fetches what serves from the store of an index."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; `start` begins."""
        super().__init__(name="store", daemon=True)
        self._settings = settings
        self._ended = Event()
        self._failed = ""
        self._broken = ""  # the id of the generation that could not be copied
        self._pause = self._due = 0.0
        self._looks_since = 0.0  # 0 between two looks

    @property
    def problem(self) -> str:
        """Why the store can't be followed, of which the log tells more; empty where it is followed."""
        since = self._looks_since  # once, as the thread may end its look meanwhile
        looks_s = time.monotonic() - since if since else 0.0
        return f"the store of the index has taken {looks_s:.0f} s so far" if looks_s > LATE_S else self._failed

    def run(self) -> None:
        """Look at the store every LOOK_S seconds."""
        while not self._ended.is_set():
            self._looks_since = time.monotonic()
            self._failed = self._look()
            self._looks_since = 0.0
            self._ended.wait(LOOK_S)

    def end(self) -> None:
        """Look no more."""
        self._ended.set()

    def _look(self) -> str:
        """Fetch what is new; return what went wrong."""
        passed_over = self._broken if time.monotonic() < self._due else ""
        try:
            serves = fetch(self._settings.index, self._settings.index_store, self._settings.generations, passed_over)
        except BuildInProgress:  # another server process fetches it
            return self._failed
        except Exception as error:
            if isinstance(error, NotFetched):
                self._pause = min(2 * self._pause, TRIED_S) if error.id == self._broken else LOOK_S
                self._broken, self._due = error.id, time.monotonic() + self._pause
            problem = f"the store of the index can't be followed, by {type(error).__name__}"
            if problem != self._failed:
                logger.error("%s: %s", problem, error)
            return problem
        return "" if serves else self._failed
