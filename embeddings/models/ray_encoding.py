"""Encode passages by the machines of a Ray cluster, or by a Ray of this machine's own.

In: passages, some at a time. Out: what waits for their vectors, for `cache.encode_each`, which keeps them as they come.
Ray gives a task to the next machine that has room, and again to another where a machine or a worker is lost; a worker
process loads the encoder for its first task and holds it (docs/adr/0056).
"""

import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from embeddings.extras import how_to_install
from embeddings.models.cache import Submit
from embeddings.models.encoder import Encoder, Matrix, SentenceEncoder
from embeddings.models.pooling import PassageText

LOCAL = "local"  # the address that starts a Ray on this machine
THREADS = 2  # of a worker's model; Ray counts as many cores for it
MEMORY = 1_000_000_000  # bytes that Ray counts for a worker
STORE = 500_000_000  # bytes for texts and vectors under way, on a Ray of this machine's own; Ray would take 30 %
RETRIES = 3  # of a task whose worker or machine is lost
CONNECT_S = 10.0  # for an address to answer
WAIT_S = 600.0  # for the vectors of a batch, while machines may still start; Ray itself would try for ever


class RayProblem(RuntimeError):
    """Ray is missing, can't be reached, or brings no vectors; the message names the cure."""


@contextmanager
def ray_encoding(address: str, folder: Path, encoder: Encoder) -> Iterator[Submit]:
    """Yield what has passages encoded by Ray at an address, with the model of a folder that each machine has.

    Not for a server: Ray takes over the signals of its process. Raises RayProblem, also where vectors are waited for.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # nothing is reported to Ray's makers
    try:
        import ray
    except ImportError as error:
        raise RayProblem(f"Ray is not installed; {how_to_install('ray')}") from error
    own: dict[str, Any] = {
        "num_cpus": max(THREADS, os.cpu_count() or 1),
        "object_store_memory": STORE,
        "include_dashboard": False,
    }
    try:
        _check(address)
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **(own if address == LOCAL else {}))
    except Exception as error:  # Ray raises plain ones too
        raise RayProblem(
            f"no Ray answers at {address}: {error}; start one by `ray start`, or give --ray {LOCAL}"
        ) from error
    task = ray.remote(num_cpus=THREADS, memory=MEMORY, max_retries=RETRIES)(_encode)

    def submit(passages: Sequence[PassageText]) -> Callable[[], list[Matrix]]:
        reference = task.remote(folder, encoder.name, encoder.fingerprint, passages)

        def wait() -> list[Matrix]:
            try:
                vectors: list[Matrix] = ray.get(reference, timeout=WAIT_S)
            except ray.exceptions.RayError as error:
                raise RayProblem(_told(error, folder)) from error
            return vectors

        return wait

    try:
        yield submit
    finally:
        ray.shutdown()


def _told(error: Exception, folder: Path) -> str:
    cause = getattr(error, "cause", error)  # what was raised in the worker
    [reason, *_] = str(cause).splitlines() or [""]
    return (
        f"Ray brings no vectors: {type(cause).__name__}: {reason}; each machine needs this version of Waymark and the"
        f" model in {folder}; `ray status` tells more. Run it again then: what was encoded is cached"
    )


def _check(address: str) -> None:
    """Raise OSError where nobody listens at an address, which Ray would try for minutes, and ValueError for no address.

    >>> _check("here")
    Traceback (most recent call last):
    ValueError: 'here' has no port
    """
    if address in {LOCAL, "auto"}:
        return
    parts = urlsplit(address if "//" in address else f"//{address}")
    if not parts.port:
        raise ValueError(f"{address!r} has no port")
    socket.create_connection((parts.hostname or "", parts.port), CONNECT_S).close()


def _encode(folder: Path, name: str, fingerprint: str, passages: Sequence[PassageText]) -> list[Matrix]:
    """Encode passages in a worker."""
    encoder = _encoder(folder, name)
    if encoder.fingerprint != fingerprint:
        raise ValueError(f"{folder} holds another encoder than on the machine that builds the index")
    return encoder.encode_passages(passages)


@cache
def _encoder(folder: Path, name: str) -> SentenceEncoder:
    return SentenceEncoder(folder, name, threads=THREADS)
