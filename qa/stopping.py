"""Stop the work on a question that nobody waits for any more.

In: a check that raises once the work is to end. Out: the exception of that check, between two steps of the work.
Left out: who left, and when (api). Without a check, as on the command line, the work always goes on.
"""

from collections.abc import Callable
from contextvars import ContextVar

_check: ContextVar[Callable[[], None] | None] = ContextVar("check", default=None)


def stop_by(check: Callable[[], None]) -> None:
    """Have all further work in this context end by the exception that `check` raises."""
    _check.set(check)


def check_wanted() -> None:
    """Raise the exception of the check where the work is to end; called before each step that takes long."""
    if check := _check.get():
        check()
