"""What a collection costs by its size: a model on paper, drawn in `docs/images/costs.png` with what was measured.

The constants and their sources are told in docs/costs.md. Measured points are those of `docs/results/scale.jsonl`:
passages of three sentences, which were neither cut nor encoded.
Run as `PYTHONPATH=tests python -m measures.costs`.
"""

import json

from matplotlib.figure import Figure

from rooms import ROOT

PLOT, MEASURED = ROOT / "docs" / "images" / "costs.png", ROOT / "docs" / "results" / "scale.jsonl"
SIZES = [10**exponent for exponent in range(3, 8)]
MILLION = 1_000_000
WORKERS = range(1, 65)
WORKER_CORES = 2
MEASURED_SENTENCES = 3

ENCODING_S = 0.02  # of a core, a passage
SERIAL_S = 0.00076  # the same: cutting, writing, BM25, the graph; on the building machine alone
VECTOR, SENTENCE, TEXT = 660, 386, 2_100  # bytes: of a passage in the graph, of a sentence, of texts and BM25
CACHED = 1_536  # bytes of a vector in the cache
SENTENCES = 11  # of a passage
CORE_HOUR, GIGABYTE_MONTH = 0.05, 0.08  # dollars


def disk_gb(passages: int, sentences: int = SENTENCES) -> float:
    """Return the size of a generation."""
    return passages * (VECTOR + sentences * SENTENCE + TEXT) / 1e9


def cache_gb(passages: int) -> float:
    """Return the size of the cache of vectors."""
    return passages * (1 + SENTENCES) * CACHED / 1e9


def build_h(passages: int, cores: int) -> float:
    """Return how long one machine builds."""
    return passages * (ENCODING_S / cores + SERIAL_S) / 3600


def ray_h(passages: int, workers: int) -> float:
    """Return how long workers of Ray and the machine that builds need: the slower of them, since both work at once."""
    return passages * max(ENCODING_S / (WORKER_CORES * workers), SERIAL_S) / 3600


def ray_dollars(passages: int, workers: int) -> float:
    """Return what they cost, with two cores for the machine that builds."""
    return ray_h(passages, workers) * WORKER_CORES * (workers + 1) * CORE_HOUR


def main() -> None:
    """Draw the model and the measured points, and print the figures for a million passages."""
    runs = [json.loads(line) for line in MEASURED.read_text(encoding="utf-8").splitlines()]
    runs = [run for run in runs if run["system"] == "Waymark"]
    measured = [run["passages"] for run in runs]
    figure = Figure(figsize=(13, 4.2), layout="constrained")
    time, space, money = figure.subplots(1, 3)
    for cores in (2, 16):
        time.plot(SIZES, [build_h(size, cores) for size in SIZES], label=f"one machine, {cores} cores")
    time.plot(SIZES, [ray_h(size, 16) for size in SIZES], label="Ray, 16 workers of 2 cores")
    time.plot(SIZES, [size * SERIAL_S / 3600 for size in SIZES], ":", label="without encoding")
    time.plot(
        measured, [run["build_processor_s"] / 3600 for run in runs], "o", label="without encoding and cutting, measured"
    )
    time.set(xscale="log", yscale="log", xlabel="passages", ylabel="hours to build")
    space.plot(SIZES, [cache_gb(size) for size in SIZES], label="cache of vectors")
    space.plot(SIZES, [disk_gb(size) for size in SIZES], label="generation, 11 sentences a passage")
    space.plot(SIZES, [disk_gb(size, MEASURED_SENTENCES) for size in SIZES], ":", label="the same, 3 sentences")
    space.plot(measured, [run["disk_mb"] / 1e3 for run in runs], "o", label="3 sentences, measured")
    space.set(xscale="log", yscale="log", xlabel="passages", ylabel="GB on disk")
    money.plot(WORKERS, [ray_h(MILLION, workers) for workers in WORKERS], label="hours")
    money.plot(WORKERS, [ray_dollars(MILLION, workers) for workers in WORKERS], label="dollars")
    money.set(xscale="log", yscale="log", xlabel="workers of Ray", ylabel="to build a million passages")
    for axes in (time, space, money):
        axes.legend(fontsize=8)
    figure.savefig(PLOT, dpi=110)


if __name__ == "__main__":
    main()
