"""Builds as jobs: each in a process of its own, told of by a record on the disk.

In: a folder. Out: Jobs, which any server process can start, read and cancel, and which go on while it is restarted.
A record holds lines of JSON, each with fields of the Job that are new. It is the standard output of the process, and is
locked as long as that lives: a record that is not locked, and tells of no end, is that of a job that was interrupted.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from pydantic import TypeAdapter

from corpus.documents.collection import Changes, FileReport

COMMAND = (sys.executable, "-m", "qa.ingest.building")
LOCK = ".lock"  # of the folder, while a job is being started
KEPT_JOBS = 50


class JobState(StrEnum):
    """How a job stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


class JobConflict(RuntimeError):
    """A job that can't be started while another one runs, or can't be cancelled since it has ended."""


@dataclass(frozen=True, slots=True)
class Job:
    """A build of the index. Of its present `task`, `done` of `total` files, or expected seconds, are done.

    `generation` is the index that it published, `problem` why it failed, `documents` what it changes, and `files` what
    became of each file.
    """

    id: str
    state: JobState
    started: datetime
    kind: str = "build"
    ended: datetime | None = None
    task: str = ""
    done: int = 0
    total: int = 0
    generation: str = ""
    problem: str = ""
    documents: Changes | None = None
    files: tuple[FileReport, ...] = ()


JOB = TypeAdapter(Job)


def start_job(folder: Path) -> Job:
    """Start a build. Raises JobConflict while another one runs."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another server process may be starting one this very moment
        if any(job.state is JobState.RUNNING for job in read_jobs(folder)):
            raise JobConflict("a build is running; wait for it to end, or cancel it")
        return _start(folder)


def read_jobs(folder: Path) -> list[Job]:
    """Return the jobs that are known, newest first."""
    return [_job(record) for record in reversed(_records(folder)) if record.stat().st_size]


def read_job(folder: Path, id: str) -> Job:
    """Return a job. Raises LookupError where none of this id is known."""
    return _job(_record(folder, id))


def cancel_job(folder: Path, id: str) -> Job:
    """End a job; the serving generation is left as it is. Raises LookupError, and JobConflict where it has ended."""
    record = _record(folder, id)
    if _job(record).state is not JobState.RUNNING:
        raise JobConflict("this job has ended")
    if (process := _fields(record).get("process")) is None:
        raise JobConflict("this job is only just starting; try again")
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGTERM)
    with record.open("a", encoding="utf-8") as log:
        fcntl.flock(log, fcntl.LOCK_EX)  # free when all its processes are gone
        if "state" not in _fields(record):
            _write(log, state=JobState.CANCELLED, ended=_now())
    return _job(record)


def _start(folder: Path) -> Job:
    records = _records(folder)
    record = folder / f"{int(records[-1].stem) + 1 if records else 1:06d}.jsonl"
    with record.open("a", buffering=1, encoding="utf-8") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        _write(log, started=_now())
        process = subprocess.Popen(COMMAND, stdin=subprocess.DEVNULL, stdout=log, start_new_session=True)  # noqa: S603
        _write(log, process=process.pid)
    threading.Thread(target=process.wait, daemon=True).start()  # nobody else would take notice of its end
    for old in records[: 1 - KEPT_JOBS]:
        old.unlink(missing_ok=True)
    return _job(record)


def _record(folder: Path, id: str) -> Path:
    for record in _records(folder):
        if record.stem == id and record.stat().st_size:  # of a job that did not even start nothing is written
            return record
    raise LookupError(id)


def _records(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*.jsonl"))


def _is_locked(record: Path) -> bool:
    with record.open() as log:
        try:
            fcntl.flock(log, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _job(record: Path) -> Job:
    # Asked before the record is read, to which a job that ends meanwhile adds its end.
    state = JobState.RUNNING if _is_locked(record) else JobState.INTERRUPTED
    return JOB.validate_python({"id": record.stem, "state": state} | _fields(record))


def _fields(record: Path) -> dict[str, Any]:
    """Return what the lines of a record tell together; what is no such line was torn, or printed by a library."""
    fields: dict[str, Any] = {}
    for line in record.read_bytes().splitlines():
        with suppress(ValueError):
            told = json.loads(line)
            fields |= told if isinstance(told, dict) else {}
    return fields


def _write(log: IO[str], **fields: object) -> None:
    log.write(f"\n{json.dumps(fields)}\n")  # the line before may be torn


def _now() -> str:
    return datetime.now(UTC).isoformat()
