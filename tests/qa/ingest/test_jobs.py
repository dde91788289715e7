"""Jobs are processes: they are started one at a time, told of by their records, cancelled, and outlive their server."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

import qa.ingest.jobs
from qa.ingest.jobs import Job, JobConflict, JobState, cancel_job, read_job, read_jobs, start_job

pytestmark = pytest.mark.process

PATIENCE_S = 60
DONE = """print('{"task": "Reading", "done": 1, "total": 1}\\nnoise\\n[1]')
print('{"state": "done", "generation": "000002-00000000"}')"""
LONG = """print('{"task": "Encoding", "done": 1, "total": 9}', flush=True); print('{"sta', end="", flush=True)
import time; time.sleep(600)"""
STARTER = """
import sys; from pathlib import Path; import qa.ingest.jobs
qa.ingest.jobs.COMMAND = (sys.executable, "-c", sys.argv[2])
print(qa.ingest.jobs.start_job(Path(sys.argv[1])).id)
"""

Start = Callable[[str], Job]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return the folder of the records; no job outlives its test."""
    folder = tmp_path / "jobs"
    yield folder
    for job in read_jobs(folder):
        with suppress(JobConflict):  # it has ended
            cancel_job(folder, job.id)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Start:
    """Return a function that starts a job, given the script of its process."""

    def start(script: str) -> Job:
        monkeypatch.setattr(qa.ingest.jobs, "COMMAND", (sys.executable, "-c", script))
        return start_job(folder)

    return start


def wait_for(folder: Path, id: str, is_there: Callable[[Job], object]) -> Job:
    """Return a job when it is as wanted."""
    end = time.monotonic() + PATIENCE_S
    while not is_there(job := read_job(folder, id)):
        assert time.monotonic() < end, job
        time.sleep(0.02)
    return job


def process_of(folder: Path, id: str) -> int:
    """Return the id of the process of a job."""
    return int((folder / f"{id}.jsonl").read_text(encoding="utf-8").split('"process": ')[1].partition("}")[0])


def test_a_record_tells_all_that_its_process_writes(start: Start, folder: Path) -> None:
    """Lines that are none of a job's are passed over."""
    started = start(DONE)
    job = wait_for(folder, started.id, lambda job: job.state is not JobState.RUNNING)

    assert (job.id, job.state, job.generation) == ("000001", JobState.DONE, "000002-00000000")
    assert (job.task, job.done, job.total) == ("Reading", 1, 1)


def test_one_job_runs_at_a_time(start: Start, folder: Path) -> None:
    """A second one is refused until the first has ended."""
    first = start(LONG)
    with pytest.raises(JobConflict, match="a build is running"):
        start(DONE)
    cancel_job(folder, first.id)
    second = start(DONE)

    assert [job.id for job in read_jobs(folder)] == [second.id, first.id] == ["000002", "000001"]


def test_of_two_that_are_started_at_once_one_runs(start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes while the first is only just being recorded is refused too."""

    def slow() -> str:
        time.sleep(0.5)
        return "2026-01-01T00:00:00Z"

    monkeypatch.setattr(qa.ingest.jobs, "_now", slow)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(start, LONG)
        while not list(folder.glob("*.jsonl")):
            time.sleep(0.01)
        with pytest.raises(JobConflict, match="a build is running"):
            start(LONG)

    assert [job.id for job in read_jobs(folder)] == [first.result().id]


def test_a_cancelled_job_ends_with_all_its_processes(start: Start, folder: Path) -> None:
    """It is told as cancelled when all have let go of its record, and a line that was being written does no harm."""
    child = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);" + LONG
    id = start(child).id
    wait_for(folder, id, lambda job: job.total)
    job = cancel_job(folder, id)

    assert (job.state, job.total) == (JobState.CANCELLED, 9)
    assert job.ended
    with pytest.raises(JobConflict, match="has ended"):
        cancel_job(folder, id)


def test_a_killed_job_is_told_as_interrupted(start: Start, folder: Path) -> None:
    """So is one that ran when the machine went down; the next one can be started."""
    id = start(LONG).id
    wait_for(folder, id, lambda job: job.total)
    os.killpg(process_of(folder, id), signal.SIGKILL)
    job = wait_for(folder, id, lambda job: job.state is not JobState.RUNNING)

    assert (job.state, job.ended) == (JobState.INTERRUPTED, None)
    assert start(DONE).id == "000002"


def test_a_job_outlives_the_process_that_started_it(folder: Path) -> None:
    """Another one reads and cancels it."""
    arguments = [sys.executable, "-c", STARTER, str(folder), LONG]
    environment = os.environ | {"PYTHONPATH": ":".join(sys.path)}
    id = subprocess.run(arguments, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    job = wait_for(folder, id, lambda job: job.total)

    assert job.state is JobState.RUNNING
    assert cancel_job(folder, id).state is JobState.CANCELLED


def test_only_the_last_records_are_kept(start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers go on."""
    monkeypatch.setattr(qa.ingest.jobs, "KEPT_JOBS", 2)
    for _ in range(3):
        id = start(DONE).id
        wait_for(folder, id, lambda job: job.state is JobState.DONE)

    assert [job.id for job in read_jobs(folder)] == ["000003", "000002"]
    with pytest.raises(LookupError):
        read_job(folder, "000001")


def test_a_job_that_could_not_start_is_not_known(start: Start, folder: Path) -> None:
    """Where the disk is full nothing is written of it; the next one can be started."""
    folder.mkdir()
    (folder / "000001.jsonl").touch()
    with pytest.raises(LookupError):
        read_job(folder, "000001")

    assert read_jobs(folder) == []
    assert start(DONE).id == "000002"


def test_a_job_is_not_cancelled_before_it_has_a_process(folder: Path) -> None:
    """Who is as quick as that is told to try again."""
    folder.mkdir()
    with (folder / "000001.jsonl").open("w") as record:
        fcntl.flock(record, fcntl.LOCK_EX)
        print('{"started": "2026-01-01T00:00:00Z"}', file=record, flush=True)
        with pytest.raises(JobConflict, match="try again"):
            cancel_job(folder, "000001")


def test_where_nothing_was_ever_started_no_job_is_known(folder: Path) -> None:
    """The folder need not be there."""
    assert read_jobs(folder) == []
