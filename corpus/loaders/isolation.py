"""Run loaders of formats that hostile files attack, each in a process that may die.

In: loaders and files. Out: the Extraction of each, or why it can't be read.
A parser that crashes, hangs or takes all memory takes only its own process along.
"""

import multiprocessing
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from pathlib import Path
from pkgutil import resolve_name

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from corpus.loaders.base import Extraction, UnreadableDocument

SECONDS = 10  # of a processor for a file: a busy machine, which takes longer, refuses none that another one reads
PATIENCE = 6  # times as long, by the clock, is waited for a file
MEMORY = 3_000_000_000  # bytes of address space of a process
FILES_A_PROCESS = 100  # after which it is replaced, since parsers keep what they once took
AT_ONCE = 2  # processes
DAMAGED = "its reader broke off; it is damaged, so save it anew"


class BrokenOff(UnreadableDocument):
    """A file whose reading was broken off, by a limit or by the system; another time it may succeed."""


def run_isolated(
    jobs: Sequence[tuple[str, Path]], seconds: int = SECONDS, **options: str
) -> Iterator[Extraction | UnreadableDocument]:
    """Yield what each loader reads of its file, in their order, or the error that says why it does not.

    A loader is named by its module and function, `package.module:function`: only the processes import it. It is given
    the options, and so many seconds of a processor for a file.
    """
    if not jobs:
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])  # imported once, and there in each process
    with ProcessPool(min(AT_ONCE, len(jobs)), FILES_A_PROCESS, _limit_process, context=context) as pool:
        try:
            futures = [
                pool.schedule(_load, args=[name, file, seconds], kwargs=options, timeout=PATIENCE * seconds)
                for name, file in jobs
            ]
            yield from (_result(future, seconds) for future in futures)
        except BaseException:  # else the pool ends only when all is read, though nobody waits for it any more
            pool.stop()  # type: ignore[no-untyped-call]
            raise


def _result(future: ProcessFuture[Extraction], seconds: int) -> Extraction | UnreadableDocument:
    """Return what a process has read of its file, or the error that says why it does not."""
    try:
        return future.result()
    except UnreadableDocument as error:
        return error
    except MemoryError:
        return BrokenOff("it takes too much memory to read; split it")
    # A library may raise anything for a file that its writers never thought of.
    except Exception as error:
        ended = error.exitcode if isinstance(error, ProcessExpired) else 0
        if isinstance(error, TookTooLong) or ended == -signal.SIGXCPU:
            return BrokenOff(f"it takes more than {seconds} s to read; split it, or save it in another format")
        return BrokenOff(DAMAGED)


def _load(name: str, file: Path, seconds: int, **options: str) -> Extraction:
    load: Callable[..., Extraction] = resolve_name(name)
    used = resource.getrusage(resource.RUSAGE_SELF)
    end = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))  # SIGXCPU ends the process then
    return load(file, **options)


def _limit_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
