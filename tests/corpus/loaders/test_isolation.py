"""A parser that crashes, hangs or takes all memory ends only its own process."""

import os
import time
from pathlib import Path

import pytest

from corpus import UnreadableDocument
from corpus.loaders import isolation
from corpus.loaders.base import Extraction

pytestmark = pytest.mark.process


def load(file: Path) -> Extraction:
    """Do what the name of a file says."""
    match file.name:
        case "crash":
            os._exit(11)
        case "loop":
            while True:
                pass
        case "hang":
            time.sleep(60)
        case "memory":
            return Extraction("a" * 50_000_000_000)
        case "raise":
            raise KeyError(0)
        case "refuse":
            raise UnreadableDocument("it is encrypted; take off its password")
    return Extraction(file.name)


def test_only_the_file_itself_is_lost() -> None:
    """The others are read, in their order, and the reason says what to do."""
    names = ["a", "crash", "b", "hang", "loop", "memory", "raise", "refuse", "c"]
    read = list(isolation.run_isolated([(f"{__name__}:load", Path(name)) for name in names], seconds=1))

    assert [result.text if isinstance(result, Extraction) else str(result) for result in read] == [
        "a",
        "its reader broke off; it is damaged, so save it anew",
        "b",
        *2 * ["it takes more than 1 s to read; split it, or save it in another format"],
        "it takes too much memory to read; split it",
        "its reader broke off; it is damaged, so save it anew",
        "it is encrypted; take off its password",
        "c",
    ]


def test_a_run_that_is_broken_off_waits_for_no_other_file() -> None:
    """Who no longer takes what is read, as after Ctrl-C, is not held up by the files that are still to be read."""
    read = isolation.run_isolated([(f"{__name__}:load", Path(name)) for name in ("a", *10 * ["hang"])], seconds=10)
    first = next(read)
    begin = time.monotonic()
    del read

    assert first == Extraction("a")
    assert time.monotonic() - begin < 15
