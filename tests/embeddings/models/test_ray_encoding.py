"""Passages are encoded by Ray as they are without it, also where a worker is killed; what is missing is told."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from corpus import load_documents
from doubles.fakes import HashingEncoder
from drivers.processes import free_port
from embeddings import IndexPlan, Matrix, RayProblem, SentenceEncoder, build_generation, ray_encoding
from qa import Settings
from qa.cli.paths import starter_collection

FILES = 200  # of the starter collection: some batches of passages
PATIENCE_S = 300
COMMAND = [sys.executable, "-c", "from qa.cli.app import app; app()"]


def test_without_ray_the_cure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens at the address, or the package is not installed, one line says what to do."""
    address, encoder = f"127.0.0.1:{free_port()}", HashingEncoder()
    with pytest.raises(RayProblem, match="start one by"), ray_encoding(address, tmp_path, encoder):
        pass
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(RayProblem, match=r"constraints\.txt '\.\[ray\]'"), ray_encoding("local", tmp_path, encoder):
        pass


def cached(file: Path) -> dict[bytes, Matrix]:
    """Return the vectors in a cache by their digests; none where there is no cache yet."""
    if not file.exists():
        return {}
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT passage, vectors FROM passages").fetchall()
    return {key: np.frombuffer(vectors, np.float32).reshape(-1, 384) for key, vectors in rows}


def workers_of(home: Path) -> list[int]:
    """Return the processes that encode for the Ray that was started with this folder as home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:  # it has ended
            continue
        if b"ray::_encode" in told[0] and str(home).encode() in told[1]:
            found.append(int(process.name))
    return found


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.process
def test_a_killed_worker_costs_no_vector(tmp_path: Path, shipped_encoder: SentenceEncoder) -> None:
    """Its passages are encoded again by another; all vectors are those of this process, up to rounding."""
    source, var, other = tmp_path / "source", tmp_path / "var", tmp_path / "other.sqlite"
    source.mkdir()
    for file in sorted(starter_collection().iterdir())[:FILES]:
        (source / file.name).write_bytes(file.read_bytes())
    var.mkdir()
    (var / "models").symlink_to(Settings().models.resolve())
    build_generation(
        load_documents([source]), IndexPlan(shipped_encoder, tmp_path / "index", other, created_by="tests")
    )
    expected, cache = cached(other), var / "cache" / "vectors.sqlite"
    environment = os.environ | {"HOME": str(tmp_path), "WAYMARK_VAR": str(var), "PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen([*COMMAND, "index", str(source), "--ray", "local"], env=environment) as index:
        end = time.monotonic() + PATIENCE_S
        while not (before := cached(cache)) and index.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        killed = workers_of(tmp_path)
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        assert index.wait(PATIENCE_S) == 0
    vectors = cached(cache)

    assert killed
    assert 0 < len(before) < len(expected)
    assert vectors.keys() == expected.keys()
    assert min((vectors[key] * expected[key]).sum(axis=1).min() for key in expected) >= 0.999
    assert not workers_of(tmp_path)
