"""How long a build takes: the seconds since it began, and those of all of it, as far as is known.

In: which share of a step is done, and what the later steps are expected to take. Out: calls of a Progress.
Seconds are counted instead of passages, since a passage that is encoded takes a hundred times as long as one whose
vectors are cached, and another time again in each later step.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from embeddings.models.cache import Progress


class Estimate:
    """Tells a Progress how many seconds a build has taken, and how many it will have taken at its end."""

    def __init__(self, progress: Progress) -> None:
        """Take what is told; the build begins now, with its first step."""
        self._progress = progress
        self.later: list[float] = []  # seconds that each later step is expected to take
        self._begin = self._step = time.monotonic()

    def next_step(self) -> None:
        """Begin the next step."""
        self._step = time.monotonic()
        del self.later[:1]

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Leave out of the pace of this step what is done in the block."""
        begin = time.monotonic()
        yield
        self._step += time.monotonic() - begin

    def show(self, share: float) -> None:
        """Tell of progress, with a share of this step done."""
        now = time.monotonic()
        end = self._step + (now - self._step) / share + sum(self.later)
        self._progress(ceil(now - self._begin), ceil(end - self._begin))

    def end(self) -> None:
        """Tell that all is done."""
        seconds = ceil(time.monotonic() - self._begin)
        self._progress(seconds, seconds)
