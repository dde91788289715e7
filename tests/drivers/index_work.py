"""Build indexes and go back to others, each in a process of its own that may be killed.

Run as `PYTHONPATH=tests python -m drivers.index_work ROOT`. Reads a line for each job: `build SEED` or `roll_back ID`.
Writes the id of its process and, after a further line, its exit status. The processes are forked off this one, which
has imported everything, so that each takes no longer than its work.
"""

import os
import sys
import traceback
from pathlib import Path

from corpus import Document
from doubles.fakes import HashingEncoder
from embeddings import IndexPlan, build_generation
from embeddings.index.publishing import roll_back

DOCUMENTS = 40


def build(root: Path, seed: str) -> None:
    """Build and publish an index of documents that differ with the seed."""
    documents = [
        Document(
            f"shelter-{number}", f"Shelter {number} in Accra", f"Norway funds shelter {number}. It has {seed} beds."
        )
        for number in range(DOCUMENTS)
    ]
    build_generation(documents, IndexPlan(HashingEncoder(), root, root.parent / "vectors.sqlite", created_by="tests"))


def go_back(root: Path, id: str) -> None:
    """Have another generation serve."""
    roll_back(root, HashingEncoder(), id)


def run(job: str, root: Path, argument: str) -> int:
    """Do a job in this process; return its exit status."""
    try:
        {"build": build, "roll_back": go_back}[job](root, argument)
    except Exception:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    for line in sys.stdin:
        name, given = line.split()
        if not (process := os.fork()):
            os._exit(run(name, Path(sys.argv[1]), given))
        sys.stdout.write(f"{process}\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])}\n")
        sys.stdout.flush()
